//! Changes of JSON: another number, another order, a part less or twice. Bytes alone seldom leave JSON what it is.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value};
use std::ops::Range;

/// Changes JSON text in place, as libFuzzer asks it of a mutator, and returns its new size; text that is none gets other bytes.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    if let (true, Ok(mut value)) = (seed % 4 != 0, serde_json::from_slice::<Value>(&data[..size])) {
        // As many choices as some changes need, all of them by the seed.
        let choices: Vec<u8> =
            (0..64u32).map(|at| (seed.wrapping_add(at).wrapping_mul(0x9E37_79B1) >> 24) as u8).collect();
        let mut choices = Unstructured::new(&choices);
        for _ in 0..1 + seed % 3 {
            let _ = change(&mut value, "", &mut choices);
        }
        let text = value.to_string();
        if text.len() <= max_size {
            data[..text.len()].copy_from_slice(text.as_bytes());
            return text.len();
        }
    }
    libfuzzer_sys::fuzzer_mutate(data, size, max_size)
}

/// Changes one part of a value, at that JSON pointer or below it.
///
/// # Errors
/// If there are too few choices.
pub fn change(value: &mut Value, below: &str, choices: &mut Unstructured) -> Result<()> {
    let mut places = Vec::new();
    collect(value.pointer(below).unwrap_or(&Value::Null), below, &mut places);
    let Some(place) = places.get(choices.choose_index(places.len().max(1))?) else { return Ok(()) };
    match value.pointer_mut(place) {
        Some(Value::Array(items)) => reorder(items, choices)?,
        Some(Value::Object(entries)) => drop_one(entries, choices)?,
        Some(Value::String(text)) => renumber(text, choices)?,
        Some(number @ Value::Number(_)) => {
            let other = other(&number.to_string(), choices)?;
            *number = serde_json::from_str(&other).unwrap_or_default();
        }
        Some(Value::Bool(is)) => *is = !*is,
        Some(Value::Null) | None => {}
    }
    Ok(())
}

/// The JSON pointers of a value and all that is in it.
fn collect(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, item)| collect(item, &format!("{at}/{key}"), places))
        }
        Value::Object(entries) => entries.iter().for_each(|(key, item)| {
            collect(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places)
        }),
        _ => {}
    }
}

fn reorder(items: &mut Vec<Value>, choices: &mut Unstructured) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let (one, other) = (choices.choose_index(items.len())?, choices.choose_index(items.len())?);
    match choices.int_in_range(0..=2)? {
        0 => items.swap(one, other),
        1 => items.insert(other, items[one].clone()),
        _ => drop(items.remove(one)),
    }
    Ok(())
}

fn drop_one(entries: &mut Map<String, Value>, choices: &mut Unstructured) -> Result<()> {
    if let Some(key) = entries.keys().nth(choices.choose_index(entries.len().max(1))?).cloned() {
        entries.remove(&key);
    }
    Ok(())
}

/// Puts another number in the place of one that stands in a text.
fn renumber(text: &mut String, choices: &mut Unstructured) -> Result<()> {
    let numbers = numbers(text);
    if let Some(place) = numbers.get(choices.choose_index(numbers.len().max(1))?) {
        let other = other(&text[place.clone()], choices)?;
        text.replace_range(place.clone(), &other);
    }
    Ok(())
}

/// Where the numbers of a text are, with their signs.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut numbers: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        let digit = byte.is_ascii_digit();
        match numbers.last_mut() {
            Some(last) if last.end == at && digit => last.end += 1,
            _ if digit || byte == b'-' => numbers.push(at..at + 1),
            _ => {}
        }
    }
    numbers
}

/// Another number: a small one, one near, or one at the edge of what fits.
fn other(number: &str, choices: &mut Unstructured) -> Result<String> {
    let number: i128 = number.parse::<i64>().unwrap_or(0).into();
    let near: i128 = choices.int_in_range(-9..=9)?;
    Ok(match choices.int_in_range(0..=7)? {
        0 | 1 => near,
        2 | 3 => number + near,
        4 => -number,
        5 => number * 2,
        6 => (1 << choices.int_in_range(0..=64)?) + near,
        _ => *choices.choose(&[i128::from(i64::MIN), i64::MAX.into(), u64::MAX.into()])?,
    }
    .to_string())
}
