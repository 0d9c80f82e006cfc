//! Views: other arrays over the same memory.
//!
//! A view operation is one arm in [`Array::view`] and the method that the arm calls; nothing else in this crate names
//! it.
//!
//! Some strides reach no element: on axes of length 1, and in arrays without elements. They are the result of the
//! simplest computation.

use super::{Array, ArrayError, c_strides};
use crate::dtype;
use array_ctypes_spec::View;
use array_ctypes_spec::dtype::Dtype;
use std::fmt;

impl Array {
    /// Applies a view operation. The result shares the elements of this array, and is writeable if this array is.
    ///
    /// # Errors
    /// [`ViewError`] if the operation does not apply to this array.
    pub fn view(&self, view: &View) -> Result<Array, ViewError> {
        let mut array = self.clone();
        match view {
            View::Index { axis, at } => array.fix_index(*axis, *at)?,
            View::Slice { axis, start, stop, step } => array.slice(*axis, *start, *stop, *step)?,
            View::Reverse { axis } => array.slice(*axis, None, None, -1)?,
            View::Transpose { axes } => array.transpose(axes)?,
            View::NewAxis { axis } => array.insert_axis(*axis)?,
            View::Broadcast { shape } => array.broadcast(&lengths(shape)?)?,
            View::Reshape { shape } => array.reshape(&lengths(shape)?)?,
            View::Field { name } => array.take_field(name)?,
            View::Reinterpret { dtype } => array.reinterpret(dtype)?,
        }
        array.check().map_err(ViewError::Array)?;
        Ok(array)
    }

    fn axis(&self, axis: usize) -> Result<(usize, isize), ViewError> {
        self.axes().nth(axis).ok_or(ViewError::Axis { axis, dimensions: self.shape.len() })
    }

    /// Moves the first element by a number of strides. The result wraps only if the array has no elements, and then it
    /// may have any address.
    fn shift(&mut self, steps: isize, stride: isize) {
        self.data = self.data.wrapping_offset(steps.wrapping_mul(stride));
    }

    fn fix_index(&mut self, axis: usize, at: i64) -> Result<(), ViewError> {
        let (length, stride) = self.axis(axis)?;
        let from_start = if at < 0 { i128::from(at) + length as i128 } else { i128::from(at) };
        let steps = usize::try_from(from_start).ok().filter(|steps| *steps < length);
        let steps = steps.ok_or(ViewError::Index { at, length })?;
        self.shift(steps as isize, stride);
        self.shape.remove(axis);
        self.strides.remove(axis);
        Ok(())
    }

    fn slice(&mut self, axis: usize, from: Option<i64>, until: Option<i64>, step: i64) -> Result<(), ViewError> {
        let (length, stride) = self.axis(axis)?;
        let (wide, backwards, step) = (length as i128, step.is_negative(), i128::from(step));
        // Bounds are clipped to the axis. A slice that goes backwards may stop at -1, before the start of the axis.
        let (lowest, highest) = if backwards { (-1, wide - 1) } else { (0, wide) };
        let clip = |bound: i64| {
            let bound = i128::from(bound);
            if bound < 0 { (bound + wide).max(lowest) } else { bound.min(highest) }
        };
        let first = from.map_or(if backwards { highest } else { lowest }, clip);
        let end = until.map_or(if backwards { lowest } else { highest }, clip);
        let distance = if backwards { first - end } else { end - first };
        let count = match step.unsigned_abs() {
            0 => return Err(ViewError::ZeroStep),
            pace => u128::try_from(distance).unwrap_or(0).div_ceil(pace) as usize,
        };
        if count > 0 {
            self.shift(first as isize, stride);
            self.strides[axis] = stride.wrapping_mul(step as isize);
        }
        self.shape[axis] = count;
        Ok(())
    }

