//! Faults of the chapter `cast`.

use crate::faults::about::About;
use crate::faults::answers::{change_type, same_object, shift};
use crate::faults::families::{ELEMENT_AFTER_WRITE, LOST_WRITE};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Simple};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Address, Answer, Attribute, Hand, Handed, Question, Raises, Step, Value, Write, rules,
};

pub(crate) fn address(faults: &mut Faults) {
    faults.answer("a pointer is aligned as what it points at", |about, question, answer| {
        if let (Question::DataAs(CType::Pointer(to)), Answer::Address(Address::Absolute(address))) = (question, answer)
            && let Some(layout) = to.layout(&about.platform)
        {
            *address -= *address % layout.alignment;
        }
    });
    faults.answer("text is copied to add a NUL", |_, question, answer| {
        if matches!(question, Question::DataAs(CType::Simple(Simple::CharP | Simple::WCharP))) {
            shift(answer, 1 << 20);
        }
    });
}

pub(crate) fn pointer_type(faults: &mut Faults) {
    faults.answer("every pointer is a c_void_p", |_, question, answer| {
        change_type(question, answer, |value| {
            matches!(value, Value::DataAs(ctype) if ctype.is_pointer()).then_some(CType::Simple(Simple::VoidP))
        });
    });
    faults.answer("a pointer to a structure is one to bytes", |_, question, answer| {
        change_type(question, answer, |value| match value {
            Value::DataAs(CType::Pointer(to)) if matches!(**to, CType::Structure(_)) => {
                Some(CType::Pointer(Box::new(CType::Simple(Simple::Byte))))
            }
            _ => None,
        });
    });
    faults.answer("a pointer to wide text is one to text", |_, question, answer| {
        change_type(question, answer, |value| {
            let is_wide = *value == Value::DataAs(CType::Simple(Simple::WCharP));
            is_wide.then_some(CType::Simple(Simple::CharP))
        });
    });
}

pub(crate) fn parameter_type(faults: &mut Faults) {
    faults.answer("the parameter is a plain number", |_, question, answer| {
        change_type(question, answer, |value| (*value == Value::AsParameter).then_some("int"));
    });
    faults.answer("the parameter is a c_char_p", |_, question, answer| {
        change_type(question, answer, |value| (*value == Value::AsParameter).then_some("c_char_p"));
    });
}

