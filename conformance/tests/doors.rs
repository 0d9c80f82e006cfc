//! Validates the crate `ndarray` as a consumer: a function that makes one of its views from a C pointer.
//!
//! These are its limits: strides are counted in elements, from 0 up; the element type is fixed at compile time; elements are
//! aligned.
#![expect(unsafe_code, reason = "makes views of what is handed over")]

use array_ctypes_conformance::spec::{Answer, Door, Feature, Profile, Protocol, Raises, Taken, Unaligned};
use array_ctypes_conformance::{Doors, Hello, Limits, Number, Offered, Pointer, Seen};
use ndarray::{IxDyn, RawArrayViewMut, ShapeBuilder, StrideShape};

struct Ndarray;

/// A view through a pointer.
struct View<T>(RawArrayViewMut<T, IxDyn>);

impl Doors for Ndarray {
    fn hello(&self) -> Hello {
        let types = ["i2", "i8", "u1", "f4", "f8"].map(|types| types.parse::<Taken>().unwrap());
        let accepts = vec![Feature::Strided, Feature::ReadOnly, Feature::NoAxes, Feature::Empty];
        let door =
            Door { types: types.to_vec(), accepts, mutable: true, ..Door::new("from_shape_ptr", Protocol::Pointer) };
        let doors = vec![Door { unaligned: Unaligned::Refuses, ..door }];
        Hello { doors, profiles: vec![Profile::Consumer], ..Hello::core("ndarray", "0.17", Limits::default()) }
    }

    fn take(&mut self, _: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises> {
        let Offered::Pointer(from) = offered else { return Err(Raises::TypeError) };
        match from.dtype.typestr().get(1..) {
            Some("i2") => view::<i16>(from),
            Some("i8") => view::<i64>(from),
            Some("u1") => view::<u8>(from),
            Some("f4") => view::<f32>(from),
            Some("f8") => view::<f64>(from),
            _ => Err(Raises::TypeError),
        }
    }
}

/// Returns true if elements share bytes, or may: `ndarray` panics then.
fn share(shape: &[usize], strides: &[usize]) -> bool {
    let mut axes: Vec<_> = strides.iter().zip(shape).filter(|(_, length)| **length > 1).collect();
    axes.sort_unstable();
    let mut reach = 1;
    let is_short = |(stride, length): (&usize, &usize)| {
        let is_short = *stride < reach;
        reach += stride * (length - 1);
        is_short
    };
    !shape.contains(&0) && axes.into_iter().any(is_short)
}

/// Makes a view, unless `ndarray` has no such view or elements are not aligned.
fn view<T: Number + 'static>(from: Pointer<'_>) -> Result<Box<dyn Seen>, Raises> {
    let shape: Vec<usize> = from.shape.iter().map(|length| *length as usize).collect();
    let is_empty = shape.contains(&0);
    let in_elements = |(stride, length): (&isize, &usize)| match usize::try_from(*stride) {
        // Such a stride reaches no element.
        _ if is_empty || *length == 1 => Some(0),
        Ok(stride) if stride % size_of::<T>() == 0 => Some(stride / size_of::<T>()),
        _ => None,
    };
    let strides = from.strides.iter().zip(&shape).map(in_elements);
    let strides = strides.collect::<Option<Vec<usize>>>().ok_or(Raises::ValueError)?;
    // Where there are no elements, any address is right, and only an aligned one is accepted.
    let data = if is_empty { std::ptr::dangling_mut() } else { from.data.cast::<T>() };
    if !data.is_aligned() || share(&shape, &strides) {
        return Err(Raises::ValueError);
    }
    // Strides that reach no element may still be refused.
    let shape: StrideShape<IxDyn> =
        if is_empty { IxDyn(&shape).into() } else { IxDyn(&shape).strides(IxDyn(&strides)) };
    // SAFETY: the suite's producer hands over memory with these elements.
    let view = unsafe { RawArrayViewMut::from_shape_ptr(shape, data) };
    Ok(Box::new(View(view)))
}

impl<T: Number> Seen for View<T> {
    fn data(&self) -> *const u8 {
        self.0.as_ptr().cast()
    }

    fn shape(&self) -> Vec<usize> {
        self.0.shape().to_vec()
    }

    fn strides(&self) -> Vec<isize> {
        self.0.strides().iter().map(|stride| stride * size_of::<T>() as isize).collect()
    }

    fn item_size(&self) -> usize {
        size_of::<T>()
    }

    fn is_read_only(&self) -> bool {
        false
    }

    fn value(&self, index: &[usize]) -> Result<Answer, Raises> {
        // SAFETY: the memory stays as long as the view is asked, and nobody writes meanwhile.
        let view = unsafe { self.0.clone().deref_into_view() };
        view.get(IxDyn(index)).map(|number| number.answer()).ok_or(Raises::IndexError)
    }

    fn put(&mut self, index: &[usize], bytes: &[u8]) -> Result<(), Raises> {
        let number = T::from_memory(bytes).ok_or(Raises::ValueError)?;
        // SAFETY: likewise, and nobody reads meanwhile.
        let mut view = unsafe { self.0.clone().deref_into_view_mut() };
        *view.get_mut(IxDyn(index)).ok_or(Raises::IndexError)? = number;
        Ok(())
    }
}

mod conformance {
    array_ctypes_conformance::consumer_tests!(super::Ndarray; leaves_out 35);
}
