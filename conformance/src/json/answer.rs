//! Answers and replies as JSON.

use super::{Result, boolean, bytes, entry, hex, is_integer, list, number, strings, text, wrong};
use crate::adapter::reply::{Answers, Message, Refusal, Reply};
use crate::words::cut;
use array_ctypes_spec::{Address, Answer, Imported, Raises};
use serde_json::{Value, json};
use std::path::PathBuf;

/// An answer as JSON.
pub fn from_answer(answer: &Answer) -> Value {
    match answer {
        Answer::Nothing => Value::Null,
        Answer::Bool(value) => json!(value),
        Answer::Address(address) => json!({ "address": from_address(*address) }),
        Answer::Integer(value) => json!({ "integer": value.to_string() }),
        Answer::Integers(values) => json!({ "integers": strings(values) }),
        Answer::Float(bits) => json!({ "float": format!("{bits:016x}") }),
        Answer::Complex(parts) => json!({ "complex": parts.map(|bits| format!("{bits:016x}")) }),
        Answer::Bytes(bytes) => json!({ "bytes": hex(bytes) }),
        Answer::Text(text) => json!({ "text": text }),
        Answer::Object(id) => json!({ "object": id.to_string() }),
        Answer::Imported(seen) => {
            let mut facts = json!({
                "data": from_address(seen.data), "read_only": seen.read_only, "shape": strings(&seen.shape),
                "strides": strings(&seen.strides), "typestr": seen.typestr,
            });
            if let Some(elements) = &seen.elements {
                facts["elements"] = hex(elements).into();
            }
            json!({ "seen": facts })
        }
        Answer::Raises(kind) => json!({ "raises": kind.name() }),
        Answer::Signal(name) => json!({ "signal": name }),
        Answer::NotObserved => json!({ "unseen": true }),
        Answer::Declined(reason) => json!({ "declined": reason }),
    }
}

fn from_address(address: Address) -> String {
    match address {
        Address::InBuffer(offset) => format!("buffer{offset:+}"),
        Address::Absolute(address) => address.to_string(),
    }
}

/// Numbers that no answer has room for: a wrong answer.
fn too_large(content: &Value) -> Answer {
    Answer::Text(format!("too large: {}", content.to_string().replace('"', "").replace(',', ", ")))
}

/// The answer that JSON describes.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_answer(value: &Value) -> Result<Answer> {
    let object = match value {
        Value::Null => return Ok(Answer::Nothing),
        Value::Bool(value) => return Ok(Answer::Bool(*value)),
        Value::Object(object) => object,
        _ => return wrong("answer", ANSWER, value),
    };
    let mut kinds = object.iter().filter(|(key, _)| !["message", "place"].contains(&key.as_str()));
    let Some((kind, content)) = kinds.next() else { return wrong("answer", ANSWER, value) };
    if let Some((other, _)) = kinds.next() {
        return wrong("answer", &format!("one kind, not {kind} beside {other}"), value);
    }
    Ok(match kind.as_str() {
        "address" => Answer::Address(Address::Absolute(number(content, kind)?)),
        // A number that is too large is a wrong answer and not an error of the protocol.
        "integer" if is_integer(content) => number(content, kind).map_or_else(|_| too_large(content), Answer::Integer),
        "integers" if content.as_array().is_some_and(|items| items.iter().all(is_integer)) => {
            list(content, kind, number).map_or_else(|_| too_large(content), Answer::Integers)
        }
        "integer" | "integers" => return wrong(kind, "decimal numbers", content),
        "float" => Answer::Float(to_bits(content, kind)?),
        "complex" => match list(content, kind, to_bits)?.try_into() {
            Ok(parts) => Answer::Complex(parts),
            Err(_) => return wrong(kind, "two parts", content),
        },
        "bytes" => Answer::Bytes(bytes(content, kind)?),
        "text" => Answer::Text(text(content, kind)?.to_owned()),
        "object" => Answer::Object(number(content, kind)?),
        "seen" => Answer::Imported(Box::new(Imported {
            data: Address::Absolute(number(entry(content, "data")?, "data")?),
            read_only: boolean(entry(content, "read_only")?, "read_only")?,
            shape: list(entry(content, "shape")?, "shape", number)?,
            strides: list(entry(content, "strides")?, "strides", number)?,
            typestr: text(entry(content, "typestr")?, "typestr")?.to_owned(),
            elements: content.get("elements").map(|elements| bytes(elements, "elements")).transpose()?,
        })),
        "raises" => Answer::Raises(Raises::from_name(text(content, kind)?)),
        "signal" => Answer::Signal(text(content, kind)?.to_owned()),
        "declined" => Answer::Declined(to_reason(content)?),
        _ => return wrong("answer", ANSWER, value),
    })
}

/// The bits of a binary64.
fn to_bits(value: &Value, place: &str) -> Result<u64> {
    u64::from_str_radix(text(value, place)?, 16).or_else(|_| wrong(place, "16 hexadecimal digits", value))
}

const ANSWER: &str = "null, true, false, or an object with one of the entries address, integer, integers, float, complex, \
                      bytes, text, object, seen, signal, raises, declined";

