//! Cases as JSON.

use super::{Result, boolean, bytes, entry, hex, list, number, parsed, strings, text, wrong};
use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::{Array, Buffer, Owner, Rule, Step, View};
use serde_json::{Value, json};

/// A case as JSON.
pub fn from_case(case: &Case) -> Value {
    from_parts(&case.array, &case.script)
}

/// A case as JSON, with the cases to ask before it if there are any.
pub fn from_sequence(before: &[Case], case: &Case) -> Value {
    let mut value = from_case(case);
    if !before.is_empty() {
        value["before"] = before.iter().map(from_case).collect();
    }
    value
}

/// A case with only a part of its script.
pub(crate) fn from_parts(array: &Array, script: &[Step]) -> Value {
    json!({ "array": from_array(array), "script": from_script(script) })
}

/// A script as JSON.
pub(crate) fn from_script(script: &[Step]) -> Value {
    strings(script)
}

/// The most steps of a case. Drawn cases have a hundred or so. Steps look back at earlier ones, so twice as many take four
/// times as long.
const MAX_STEPS: usize = 4096;

/// The case that JSON describes. References to objects get that pointer size, in bytes.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_case(value: &Value, pointer_size: u64) -> Result<Case> {
    let script = entry(value, "script")?;
    if script.as_array().is_some_and(|steps| steps.len() > MAX_STEPS) {
        return wrong("script", &format!("at most {MAX_STEPS} steps"), script);
    }
    Ok(Case { array: to_array(entry(value, "array")?, pointer_size)?, script: list(script, "script", parsed::<Step>)? })
}

/// The cases to ask before the case that JSON describes. References to objects get that pointer size, in bytes.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_before(value: &Value, pointer_size: u64) -> Result<Vec<Case>> {
    let case = |value: &Value, _: &str| to_case(value, pointer_size);
    value.get("before").map_or(Ok(Vec::new()), |before| list(before, "before", case))
}

/// The rule that a counterexample breaks, and the implementation that breaks it, as the note of the case says.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_note(value: &Value) -> Result<(Rule, String)> {
    let note = entry(value, "note")?;
    let (id, implementation) = (entry(note, "rule")?, entry(note, "implementation")?);
    let rule = Rule::from_id(text(id, "note, rule")?).map_or_else(|| wrong("note, rule", "a rule", id), Ok)?;
    let implementation = text(implementation, "note, implementation")?.to_owned();
    match entry(value, "script")?.as_array() {
        Some(steps) if !steps.is_empty() => Ok((rule, implementation)),
        _ => wrong("script", "at least one step", value),
    }
}

/// An array as JSON.
pub fn from_array(array: &Array) -> Value {
    let mut value = json!({
        "buffer": { "size": array.buffer.size.to_string(), "bytes": hex(&array.buffer.bytes), "at": array.buffer.at },
        "writeable": array.writeable,
        "dtype": from_dtype(&array.dtype),
        "offset": array.offset.to_string(),
        "shape": strings(&array.shape),
        "strides": strings(&array.strides),
        "views": strings(&array.views),
    });
    if let Some(Map { mode, deduced, file, name }) = &array.map {
        value["map"] = json!({ "mode": mode.word(), "deduced": deduced, "file": file.word() });
        if let Some(name) = name {
            value["map"]["name"] = name.as_str().into();
        }
    }
    if let Some(owner) = array.owner {
        value["owner"] = owner.word().into();
    }
    value
}

/// The way to make an array that owns its memory.
pub(super) fn to_owner(value: &Value, place: &str) -> Result<Owner> {
    let words = || Owner::ALL.iter().map(|owner| owner.word()).collect::<Vec<_>>().join(", ");
    Owner::from_word(text(value, place)?).map_or_else(|| wrong(place, &format!("one of {}", words()), value), Ok)
}

