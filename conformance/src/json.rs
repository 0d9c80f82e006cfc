//! Cases, answers and introductions as JSON, both ways: the form of case files and of the protocol.
//!
//! Numbers that may pass 2^53 are decimal strings. What is malformed gets an [`Error`] that names the place.

use crate::Case;
use crate::implementation::{Hello, Reply};
use crate::limits::{Limits, VIEWS};
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::{ByteOrder, DataModel, LongDouble, Platform};
use array_ctypes_spec::{Address, Answer, Array, Buffer, Profile, Raises, Seen, Step, View};
use serde_json::{Value, json};
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

/// What is wrong with a JSON text.
#[derive(Debug)]
pub struct Error {
    place: String,
    expected: String,
    found: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.place, self.expected, self.found)
    }
}

impl std::error::Error for Error {}

type Result<T> = std::result::Result<T, Error>;

fn wrong<T>(place: &str, expected: &str, found: &Value) -> Result<T> {
    let mut found = found.to_string();
    if found.len() > 120 {
        let cut = (0..=120).rev().find(|at| found.is_char_boundary(*at)).unwrap_or(0);
        found.truncate(cut);
        found.push('…');
    }
    Err(Error { place: place.to_owned(), expected: expected.to_owned(), found })
}

fn entry<'a>(object: &'a Value, key: &str) -> Result<&'a Value> {
    match object.get(key) {
        Some(value) => Ok(value),
        None => wrong(key, &format!("an object with an entry `{key}`"), object),
    }
}

fn text<'a>(value: &'a Value, place: &str) -> Result<&'a str> {
    value.as_str().map_or_else(|| wrong(place, "a string", value), Ok)
}

fn parsed<T: FromStr>(value: &Value, place: &str) -> Result<T>
where
    T::Err: fmt::Display,
{
    text(value, place)?.parse().or_else(|error: T::Err| wrong(place, &error.to_string(), value))
}

/// Whether this is a whole number of any size, as a decimal string or as a JSON integer.
fn is_integer(value: &Value) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match value {
        Value::String(text) => digits(text.strip_prefix('-').unwrap_or(text)),
        other => other.is_i64() || other.is_u64(),
    }
}

/// A number, as a decimal string or as a JSON integer.
fn number<T: FromStr>(value: &Value, place: &str) -> Result<T> {
    let parsed = match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    };
    parsed.map_or_else(|| wrong(place, "a decimal number in its range", value), Ok)
}

fn boolean(value: &Value, place: &str) -> Result<bool> {
    value.as_bool().map_or_else(|| wrong(place, "true or false", value), Ok)
}

fn list<T>(value: &Value, place: &str, item: impl Fn(&Value, &str) -> Result<T>) -> Result<Vec<T>> {
    match value.as_array() {
        Some(items) => items.iter().map(|value| item(value, place)).collect(),
        None => wrong(place, "a list", value),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(value: &Value, place: &str) -> Result<Vec<u8>> {
    let digits = text(value, place)?.as_bytes();
    let nibble = |digit: &u8| char::from(*digit).to_digit(16);
    let byte = |pair: &[u8]| Some((nibble(pair.first()?)? << 4 | nibble(pair.get(1)?)?) as u8);
    let all: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    all.map_or_else(|| wrong(place, "pairs of hexadecimal digits", value), Ok)
}

fn strings<T: ToString>(items: &[T]) -> Value {
    items.iter().map(T::to_string).collect()
}

/// A case as JSON.
pub fn from_case(case: &Case) -> Value {
    from_parts(&case.array, &case.script)
}

/// A case of which only a part of the script is put.
pub(crate) fn from_parts(array: &Array, script: &[Step]) -> Value {
    json!({ "array": from_array(array), "script": from_script(script) })
}

/// A script as JSON.
pub(crate) fn from_script(script: &[Step]) -> Value {
    strings(script)
}

/// The case that JSON describes. References to objects are given that pointer size, in bytes.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_case(value: &Value, pointer_size: u64) -> Result<Case> {
    Ok(Case {
        array: to_array(entry(value, "array")?, pointer_size)?,
        script: list(entry(value, "script")?, "script", parsed::<Step>)?,
    })
}

fn from_array(array: &Array) -> Value {
    let mut value = json!({
        "buffer": { "size": array.buffer.size.to_string(), "bytes": hex(&array.buffer.bytes), "at": array.buffer.at },
        "writeable": array.writeable,
        "dtype": from_dtype(&array.dtype),
        "offset": array.offset.to_string(),
        "shape": strings(&array.shape),
        "strides": strings(&array.strides),
        "views": strings(&array.views),
    });
    if let Some(Map { mode, deduced, file }) = array.map {
        value["map"] = json!({ "mode": mode.word(), "deduced": deduced, "file": file.word() });
    }
    value
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
    })
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
    Ok(array)
}

fn from_dtype(dtype: &Dtype) -> Value {
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
    Ok(Dtype::Record(Box::new(Record { fields, size, aligned })))
}

