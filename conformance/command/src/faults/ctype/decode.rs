//! Faults of what numbers and texts behind a pointer are read as.

use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Simple};
use array_ctypes_conformance::spec::{Answer, Question, rules};

pub(crate) fn decode_integer(faults: &mut Faults) {
    faults
        .answer("negative numbers are read as unsigned ones", |about, question, answer| {
            if let (Question::Index(_, CType::Simple(simple)), Answer::Integer(value)) = (question, answer)
                && *value < 0
            {
                *value += 1 << (8 * simple.size(&about.platform));
            }
        })
        .also(&[rules::cast::index]);
    faults
        .answer("unsigned numbers are read as signed ones", |about, question, answer| {
            if let (Question::Index(_, CType::Simple(simple)), Answer::Integer(value)) = (question, answer) {
                let bits = 8 * simple.size(&about.platform);
                *value -= if *value >> (bits - 1) == 1 { 1 << bits } else { 0 };
            }
        })
        .also(&[rules::cast::index]);
    faults.answer("a NULL address is the number 0", |_, question, answer| {
        if let (Question::Index(0, CType::Simple(Simple::VoidP)), Answer::Nothing) = (question, &answer) {
            *answer = Answer::Integer(0);
        }
    });
}

/// Changes a floating-point number that is read through a pointer.
fn read_float(question: &Question, answer: &mut Answer, change: fn(f64, Simple) -> f64) {
    if let (Question::Index(0, CType::Simple(simple)), Answer::Float(bits)) = (question, answer) {
        *bits = change(f64::from_bits(*bits), *simple).to_bits();
    }
}

pub(crate) fn decode_float(faults: &mut Faults) {
    faults.answer("subnormal numbers are zero", |_, question, answer| {
        read_float(question, answer, |value, simple| {
            let least = if simple == Simple::Float { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
            if value.abs() < least { 0.0 } else { value }
        });
    });
    faults.answer("a NaN is zero", |_, question, answer| {
        read_float(question, answer, |value, _| if value.is_nan() { 0.0 } else { value });
    });
    faults.answer("numbers past the largest float are infinite", |_, question, answer| {
        read_float(question, answer, |value, _| f64::from(value as f32));
    });
}

pub(crate) fn decode_byte(faults: &mut Faults) {
    faults.answer("a bool is its lowest bit", |about, question, answer| {
        if *question == Question::Index(0, CType::Simple(Simple::Bool))
            && let Some(byte) = about.byte(i128::from(about.layout.offset))
        {
            *answer = Answer::Bool(byte & 1 == 1);
        }
    });
    faults.answer("a NUL ends text", |_, question, answer| {
        if let (Question::Index(0, CType::Simple(Simple::Char)), Answer::Bytes(bytes)) = (question, answer) {
            bytes.retain(|byte| *byte != 0);
        }
    });
}

pub(crate) fn decode_byte_order(faults: &mut Faults) {
    faults.also(&[rules::cast::index]);
    faults.answer("all numbers are read in the platform's byte order", |about, question, answer| {
        if let Question::Index(at, CType::Swapped(simple, _)) = question {
            *answer = about.ask(Question::Index(*at, CType::Simple(*simple)));
        }
    });
}