fn to_map(value: &Value) -> Result<Map> {
    fn word<T>(value: &Value, key: &str, known: fn(&str) -> Option<T>) -> Result<T> {
        let value = entry(value, key)?;
        known(text(value, key)?).map_or_else(|| wrong(key, "a word that the protocol knows", value), Ok)
    }
    Ok(Map {
        mode: word(value, "mode", Mode::from_word)?,
        deduced: boolean(entry(value, "deduced")?, "deduced")?,
        file: word(value, "file", Handle::from_word)?,
        name: value.get("name").map(to_file_name).transpose()?,
    })
}

fn to_file_name(value: &Value) -> Result<String> {
    let expected = "the last component of a path, of at most 255 bytes and without control characters";
    match text(value, "name")? {
        name if Map::is_name(name) => Ok(name.to_owned()),
        _ => wrong("name", expected, value),
    }
}

fn to_array(value: &Value, pointer_size: u64) -> Result<Array> {
    let buffer = entry(value, "buffer")?;
    let array = Array {
        buffer: Buffer {
            size: number(entry(buffer, "size")?, "size")?,
            bytes: bytes(entry(buffer, "bytes")?, "bytes")?,
            at: number(entry(buffer, "at")?, "at")?,
        },
        map: value.get("map").map(to_map).transpose()?,
        owner: value.get("owner").map(|owner| to_owner(owner, "owner")).transpose()?,
        writeable: boolean(entry(value, "writeable")?, "writeable")?,
        dtype: to_dtype(entry(value, "dtype")?, pointer_size)?,
        offset: number(entry(value, "offset")?, "offset")?,
        shape: list(entry(value, "shape")?, "shape", number)?,
        strides: list(entry(value, "strides")?, "strides", number)?,
        views: list(entry(value, "views")?, "views", parsed::<View>)?,
    };
    if array.buffer.bytes.len() as u64 > array.buffer.size {
        return wrong("bytes", "at most as many bytes as `size`", buffer);
    }
    if array.buffer.at >= Buffer::PAGE {
        return wrong("at", "a number below 4096", buffer);
    }
    if !array.fits_owner() {
        let expected = "an array with an `owner` to be C-contiguous and writeable, without a map, from the first byte of a \
                        buffer at 0 to its last, with all bytes given (zeros for `zeros`)";
        return wrong("owner", expected, value);
    }
    if array.owner.is_some() && array.dtype.has_objects() {
        return wrong("owner", "an array with an `owner` to have no references to objects", value);
    }
    Ok(array)
}

pub(super) fn from_dtype(dtype: &Dtype) -> Value {
    let Dtype::Record(record) = dtype else { return dtype.typestr().into() };
    let fields: Vec<Value> = record
        .fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name, "title": field.title, "dtype": from_dtype(&field.dtype),
                "shape": strings(&field.shape), "offset": field.offset.to_string(),
            })
        })
        .collect();
    json!({ "fields": fields, "size": record.size.to_string(), "aligned": record.aligned })
}

fn to_dtype(value: &Value, pointer_size: u64) -> Result<Dtype> {
    if let Some(typestr) = value.as_str() {
        return match Dtype::from_typestr(typestr) {
            Ok(_) if typestr == "|O" => Ok(Dtype::object(pointer_size)),
            Ok(dtype) => Ok(dtype),
            Err(error) => wrong("dtype", &error.to_string(), value),
        };
    }
    let fields = list(entry(value, "fields")?, "fields", |field, _| {
        Ok(Field {
            name: text(entry(field, "name")?, "name")?.to_owned(),
            title: match entry(field, "title")? {
                Value::Null => None,
                title => Some(text(title, "title")?.to_owned()),
            },
            dtype: to_dtype(entry(field, "dtype")?, pointer_size)?,
            shape: list(entry(field, "shape")?, "shape", number)?,
            offset: number(entry(field, "offset")?, "offset")?,
        })
    })?;
    let size: u64 = number(entry(value, "size")?, "size")?;
    let inside = |field: &Field| field.offset.checked_add(field.size()).is_some_and(|end| end <= size);
    if size > u64::from(u32::MAX) || !fields.iter().all(inside) {
        return wrong("dtype", "fields inside a size below 2^32", value);
    }
    let aligned = boolean(entry(value, "aligned")?, "aligned")?;
    Ok(Dtype::from(Record { fields, size, aligned }))
}
