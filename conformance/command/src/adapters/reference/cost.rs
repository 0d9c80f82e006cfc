//! Measures what each way to ask the reference costs.

use super::make::make;
use crate::bench::measure::{measure, ways};
use array_ctypes::{Buffer, PyArrayInterface};
use array_ctypes_conformance::RunError;
use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::{Array as Described, BufferRequest};
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

/// Measures the ways to ask about an array.
pub(super) fn costs(described: &Described, budget: Duration) -> Result<Vec<Cost>, RunError> {
    let unavailable = |what: &str| RunError::unavailable(format!("expected an array to measure, found {what}"));
    let buffer = Buffer::new(described.buffer.size as usize, described.buffer.at as usize, &described.buffer.bytes);
    let buffer = Rc::new(buffer.map_err(|error| unavailable(&error.to_string()))?);
    let a = &make(described, &buffer).map_err(|kind| unavailable(kind.name()))?;
    let ctype = |name: &str| name.parse::<CType>().map_err(|error| unavailable(&error.to_string()));
    let (c_int64, pointer) = (ctype("c_int64")?, ctype("POINTER(c_int)")?);
    let ways = ways![a;
        Address:
            a.ctypes().data(),
            a.ctypes().data_as_ptr::<i32>(),
            a.ctypes().data_as(&pointer),
            a.interface().data;
        Shape:
            a.shape(),
            a.ctypes().shape(),
            a.ctypes().shape_in::<i64>(),
            a.ctypes().shape_as(&c_int64);
        Strides:
            a.strides(),
            a.ctypes().strides(),
            a.ctypes().strides_in::<i64>(),
            a.ctypes().strides_as(&c_int64);
        All:
            (a.ctypes().data(), a.shape(), a.strides()),
            handed(a.ctypes().data_as_ptr(), a.ctypes().shape(), a.ctypes().strides()),
            a.interface(),
            c_function(&a.array_struct().as_c()),
            a.buffer(BufferRequest::Full),
            a.dlpack();
    ];
    Ok(measure(&ways, budget))
}

/// Stands for a C function. The structure and all that it points to exist until it returns.
fn c_function(structure: &PyArrayInterface) {
    black_box(structure);
}

/// Stands for a C function that takes address, shape and strides. The lists exist until it returns.
fn handed(data: *mut u8, shape: Option<Box<[isize]>>, strides: Option<Box<[isize]>>) {
    black_box((data, shape, strides));
}
