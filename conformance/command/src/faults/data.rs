//! Faults of the chapter `data`.

use crate::faults::about::About;
use crate::faults::answers::{change_type, shift};
use crate::faults::families::{ADDRESS, ELEMENT_AFTER_WRITE, LOST_WRITE};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::rules::interface as interface_rules;
use array_ctypes_conformance::spec::{
    Address, Answer, Import, ImportData, Key, Outside, Owner, Question, Raises, Step, Value, View,
};

/// Answers `data` with the address at another offset.
fn begins(about: &About, question: &Question, answer: &mut Answer, offset: impl Fn() -> Option<i64>) {
    if let (Question::Data, Some(offset)) = (question, offset()) {
        *answer = about.address(offset);
    }
}

pub(crate) fn first_element(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.answer("the interface object has no data", |_, question, answer| {
        if *question == Question::Data {
            *answer = Answer::Raises(Raises::AttributeError);
        }
    });
    faults.answer("data is a pointer of ctypes", |_, question, answer| {
        if *question == Question::Data {
            *answer = Answer::Text("c_void_p".to_owned());
        }
    });
    faults.answer("a reversed view begins at its lowest byte", |about, question, answer| {
        begins(about, question, answer, || i64::try_from(about.layout.extent().0).ok());
    });
    faults.answer("the offset is not added", |about, question, answer| {
        begins(about, question, answer, || Some(0));
    });
    faults.answer("an index from the end is one too low", |about, question, answer| {
        begins(about, question, answer, || match about.parent()? {
            (parent, View::Index { axis, at: ..0 }) => Some(about.layout.offset.wrapping_sub(parent.strides[*axis])),
            _ => None,
        });
    });
    faults.answer("a field begins where the structure does", |about, question, answer| {
        begins(about, question, answer, || match about.parent()? {
            (parent, View::Field { .. }) => Some(parent.offset),
            _ => None,
        });
    });
    faults.answer("the offset is added a second time", |about, question, answer| {
        begins(about, question, answer, || Some(about.layout.offset.wrapping_add(about.array().offset)));
    });
    if Platform::host().pointer_size() > 4 {
        faults.answer("an address is cut to 32 bits", |_, question, answer| {
            if let (Question::Data, Answer::Address(Address::Absolute(address))) = (question, answer) {
                *address &= 0xFFFF_FFFF;
            }
        });
    }
    faults.answer("the address of a copy is that of the array it was copied from", |about, question, answer| {
        if about.array().owner == Some(Owner::Copy) && *question == Question::Data {
            shift(answer, 1 << 20);
        }
    });
}

pub(crate) fn empty(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.answer("an array without elements is at NULL", |about, question, answer| {
        if about.layout.is_empty() && *question == Question::Data {
            *answer = Answer::Address(Address::Absolute(0));
        }
    });
}

pub(crate) fn empty_view(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.answer("an empty slice moves the address", |about, question, answer| {
        begins(about, question, answer, || match about.parent()? {
            (parent, View::Slice { axis, start: Some(start), .. }) if about.layout.shape[*axis] == 0 => {
                let length = parent.shape[*axis] as i64;
                let from = if *start < 0 { start.saturating_add(length) } else { *start }.clamp(0, length);
                Some(parent.offset.wrapping_add(from.wrapping_mul(parent.strides[*axis])))
            }
            _ => None,
        });
    });
    faults.answer("a view without elements is at NULL", |about, question, answer| {
        if about.layout.is_empty() && !about.array().views.is_empty() && *question == Question::Data {
            *answer = Answer::Address(Address::Absolute(0));
        }
    });
}

pub(crate) fn integer(faults: &mut Faults) {
    faults.answer("data is a floating-point number", |_, question, answer| {
        change_type(question, answer, |value| (*value == Value::Data).then_some("float"));
    });
    faults.answer("data is text with the digits", |_, question, answer| {
        change_type(question, answer, |value| (*value == Value::Data).then_some("str"));
    });
    faults.answer("the interface yields a c_void_p for data", |_, question, answer| {
        change_type(question, answer, |value| (*value == Value::Data).then_some("c_void_p"));
    });
}

pub(crate) fn raw(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.answer("the address is rounded down to the alignment", |about, question, answer| {
        let align = about.layout.dtype.alignment(&about.platform) as i64;
        let first = i64::from(about.array().at()).wrapping_add(about.layout.offset);
        begins(about, question, answer, || Some(about.layout.offset.wrapping_sub(first.rem_euclid(align))));
    });
    faults.answer("memory in the other byte order is copied", |about, question, answer| {
        if about.is_swapped() && *question == Question::Data {
            shift(answer, 1 << 20);
        }
    });
    faults.answer("read-only memory is copied", |about, question, answer| {
        if !about.array().is_writeable() && *question == Question::Data {
            shift(answer, 1 << 20);
        }
    });
}

