//! What the interface object yields: the values that are asked for their type, and handed to foreign functions.

use crate::vocabulary::ctype::CType;
use crate::vocabulary::words::forms;

forms! {
    /// A value that the interface object yields.
    Value {
        /// The address, `a.ctypes.data`.
        Data "data",
        /// The C array `a.ctypes.shape`.
        Shape "shape",
        /// The C array `a.ctypes.strides`.
        Strides "strides",
        /// The C array `a.ctypes.shape_as(T)`.
        ShapeAs "shape_as" (ctype: CType = "T"),
        /// The C array `a.ctypes.strides_as(T)`.
        StridesAs "strides_as" (ctype: CType = "T"),
        /// The pointer `a.ctypes.data_as(T)`.
        DataAs "data_as" (ctype: CType = "T"),
        /// The pointer `a.ctypes._as_parameter_`.
        AsParameter "_as_parameter_",
    }
}

impl Value {
    /// The C type that it names, if it does.
    pub fn ctype(&self) -> Option<&CType> {
        match self {
            Value::ShapeAs(ctype) | Value::StridesAs(ctype) | Value::DataAs(ctype) => Some(ctype),
            _ => None,
        }
    }
}