/// An answer as JSON.
pub fn from_answer(answer: &Answer) -> Value {
    match answer {
        Answer::Nothing => Value::Null,
        Answer::Bool(value) => json!(value),
        Answer::Address(address) => json!({ "address": from_address(*address) }),
        Answer::Integer(value) => json!({ "integer": value.to_string() }),
        Answer::Integers(values) => json!({ "integers": strings(values) }),
        Answer::Float(bits) => json!({ "float": format!("{bits:016x}") }),
        Answer::Bytes(bytes) => json!({ "bytes": hex(bytes) }),
        Answer::Text(text) => json!({ "text": text }),
        Answer::Object(id) => json!({ "object": id.to_string() }),
        Answer::Seen(seen) => json!({ "seen": {
            "data": from_address(seen.data), "read_only": seen.read_only, "shape": strings(&seen.shape),
            "strides": strings(&seen.strides), "typestr": seen.typestr,
        } }),
        Answer::Raises(kind) => json!({ "raises": kind.name() }),
        Answer::Signal(name) => json!({ "signal": name }),
        Answer::Unseen => json!({ "unseen": true }),
    }
}

fn from_address(address: Address) -> String {
    match address {
        Address::InBuffer(offset) => format!("buffer{offset:+}"),
        Address::Absolute(address) => address.to_string(),
    }
}

/// The answer that JSON describes.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_answer(value: &Value) -> Result<Answer> {
    let object = match value {
        Value::Null => return Ok(Answer::Nothing),
        Value::Bool(value) => return Ok(Answer::Bool(*value)),
        Value::Object(object) => object,
        _ => return wrong("answer", ANSWER, value),
    };
    let Some((kind, content)) = object.iter().find(|(key, _)| key.as_str() != "message") else {
        return wrong("answer", ANSWER, value);
    };
    Ok(match kind.as_str() {
        "address" => Answer::Address(Address::Absolute(number(content, kind)?)),
        // A number too large for its place is an answer too, and a wrong one.
        "integer" if is_integer(content) => {
            number(content, kind).map_or_else(|_| Answer::Text(content.to_string()), Answer::Integer)
        }
        "integers" if content.as_array().is_some_and(|items| items.iter().all(is_integer)) => {
            list(content, kind, number).map_or_else(|_| Answer::Text(content.to_string()), Answer::Integers)
        }
        "integer" | "integers" => return wrong(kind, "decimal numbers", content),
        "float" => match u64::from_str_radix(text(content, kind)?, 16) {
            Ok(bits) => Answer::Float(bits),
            Err(_) => return wrong(kind, "16 hexadecimal digits", content),
        },
        "bytes" => Answer::Bytes(bytes(content, kind)?),
        "text" => Answer::Text(text(content, kind)?.to_owned()),
        "object" => Answer::Object(number(content, kind)?),
        "seen" => Answer::Seen(Box::new(Seen {
            data: Address::Absolute(number(entry(content, "data")?, "data")?),
            read_only: boolean(entry(content, "read_only")?, "read_only")?,
            shape: list(entry(content, "shape")?, "shape", number)?,
            strides: list(entry(content, "strides")?, "strides", number)?,
            typestr: text(entry(content, "typestr")?, "typestr")?.to_owned(),
        })),
        "raises" => Answer::Raises(Raises::from_name(text(content, kind)?)),
        "signal" => Answer::Signal(text(content, kind)?.to_owned()),
        _ => return wrong("answer", ANSWER, value),
    })
}

const ANSWER: &str = "null, true, false, or an object with one of the entries address, integer, integers, float, bytes, \
                      text, object, seen, signal, raises";

/// The reply to a case with so many steps: its identifier, and the reply. An array that is refused is refused at each step.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_reply(value: &Value, steps: impl Fn(&str) -> Option<usize>) -> Result<(String, Reply)> {
    let id = text(entry(value, "id")?, "id")?.to_owned();
    let Some(steps) = steps(&id) else { return wrong("id", "the next case of the batch", value) };
    let said = |at: usize, refusal: &Value| Some((at, refusal.get("message")?.as_str()?.to_owned()));
    if let Some(kind) = value.get("raises") {
        let answers = vec![Answer::Raises(Raises::from_name(text(kind, "raises")?)); steps];
        let messages = said(0, value).into_iter().collect();
        return Ok((id, Reply { answers, refused: true, messages, ..Reply::default() }));
    }
    let buffer = number(entry(value, "buffer")?, "buffer")?;
    let answers = entry(value, "answers")?;
    let messages = answers.as_array().into_iter().flatten().enumerate().filter_map(|(at, answer)| said(at, answer));
    let messages = messages.collect();
    let answers = list(answers, "answers", |answer, _| to_answer(answer))?;
    if answers.len() != steps {
        return wrong("answers", &format!("{steps} answers, one for each step"), value);
    }
    Ok((id, Reply { buffer, answers, messages, ..Reply::default() }))
}

