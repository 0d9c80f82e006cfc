//! Type descriptions.

use super::field_size;
use super::text::write_typestr;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use std::fmt::Write;

/// Returns the type description of the array interface, as Python prints the list.
///
/// Padding is listed as raw bytes without a name. If fields overlap or are out of order, at any depth, the whole type
/// is one such entry.
pub fn descr(dtype: &Dtype) -> String {
    let mut text = String::new();
    write_descr(&mut text, dtype);
    text
}

/// Returns true if each field, in the order of names, begins after the end of the previous one, at any depth. Only then
/// can a type description list the fields.
pub(crate) fn in_order(record: &Record) -> bool {
    let follows = |pair: &[Field]| pair[1].offset >= pair[0].offset.saturating_add(field_size(&pair[0]));
    record.fields.windows(2).all(follows)
        && record.fields.iter().all(|field| match &field.dtype {
            Dtype::Plain(_) => true,
            Dtype::Record(nested) => in_order(nested),
        })
}

// Writing to a `String` cannot fail, so the results of `write!` are ignored.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::parse;

    fn field(name: &str, dtype: Dtype, offset: u64) -> Field {
        Field { name: name.to_owned(), title: None, dtype, shape: Vec::new(), offset }
    }

    fn record(fields: Vec<Field>, size: u64) -> Dtype {
        Dtype::from(Record { fields, size, aligned: false })
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
