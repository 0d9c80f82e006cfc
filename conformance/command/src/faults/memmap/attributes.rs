//! Faults of the attributes of a mapped array.

use super::file::{mode, part, rest};
use crate::faults::about::About;
use crate::faults::answers::integer;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::memmap::{Handle, Mode, Part};
use array_ctypes_conformance::spec::{Answer, Question};

pub(crate) fn attributes(faults: &mut Faults) {
    faults.answer("the attribute offset is rounded", |about, question, answer| {
        if part(question) == Some(Part::Offset) {
            *answer = integer((about.array().offset - rest(about)) as u64);
        }
    });
    faults.answer("the attribute mode is r+ for w+", |about, question, answer| {
        if mode(about) == Some(Mode::WPlus) && part(question) == Some(Part::Mode) {
            *answer = Answer::Text("r+".to_owned());
        }
    });
    faults.answer("a view lacks the attributes of the file", |about, question, answer| {
        if !about.array().views.is_empty() && matches!(part(question), Some(Part::Offset | Part::Mode)) {
            *answer = Answer::Nothing;
        }
    });
}

/// Lets the array report another name if the change of it yields one.
fn rename(about: &About, question: &Question, answer: &mut Answer, change: impl Fn(&str) -> String) {
    let name = about.array().map.as_ref().and_then(|map| map.name.as_deref());
    if part(question) == Some(Part::Filename) && name.is_some_and(|name| change(name) != name) {
        *answer = Answer::Bool(false);
    }
}

/// Replaces `%` and two hexadecimal digits by the byte that they mean, as in an address of the web.
fn decode_percents(name: &str) -> String {
    let mut parts = name.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |decoded, part| {
        let digits = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits {
            Some(byte) => decoded + &String::from_utf8_lossy(&[byte]) + &part[2..],
            None => decoded + "%" + part,
        }
    })
}

pub(crate) fn filename(faults: &mut Faults) {
    faults.answer("a relative file name is kept as given", |about, question, answer| {
        let relative = about.array().map.as_ref().is_some_and(|map| map.file == Handle::Relative);
        if relative && part(question) == Some(Part::Filename) {
            *answer = Answer::Bool(false);
        }
    });
    faults.answer("the name of an open file is lost", |about, question, answer| {
        let object = about.array().map.as_ref().is_some_and(|map| map.file == Handle::Object);
        if object && part(question) == Some(Part::Filename) {
            *answer = Answer::Bool(false);
        }
    });
    faults.answer("a file name ends at its first space", |about, question, answer| {
        rename(about, question, answer, |name| name.split(' ').next().unwrap_or_default().to_owned());
    });
    faults.answer("a file name has one dot at most", |about, question, answer| {
        rename(about, question, answer, |name| name.split('.').take(2).collect::<Vec<_>>().join("."));
    });
    faults.answer("a file name is percent-decoded", |about, question, answer| {
        rename(about, question, answer, decode_percents);
    });
    faults.answer("a file name has a question mark for each letter outside ASCII", |about, question, answer| {
        rename(about, question, answer, |name| name.replace(|c: char| !c.is_ascii(), "?"));
    });
    faults.answer("a file name has at most 128 bytes", |about, question, answer| {
        rename(about, question, answer, |name| name.get(..128).unwrap_or(name).to_owned());
    });
    faults.answer("accented letters of a file name are decomposed", |about, question, answer| {
        rename(about, question, answer, |name| name.replace('\u{e9}', "e\u{301}"));
    });
}
