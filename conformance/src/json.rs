//! Cases, answers and handshakes as JSON: the form of case files and of the protocol. Used by the command; not stable.
//!
//! Numbers that may pass 2^53 are decimal strings. Malformed JSON gives an [`Error`] that names the place. This is
//! written by hand, since the JSON of a case is specified in `PROTOCOL.md` and holds for good, while Rust types may
//! change.

use serde_json::Value;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

mod answer;
mod case;
mod cost;
mod expectation;
mod hello;
mod platform;

pub use answer::{from_answer, from_reply, to_answer, to_file, to_reply};
pub use case::{from_array, from_case, from_sequence, to_before, to_case, to_note};
pub(crate) use case::{from_parts, from_script};
pub use cost::to_costs;
pub use expectation::from_expectation;
pub use hello::{PROTOCOL_VERSION, Reported, from_door, to_hello, to_process};
pub use platform::{BYTE_ORDERS, DATA_MODELS, LONG_DOUBLES, from_platform};

/// Malformed JSON: where, what was expected, what was found.
#[derive(Debug)]
pub struct Error {
    /// The key, or the part of the protocol.
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

/// The most bytes of a value that a message shows.
const MAX_SHOWN_BYTES: usize = 120;

fn wrong<T>(place: &str, expected: &str, found: &Value) -> Result<T> {
    let mut found = found.to_string();
    if found.len() > MAX_SHOWN_BYTES {
        let cut = (0..=MAX_SHOWN_BYTES).rev().find(|at| found.is_char_boundary(*at)).unwrap_or(0);
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

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 100;

/// A text that fits into a line of a table.
fn line(value: &Value, place: &str) -> Result<String> {
    let text = text(value, place)?;
    if (1..=MAX_NAME_CHARS).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(text.to_owned());
    }
    wrong(place, &format!("1 to {MAX_NAME_CHARS} characters in one line"), value)
}

fn parsed<T: FromStr>(value: &Value, place: &str) -> Result<T>
where
    T::Err: fmt::Display,
{
    text(value, place)?.parse().or_else(|error: T::Err| wrong(place, &error.to_string(), value))
}

/// Returns true for an integer of any size, as a decimal string or as a JSON integer.
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

pub(crate) fn hex(bytes: &[u8]) -> String {
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