/// The introduction that JSON describes. Limits that are not mentioned do not exist.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_hello(value: &Value) -> Result<Hello> {
    let hello = entry(value, "hello")?;
    let protocol: u64 = number(entry(hello, "protocol")?, "protocol")?;
    if protocol != PROTOCOL {
        return wrong("protocol", &format!("version {PROTOCOL} of the protocol"), hello);
    }
    Ok(Hello {
        name: text(entry(hello, "name")?, "name")?.to_owned(),
        version: text(entry(hello, "version")?, "version")?.to_owned(),
        platform: to_platform(entry(hello, "platform")?)?,
        profiles: to_profiles(entry(hello, "profiles")?)?,
        limits: hello.get("limits").map_or(Ok(Limits::default()), to_limits)?,
    })
}

fn to_profiles(value: &Value) -> Result<Vec<Profile>> {
    let profiles = list(value, "profiles", |value, place| {
        let profile = Profile::from_name(text(value, place)?);
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        profile.map_or_else(|| wrong(place, &format!("one of {}", names.join(", ")), value), Ok)
    })?;
    // Two readings of one sentence.
    let claims = |profile| profiles.contains(&profile);
    match (claims(Profile::Lifetime), claims(Profile::Holds), claims(Profile::Borrows)) {
        (true, true, false) | (true, false, true) | (false, false, false) => Ok(profiles),
        _ => wrong("profiles", "lifetime with one of holds and borrows, or none of the three", value),
    }
}

/// The version of the protocol.
pub const PROTOCOL: u64 = 1;

fn to_platform(value: &Value) -> Result<Platform> {
    let word = |key: &str| text(entry(value, key)?, key);
    Ok(Platform {
        byte_order: match word("byte_order")? {
            "little" => ByteOrder::Little,
            "big" => ByteOrder::Big,
            _ => return wrong("byte_order", "little or big", value),
        },
        data_model: match word("data_model")? {
            "LP64" => DataModel::Lp64,
            "LLP64" => DataModel::Llp64,
            "ILP32" => DataModel::Ilp32,
            _ => return wrong("data_model", "LP64, LLP64 or ILP32", value),
        },
        long_double: match word("long_double")? {
            "binary64" => LongDouble::Binary64,
            "x87-12" => LongDouble::X87In12,
            "x87-16" => LongDouble::X87In16,
            "binary128" => LongDouble::Binary128,
            "double-double" => LongDouble::DoubleDouble,
            _ => return wrong("long_double", "binary64, x87-12, x87-16, binary128 or double-double", value),
        },
        long_double_align: power(value, "long_double_align")?,
        eight_byte_align: power(value, "eight_byte_align")?,
        wchar_size: power(value, "wchar_size")?,
        granularity: match number::<u32>(entry(value, "granularity")?, "granularity")? {
            unit if unit.is_power_of_two() => unit,
            _ => return wrong("granularity", "a power of two, in bytes", value),
        },
    })
}

/// An alignment, or the size of a character.
fn power<T: FromStr + Into<u64> + Copy>(object: &Value, key: &str) -> Result<T> {
    match number::<T>(entry(object, key)?, key)? {
        number if matches!(number.into(), 1 | 2 | 4 | 8 | 16) => Ok(number),
        _ => wrong(key, "1, 2, 4, 8 or 16 bytes", &object[key]),
    }
}

fn to_limits(value: &Value) -> Result<Limits> {
    let mut limits = Limits::default();
    let Some(given) = value.as_object() else { return wrong("limits", "an object", value) };
    for (key, value) in given {
        match key.as_str() {
            "kinds" if text(value, key)?.chars().all(|kind| limits.kinds.contains(kind)) => {
                text(value, key)?.clone_into(&mut limits.kinds);
            }
            "kinds" => return wrong(key, &format!("characters of {:?}", limits.kinds), value),
            "max_item_size" => limits.max_item_size = number(value, key)?,
            "records" => limits.records = boolean(value, key)?,
            "swapped" => limits.swapped = boolean(value, key)?,
            "unaligned" => limits.unaligned = boolean(value, key)?,
            "read_only" => limits.read_only = boolean(value, key)?,
            "strided" => limits.strided = boolean(value, key)?,
            "negative_strides" => limits.negative_strides = boolean(value, key)?,
            "odd_strides" => limits.odd_strides = boolean(value, key)?,
            "overlap" => limits.overlap = boolean(value, key)?,
            "empty" => limits.empty = boolean(value, key)?,
            "array_struct" => limits.array_struct = boolean(value, key)?,
            "load_library" => limits.load_library = boolean(value, key)?,
            "counts_references" => limits.counts_references = boolean(value, key)?,
            "invalid" => limits.invalid = boolean(value, key)?,
            "max_dimensions" => limits.max_dimensions = number(value, key)?,
            "max_bytes" => limits.max_bytes = number(value, key)?,
            "views" => {
                limits.views = list(value, key, |value, place| match text(value, place)? {
                    view if VIEWS.contains(&view) => Ok(view.to_owned()),
                    _ => wrong(place, &format!("names of {}", VIEWS.join(", ")), value),
                })?;
            }
            _ => return wrong("limits", "limits that the protocol knows", &json!(key)),
        }
    }
    Ok(limits)
}