    fn transpose(&mut self, axes: &[usize]) -> Result<(), ViewError> {
        let mut seen = vec![false; self.shape.len()];
        for axis in axes {
            if let Some(seen) = seen.get_mut(*axis) {
                *seen = true;
            }
        }
        if axes.len() != seen.len() || seen.contains(&false) {
            return Err(ViewError::Permutation { axes: axes.to_vec(), dimensions: seen.len() });
        }
        self.shape = axes.iter().map(|axis| self.shape[*axis]).collect();
        self.strides = axes.iter().map(|axis| self.strides[*axis]).collect();
        Ok(())
    }

    fn insert_axis(&mut self, axis: usize) -> Result<(), ViewError> {
        let dimensions = self.shape.len();
        if axis > dimensions {
            return Err(ViewError::Axis { axis, dimensions });
        }
        self.shape.insert(axis, 1);
        self.strides.insert(axis, 0);
        Ok(())
    }

    fn broadcast(&mut self, shape: &[usize]) -> Result<(), ViewError> {
        let refuse = || ViewError::Broadcast { from: self.shape.clone(), to: shape.to_vec() };
        let new_axes = shape.len().checked_sub(self.shape.len()).ok_or_else(refuse)?;
        let mut strides = vec![0; new_axes];
        for ((length, stride), wanted) in self.axes().zip(&shape[new_axes..]) {
            strides.push(match length {
                length if length == *wanted => stride,
                1 => 0,
                _ => return Err(refuse()),
            });
        }
        self.shape = shape.to_vec();
        self.strides = strides;
        Ok(())
    }

    fn reshape(&mut self, shape: &[usize]) -> Result<(), ViewError> {
        // A product that overflows is more than this array has.
        let count = |shape: &[usize]| {
            if shape.contains(&0) { Some(0) } else { shape.iter().copied().try_fold(1, usize::checked_mul) }
        };
        if count(shape) != count(&self.shape) {
            return Err(ViewError::Count { from: self.shape.clone(), to: shape.to_vec() });
        }
        self.strides = if self.is_empty() {
            c_strides(shape, dtype::size(&self.dtype))
        } else {
            self.strides_of(shape).ok_or_else(|| ViewError::NeedsCopy { to: shape.to_vec() })?
        };
        self.shape = shape.to_vec();
        Ok(())
    }

    /// The strides that give the same elements another shape, if such strides exist.
    ///
    /// First it joins axes that follow each other as in C order into runs, in which all elements are equally far apart.
    /// Then it cuts each run into new axes, starting with the last. If an axis does not divide the rest of its run, it
    /// would have to continue in the next run, where the distance is different.
    fn strides_of(&self, shape: &[usize]) -> Option<Vec<isize>> {
        let mut runs: Vec<(usize, isize)> = Vec::with_capacity(shape.len());
        for (length, stride) in self.axes().filter(|(length, _)| *length != 1) {
            match runs.last_mut() {
                Some(run) if stride.checked_mul(length as isize) == Some(run.1) => *run = (run.0 * length, stride),
                _ => runs.push((length, stride)),
            }
        }
        let (mut left, mut stride) = runs.pop().unwrap_or((1, dtype::size(&self.dtype) as isize));
        let mut strides = vec![0; shape.len()];
        for (new_stride, length) in strides.iter_mut().zip(shape).rev() {
            if left == 1 && *length != 1 {
                (left, stride) = runs.pop()?;
            }
            if left % length != 0 {
                return None;
            }
            *new_stride = stride;
            left /= length;
            stride = stride.wrapping_mul(*length as isize);
        }
        Some(strides)
    }

    fn take_field(&mut self, name: &str) -> Result<(), ViewError> {
        let refuse = || ViewError::Field { name: name.to_owned() };
        let Dtype::Record(record) = &self.dtype else { return Err(refuse()) };
        let field = record.fields.iter().find(|field| field.name == name).ok_or_else(refuse)?.clone();
        let items = lengths(&field.shape)?;
        self.shift(1, field.offset as isize);
        self.strides.extend(c_strides(&items, dtype::size(&field.dtype)));
        self.shape.extend(items);
        self.dtype = field.dtype;
        Ok(())
    }

