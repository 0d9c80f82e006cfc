//! Pairs of functions that do the same, one with the reference and one by hand. `.ci/instructions` counts the instructions that
//! each executes, and fails if the reference executes more than that script allows.
//!
//!     instructions DIMENSIONS
//!
//! calls each function once, with an array of that many dimensions, and checks that both of a pair return the same.
#![forbid(unsafe_code)]

use array_ctypes::spec::ctype::{CType, Simple};
use array_ctypes::{Array, ItemError};
use array_ctypes_benches::by_hand::{Numbers, View, no_such};
use std::hint::black_box;

/// Defines a module for each pair: the two functions, and one that calls both. The calls go through pointers that the compiler
/// cannot see through, so that it cannot adapt a function to its caller.
macro_rules! pairs {
    ($($pair:ident($array:ident $(, $argument:ident: $type:ty)*) -> $result:ty {
        reference: $reference:expr,
        by hand: $by_hand:expr,
    })*) => { $(
        mod $pair {
            use super::*;

            #[inline(never)]
            fn reference($array: &Array $(, $argument: $type)*) -> $result {
                $reference
            }

            #[inline(never)]
            fn by_hand($array: &View<i64> $(, $argument: $type)*) -> $result {
                $by_hand
            }

            pub(super) fn call(array: &Array, view: &View<i64> $(, $argument: $type)*) {
                let reference = black_box(reference as fn(&Array $(, $type)*) -> $result)(array $(, $argument)*);
                let by_hand = black_box(by_hand as fn(&View<i64> $(, $type)*) -> $result)(view $(, $argument)*);
                assert_eq!(reference, by_hand);
            }
        }
    )* };
}

pairs! {
    data(array) -> usize {
        reference: array.ctypes().data(),
        by hand: array.data().addr(),
    }
    shape(array) -> *const usize {
        reference: array.shape().as_ptr(),
        by hand: array.shape().as_ptr(),
    }
    strides(array) -> *const isize {
        reference: array.strides().as_ptr(),
        by hand: array.strides().as_ptr(),
    }
    length(array, axis: usize) -> usize {
        reference: array.shape()[axis],
        by hand: array.shape()[axis],
    }
    stride(array, axis: usize) -> isize {
        reference: array.strides()[axis],
        by hand: array.strides()[axis],
    }
    // By hand, an index out of bounds gives the same error.
    address_of(array, index: &[usize]) -> Result<usize, ItemError> {
        reference: array.ctypes().address_of(index),
        by hand: array.address_of(index).map(<*const i64>::addr).ok_or_else(|| no_such(array, index)),
    }
    address_of_three(array, index: [usize; 3]) -> Result<usize, ItemError> {
        reference: array.ctypes().address_of(&index),
        by hand: array.address_of(&index).map(<*const i64>::addr).ok_or_else(|| no_such(array, &index)),
    }
    // As in C: by hand there is no error, and here it is dropped.
    address_or_null(array, index: &[usize]) -> usize {
        reference: array.ctypes().address_of(index).unwrap_or(0),
        by hand: array.address_of(index).map_or(0, <*const i64>::addr),
    }
}

/// `data_as_ptr` and one read. The read is unsafe, so it is in [`Numbers`].
mod read {
    use super::{Numbers, View, black_box};

    #[inline(never)]
    fn reference(numbers: Numbers<i64>) -> i64 {
        numbers.first()
    }

    #[inline(never)]
    fn by_hand(view: &View<i64>) -> i64 {
        view.first()
    }

    pub(super) fn call(numbers: Numbers<i64>, view: &View<i64>) {
        let reference = black_box(reference as fn(Numbers<i64>) -> i64)(numbers);
        assert_eq!(reference, black_box(by_hand as fn(&View<i64>) -> i64)(view));
    }
}

/// `data_as` of `POINTER(c_longlong)`: both functions look at the kind of the type, and return the address with the type that it
/// points to.
mod data_as {
    use super::{Array, CType, Simple, View, black_box};
    use array_ctypes::Pointer;
    use array_ctypes::cast::NotAPointer;
    use array_ctypes::ctype::Value;

    type Reference<'a> = Result<Pointer<'a>, NotAPointer>;
    type ByHand<'a> = (*const u8, Option<&'a CType>);

    #[inline(never)]
    fn reference<'a>(array: &'a Array, ctype: &'a CType) -> Reference<'a> {
        array.ctypes().data_as(ctype)
    }

    #[inline(never)]
    fn by_hand<'a>(view: &View<i64>, ctype: &'a CType) -> ByHand<'a> {
        view.data_as(ctype)
    }

    pub(super) fn call<'a>(array: &'a Array, view: &View<i64>, ctype: &'a CType) {
        let reference =
            black_box::<fn(&'a Array, &'a CType) -> Reference<'a>>(reference)(array, ctype).expect("a pointer");
        let by_hand = black_box::<fn(&View<i64>, &'a CType) -> ByHand<'a>>(by_hand)(view, ctype);
        assert_eq!((reference.address(), Some(&CType::from(Simple::LongLong))), (by_hand.0.addr(), by_hand.1));
        assert_eq!(reference.index(0), Ok(Value::Integer(view.first().into())), "the same type");
    }
}

fn main() {
    let dimensions =
        std::env::args().nth(1).map_or(3, |count| count.parse().expect("a number of dimensions from 1 on"));
    let shape = vec![2; dimensions];
    let elements: Vec<i64> = (7..).take(1 << dimensions).collect();
    let array = &Array::from_slice(&elements, &shape).expect("as many elements");
    let numbers = Numbers::<i64>::of(array).expect("elements of i64");
    let view = &numbers.view();
    let (last, index) = (dimensions - 1, vec![1; dimensions]);
    data::call(array, view);
    read::call(numbers, view);
    data_as::call(array, view, &CType::Pointer(Box::new(Simple::LongLong.into())));
    shape::call(array, view);
    strides::call(array, view);
    length::call(array, view, last);
    stride::call(array, view, last);
    address_of::call(array, view, &index);
    address_or_null::call(array, view, &index);
    if let Ok(index) = index.try_into() {
        address_of_three::call(array, view, index);
    }
}
