//! Faults of the chapter `shape`.

use crate::faults::ctype::convert;
use crate::faults::fault::{About, Faults};
use crate::faults::layout::VIEWS;
use array_ctypes_conformance::spec::ctype::{CType, Class, Simple};
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::{Answer, Attribute, Question, Step, Write, rules};

/// Changes the byte strides that are answered.
fn change_strides(question: &Question, answer: &mut Answer, change: impl Fn(&mut Vec<i64>)) {
    if let (Question::Strides, Answer::Integers(strides)) = (question, answer) {
        change(strides);
    }
}

pub(crate) fn shape(faults: &mut Faults) {
    let reversed = faults.answer("the lengths are in the order of Fortran", |_, question, answer| {
        if let (Question::Shape, Answer::Integers(shape)) = (question, answer) {
            shape.reverse();
        }
    });
    reversed.also(VIEWS);
    let one = faults.answer("an array without axes has one of length 1", |_, question, answer| {
        if *question == Question::Shape && *answer == Answer::Integers(Vec::new()) {
            *answer = Answer::Integers(vec![1]);
        }
    });
    one.also(VIEWS);
    let narrow = faults.answer("lengths are C ints", |_, question, answer| {
        if let (Question::Shape, Answer::Integers(shape)) = (question, answer) {
            for length in shape {
                *length = i64::from(*length as i32);
            }
        }
    });
    narrow.also(VIEWS);
}

pub(crate) fn strides(faults: &mut Faults) {
    let elements = faults.answer("strides are in elements", |about, question, answer| {
        let size = about.layout.dtype.item_size() as i64;
        change_strides(question, answer, |strides| strides.iter_mut().for_each(|stride| *stride /= size));
    });
    elements.also(VIEWS);
    let unsigned = faults.answer("strides are unsigned", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = stride.wrapping_abs();
            }
        });
    });
    unsigned.also(VIEWS);
    let contiguous = faults.answer("strides are computed from the shape", |about, question, answer| {
        let computed = c_strides(&about.layout.shape, about.layout.dtype.item_size());
        change_strides(question, answer, |strides| strides.clone_from(&computed));
    });
    contiguous.also(VIEWS);
    let short = faults.answer("strides of axes of length 0 and 1 are zero", |about, question, answer| {
        if about.array().views.is_empty() {
            change_strides(question, answer, |strides| {
                let axes = strides.iter_mut().zip(&about.layout.shape).filter(|(_, length)| **length < 2);
                axes.for_each(|(stride, _)| *stride = 0);
            });
        }
    });
    short.also(VIEWS);
    let whole = faults.answer("strides are rounded to whole elements", |about, question, answer| {
        let size = about.layout.dtype.item_size() as i64;
        change_strides(question, answer, |strides| strides.iter_mut().for_each(|stride| *stride -= *stride % size));
    });
    whole.also(VIEWS);
    let clamped = faults.answer("negative strides are clamped to zero", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = (*stride).max(0);
            }
        });
    });
    clamped.also(VIEWS);
    let fortran = faults.answer("strides are computed in the order of Fortran", |about, question, answer| {
        let reversed: Vec<u64> = about.layout.shape.iter().rev().copied().collect();
        let mut computed = c_strides(&reversed, about.layout.dtype.item_size());
        computed.reverse();
        change_strides(question, answer, |strides| strides.clone_from(&computed));
    });
    fortran.also(VIEWS);
    let packed = faults.answer("a stride of zero is replaced by that of packed elements", |about, question, answer| {
        let computed = c_strides(&about.layout.shape, about.layout.dtype.item_size());
        change_strides(question, answer, |strides| {
            let zero = strides.iter_mut().zip(&computed).filter(|(stride, _)| **stride == 0);
            zero.for_each(|(stride, packed)| *stride = *packed);
        });
    });
    packed.also(VIEWS);
    let narrow = faults.answer("strides are C ints", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = i64::from(*stride as i32);
            }
        });
    });
    narrow.also(VIEWS);
}

pub(crate) fn base_type(faults: &mut Faults) {
    faults
        .answer("items are C ints", |about, question, answer| {
            if matches!(question, Question::ShapeType | Question::StridesType) && !about.layout.shape.is_empty() {
                *answer = Answer::Text(Simple::Int.name().to_owned());
            }
        })
        .also(&[rules::ctypeslib::c_intp]);
    faults
        .answer("lengths are unsigned", |about, question, answer| {
            if *question == Question::ShapeType && !about.layout.shape.is_empty() {
                *answer = about.ask(Question::Name(CType::Simple(Simple::SizeT)));
            }
        })
        .also(&[rules::ctypeslib::c_intp]);
}

