//! Type strings, parsed.

use super::{exists, row, shows_order};
use array_ctypes_spec::dtype::{Dtype, Kind, Plain, Unit};
use array_ctypes_spec::platform::ByteOrder;
use std::fmt;

/// Parses the type string of a plain type.
///
/// # Errors
/// [`NoSuchType`] if the text is no type string, or if this machine does not have the type.
pub fn parse(typestr: &str) -> Result<Dtype, NoSuchType> {
    parse_plain(typestr)
        .map(Dtype::Plain)
        .filter(exists)
        .ok_or_else(|| NoSuchType { typestr: typestr.chars().take(40).collect() })
}

fn parse_plain(typestr: &str) -> Option<Plain> {
    let mut rest = typestr.chars();
    let (mark, code) = (rest.next()?, rest.next()?);
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code)?;
    let (digits, unit) = match rest.as_str().split_once('[') {
        None => (rest.as_str(), None),
        Some((digits, unit)) => (digits, Some(parse_unit(unit.strip_suffix(']')?)?)),
    };
    let row = row(kind);
    let size = if row.is_object {
        digits.is_empty().then_some(size_of::<usize>() as u32)?
    } else {
        number(digits)?.checked_mul(row.size_unit())?
    };
    let order = if mark == '>' { ByteOrder::Big } else { ByteOrder::Little };
    let plain = Plain { kind, size, order, unit };
    let unit_is_allowed = matches!(kind, Kind::Timedelta | Kind::Datetime) || unit.is_none();
    let mark_is_right = if shows_order(&plain) { matches!(mark, '<' | '>') } else { mark == '|' };
    (unit_is_allowed && mark_is_right).then_some(plain)
}

fn parse_unit(text: &str) -> Option<Unit> {
    let name = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = if name.len() == text.len() { 1 } else { number(text.strip_suffix(name)?)? };
    let name = Unit::NAMES.into_iter().find(|known| *known == name)?;
    (count > 0).then_some(Unit { count, name })
}

/// Parses digits only: Rust's parser also accepts a sign.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// A text that is not the type string of an element type of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchType {
    typestr: String,
}

impl fmt::Display for NoSuchType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected the type string of an element type of this machine, such as `<i4`, `|S3` or `<M8[ns]`, found {:?}; \
             write byte order, kind, and size in bytes",
            self.typestr
        )
    }
}

impl std::error::Error for NoSuchType {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::typestr;

    #[test]
    fn a_type_string_is_parsed_and_written_unchanged() {
        for text in ["|b1", "|i1", "<i2", ">u8", "<f2", "<c8", "|O", "|S1", "<U1", ">U3", "|V7", "<m8", ">M8[25ns]"] {
            assert_eq!(typestr(&parse(text).unwrap()), text);
        }
    }

    #[test]
    fn a_text_that_is_no_type_string_is_refused() {
        for text in ["", "<", "i4", "<i3", "|i4", "<i", "<i+4", "|O8", "<i4[s]", "<M8[]", "<M8[0s]", "<M8[x]", "<f10"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
