//! A crate of strided views, held against the specification by `proptest`:
//!
//!     cargo run -p array-ctypes-conformance --features strategies --example properties
//!
//! The property is the ten lines at the end. If it fails, proptest prints the smallest case that it found, and the rules
//! that this case breaks. Try it: forget that a reversed view begins at the other end of its axis.
#![forbid(unsafe_code)]

use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step, View};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, ViewWord, strategy, testing::judge};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The crate: an address relative to the memory, lengths in elements, strides in bytes.
#[derive(Clone)]
struct Strided {
    first: i64,
    shape: Vec<u64>,
    strides: Vec<i64>,
}

impl Strided {
    fn reverse(&mut self, axis: usize) {
        // The strides of an array without elements may be any numbers.
        if self.shape[axis] > 0 {
            self.first = self.first.wrapping_add(self.strides[axis].wrapping_mul(self.shape[axis] as i64 - 1));
        }
        self.strides[axis] = self.strides[axis].wrapping_neg();
    }

    fn transpose(&mut self, axes: &[usize]) {
        self.shape = axes.iter().map(|axis| self.shape[*axis]).collect();
        self.strides = axes.iter().map(|axis| self.strides[*axis]).collect();
    }

    fn address(&self, index: &[u64]) -> i64 {
        self.first + index.iter().zip(&self.strides).map(|(at, stride)| *at as i64 * stride).sum::<i64>()
    }

    /// True if the elements follow each other without gaps, the axes in this order, the fastest first.
    fn is_dense<'a>(&self, mut axes: impl Iterator<Item = (&'a u64, &'a i64)>, item: u64) -> bool {
        let mut next = item as i64;
        let mut follows = |(length, stride): (&u64, &i64)| {
            let follows = *length == 1 || *stride == next;
            next *= *length as i64;
            follows
        };
        self.shape.contains(&0) || axes.all(&mut follows)
    }
}

/// The crate as the suite asks it.
struct MyArrays;

impl InProcess for MyArrays {
    fn hello(&self) -> Hello {
        // It has no views but these two, no notion of alignment, and does not check its arguments.
        let limits = Limits { invalid: false, unaligned: false, max_bytes: 1 << 20, ..Limits::default() };
        Hello::core("my-arrays", "1.0", limits.with_views(&[ViewWord::Reverse, ViewWord::Transpose]))
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let mut mine = Strided { first: array.offset, shape: array.shape.clone(), strides: array.strides.clone() };
        for view in &array.views {
            match view {
                View::Reverse { axis } => mine.reverse(*axis),
                View::Transpose { axes } => mine.transpose(axes),
                _ => return Err(Raises::NotImplementedError),
            }
        }
        let item = array.dtype.item_size();
        let axes = || mine.shape.iter().zip(&mine.strides);
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(memory.as_ptr().wrapping_offset(mine.first as isize)),
            Question::Shape => Answer::integers(mine.shape.iter().copied()),
            Question::Strides => Answer::integers(mine.strides.iter().copied()),
            Question::ItemSize => Answer::Integer(item.into()),
            Question::Item(index) => {
                Answer::Bytes(memory.bytes()[mine.address(index) as usize..][..item as usize].to_vec())
            }
            Question::Flag(Flag::CContiguous) => Answer::Bool(mine.is_dense(axes().rev(), item)),
            Question::Flag(Flag::FContiguous) => Answer::Bool(mine.is_dense(axes(), item)),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().filter_map(Step::question).map(answer).collect())
    }
}

fn main() {
    // The same cases in every run; leave the seed out to get others.
    let config = ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() };
    proptest!(config, |(case in strategy::cases_for(&MyArrays.hello()))| {
        judge(&mut Local::new(MyArrays), &case).map_err(TestCaseError::fail)?;
    });
    println!("no rule of the profile core is broken in 2000 cases");
}

#[test]
fn my_arrays_keep_the_rules() {
    main();
}
