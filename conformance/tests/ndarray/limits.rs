//! What the crate `ndarray` cannot do. The tests of what is drawn for it read it too.

use array_ctypes_conformance::spec::Owner;
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::{Limits, Records, ViewWord};

pub(crate) fn limits() -> Limits {
    let limits = Limits { records: Records::None, empty: false, invalid: false, ..Limits::default() };
    let limits = Limits { odd_strides: false, negative_strides: false, overlap: false, max_item_size: 8, ..limits };
    let limits = Limits { owners: Owner::ALL.to_vec(), ..limits };
    let limits = limits.with_kinds(&[Kind::Bool, Kind::Int, Kind::UInt, Kind::Float]);
    limits.with_views(&[ViewWord::Index, ViewWord::Reverse, ViewWord::Transpose, ViewWord::NewAxis])
}