pub(crate) fn stable(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.script("each call makes a new copy", |about, answers| {
        let size = about.item_size();
        let steps = about.case.script.iter().zip(answers);
        let asked = steps.filter(|(step, _)| **step == Step::Ask(Question::Data));
        asked.zip(0..).for_each(|((_, answer), calls)| shift(answer, size.wrapping_mul(calls)));
    });
}

pub(crate) fn interface(faults: &mut Faults) {
    faults.also(&[interface_rules::data]);
    faults.answer("the dictionary has the address NULL for an empty array", |about, question, answer| {
        if about.layout.is_empty() && *question == Question::Interface(Key::Data) {
            *answer = Answer::Address(Address::Absolute(0));
        }
    });
}

/// Changes what the suite reads from outside. The change gets the offset of each element and its bytes.
fn outside_look(about: &About, answers: &mut [Answer], wrong: impl Fn(i128, &mut [u8])) {
    let size = about.layout.dtype.item_size() as usize;
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Outside(Outside::Peek(_)), Answer::Bytes(bytes)) = (step, answer) {
            bytes.chunks_mut(size).zip(about.layout.offsets()).for_each(|(element, offset)| wrong(offset, element));
        }
    }
}

pub(crate) fn memory(faults: &mut Faults) {
    faults.also(ELEMENT_AFTER_WRITE);
    faults.script("the address is that of the next element", |about, answers| {
        outside_look(about, answers, |offset, element| {
            let size = element.len() as u64;
            if let Some(bytes) = about.bytes(offset + i128::from(size), size) {
                element.copy_from_slice(&bytes);
            }
        });
    });
    faults.script("the address is that of a copy that is not filled yet", |about, answers| {
        outside_look(about, answers, |_, element| element.fill(0));
    });
}

pub(crate) fn memory_written(faults: &mut Faults) {
    faults
        .script("the array has a copy of its own", |about, answers| {
            let script = &about.case.script;
            let written = script.iter().position(|step| matches!(step, Step::Outside(Outside::Poke { .. })));
            for at in written.into_iter().flat_map(|from| from..script.len()) {
                if let Step::Ask(Question::Item(index)) = &script[at] {
                    let size = about.layout.dtype.item_size();
                    answers[at] = Answer::Bytes(about.bytes(about.layout.element(index), size).unwrap_or_default());
                }
            }
        })
        .also(LOST_WRITE);
    faults.script("an array with the read-only flag is on a read-only page", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            if matches!(step, Step::Outside(Outside::Poke { .. })) && !about.array().writeable {
                *answer = Answer::Raises(Raises::OSError);
            }
        }
    });
}

/// Returns the top bit of an imported address, if it is set.
fn top(about: &About, question: &Question) -> Option<u64> {
    let Question::Import(import) = question else { return None };
    let Import { data: ImportData::Tuple(Address::Absolute(address)), .. } = **import else { return None };
    Some(address & 1 << (8 * about.platform.pointer_size() - 1)).filter(|top| *top != 0)
}

pub(crate) fn unsigned(faults: &mut Faults) {
    faults.answer("an address with its highest bit set overflows", |about, question, answer| {
        if top(about, question).is_some() {
            *answer = Answer::Raises(Raises::OverflowError);
        }
    });
    faults.answer("the highest bit is lost", |about, question, answer| {
        if let (Some(top), Answer::Imported(seen)) = (top(about, question), answer)
            && let Address::Absolute(address) = &mut seen.data
        {
            *address &= !top;
        }
    });
    faults.answer("an address is read as a signed number, and its magnitude taken", |about, question, answer| {
        if let (Some(_), Answer::Imported(seen)) = (top(about, question), answer)
            && let Address::Absolute(address) = &mut seen.data
        {
            *address = address.wrapping_neg();
        }
    });
}

pub(crate) fn no_setter(faults: &mut Faults) {
    faults.answer("attributes can be assigned to", |_, question, answer| {
        if matches!(question, Question::Assign(_)) {
            *answer = Answer::Nothing;
        }
    });
    faults.answer("a setter refuses the value", |_, question, answer| {
        if matches!(question, Question::Assign(_)) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}
