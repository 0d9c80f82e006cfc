//! Faults of the chapter `platform`.

use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Simple};
use array_ctypes_conformance::spec::{Answer, Question};

pub(crate) fn byte_order(faults: &mut Faults) {
    faults.answer("the other byte order is declared", |_, question, answer| {
        if let (Question::Native, Answer::Bytes(bytes)) = (question, answer) {
            bytes.reverse();
        }
    });
}

pub(crate) fn c_types(faults: &mut Faults) {
    faults.answer("a bool is as wide as an int", |about, question, answer| {
        if *question == Question::SizeOf(CType::Simple(Simple::Bool)) {
            *answer = about.ask(Question::SizeOf(CType::Simple(Simple::Int)));
        }
    });
    faults.answer("types with the other byte order are unaligned", |_, question, answer| {
        if let (Question::SizeOf(CType::Swapped(..)), Answer::Integers(layout)) = (question, answer) {
            layout[1] = 1;
        }
    });
}

pub(crate) fn intp(faults: &mut Faults) {
    faults.answer("c_intp is unsigned", |about, question, answer| {
        if *question == Question::Name(CType::Simple(Simple::IntP)) {
            *answer = about.ask(Question::Name(CType::Simple(Simple::SizeT)));
        }
    });
}

pub(crate) fn aliases(faults: &mut Faults) {
    faults.answer("fixed-width types are types of their own", |_, question, answer| {
        if let Question::Name(CType::Simple(simple @ (Simple::Int16 | Simple::Int32 | Simple::Int64))) = question {
            *answer = Answer::Text(simple.name().to_owned());
        }
    });
    faults.answer("c_size_t is a type of its own", |_, question, answer| {
        if let Question::Name(CType::Simple(simple @ (Simple::SizeT | Simple::SSizeT))) = question {
            *answer = Answer::Text(simple.name().to_owned());
        }
    });
    faults.answer("unsigned ints are named as signed ones", |about, question, answer| {
        if let Question::Name(CType::Simple(Simple::UInt32 | Simple::UInt)) = question {
            *answer = about.ask(Question::Name(CType::Simple(Simple::Int)));
        }
    });
}
