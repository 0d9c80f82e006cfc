//! The types of what the reference returns, in the words of the protocol.
//!
//! Rust's static types say them: an address is a `usize` and nothing else, and a C array of `c_intp` is a slice of
//! `isize`. Only where the caller names a C type does the value itself say which.

use super::raises::type_error;
use array_ctypes::{CArray, Ctypes, Pointer, ctype, shape};
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::{Raises, Value};

/// A type that the protocol has a name for.
pub(super) trait TypeName {
    /// Returns that name.
    fn type_name(&self) -> String;
}

impl TypeName for usize {
    fn type_name(&self) -> String {
        "int".to_owned()
    }
}

impl<T: TypeName> TypeName for Option<T> {
    fn type_name(&self) -> String {
        self.as_ref().map_or("None".to_owned(), T::type_name)
    }
}

impl TypeName for Box<[isize]> {
    fn type_name(&self) -> String {
        CType::Array(Box::new(ctype::named(&shape::ITEM)), self.len() as u32).to_string()
    }
}

impl TypeName for CArray {
    fn type_name(&self) -> String {
        self.ctype().to_string()
    }
}

impl TypeName for Pointer<'_> {
    fn type_name(&self) -> String {
        self.ctype().to_string()
    }
}

/// Returns the name of the type of a value that the interface yields.
pub(super) fn of(ctypes: Ctypes, value: &Value) -> Result<String, Raises> {
    Ok(match value {
        Value::Data => ctypes.data().type_name(),
        Value::Shape => ctypes.shape().type_name(),
        Value::Strides => ctypes.strides().type_name(),
        Value::ShapeAs(ctype) => ctypes.shape_as(ctype).map_err(type_error)?.type_name(),
        Value::StridesAs(ctype) => ctypes.strides_as(ctype).map_err(type_error)?.type_name(),
        Value::DataAs(ctype) => ctypes.data_as(ctype).map_err(type_error)?.type_name(),
        Value::AsParameter => ctypes.as_parameter().type_name(),
    })
}
