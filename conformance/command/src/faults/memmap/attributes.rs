//! Faults of the attributes of a mapped array.

use super::file::{mode, part, rest};
use crate::faults::answers::integer;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::Answer;
use array_ctypes_conformance::spec::memmap::{Handle, Mode, Part};

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

pub(crate) fn filename(faults: &mut Faults) {
    faults.answer("a relative file name is kept as given", |about, question, answer| {
        let relative = about.array().map.is_some_and(|map| map.file == Handle::Relative);
        if relative && part(question) == Some(Part::Filename) {
            *answer = Answer::Bool(false);
        }
    });
    faults.answer("the name of an open file is lost", |about, question, answer| {
        let object = about.array().map.is_some_and(|map| map.file == Handle::Object);
        if object && part(question) == Some(Part::Filename) {
            *answer = Answer::Bool(false);
        }
    });
}