pub(crate) fn zero_dimensions(faults: &mut Faults) {
    faults.answer("without axes there is an empty array", |about, question, answer| {
        if matches!(question, Question::ShapeAs(_) | Question::StridesAs(_)) && about.layout.shape.is_empty() {
            *answer = Answer::Bytes(Vec::new());
        }
    });
    faults.answer("without axes there is an empty C array of c_intp", |about, question, answer| {
        if matches!(question, Question::ShapeType | Question::StridesType) && about.layout.shape.is_empty() {
            *answer = about.ask(Question::Name(CType::Simple(Simple::IntP)));
        }
    });
}

/// Whether the type is one of integers.
fn is_integer(ctype: &CType) -> bool {
    matches!(ctype, CType::Simple(simple) if matches!(simple.class(), Class::Signed | Class::Unsigned))
}

/// Takes the memory of `c_intp` for that of another integer type, without conversion.
fn reinterpret(about: &About, question: &Question, answer: &mut Answer) {
    let Some((ctype, values)) = about.converted(question) else { return };
    if let (true, Some((size, _))) = (is_integer(ctype), ctype.layout(&about.platform)) {
        let intp = CType::Simple(Simple::IntP);
        let mut memory: Vec<u8> = values.iter().filter_map(|value| about.stored(&intp, *value)).flatten().collect();
        memory.resize(values.len() * size as usize, 0);
        *answer = Answer::Bytes(memory);
    }
}

pub(crate) fn shape_as(faults: &mut Faults) {
    let cast = faults.answer("the memory of the shape is cast", |about, question, answer| {
        if matches!(question, Question::ShapeAs(_)) {
            reinterpret(about, question, answer);
        }
    });
    cast.also(&[rules::ctype::integer_wraps]);
    let bytes = faults.answer("lengths are in bytes", |about, question, answer| {
        let size = about.layout.dtype.item_size() as i64;
        convert(about, question, answer, |ctype, length| {
            let is_shape = matches!(question, Question::ShapeAs(_));
            about.stored(ctype, length.wrapping_mul(size)).filter(|_| is_shape && is_integer(ctype))
        });
    });
    bytes.also(&[rules::ctype::integer_wraps]);
}

pub(crate) fn strides_as(faults: &mut Faults) {
    let cast = faults.answer("the memory of the strides is cast", |about, question, answer| {
        if matches!(question, Question::StridesAs(_)) {
            reinterpret(about, question, answer);
        }
    });
    cast.also(&[rules::ctype::integer_wraps]);
    let elements = faults.answer("converted strides are in elements", |about, question, answer| {
        let size = about.layout.dtype.item_size() as i64;
        convert(about, question, answer, |ctype, stride| {
            let is_strides = matches!(question, Question::StridesAs(_));
            about.stored(ctype, stride / size).filter(|_| is_strides && is_integer(ctype))
        });
    });
    elements.also(&[rules::ctype::integer_wraps]);
}

/// Keeps one C array for all calls, so that what is written into it shows.
fn cached(about: &About, answers: &mut [Answer], yields: &Question, written: fn(&Write) -> Option<(usize, i64)>) {
    let mut items = Vec::new();
    for (step, answer) in about.case.script.iter().zip(answers) {
        match (step, answer) {
            (Step::Write(write), _) => items.extend(written(write)),
            (Step::Ask(question), Answer::Integers(values)) if question == yields => {
                for (axis, value) in &items {
                    values[*axis] = *value;
                }
            }
            _ => {}
        }
    }
}

pub(crate) fn copy(faults: &mut Faults) {
    faults
        .script("the shape is cached", |about, answers| {
            cached(about, answers, &Question::Shape, |write| match write {
                Write::Shape { axis, value } => Some((*axis, *value)),
                _ => None,
            });
        })
        .also(&[rules::memmap::deduced]);
    faults.script("the strides are cached", |about, answers| {
        cached(about, answers, &Question::Strides, |write| match write {
            Write::Strides { axis, value } => Some((*axis, *value)),
            _ => None,
        });
    });
}

/// Yields one object for all accesses of an attribute.
pub(crate) fn same_object(attributes: &[Attribute], question: &Question, answer: &mut Answer) {
    if let (Question::Object(attribute), Answer::Object(number)) = (question, answer)
        && attributes.contains(attribute)
    {
        *number = u64::MAX - *attribute as u64;
    }
}

pub(crate) fn fresh(faults: &mut Faults) {
    faults.answer("the interface object is cached", |_, question, answer| {
        same_object(&[Attribute::Ctypes], question, answer);
    });
    faults.answer("shape and strides are cached", |_, question, answer| {
        same_object(&[Attribute::Shape, Attribute::Strides], question, answer);
    });
}