/// The reply to the case with that identifier, as JSON.
pub fn from_reply(id: &Value, reply: &Reply) -> Value {
    match reply {
        Reply::Answered(Answers { buffer, answers, messages }) => {
            let mut answers: Vec<Value> = answers.iter().map(from_answer).collect();
            for Message { step, text, place } in messages {
                if let Some(answer) = answers.get_mut(*step).filter(|answer| answer.get("raises").is_some()) {
                    answer["message"] = text.as_str().into();
                    put(answer, "place", place.as_deref());
                }
            }
            json!({ "id": id, "buffer": buffer.map(|buffer| buffer.to_string()), "answers": answers })
        }
        Reply::Refused(Refusal { kind, message, place }) => {
            let mut refused = json!({ "id": id, "raises": kind.name() });
            put(&mut refused, "message", message.as_deref());
            put(&mut refused, "place", place.as_deref());
            refused
        }
        Reply::Declined(reason) => json!({ "id": id, "declined": reason }),
        Reply::Lost(how) | Reply::Hung(how) => json!({ "id": id, "lost": how }),
    }
}

/// The identifier and the reply that JSON describes. `steps` returns the number of steps of the case with an
/// identifier; `None` if no reply to that case is expected. Only if the library allocates the memory of the array, which `owns` says, the address
/// of the buffer may be missing.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_reply(value: &Value, owns: bool, steps: impl Fn(&str) -> Option<usize>) -> Result<(String, Reply)> {
    let id = text(entry(value, "id")?, "id")?.to_owned();
    let Some(steps) = steps(&id) else { return wrong("id", "the next case of the batch", value) };
    let mut kinds = ["answers", "raises", "declined", "lost"].into_iter().filter(|kind| value.get(kind).is_some());
    if let (Some(kind), Some(other)) = (kinds.next(), kinds.next()) {
        return wrong("reply", &format!("one kind, not {kind} beside {other}"), value);
    }
    if let Some(how) = value.get("lost") {
        return Ok((id, Reply::Lost(cut(text(how, "lost")?, MAX_MESSAGE))));
    }
    if let Some(kind) = value.get("raises") {
        let kind = Raises::from_name(text(kind, "raises")?);
        return Ok((
            id,
            Reply::Refused(Refusal { kind, message: told(value, "message"), place: told(value, "place") }),
        ));
    }
    if let Some(reason) = value.get("declined") {
        return Ok((id, Reply::Declined(to_reason(reason)?)));
    }
    let buffer = value.get("buffer").filter(|buffer| !buffer.is_null());
    let buffer = match (buffer, owns) {
        (Some(buffer), _) => Some(number(buffer, "buffer")?),
        (None, true) => None,
        (None, false) => Some(number(entry(value, "buffer")?, "buffer")?),
    };
    let answers = entry(value, "answers")?;
    let steps_answered = answers.as_array().into_iter().flatten().enumerate();
    let messages = steps_answered
        .filter_map(|(step, answer)| {
            Some(Message { step, text: told(answer, "message")?, place: told(answer, "place") })
        })
        .collect();
    let answers = list(answers, "answers", |answer, _| to_answer(answer))?;
    if answers.len() != steps {
        return wrong("answers", &format!("{steps} answers, one for each step"), value);
    }
    Ok((id, Reply::Answered(Answers { buffer, answers, messages })))
}

/// The longest reason that reports show, in characters.
const MAX_REASON: usize = 200;

/// The reason for which a step or a case is declined, as one line.
fn to_reason(value: &Value) -> Result<String> {
    let words = text(value, "declined")?.split(|c: char| c.is_whitespace() || c.is_control());
    let reason = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if reason.is_empty() { wrong("declined", "a reason", value) } else { Ok(reason.chars().take(MAX_REASON).collect()) }
}

/// The path of the file that the array of a reply is mapped from, if the reply names it. If the case gives the file a name,
/// the reply to an array that was made names a file of that name.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_file(value: &Value, name: Option<&str>) -> Result<Option<PathBuf>> {
    let file = value.get("file").map(|file| text(file, "file")).transpose()?;
    // The path may be one of another system.
    let is_in_folder = |folder: &str| folder.ends_with(['/', '\\']);
    match (file, name) {
        (Some(path), Some(name)) if !path.strip_suffix(name).is_some_and(is_in_folder) => {
            wrong("file", &format!("the path of a file named {name:?}"), &value["file"])
        }
        (None, Some(name)) if value.get("answers").is_some() => {
            wrong("file", &format!("the path of a file named {name:?}"), value)
        }
        _ => Ok(file.map(PathBuf::from)),
    }
}

/// The longest message that is kept, in characters.
const MAX_MESSAGE: usize = 2000;

/// What an error says beside its kind, by name.
fn told(error: &Value, name: &str) -> Option<String> {
    Some(cut(error.get(name)?.as_str()?, MAX_MESSAGE))
}

/// Adds what an error says beside its kind, if it does.
fn put(error: &mut Value, name: &str, told: Option<&str>) {
    if let Some(told) = told {
        error[name] = told.into();
    }
}
