//! What PEP 3118 and DLPack call each kind of element types.

use crate::dtype;
use crate::platform::{LONG_DOUBLE_FORMAT, LONG_DOUBLE_SIZE, LongDoubleFormat};
use array_ctypes_spec::dtype::{Kind, Plain};

/// Format code of PEP 3118, and the number of items in an element; `None` if there is no such code or no such element.
pub(super) fn format(plain: &Plain) -> Option<(&'static str, u32)> {
    dtype::item(plain)?;
    let code = match (plain.kind, plain.size) {
        (Kind::Bool, _) => "?",
        (Kind::Int, 1) => "b",
        (Kind::Int, 2) => "h",
        (Kind::Int, 4) => "i",
        (Kind::Int, _) => "q",
        (Kind::UInt, 1) => "B",
        (Kind::UInt, 2) => "H",
        (Kind::UInt, 4) => "I",
        (Kind::UInt, _) => "Q",
        (Kind::Float, 2) => "e",
        (Kind::Float, 4) => "f",
        (Kind::Float, 8) => "d",
        (Kind::Float, _) => "g",
        (Kind::Complex, 8) => "Zf",
        (Kind::Complex, 16) => "Zd",
        (Kind::Complex, _) => "Zg",
        (Kind::Timedelta | Kind::Datetime, _) => return None,
        (Kind::Object, _) => "O",
        (Kind::Bytes, size) => return Some(("s", size)),
        (Kind::Unicode, size) => return Some(("w", size / 4)),
        (Kind::Void, size) => return Some(("x", size)),
    };
    Some((code, 1))
}

/// Type code of DLPack; `None` if it has none for the kind.
pub(super) fn dlpack_code(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Int => Some(0),
        Kind::UInt => Some(1),
        Kind::Float => Some(2),
        Kind::Complex => Some(5),
        Kind::Bool => Some(6),
        Kind::Timedelta | Kind::Datetime | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void => None,
    }
}

/// Returns true for `long double`, and for pairs of it, if it is a format of its own.
pub(super) fn is_long_double(plain: &Plain) -> bool {
    let count = match plain.kind {
        Kind::Float => 1,
        Kind::Complex => 2,
        _ => return false,
    };
    LONG_DOUBLE_FORMAT != LongDoubleFormat::Binary64 && plain.size as usize == count * LONG_DOUBLE_SIZE
}
