//! Faults of `load_library`.

use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::{Answer, Ctypeslib, Library, Question, Raises};

/// Replaces the result of loading a library in one way.
fn load(question: &Question, answer: &mut Answer, how: Library, instead: Answer) {
    if *question == Question::Ctypeslib(Ctypeslib::LoadLibrary(how)) {
        *answer = instead;
    }
}

pub(crate) fn load_library(faults: &mut Faults) {
    faults.answer("a name gets no extension", |_, question, answer| {
        load(question, answer, Library::Name, Answer::Raises(Raises::OSError));
    });
    faults.answer("a file name gets another extension", |_, question, answer| {
        load(question, answer, Library::File, Answer::Raises(Raises::OSError));
    });
    faults.answer("a file is refused where a folder may be", |_, question, answer| {
        load(question, answer, Library::Beside, Answer::Raises(Raises::OSError));
    });
    faults.answer("the first library of that name on the system is loaded", |_, question, answer| {
        load(question, answer, Library::Name, Answer::Bool(false));
    });
}

pub(crate) fn load_library_path(faults: &mut Faults) {
    faults.answer("a path is refused as a name", |_, question, answer| {
        load(question, answer, Library::Path, Answer::Raises(Raises::TypeError));
    });
    faults.answer("bytes are refused as a name", |_, question, answer| {
        load(question, answer, Library::Bytes, Answer::Raises(Raises::TypeError));
    });
}

pub(crate) fn load_library_missing(faults: &mut Faults) {
    faults.answer("a missing library is None", |_, question, answer| {
        load(question, answer, Library::Missing, Answer::Nothing);
    });
    faults.raises("a missing library raises KeyError", Raises::KeyError, |_, question| {
        *question == Question::Ctypeslib(Ctypeslib::LoadLibrary(Library::Missing))
    });
}

pub(crate) fn load_library_defective(faults: &mut Faults) {
    faults.answer("a defective library raises AttributeError", |_, question, answer| {
        load(question, answer, Library::Defective, Answer::Raises(Raises::AttributeError));
    });
}
