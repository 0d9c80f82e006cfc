//! Formats of the buffer protocol: what a text means.
//!
//! PEP 3118 extends the notation of Python's module `struct`; one element type has many spellings (`l` is `q` where long has
//! 8 bytes, `=i` is `i`). So formats are compared by meaning: which items lie at which offsets, under which names where
//! they are given.
//!
//! On native alignment (`@`) the two sources differ: `struct` counts it from the start of the format and pads nothing at
//! the end; C lays out each structure by itself. A format means what one of the two readings makes of it.

use crate::vocabulary::MOST_READ;
use crate::vocabulary::dtype::{Dtype, Kind, Plain};
use crate::vocabulary::platform::Platform;
use item::Item;
use parse::{READINGS, parse};

mod item;
mod parse;

/// Returns true if some format describes the type: no point in time has a letter, no long double in the other byte order, and no
/// format goes back to an earlier byte.
pub fn describes(platform: &Platform, dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => {
            let parts = if plain.kind == Kind::Complex { 2 } else { 1 };
            let long = platform.long_double.size();
            let is_long = long > 8 && u64::from(plain.size) == parts * long;
            match plain.kind {
                Kind::Datetime | Kind::Timedelta => false,
                Kind::Float | Kind::Complex => !(is_long && dtype.is_swapped(platform)),
                Kind::Bool | Kind::Int | Kind::UInt | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void => true,
            }
        }
        Dtype::Record(record) => {
            !record.overlaps() && record.fields.iter().all(|field| describes(platform, &field.dtype))
        }
    }
}

/// Returns true if a text is a format that means the type: all of its values, each at its offset. Raw bytes may be padding, text or
/// numbers of one byte. How far the element goes on after the last value is not looked at; see [`spans`]. For
/// types that the platform lacks, and for more than 2^20 bytes, the answer is false.
///
/// ```
/// use array_ctypes_spec::{dtype::Dtype, interface::format::means, platform::Platform};
/// let number = Dtype::from_typestr("<i8").unwrap();
/// let accepted = ["q", "l", "<q", "@l", "=q"].map(|text| means(&Platform::X86_64_LINUX, text, &number));
/// assert_eq!(accepted, [true; 5]);
/// let refused = ["<l", ">q", "d", "Q", "i"].map(|text| means(&Platform::X86_64_LINUX, text, &number));
/// assert_eq!(refused, [false; 5]);
/// ```
pub fn means(platform: &Platform, text: &str, dtype: &Dtype) -> bool {
    if dtype.item_size() > MOST_READ || !dtype.exists_on(platform) {
        return false;
    }
    let mut expected = Vec::new();
    let mut raw = Vec::new();
    values(dtype, 0, "", &mut expected, &mut raw);
    let is_raw = |item: &Item| {
        let bytes = item.kind == Kind::Bytes || item.kind == Kind::UInt && item.size == 1;
        bytes && raw.iter().any(|(start, end)| *start <= item.offset && item.offset + item.size <= *end)
    };
    READINGS.iter().filter_map(|reading| parse(platform, text, dtype.item_size(), *reading)).any(|(mut items, _)| {
        items.retain(|item| !is_raw(item));
        items.len() == expected.len()
            && items.iter().zip(&expected).all(|(found, expected)| found.is(platform, expected))
    })
}

/// Returns true if a text is a format of that many bytes, at most 2^20.
///
/// ```
/// use array_ctypes_spec::{interface::format::spans, platform::Platform};
/// let spans = |text, size| spans(&Platform::X86_64_LINUX, text, size);
/// assert!(spans("T{b:a:xxxi:b:}", 8) && spans("T{b:a:i:b:}", 8) && spans("T{i:a:b:b:}", 8) && spans("T{i:a:b:b:}", 5));
/// assert!(!spans("T{=b:a:i:b:}", 8) && !spans("T{i:a:", 4));
/// ```
pub fn spans(platform: &Platform, text: &str, size: u64) -> bool {
    READINGS.iter().filter_map(|reading| parse(platform, text, size, *reading)).any(|(_, end)| end == size)
}

/// Collects the values of a type from that offset on, and the ranges of its raw bytes.
fn values(dtype: &Dtype, offset: u64, name: &str, items: &mut Vec<Item>, raw: &mut Vec<(u64, u64)>) {
    match dtype {
        Dtype::Plain(Plain { kind: Kind::Void, size, .. }) => raw.push((offset, offset + u64::from(*size))),
        Dtype::Plain(Plain { kind, size, order, .. }) => {
            let name = Some(name.to_owned());
            items.push(Item { offset, kind: *kind, size: u64::from(*size), order: *order, name });
        }
        Dtype::Record(record) => {
            for field in record.fields.iter().filter(|field| field.size() > 0) {
                let name = if name.is_empty() { field.name.clone() } else { format!("{name}.{}", field.name) };
                for at in 0..field.shape.iter().product::<u64>() {
                    values(&field.dtype, offset + field.offset + at * field.dtype.item_size(), &name, items, raw);
                }
            }
        }
    }
}
