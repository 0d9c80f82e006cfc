//! Type strings of the array interface, both ways.

use super::{Dtype, Kind, Plain, Unit};
use crate::vocabulary::platform::ByteOrder;
use std::fmt;

/// A text that is no type string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypestrError {
    text: String,
}

impl fmt::Display for TypestrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no type string: expected a byte order (`<`, `>`, or `|` where there is none), a kind (one of \
             biufcmMOSUV) and a size in bytes (for U in characters), as in `<i4`, `|S3` or `<M8[ns]`",
            self.text
        )
    }
}

impl std::error::Error for TypestrError {}

impl Dtype {
    /// The type string. A structured type's is that of as many raw bytes.
    pub fn typestr(&self) -> String {
        let plain = match self {
            Dtype::Plain(plain) => plain,
            Dtype::Record(record) => return format!("|V{}", record.size),
        };
        let order = match (plain.has_order(), plain.order) {
            (false, _) => '|',
            (true, ByteOrder::Little) => '<',
            (true, ByteOrder::Big) => '>',
        };
        let code = plain.kind.code();
        match (plain.kind, plain.unit) {
            (Kind::Object, _) => "|O".to_owned(),
            (Kind::Unicode, _) => format!("{order}U{}", plain.size / 4),
            (_, Some(Unit { count: 1, name })) => format!("{order}{code}{}[{name}]", plain.size),
            (_, Some(Unit { count, name })) => format!("{order}{code}{}[{count}{name}]", plain.size),
            (_, None) => format!("{order}{code}{}", plain.size),
        }
    }

    /// The plain type of that type string. `|O` is taken to be 8 bytes wide; [`Dtype::object`] makes others.
    ///
    /// # Errors
    /// [`TypestrError`] where there is none.
    pub fn from_typestr(text: &str) -> Result<Dtype, TypestrError> {
        parse(text).map(Dtype::Plain).ok_or_else(|| TypestrError { text: text.to_owned() })
    }

    /// References to objects, with pointers of that size in bytes.
    pub fn object(pointer_size: u64) -> Dtype {
        Dtype::Plain(Plain { kind: Kind::Object, size: pointer_size as u32, order: ByteOrder::Little, unit: None })
    }
}

/// Whether a text names no type for certain: an unknown kind, a number of a size that no number has, or a unit where there
/// is no time. What implementations understand beyond the type strings specified here is their own.
pub(crate) fn names_nothing(text: &str) -> bool {
    let bare = text.trim_start_matches(['<', '>', '|', '=']);
    let mut chars = bare.chars();
    let Some(kind) = chars.next() else { return true };
    let rest = chars.as_str();
    match kind {
        'i' | 'u' | 'f' | 'c' => {
            rest.ends_with(']')
                || rest.parse().is_ok_and(|size: u32| !matches!(size, 1 | 2 | 4 | 8 | 12 | 16 | 24 | 32))
        }
        _ => !"?abBcdDefFgGhHiIlLmMnNOpPqQsStTuUvVw".contains(kind),
    }
}

fn parse(text: &str) -> Option<Plain> {
    let mut chars = text.chars();
    let order = chars.next()?;
    let code = chars.next()?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code)?;
    let rest = chars.as_str();
    let (digits, unit) = match rest.split_once('[') {
        Some((digits, unit)) => (digits, Some(parse_unit(unit.strip_suffix(']')?)?)),
        None => (rest, None),
    };
    let number: Option<u32> = if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None };
    let size = match kind {
        Kind::Object if digits.is_empty() => 8,
        Kind::Object => return None,
        Kind::Unicode => number?.checked_mul(4)?,
        Kind::Bytes | Kind::Void => number?,
        Kind::Bool => number.filter(|size| *size == 1)?,
        Kind::Int | Kind::UInt => number.filter(|size| matches!(size, 1 | 2 | 4 | 8))?,
        Kind::Float => number.filter(|size| matches!(size, 2 | 4 | 8 | 12 | 16))?,
        Kind::Complex => number.filter(|size| matches!(size, 8 | 16 | 24 | 32))?,
        Kind::Timedelta | Kind::Datetime => number.filter(|size| *size == 8)?,
    };
    let timed = matches!(kind, Kind::Timedelta | Kind::Datetime);
    if unit.is_some() && !timed {
        return None;
    }
    let mut plain = Plain { kind, size, order: ByteOrder::Little, unit };
    plain.order = match (order, plain.has_order()) {
        ('|', false) | ('<', true) => ByteOrder::Little,
        ('>', true) => ByteOrder::Big,
        _ => return None,
    };
    Some(plain)
}

fn parse_unit(text: &str) -> Option<Unit> {
    let name_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, name) = text.split_at(name_at);
    let count = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|count| *count > 0)? };
    let name = Unit::NAMES.into_iter().find(|known| *known == name)?;
    Some(Unit { count, name })
}
