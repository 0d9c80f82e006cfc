//! What a description means.
//!
//! The published text asks for as many bytes as the type has, and leaves the rest to who writes it. So descriptions are
//! compared by meaning: a value is described at its offset as what it is, or raw bytes stand for it.

use super::{Descr, DescrEntry, DescrType};
use crate::vocabulary::dtype::{Dtype, Field, Kind, Plain};

impl Descr {
    /// Returns true if this describes the type.
    ///
    /// It has as many bytes. Each value is described at its offset as what it is, in any spelling, and the items of a
    /// sub-array in its shape; or raw bytes stand for it, or for anything around it. A complex number may be described by
    /// its parts, and the fields of a nested type without a list of their own. Bytes of no value are raw.
    ///
    /// A name of a field stands at that field alone, and a field that is described has its name, or none. All other names
    /// are free.
    ///
    /// ```
    /// use array_ctypes_spec::dtype::{Descr, Dtype};
    /// let describes = |text, typestr| Descr::parse(text).unwrap().describes(&Dtype::from_typestr(typestr).unwrap());
    /// assert!(describes("[('', '<i4')]", "<i4") && describes("[('x', '|V4')]", "<i4"));
    /// assert!(describes("[('re', '<f4'), ('im', '<f4')]", "<c8") && describes("[('', '>b1')]", "|b1"));
    /// assert!(!describes("[('', '>i4')]", "<i4") && !describes("[('', '|V8')]", "<i4"));
    /// ```
    pub fn describes(&self, dtype: &Dtype) -> bool {
        fits(self, dtype, pointer_size(dtype).unwrap_or(8))
    }
}

/// The size of the references to objects in a type, if it has any.
fn pointer_size(dtype: &Dtype) -> Option<u64> {
    match dtype {
        Dtype::Plain(plain) => (plain.kind == Kind::Object).then_some(u64::from(plain.size)),
        Dtype::Record(record) => record.fields.iter().find_map(|field| pointer_size(&field.dtype)),
    }
}

/// Bytes from the first, up to the second, which is not among them.
type Bytes = (u64, u64);

fn bytes_of(field: &Field) -> Bytes {
    (field.offset, field.offset.saturating_add(field.size()))
}

fn overlap(one: Bytes, other: Bytes) -> bool {
    one.0.max(other.0) < one.1.min(other.1)
}

fn fits(descr: &Descr, dtype: &Dtype, pointer: u64) -> bool {
    size(descr, pointer) == Some(dtype.item_size()) && all_fit(descr, 0, dtype, pointer)
}

/// Returns true if each entry of a list that begins at that offset fits the type.
fn all_fit(descr: &Descr, start: u64, dtype: &Dtype, pointer: u64) -> bool {
    let mut end = start;
    descr.0.iter().all(|entry| {
        let bytes = (end, end.saturating_add(entry_size(entry, pointer).unwrap_or(0)));
        end = bytes.1;
        entry_fits(entry, bytes, dtype, pointer)
    })
}

fn entry_fits(entry: &DescrEntry, bytes: Bytes, dtype: &Dtype, pointer: u64) -> bool {
    let Dtype::Record(record) = dtype else {
        return is_raw(entry) || value_fits(entry, bytes, dtype, pointer);
    };
    if !is_named_rightly(entry, bytes, &record.fields) {
        return false;
    }
    match &entry.of {
        // A list without a field of its own groups entries of the type around it.
        DescrType::Nested(inner) if entry.shape.is_empty() && record.fields.iter().all(|f| bytes_of(f) != bytes) => {
            all_fit(inner, bytes.0, dtype, pointer)
        }
        _ => is_raw(entry) || value_fits(entry, bytes, dtype, pointer),
    }
}

/// Returns true if an entry that is not raw describes what lies at its bytes, whatever its name is.
fn value_fits(entry: &DescrEntry, bytes: Bytes, dtype: &Dtype, pointer: u64) -> bool {
    if bytes == (0, dtype.item_size()) && item_fits(entry, dtype, &[], pointer) {
        return true;
    }
    match dtype {
        Dtype::Plain(plain) => half(plain).is_some_and(|half| {
            let is_part = bytes == (0, half.item_size()) || bytes == (half.item_size(), dtype.item_size());
            is_part && item_fits(entry, &half, &[], pointer)
        }),
        Dtype::Record(record) => {
            let mut under = record.fields.iter().filter(|field| overlap(bytes_of(field), bytes)).peekable();
            // Padding is raw, and of values that share bytes each one has to be described.
            (under.peek().is_some() || bytes.0 == bytes.1)
                && under.all(|field| field_fits(entry, bytes, field, pointer))
        }
    }
}

