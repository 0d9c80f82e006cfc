//! Faults of the chapter `absent`.

use crate::faults::about::About;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::{Absent, Answer, Question, Raises, rules};

/// Changes the answers to such questions without ctypes.
fn change(question: &Question, answer: &mut Answer, what: &[Absent], with: impl Fn(&mut Answer)) {
    if matches!(question, Question::Absent(asked) if what.contains(asked)) {
        with(answer);
    }
}

pub(crate) fn there(faults: &mut Faults) {
    faults.answer("the attribute ctypes is missing", |_, question, answer| {
        change(question, answer, &[Absent::Ctypes], |answer| *answer = Answer::Raises(Raises::AttributeError));
    });
    faults.answer("the attribute ctypes is None", |_, question, answer| {
        change(question, answer, &[Absent::Ctypes], |answer| *answer = Answer::Bool(false));
    });
}

/// Answers with the address of the buffer instead of that of the first element.
fn buffer_address(about: &About, question: &Question, answer: &mut Answer, what: Absent) {
    change(question, answer, &[what], |answer| *answer = about.address(0));
}

pub(crate) fn data(faults: &mut Faults) {
    faults.also(&[rules::absent::as_parameter]);
    faults.answer("without ctypes the offset is left out", |about, question, answer| {
        buffer_address(about, question, answer, Absent::Data);
    });
    faults.answer("data is an object of c_void_p", |_, question, answer| {
        change(question, answer, &[Absent::Data], |answer| *answer = Answer::Text("c_void_p".to_owned()));
    });
}

pub(crate) fn as_parameter(faults: &mut Faults) {
    faults.answer("the parameter is missing without ctypes", |_, question, answer| {
        change(question, answer, &[Absent::AsParameter], |answer| *answer = Answer::Raises(Raises::AttributeError));
    });
    faults.answer("the parameter is the address of the buffer", |about, question, answer| {
        buffer_address(about, question, answer, Absent::AsParameter);
    });
    faults.answer("without ctypes the parameter is text", |_, question, answer| {
        change(question, answer, &[Absent::AsParameterType], |answer| *answer = Answer::Text("str".to_owned()));
    });
}

pub(crate) fn integer(faults: &mut Faults) {
    faults.answer("without ctypes data is an integer of the library", |_, question, answer| {
        change(question, answer, &[Absent::DataType], |answer| *answer = Answer::Text("numpy.int64".to_owned()));
    });
    faults.answer("without ctypes data is text", |_, question, answer| {
        change(question, answer, &[Absent::DataType], |answer| *answer = Answer::Text("str".to_owned()));
    });
}

pub(crate) fn shape(faults: &mut Faults) {
    faults.answer("the shape is missing without ctypes", |_, question, answer| {
        change(question, answer, &[Absent::Shape], |answer| *answer = Answer::Nothing);
    });
    faults.answer("the shape of an array without axes raises TypeError", |about, question, answer| {
        if about.layout.shape.is_empty() {
            change(question, answer, &[Absent::Shape], |answer| *answer = Answer::Raises(Raises::TypeError));
        }
    });
}

pub(crate) fn strides(faults: &mut Faults) {
    faults.answer("without ctypes strides are in elements", |about, question, answer| {
        change(question, answer, &[Absent::Strides], |answer| {
            if let Answer::Integers(strides) = answer {
                about.divide_by_item_size(strides);
            }
        });
    });
    faults.answer("without axes there is one stride", |about, question, answer| {
        if about.layout.shape.is_empty() {
            change(question, answer, &[Absent::Strides], |answer| *answer = Answer::Integers(vec![1]));
        }
    });
}

pub(crate) fn converted(faults: &mut Faults) {
    faults.answer("a conversion crashes", |_, question, answer| {
        let conversions = [Absent::DataAs, Absent::ShapeAs, Absent::StridesAs];
        change(question, answer, &conversions, |answer| *answer = Answer::Signal("SIGSEGV".to_owned()));
    });
    faults.answer("a converted address is that of the object", |about, question, answer| {
        change(question, answer, &[Absent::DataAs], |answer| *answer = about.address(-64));
    });
    faults.answer("converted lengths are one too large", |about, question, answer| {
        let lengths: Vec<i64> = about.layout.shape.iter().map(|length| length.cast_signed().wrapping_add(1)).collect();
        change(question, answer, &[Absent::ShapeAs], |answer| *answer = Answer::Integers(Vec::clone(&lengths)));
    });
}