    fn reinterpret(&mut self, dtype: &Dtype) -> Result<(), ViewError> {
        let refuse = |reason| Err(ViewError::Reinterpret { typestr: dtype::typestr(dtype), reason });
        if dtype::has_objects(&self.dtype) || dtype::has_objects(dtype) {
            return refuse("references to objects are not plain bytes");
        }
        if matches!(dtype, Dtype::Record(_)) || !dtype::exists(dtype) {
            return refuse("it is not a plain type of this machine");
        }
        let (old, new) = (dtype::size(&self.dtype), dtype::size(dtype));
        let is_empty = self.is_empty();
        if old != new {
            let (Some(length), Some(stride)) = (self.shape.last_mut(), self.strides.last_mut()) else {
                return refuse("without axes, the item size cannot change");
            };
            // An array without elements has no gaps between them.
            if !is_empty && *length != 1 && *stride != old as isize {
                return refuse("the last axis has gaps");
            }
            let divides = if new < old { old % new == 0 } else { length.wrapping_mul(old) % new == 0 };
            if !divides {
                return refuse("the last axis is not a whole number of such elements");
            }
            // No overflow: the array has no more bytes than an `isize` can count.
            *length = *length * old / new;
            *stride = new as isize;
        }
        self.dtype = dtype.clone();
        Ok(())
    }
}

/// Converts lengths to this machine's integers.
fn lengths(shape: &[u64]) -> Result<Vec<usize>, ViewError> {
    let lengths: Result<Vec<usize>, _> = shape.iter().map(|length| usize::try_from(*length)).collect();
    lengths.map_err(|_| ViewError::Array(ArrayError::TooBig))
}

/// The reason why a view operation does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are values of the operation or of the array, and have their names")]
pub enum ViewError {
    /// The array has no such axis.
    Axis { axis: usize, dimensions: usize },
    /// The index is outside its axis.
    Index { at: i64, length: usize },
    /// The step of a slice is 0.
    ZeroStep,
    /// The axes are not each named once.
    Permutation { axes: Vec<usize>, dimensions: usize },
    /// A length is neither 1 nor the length that was asked for.
    Broadcast { from: Vec<usize>, to: Vec<usize> },
    /// The new shape has another number of elements.
    Count { from: Vec<usize>, to: Vec<usize> },
    /// No strides give the elements the new shape.
    NeedsCopy { to: Vec<usize> },
    /// The element type has no such field.
    Field { name: String },
    /// The bytes of the elements cannot be elements of the new type.
    Reinterpret { typestr: String, reason: &'static str },
    /// The result cannot be an array.
    Array(ArrayError),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ViewError::Axis { axis, dimensions } => {
                write!(
                    f,
                    "expected one of {dimensions} axes, counted from 0, found axis {axis}; check the number of dimensions"
                )
            }
            ViewError::Index { at, length } => {
                write!(
                    f,
                    "expected an index on an axis of length {length}, found {at}; negative indices count from the end"
                )
            }
            ViewError::ZeroStep => {
                f.write_str("expected a positive or negative step, found 0; use 1 or -1 to take every element")
            }
            ViewError::Permutation { axes, dimensions } => {
                write!(f, "expected each of {dimensions} axes once, counted from 0, found {axes:?}; name all of them")
            }
            ViewError::Broadcast { from, to } => {
                write!(
                    f,
                    "expected the lengths {from:?} to be 1 or those at the end of {to:?}, found others; reshape or index first"
                )
            }
            ViewError::Count { from, to } => {
                write!(f, "expected a shape with as many elements as {from:?}, found {to:?}; change a length")
            }
            ViewError::NeedsCopy { to } => {
                write!(
                    f,
                    "expected elements that strides of the shape {to:?} can reach in order, found others; copy the array first"
                )
            }
            ViewError::Field { name } => {
                write!(f, "expected the name of a field of the element type, found {name:?}; its descr lists the names")
            }
            ViewError::Reinterpret { typestr, reason } => {
                write!(
                    f,
                    "expected a type that the bytes of the array can have, found {typestr}: {reason}; copy or reshape first"
                )
            }
            ViewError::Array(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ViewError {}
