//! Type strings, written and parsed, and type descriptions.

use super::{exists, field_size, in_order, row, shows_order};
use array_ctypes_spec::dtype::{Dtype, Kind, Plain, Record, Unit};
use array_ctypes_spec::platform::ByteOrder;
use std::fmt::{self, Write};

/// Returns the type string of the array interface. A structured type has that of raw bytes of the same size.
pub fn typestr(dtype: &Dtype) -> String {
    let mut text = String::new();
    write_typestr(&mut text, dtype);
    text
}

/// Returns the type description of the array interface, as Python prints the list.
///
/// Padding is listed as raw bytes without a name. If fields overlap or are out of order, at any depth, the whole type
/// is one such entry.
pub fn descr(dtype: &Dtype) -> String {
    let mut text = String::new();
    write_descr(&mut text, dtype);
    text
}

// Writing to a `String` cannot fail, so the results of `write!` are ignored.

fn write_typestr(text: &mut String, dtype: &Dtype) {
    let plain = match dtype {
        Dtype::Plain(plain) => plain,
        Dtype::Record(record) => {
            let _ = write!(text, "|V{}", record.size);
            return;
        }
    };
    text.push(match (shows_order(plain), plain.order) {
        (false, _) => '|',
        (true, ByteOrder::Little) => '<',
        (true, ByteOrder::Big) => '>',
    });
    text.push(plain.kind.code());
    let row = row(plain.kind);
    if !row.is_object {
        let _ = write!(text, "{}", plain.size / row.size_unit());
    }
    if let Some(Unit { count, name }) = plain.unit {
        let _ = if count == 1 { write!(text, "[{name}]") } else { write!(text, "[{count}{name}]") };
    }
}

fn write_descr(text: &mut String, dtype: &Dtype) {
    text.push('[');
    match dtype {
        Dtype::Record(record) if in_order(record) => write_fields(text, record),
        _ => {
            text.push_str("('', '");
            write_typestr(text, dtype);
            text.push_str("')");
        }
    }
    text.push(']');
}

fn write_fields(text: &mut String, record: &Record) {
    let mut end = 0;
    let mut comma = "";
    for field in &record.fields {
        write_padding(text, &mut comma, field.offset - end);
        end = field.offset.saturating_add(field_size(field));
        let _ = match &field.title {
            Some(title) => write!(text, "{comma}(('{title}', '{}'), ", field.name),
            None => write!(text, "{comma}('{}', ", field.name),
        };
        comma = ", ";
        match &field.dtype {
            Dtype::Record(_) => write_descr(text, &field.dtype),
            Dtype::Plain(_) => {
                text.push('\'');
                write_typestr(text, &field.dtype);
                text.push('\'');
            }
        }
        match &field.shape[..] {
            [] => {}
            // Python writes a comma in a tuple of one.
            [length] => {
                let _ = write!(text, ", ({length},)");
            }
            [first, rest @ ..] => {
                let _ = write!(text, ", ({first}");
                for length in rest {
                    let _ = write!(text, ", {length}");
                }
                text.push(')');
            }
        }
        text.push(')');
    }
    write_padding(text, &mut comma, record.size.saturating_sub(end));
}

fn write_padding(text: &mut String, comma: &mut &str, bytes: u64) {
    if bytes > 0 {
        let _ = write!(text, "{comma}('', '|V{bytes}')");
        *comma = ", ";
    }
}

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
        digits.is_empty().then_some(row.default_size())?
    } else {
        number(digits)?.checked_mul(row.size_unit())?
    };
    let order = if mark == '>' { ByteOrder::Big } else { ByteOrder::Little };
    let plain = Plain { kind, size, order, unit };
    let unit_is_allowed = row.has_unit || unit.is_none();
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
    use array_ctypes_spec::dtype::Field;

    fn field(name: &str, dtype: Dtype, offset: u64) -> Field {
        Field { name: name.to_owned(), title: None, dtype, shape: Vec::new(), offset }
    }

    fn record(fields: Vec<Field>, size: u64) -> Dtype {
        Dtype::from(Record { fields, size, aligned: false })
    }

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

    #[test]
    fn a_description_covers_every_byte() {
        let mut inner = field("x", parse("<i2").unwrap(), 2);
        inner.shape = vec![2, 1];
        let mut outer = field("y", record(vec![inner], 8), 0);
        outer.title = Some("t".to_owned());
        let mut last = field("z", parse("|i1").unwrap(), 8);
        last.shape = vec![3];
        assert_eq!(
            descr(&record(vec![outer, last], 12)),
            "[(('t', 'y'), [('', '|V2'), ('x', '<i2', (2, 1)), ('', '|V2')]), ('z', '|i1', (3,)), ('', '|V1')]"
        );
    }

    #[test]
    fn overlapping_fields_are_described_as_raw_bytes() {
        let byte = || parse("|i1").unwrap();
        let overlap = record(vec![field("a", byte(), 1), field("b", byte(), 0)], 2);
        assert_eq!(descr(&overlap), "[('', '|V2')]");
        let around = record(vec![field("a", overlap, 0), field("b", byte(), 2)], 3);
        assert_eq!(descr(&around), "[('', '|V3')]");
    }
}