pub(crate) fn refuses(faults: &mut Faults) {
    faults.answer("an array type is accepted as a pointer to its items", |about, question, answer| {
        if matches!(question, Question::DataAs(CType::Array(..))) {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.answer("an integer type as wide as a pointer is accepted", |about, question, answer| {
        if let Question::DataAs(ctype @ CType::Simple(Simple::LongLong)) = question
            && ctype.layout(&about.platform).is_some_and(|layout| layout.size >= about.platform.pointer_size())
        {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.raises("a type that is no pointer raises ValueError", Raises::ValueError, |_, question| {
        matches!(question, Question::DataAs(_))
    });
}

/// Returns that many bytes of the elements, one after the other in C order.
fn gathered(about: &About, size: u64) -> Option<Vec<u8>> {
    let item = about.layout.dtype.item_size();
    let mut bytes = Vec::new();
    for number in 0..about.layout.elements().min(size.div_ceil(item)) {
        let mut rest = number;
        let mut index = vec![0; about.layout.shape.len()];
        for (at, length) in index.iter_mut().zip(&about.layout.shape).rev() {
            *at = rest % length;
            rest /= length;
        }
        bytes.extend(about.bytes(about.layout.element(&index), item)?);
    }
    bytes.resize(size as usize, 0);
    Some(bytes)
}

pub(crate) fn contents(faults: &mut Faults) {
    faults.answer("the contents begin where the buffer does", |about, question, answer| {
        let writes = about.case.script.iter().any(|step| matches!(step, Step::Write(_) | Step::Outside(_)));
        if matches!(question, Question::Contents(_)) && !writes {
            *answer = about.ask_at(0, question);
        }
    });
    faults.answer("the contents end with the first element", |about, question, answer| {
        if let (Question::Contents(_), Answer::Bytes(bytes)) = (question, answer) {
            bytes.iter_mut().skip(about.layout.dtype.item_size() as usize).for_each(|byte| *byte = 0);
        }
    });
    faults.answer("the elements are gathered first", |about, question, answer| {
        if let (Question::Contents(_), Answer::Bytes(bytes)) = (question, answer)
            && bytes.len() as u64 > about.layout.dtype.item_size()
            && let Some(gathered) = gathered(about, bytes.len() as u64)
        {
            *bytes = gathered;
        }
    });
    faults.answer("the contents of a structure are packed", |about, question, answer| {
        if let (Question::Contents(CType::Structure(fields)), Answer::Bytes(bytes)) = (question, answer) {
            let layouts = fields.iter().filter_map(|field| field.layout(&about.platform));
            bytes.truncate(layouts.map(|layout| layout.size as usize).sum());
        }
    });
}

pub(crate) fn index(faults: &mut Faults) {
    faults.answer("an index is in bytes", |about, question, answer| {
        if let Question::Index(at, ctype) = question
            && *at != 0
        {
            *answer = about.ask_at(about.layout.offset + at, &Question::Index(0, ctype.clone()));
        }
    });
    faults.answer("a negative index raises IndexError", |_, question, answer| {
        if matches!(question, Question::Index(..0, _)) {
            *answer = Answer::Raises(Raises::IndexError);
        }
    });
    faults.answer("an index is in elements of the array", |about, question, answer| {
        if let Question::Index(at, ctype) = question
            && *at != 0
        {
            let stride = about.layout.strides.last().copied().unwrap_or(0);
            let offset = about.layout.offset.wrapping_add(at.wrapping_mul(stride));
            let found = about.ask_at(offset, &Question::Index(0, ctype.clone()));
            if !matches!(found, Answer::Raises(_)) {
                *answer = found;
            }
        }
    });
}

/// Changes the printed text of a value.
fn print(question: &Question, answer: &mut Answer, change: impl Fn(Simple, &str) -> String) {
    if let (Question::Printed(CType::Simple(simple)), Answer::Text(text)) = (question, answer) {
        *text = change(*simple, text);
    }
}

pub(crate) fn printed(faults: &mut Faults) {
    faults.answer("the printed name is the one that was asked for", |_, question, answer| {
        print(question, answer, |simple, text| {
            text.split_once('(').map_or(String::new(), |(_, value)| format!("{}({value}", simple.name()))
        });
    });
    faults.answer("contents print as the value alone", |_, question, answer| {
        print(question, answer, |_, text| {
            let value = text.split_once('(').and_then(|(_, value)| value.strip_suffix(')'));
            value.unwrap_or(text).to_owned()
        });
    });
    faults.answer("exponents have no plus", |_, question, answer| {
        print(question, answer, |_, text| text.replace("e+", "e"));
    });
    faults.answer("a c_float has the digits of binary32", |_, question, answer| {
        print(question, answer, |simple, text| {
            let value = text.strip_prefix("c_float(").and_then(|text| text.strip_suffix(')')?.parse::<f32>().ok());
            match value.filter(|value| simple == Simple::Float && value.is_finite()) {
                Some(value) => format!("c_float({value:?})"),
                None => text.to_owned(),
            }
        });
    });
    faults.answer("bytes are printed as text", |_, question, answer| {
        print(question, answer, |_, text| text.replace("(b", "("));
    });
}

pub(crate) fn as_parameter(faults: &mut Faults) {
    faults.also(&[rules::cast::as_parameter_is_data_as]);
    faults.answer("the parameter leaves out the offset", |about, question, answer| {
        if *question == Question::AsParameter {
            *answer = about.address(0);
        }
    });
}

pub(crate) fn as_parameter_is_data_as(faults: &mut Faults) {
    faults.also(&[rules::cast::address]);
    faults.answer("data_as of an empty array is NULL", |about, question, answer| {
        if *question == Question::DataAs(CType::Simple(Simple::VoidP)) && about.layout.is_empty() {
            *answer = Answer::Address(Address::Absolute(0));
        }
    });
}

pub(crate) fn fresh(faults: &mut Faults) {
    faults.answer("the parameter is cached", |_, question, answer| {
        same_object(&[Attribute::AsParameter], question, answer);
    });
}

pub(crate) fn pass(faults: &mut Faults) {
    faults.answer("a foreign function refuses the interface object", |_, question, answer| {
        if let (Question::Pass(_), Answer::Address(_)) = (question, &answer) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
    if Platform::host().pointer_size() > 4 {
        faults.answer("the address is passed as an int", |_, question, answer| {
            if let (Question::Pass(_), Answer::Address(Address::Absolute(address))) = (question, answer) {
                *address = i64::from(*address as i32) as u64;
            }
        });
    }
    faults.answer("the address of the buffer is passed", |about, question, answer| {
        if let (Question::Pass(_), Answer::Address(_)) = (question, &answer) {
            *answer = about.address(0);
        }
    });
}

pub(crate) fn pass_refuses(faults: &mut Faults) {
    faults.answer("any pointer type accepts the address", |about, question, answer| {
        if matches!(question, Question::Pass(ctype) if ctype.is_pointer()) {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.answer("integer types accept the address", |about, question, answer| {
        if matches!(question, Question::Pass(CType::Simple(Simple::Int | Simple::SizeT))) {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.raises("a parameter of another type raises ValueError", Raises::ValueError, |_, question| {
        matches!(question, Question::Pass(_))
    });
}

fn is_through_pointer(write: &Write) -> bool {
    matches!(write, Write::Pointer { .. })
}

pub(crate) fn write_through(faults: &mut Faults) {
    faults.also(LOST_WRITE);
    faults.script("the pointer points to a copy", |about, answers| {
        if about.array().is_writeable() {
            about.lose_writes(answers, is_through_pointer);
        }
    });
    faults.script("the pointer to a view points to a copy", |about, answers| {
        if about.array().is_writeable() && !about.layout.is_c_contiguous() {
            about.lose_writes(answers, is_through_pointer);
        }
    });
}

pub(crate) fn sees_writes(faults: &mut Faults) {
    faults
        .script("a write makes a copy", |about, answers| {
            about.lose_writes(answers, |write| matches!(write, Write::Item { .. }));
        })
        .also(LOST_WRITE);
    faults.answer("a pointer reads in the platform's byte order", |about, question, answer| {
        if let (Question::Contents(CType::Array(item, length)), Answer::Bytes(bytes)) = (question, answer)
            && **item == Simple::UByte.into()
            && about.layout.dtype.plain().is_some()
            && about.is_swapped()
            && u64::from(*length) == about.layout.dtype.item_size()
        {
            bytes.reverse();
        }
    });
}

pub(crate) fn read_only_memory(faults: &mut Faults) {
    faults.script("writes to a read-only array are lost", |about, answers| {
        if !about.array().is_writeable() {
            about.lose_writes(answers, is_through_pointer);
        }
    });
    faults.script("a pointer to a read-only array refuses writes", |about, answers| {
        if !about.array().is_writeable() {
            about.lose_writes(answers, is_through_pointer);
            let writes = about.case.script.iter().zip(answers);
            let refused = writes.filter(|(step, _)| matches!(step, Step::Write(write) if is_through_pointer(write)));
            refused.for_each(|(_, answer)| *answer = Answer::Raises(Raises::ValueError));
        }
    });
}

/// Changes the address that a function receives for a pointer.
fn change_handed(question: &Question, answer: &mut Answer, change: impl FnOnce(&Hand, &mut Answer)) {
    if let (Question::Hand(hand), Answer::Address(_)) = (question, &answer) {
        change(hand, answer);
    }
}

pub(crate) fn hand(faults: &mut Faults) {
    if Platform::host().pointer_size() > 4 {
        faults.answer("a parameter that is not declared is an int", |_, question, answer| {
            change_handed(question, answer, |hand, answer| {
                if let (None, Answer::Address(Address::Absolute(address))) = (&hand.to, answer) {
                    *address = i64::from(*address as i32) as u64;
                }
            });
        });
    }
    faults.answer("a function receives the address of the buffer", |about, question, answer| {
        change_handed(question, answer, |_, answer| *answer = about.address(0));
    });
    faults.answer("a function receives the address of the pointer", |about, question, answer| {
        change_handed(question, answer, |hand, answer| {
            if matches!(hand.what, Handed::Value(Value::DataAs(_))) {
                *answer = about.address(1 << 20);
            }
        });
    });
    faults.answer("a pointer needs a declared parameter", |_, question, answer| {
        change_handed(question, answer, |hand, answer| {
            if hand.to.is_none() {
                *answer = Answer::Raises(Raises::TypeError);
            }
        });
    });
}

/// Accepts an argument that must be refused.
fn accept(about: &About, question: &Question, answer: &mut Answer, accepts: fn(&Handed, &CType) -> bool) {
    if let (Question::Hand(hand), Answer::Raises(_)) = (question, &answer)
        && hand.to.as_ref().is_some_and(|to| accepts(&hand.what, to))
    {
        *answer = about.address(about.layout.offset);
    }
}

fn is_pointer(what: &Handed) -> bool {
    matches!(what, Handed::Interface | Handed::Value(Value::AsParameter | Value::DataAs(_)))
}

pub(crate) fn hand_refuses(faults: &mut Faults) {
    faults.answer("a pointer converts to any other, as void * does in C", |about, question, answer| {
        accept(about, question, answer, |what, to| is_pointer(what) && matches!(to, CType::Pointer(_)));
    });
    faults.answer("a pointer is passed for a string", |about, question, answer| {
        accept(about, question, answer, |what, to| {
            is_pointer(what) && matches!(to, CType::Simple(Simple::CharP | Simple::WCharP))
        });
    });
    faults.answer("an integer converts to a pointer", |about, question, answer| {
        accept(about, question, answer, |what, to| {
            *what == Handed::Value(Value::Data) && matches!(to, CType::Pointer(_))
        });
    });
    faults.raises(
        "a pointer for a parameter of another type raises ValueError",
        Raises::ValueError,
        |_, question| matches!(question, Question::Hand(hand) if is_pointer(&hand.what)),
    );
}

/// Returns the memory of the elements at these offsets from the first; zeros outside the buffer.
fn seen_at(about: &About, offsets: impl Iterator<Item = i128>) -> Answer {
    let size = about.layout.dtype.item_size();
    let seen = offsets.map(|offset| about.bytes(i128::from(about.layout.offset) + offset, size));
    Answer::Bytes(seen.flat_map(|bytes| bytes.unwrap_or_else(|| vec![0; size as usize])).collect())
}

/// Returns the offsets of all elements in C order, or with the first axis innermost, by these strides.
fn offsets(about: &About, strides: &[i64], first_is_innermost: bool) -> Vec<i128> {
    let mut offsets = vec![0];
    let axes = about.layout.shape.iter().zip(strides);
    let along = |offsets: Vec<i128>, (length, stride): (&u64, &i64)| -> Vec<i128> {
        let at = |index: u64| i128::from(index) * i128::from(*stride);
        if first_is_innermost {
            (0..*length).flat_map(|index| offsets.iter().map(move |offset| offset + at(index))).collect()
        } else {
            offsets.iter().flat_map(|offset| (0..*length).map(move |index| offset + at(index))).collect()
        }
    };
    for axis in axes {
        offsets = along(offsets, axis);
    }
    offsets
}

/// Changes what a function sees that walks an array with elements.
fn change_walked(about: &About, question: &Question, answer: &mut Answer, change: impl FnOnce(&mut Answer)) {
    if let (Question::Walk(_), Answer::Bytes(seen)) = (question, &answer)
        && !about.layout.is_empty()
        && seen.len() as u64 == about.layout.elements() * about.layout.dtype.item_size()
    {
        change(answer);
    }
}

pub(crate) fn walk(faults: &mut Faults) {
    faults.also(ELEMENT_AFTER_WRITE);
    faults.answer("a function walks in the order of Fortran", |about, question, answer| {
        change_walked(about, question, answer, |answer| {
            *answer = seen_at(about, offsets(about, &about.layout.strides, true).into_iter());
        });
    });
    faults.answer("a function walks by strides in elements", |about, question, answer| {
        change_walked(about, question, answer, |answer| {
            let mut strides = about.layout.strides.clone();
            if about.item_size() > 0 {
                about.divide_by_item_size(&mut strides);
            }
            *answer = seen_at(about, offsets(about, &strides, false).into_iter());
        });
    });
    faults.answer("a function walks by the absolute values of strides", |about, question, answer| {
        change_walked(about, question, answer, |answer| {
            let strides: Vec<i64> = about.layout.strides.iter().map(|stride| stride.wrapping_abs()).collect();
            *answer = seen_at(about, offsets(about, &strides, false).into_iter());
        });
    });
    faults.answer("a function walks packed elements, whatever the strides are", |about, question, answer| {
        change_walked(about, question, answer, |answer| {
            *answer =
                seen_at(about, (0..about.layout.elements()).map(|at| i128::from(at) * i128::from(about.item_size())));
        });
    });
    faults.answer("a function sees no element of an array without axes", |about, question, answer| {
        if about.layout.shape.is_empty() {
            change_walked(about, question, answer, |answer| *answer = Answer::Bytes(Vec::new()));
        }
    });
    faults.answer("a function that is called with NULL is refused", |about, question, answer| {
        if about.layout.shape.is_empty() {
            change_walked(about, question, answer, |answer| *answer = Answer::Raises(Raises::TypeError));
        }
    });
}
