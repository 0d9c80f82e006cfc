//! Type strings.

use super::{row, shows_order};
use array_ctypes_spec::dtype::{Dtype, Unit};
use array_ctypes_spec::platform::ByteOrder;
use std::fmt::Write;

/// Returns the type string of the array interface. A structured type has that of raw bytes of the same size.
pub fn typestr(dtype: &Dtype) -> String {
    let mut text = String::new();
    write_typestr(&mut text, dtype);
    text
}

/// Appends the type string.
pub(super) fn write_typestr(text: &mut String, dtype: &Dtype) {
    let plain = match dtype {
        Dtype::Plain(plain) => plain,
        Dtype::Record(record) => {
            // Writing to a `String` cannot fail, so the results of `write!` are ignored.
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
