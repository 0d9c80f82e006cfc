//! Makes the array of a case.

use super::raises::{array_error, item_error, too_wide, view_error};
use array_ctypes::{Array, Buffer, dtype};
use array_ctypes_spec::{Array as Described, Owner, Raises};
use std::rc::Rc;

/// Makes the array of a case over a buffer, after all its views.
pub(super) fn make(described: &Described, buffer: &Rc<Buffer>) -> Result<Array, Raises> {
    let offset = isize::try_from(described.offset).map_err(too_wide)?;
    let shape = described.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<Vec<_>, _>>();
    let strides = described.strides.iter().map(|stride| isize::try_from(*stride)).collect::<Result<Vec<_>, _>>();
    let (shape, strides) = (shape.map_err(too_wide)?, strides.map_err(too_wide)?);
    let dtype = described.dtype.clone();
    let array = Array::new(buffer, dtype, offset, &shape, &strides, described.writeable).map_err(array_error)?;
    viewed(described, array)
}

/// Makes the array of a case that owns its memory, after all its views.
pub(super) fn owned(described: &Described, owner: Owner, buffer: &Rc<Buffer>) -> Result<Array, Raises> {
    let before = Described { views: Vec::new(), ..described.clone() };
    let given = make(&before, buffer)?;
    let array = match owner {
        Owner::Copy => given.copy().map_err(array_error)?,
        Owner::Zeros => zeros(&given)?,
        Owner::Sum => sum(&given, &zeros(&given)?)?,
    };
    viewed(described, array)
}

fn zeros(like: &Array) -> Result<Array, Raises> {
    Array::zeros(like.dtype().clone(), like.shape()).map_err(array_error)
}

/// Adds arrays of integers with as many elements, which are in C order. The reference itself does not calculate.
fn sum(left: &Array, right: &Array) -> Result<Array, Raises> {
    let sum = zeros(left)?;
    let size = dtype::size(left.dtype());
    let number = |bytes: Vec<u8>| {
        let mut wide = [0; 8];
        let low = if cfg!(target_endian = "little") { 0 } else { 8 - size };
        wide[low..low + size].copy_from_slice(&bytes);
        (u64::from_ne_bytes(wide), low)
    };
    let count = sum.memory().size() / size;
    for at in 0..count {
        let index = index(at, left.shape());
        let ((left, low), (right, _)) =
            (number(left.item(&index).map_err(item_error)?), number(right.item(&index).map_err(item_error)?));
        let bytes = left.wrapping_add(right).to_ne_bytes();
        sum.set_item(&index, &bytes[low..low + size]).map_err(item_error)?;
    }
    Ok(sum)
}

/// The index of the element with that number in C order.
fn index(mut number: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (at, length) in index.iter_mut().zip(shape).rev() {
        (*at, number) = (number % length, number / length);
    }
    index
}

/// Takes all views of a case.
pub(super) fn viewed(described: &Described, array: Array) -> Result<Array, Raises> {
    described.views.iter().try_fold(array, |array, view| array.view(view).map_err(view_error))
}
