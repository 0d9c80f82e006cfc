//! Faults of the formats of the buffer protocol.

use crate::faults::about::About;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind, Record};
use array_ctypes_conformance::spec::rules::interface as rules;
use array_ctypes_conformance::spec::{Answer, BufferMember, Question, Raises};

/// Changes the format of one kind of element types.
fn format(about: &About, question: &Question, answer: &mut Answer, of: Of, change: impl Fn(&str) -> String) {
    let nested = |record: &Record| record.fields.iter().any(|field| field.dtype.plain().is_none());
    let is = match &about.layout.dtype {
        Dtype::Plain(_) => Of::Plain,
        Dtype::Record(record) if nested(record) => Of::Nested,
        Dtype::Record(_) => Of::Fields,
    };
    if let (true, Question::Buffer(_, BufferMember::Format), Answer::Text(text)) = (is == of, question, answer) {
        *text = change(text);
    }
}

/// Element types by the rule of their format.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Plain,
    /// Structured types whose fields are plain.
    Fields,
    /// Structured types with structured fields.
    Nested,
}

pub(crate) fn buffer_format(faults: &mut Faults) {
    faults
        .answer("eight bytes are always a long", |about, question, answer| {
            format(about, question, answer, Of::Plain, |text| text.replace('q', "l").replace('Q', "L"));
        })
        .also(&[rules::buffer_format_size]);
    faults.answer("the format loses the byte order", |about, question, answer| {
        format(about, question, answer, Of::Plain, |text| text.replace(['<', '>'], ""));
    });
    faults.answer("every integer has a sign in the format", |about, question, answer| {
        let signed = |letter: char| if "BHIQ".contains(letter) { letter.to_ascii_lowercase() } else { letter };
        format(about, question, answer, Of::Plain, |text| text.chars().map(signed).collect());
    });
    faults
        .answer("a half is a float", |about, question, answer| {
            format(about, question, answer, Of::Plain, |text| text.replace('e', "f"));
        })
        .also(&[rules::buffer_format_size]);
    faults.answer("a boolean is a byte", |about, question, answer| {
        format(about, question, answer, Of::Plain, |text| text.replace('?', "B"));
    });
    faults
        .answer("text is refused", |about, question, answer| {
            let text = about.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Unicode);
            if text && matches!(question, Question::Buffer(_, BufferMember::Format)) {
                *answer = Answer::Raises(Raises::BufferError);
            }
        })
        .also(&[rules::buffer_format_size, rules::buffer_no_format]);
}

/// Returns the format without its padding, either all of it or only that at the end of structures.
fn without_padding(text: &str, at_end: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('x') {
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let padding = !after.starts_with(':') && (!at_end || after.starts_with('}'));
        let kept = if padding { before.len() - digits } else { before.len() };
        out.push_str(&before[..kept]);
        if !padding {
            out.push('x');
        }
        rest = after;
    }
    out + rest
}

pub(crate) fn buffer_format_fields(faults: &mut Faults) {
    faults
        .answer("the format leaves out padding", |about, question, answer| {
            format(about, question, answer, Of::Fields, |text| without_padding(text, false));
        })
        .also(&[rules::buffer_format_size]);
    faults.answer("the format renames the fields", |about, question, answer| {
        format(about, question, answer, Of::Fields, |text| text.replace(":a:", ":f0:"));
    });
    faults.answer("numbers of fields are in the machine's byte order", |about, question, answer| {
        format(about, question, answer, Of::Fields, |text| text.replace(['<', '>'], "="));
    });
}

pub(crate) fn buffer_format_nested(faults: &mut Faults) {
    faults
        .answer("inner structures have no padding", |about, question, answer| {
            format(about, question, answer, Of::Nested, |text| without_padding(text, false));
        })
        .also(&[rules::buffer_format_size]);
    faults.answer("inner fields have the names of outer ones", |about, question, answer| {
        format(about, question, answer, Of::Nested, |text| text.replace(":b:", ":a:"));
    });
}

pub(crate) fn buffer_format_size(faults: &mut Faults) {
    faults.answer("the format loses the padding at the end", |about, question, answer| {
        format(about, question, answer, Of::Fields, |text| without_padding(text, true));
    });
}
