//! Makes the array of a case.

use super::raises::{array_error, too_wide, view_error};
use array_ctypes::{Array, Buffer};
use array_ctypes_spec::{Array as Described, Raises};
use std::rc::Rc;

/// Makes the array of a case, after all its views.
pub(super) fn make(described: &Described, buffer: &Rc<Buffer>) -> Result<Array, Raises> {
    let offset = isize::try_from(described.offset).map_err(too_wide)?;
    let shape = described.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<Vec<_>, _>>();
    let strides = described.strides.iter().map(|stride| isize::try_from(*stride)).collect::<Result<Vec<_>, _>>();
    let (shape, strides) = (shape.map_err(too_wide)?, strides.map_err(too_wide)?);
    let dtype = described.dtype.clone();
    let array = Array::new(buffer, dtype, offset, &shape, &strides, described.writeable).map_err(array_error)?;
    viewed(described, array)
}

/// Takes all views of a case.
pub(super) fn viewed(described: &Described, array: Array) -> Result<Array, Raises> {
    described.views.iter().try_fold(array, |array, view| array.view(view).map_err(view_error))
}
