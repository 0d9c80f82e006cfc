//! Faults of `ndpointer` as the result type of a foreign function.

use super::ndpointer::asked;
use crate::faults::answers::shift_address;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::rules::ctypeslib as rules;
use array_ctypes_conformance::spec::{Answer, Question, Raises, Use};

/// Changes the result of a foreign function.
fn returned(question: &Question, answer: &mut Answer, change: impl Fn(&mut Answer)) {
    if asked(question, Use::Result).is_some() {
        change(answer);
    }
}

pub(crate) fn ndpointer_result(faults: &mut Faults) {
    faults.also(&[rules::ndpointer_result_empty, rules::ndpointer_result_large]);
    faults.answer("a result is returned as a pointer", |_, question, answer| {
        returned(question, answer, |answer| {
            if let Answer::Imported(seen) = answer {
                *answer = Answer::Address(seen.data);
            }
        });
    });
    faults.answer("a result is copied", |_, question, answer| {
        returned(question, answer, |answer| {
            if let Answer::Imported(seen) = answer {
                shift_address(&mut seen.data, 1 << 20);
            }
        });
    });
    faults.answer("a result without axes gets one", |_, question, answer| {
        returned(question, answer, |answer| {
            if let Answer::Imported(seen) = answer
                && seen.shape.is_empty()
            {
                seen.shape.push(1);
            }
        });
    });
}

/// Refuses such results of foreign functions. The test gets the shape and the number of bytes.
fn refuse(question: &Question, answer: &mut Answer, which: impl Fn(&[u64], u64) -> bool) {
    returned(question, answer, |answer| {
        if let Answer::Imported(seen) = answer {
            let size = Dtype::from_typestr(&seen.typestr).map_or(1, |dtype| dtype.item_size());
            if which(&seen.shape, seen.shape.iter().fold(size, |bytes, length| bytes.saturating_mul(*length))) {
                *answer = Answer::Raises(Raises::ValueError);
            }
        }
    });
}

pub(crate) fn ndpointer_result_empty(faults: &mut Faults) {
    faults.answer("a result without elements is refused", |_, question, answer| {
        refuse(question, answer, |shape, _| shape.contains(&0));
    });
}

pub(crate) fn ndpointer_result_large(faults: &mut Faults) {
    faults.answer("bytes are counted in an int", |_, question, answer| {
        refuse(question, answer, |_, bytes| bytes > i32::MAX as u64);
    });
    faults.answer("lengths of a result are C ints", |_, question, answer| {
        refuse(question, answer, |shape, _| shape.iter().any(|length| *length > i32::MAX as u64));
    });
}

pub(crate) fn ndpointer_vague_result(faults: &mut Faults) {
    faults.answer("a result without a type is an array of pointers", |_, question, answer| {
        returned(question, answer, |answer| {
            if matches!(answer, Answer::Address(_)) {
                *answer = Answer::Text("an array of one pointer".to_owned());
            }
        });
    });
}
