//! Functions of Rust that are handed NumPy arrays by the crate `numpy`, and what they see of them.

#![deny(unsafe_code)]

mod kept;

use numpy::{Complex32, Complex64, Element, PyReadonlyArrayDyn, PyReadwriteArrayDyn};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyPermissionError, PyTypeError};
use pyo3::prelude::*;

/// Element types of arrays, whose values go to Python and come from there.
trait Number: Element + Copy + for<'py> IntoPyObject<'py> + for<'a, 'py> FromPyObject<'a, 'py> + 'static {}

impl<T> Number for T where T: Element + Copy + for<'py> IntoPyObject<'py> + for<'a, 'py> FromPyObject<'a, 'py> + 'static {}

/// What such a function can ask an array of any type.
trait Seen {
    fn data(&self) -> usize;
    fn shape(&self) -> Vec<usize>;
    fn strides(&self) -> Vec<isize>;
    fn itemsize(&self) -> usize;
    fn length(&self) -> usize;
    fn value(&self, py: Python, index: &[usize]) -> PyResult<Py<PyAny>>;
    fn put(&mut self, index: &[usize], value: &Bound<PyAny>) -> PyResult<()>;
    fn is_exclusive(&self) -> bool;
}

/// What a door made.
#[pyclass(unsendable)]
struct Taken(Box<dyn Seen>);

#[pymethods]
impl Taken {
    fn data(&self) -> usize {
        self.0.data()
    }

    #[getter]
    fn shape(&self) -> Vec<usize> {
        self.0.shape()
    }

    #[getter]
    fn strides(&self) -> Vec<isize> {
        self.0.strides()
    }

    #[getter]
    fn itemsize(&self) -> usize {
        self.0.itemsize()
    }

    #[getter]
    fn size(&self) -> usize {
        self.0.length()
    }

    #[getter]
    fn readonly(&self) -> bool {
        !self.0.is_exclusive()
    }

    fn __getitem__(&self, py: Python, index: Vec<usize>) -> PyResult<Py<PyAny>> {
        self.0.value(py, &index)
    }

    fn __setitem__(&mut self, index: Vec<usize>, value: &Bound<PyAny>) -> PyResult<()> {
        self.0.put(&index, value)
    }
}

/// Questions that both kinds of borrow answer alike.
macro_rules! seen {
    ($borrow:ident, $is_exclusive:literal, |$self:ident, $index:ident, $value:ident| $put:expr) => {
        impl<T: Number> Seen for $borrow<'static, T> {
            fn data(&self) -> usize {
                self.as_array().as_ptr().addr()
            }

            fn shape(&self) -> Vec<usize> {
                self.as_array().shape().to_vec()
            }

            fn strides(&self) -> Vec<isize> {
                self.as_array().strides().iter().map(|stride| stride * size_of::<T>() as isize).collect()
            }

            fn itemsize(&self) -> usize {
                size_of::<T>()
            }

            fn length(&self) -> usize {
                self.as_array().len()
            }

            fn value(&self, py: Python, index: &[usize]) -> PyResult<Py<PyAny>> {
                self.as_array()[index].into_py_any(py)
            }

            fn put(&mut $self, $index: &[usize], $value: &Bound<PyAny>) -> PyResult<()> {
                $put
            }

            fn is_exclusive(&self) -> bool {
                $is_exclusive
            }
        }
    };
}

seen!(PyReadonlyArrayDyn, false, |self, _index, _value| Err(PyPermissionError::new_err("the borrow is shared")));
seen!(PyReadwriteArrayDyn, true, |self, index, value| {
    self.as_array_mut()[index] = value.extract::<T>().map_err(Into::into)?;
    Ok(())
});

/// A function for each borrow: it takes arrays of the type that is named.
macro_rules! door {
    ($name:ident, $borrow:ident) => {
        #[pyfunction]
        fn $name(typename: &str, array: &Bound<PyAny>) -> PyResult<Taken> {
            fn take<T: Number>(array: &Bound<PyAny>) -> PyResult<Taken> {
                let borrow: $borrow<T> = array.extract()?;
                borrow.as_array(); // who borrows an array looks at it
                Ok(Taken(Box::new(kept::$name(borrow))))
            }
            match typename {
                "b1" => take::<bool>(array),
                "i1" => take::<i8>(array),
                "i2" => take::<i16>(array),
                "i4" => take::<i32>(array),
                "i8" => take::<i64>(array),
                "u1" => take::<u8>(array),
                "u2" => take::<u16>(array),
                "u4" => take::<u32>(array),
                "u8" => take::<u64>(array),
                "f4" => take::<f32>(array),
                "f8" => take::<f64>(array),
                "c8" => take::<Complex32>(array),
                "c16" => take::<Complex64>(array),
                _ => Err(PyTypeError::new_err("no such type in Rust")),
            }
        }
    };
}

door!(readonly, PyReadonlyArrayDyn);
door!(readwrite, PyReadwriteArrayDyn);

#[pymodule]
mod rust_numpy_consumer {
    #[pymodule_export]
    use super::{Taken, readonly, readwrite};
}
