//! Structured types for tests.

use array_ctypes::spec::dtype::{Dtype, Field, Record};

/// Makes a structured type of fields, each with name, type, shape and offset.
pub(crate) fn record(fields: &[(&str, Dtype, &[u64], u64)], size: u64) -> Dtype {
    let field = |(name, dtype, shape, offset): &(&str, Dtype, &[u64], u64)| Field {
        name: (*name).to_owned(),
        title: None,
        dtype: dtype.clone(),
        shape: shape.to_vec(),
        offset: *offset,
    };
    Dtype::from(Record { fields: fields.iter().map(field).collect(), size, aligned: false })
}