/// Returns true if the entry describes the field, or a value in it.
fn field_fits(entry: &DescrEntry, bytes: Bytes, field: &Field, pointer: u64) -> bool {
    let around = bytes_of(field);
    let is_inside = around.0 <= bytes.0 && bytes.1 <= around.1;
    bytes == around && item_fits(entry, &field.dtype, &field.shape, pointer)
        || field.shape.is_empty()
            && is_inside
            && value_fits(entry, (bytes.0 - around.0, bytes.1 - around.0), &field.dtype, pointer)
}

/// Returns true if the entry describes a type, or a sub-array of it, from its first byte to its last.
fn item_fits(entry: &DescrEntry, dtype: &Dtype, shape: &[u64], pointer: u64) -> bool {
    match &entry.of {
        DescrType::Nested(inner) => shape.strip_prefix(&entry.shape[..]).is_some_and(|rest| match &inner.0[..] {
            // A list of one entry has the rest of the shape in it.
            [only] if !rest.is_empty() => item_fits(only, dtype, rest, pointer),
            _ => rest.is_empty() && fits(inner, dtype, pointer),
        }),
        DescrType::Typestr(text) => {
            let pair = dtype.plain().and_then(half).filter(|_| entry.shape.strip_suffix(&[2]) == Some(shape));
            entry.shape == shape && dtype.is_spelled(text) || pair.is_some_and(|half| half.is_spelled(text))
        }
    }
}

/// The type of the real and of the imaginary part.
fn half(plain: &Plain) -> Option<Dtype> {
    let half = Plain { kind: Kind::Float, size: plain.size / 2, ..*plain };
    (plain.kind == Kind::Complex).then_some(Dtype::Plain(half))
}

/// Returns true if the name stands at the field that has it, and a field that is described has its name or none.
fn is_named_rightly(entry: &DescrEntry, bytes: Bytes, fields: &[Field]) -> bool {
    if entry.name.is_empty() {
        return true;
    }
    let is_there = |field: &&Field| bytes_of(field) == bytes;
    match fields.iter().find(|field| field.name == entry.name) {
        Some(field) => {
            let other = field.title.as_ref().zip(entry.title.as_ref()).filter(|(expected, found)| expected != found);
            is_there(&field) && other.is_none()
        }
        // Raw bytes may stand for more than the field that begins and ends with them.
        None => is_raw(entry) || !fields.iter().any(|field| is_there(&field)),
    }
}

/// Returns true if the entry describes raw bytes only.
fn is_raw(entry: &DescrEntry) -> bool {
    match &entry.of {
        DescrType::Typestr(text) => text.strip_prefix(['<', '>', '|']).is_some_and(|tail| tail.starts_with('V')),
        DescrType::Nested(inner) => inner.0.iter().all(is_raw),
    }
}

/// How many bytes a description has; `None` if it has no meaning.
fn size(descr: &Descr, pointer: u64) -> Option<u64> {
    descr.0.iter().try_fold(0u64, |sum, entry| sum.checked_add(entry_size(entry, pointer)?))
}

fn entry_size(entry: &DescrEntry, pointer: u64) -> Option<u64> {
    let one = match &entry.of {
        DescrType::Typestr(text) => typestr_size(text, pointer)?,
        DescrType::Nested(inner) => size(inner, pointer)?,
    };
    entry.shape.iter().try_fold(one, |size, length| size.checked_mul(*length))
}

/// How many bytes a type string has, in any spelling.
fn typestr_size(text: &str, pointer: u64) -> Option<u64> {
    let mut tail = text.strip_prefix(['<', '>', '|'])?.chars();
    let kind = Kind::from_code(tail.next()?)?;
    let (digits, _) = tail.as_str().split_once('[').unwrap_or((tail.as_str(), ""));
    if kind == Kind::Object && digits.is_empty() {
        return Some(pointer);
    }
    let number: u64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    number.checked_mul(if kind == Kind::Unicode { 4 } else { 1 })
}
