//! Faults of the chapter `shape`.

use crate::faults::about::About;
use crate::faults::answers::{change_integers, change_type, fortran_strides, same_object};
use crate::faults::families::SHAPE_AND_STRIDES;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Class, Simple};
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::{Answer, Attribute, Hand, Handed, Question, Raises, Step, Value, Write, rules};

/// Changes the byte strides.
fn change_strides(question: &Question, answer: &mut Answer, change: impl Fn(&mut Vec<i64>)) {
    change_integers(*question == Question::Strides, answer, change);
}

pub(crate) fn shape(faults: &mut Faults) {
    faults.also(SHAPE_AND_STRIDES);
    faults.also_the_rule_of_the_view();
    faults
        .answer("the interface object has no shape", |_, question, answer| {
            if *question == Question::Shape {
                *answer = Answer::Raises(Raises::AttributeError);
            }
        })
        .also(&[rules::shape::copy, rules::memmap::deduced]);
    faults.answer("the lengths are in the order of Fortran", |_, question, answer| {
        if let (Question::Shape, Answer::Integers(shape)) = (question, answer) {
            shape.reverse();
        }
    });
    faults.answer("an array without axes has one of length 1", |_, question, answer| {
        if *question == Question::Shape && *answer == Answer::Integers(Vec::new()) {
            *answer = Answer::Integers(vec![1]);
        }
    });
    faults.answer("lengths are C ints", |_, question, answer| {
        if let (Question::Shape, Answer::Integers(shape)) = (question, answer) {
            for length in shape {
                *length = i64::from(*length as i32);
            }
        }
    });
}

pub(crate) fn strides(faults: &mut Faults) {
    faults.also(SHAPE_AND_STRIDES);
    faults.also_the_rule_of_the_view();
    faults.answer("the interface object has no strides", |_, question, answer| {
        if *question == Question::Strides {
            *answer = Answer::Raises(Raises::AttributeError);
        }
    });
    faults.answer("the item size follows the strides of the axes", |about, question, answer| {
        change_strides(question, answer, |strides| strides.push(about.item_size()));
    });
    faults.answer("strides are in elements", |about, question, answer| {
        change_strides(question, answer, |strides| about.divide_by_item_size(strides));
    });
    faults.answer("strides are unsigned", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = stride.wrapping_abs();
            }
        });
    });
    faults.answer("strides are computed from the shape", |about, question, answer| {
        let computed = c_strides(&about.layout.shape, about.layout.dtype.item_size());
        change_strides(question, answer, |strides| strides.clone_from(&computed));
    });
    faults.answer("strides are rounded to whole elements", |about, question, answer| {
        let size = about.item_size();
        change_strides(question, answer, |strides| strides.iter_mut().for_each(|stride| *stride -= *stride % size));
    });
    faults.answer("negative strides are clamped to zero", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = (*stride).max(0);
            }
        });
    });
    faults.answer("strides are computed in the order of Fortran", |about, question, answer| {
        let computed = fortran_strides(&about.layout.shape, about.layout.dtype.item_size());
        change_strides(question, answer, |strides| strides.clone_from(&computed));
    });
    faults.answer("a stride of zero is replaced by that of packed elements", |about, question, answer| {
        let computed = c_strides(&about.layout.shape, about.layout.dtype.item_size());
        change_strides(question, answer, |strides| {
            let zero = strides.iter_mut().zip(&computed).filter(|(stride, _)| **stride == 0);
            zero.for_each(|(stride, packed)| *stride = *packed);
        });
    });
    faults.answer("strides are C ints", |_, question, answer| {
        change_strides(question, answer, |strides| {
            for stride in strides {
                *stride = i64::from(*stride as i32);
            }
        });
    });
}

pub(crate) fn strides_kept(faults: &mut Faults) {
    faults.answer("strides of axes of length 0 and 1 are zero", |about, question, answer| {
        if about.array().views.is_empty() {
            change_strides(question, answer, |strides| {
                let axes = strides.iter_mut().zip(&about.layout.shape).filter(|(_, length)| **length < 2);
                axes.for_each(|(stride, _)| *stride = 0);
            });
        }
    });
}

/// Answers the question about the type of the items, unless there are no axes.
fn items_are(asked: Question, about: &About, question: &Question, answer: &mut Answer, items: Answer) {
    if *question == asked && !about.layout.shape.is_empty() {
        *answer = items;
    }
}

pub(crate) fn base_type(faults: &mut Faults) {
    faults.also(&[rules::ctypeslib::c_intp]);
    faults.answer("the shape is a tuple", |about, question, answer| {
        items_are(Question::ShapeType, about, question, answer, Answer::Raises(Raises::AttributeError));
    });
    faults.answer("the strides are a tuple", |about, question, answer| {
        items_are(Question::StridesType, about, question, answer, Answer::Raises(Raises::AttributeError));
    });
    faults.answer("only the strides are C ints", |about, question, answer| {
        items_are(Question::StridesType, about, question, answer, Answer::Text(Simple::Int.name().to_owned()));
    });
    faults.answer("items are C ints", |about, question, answer| {
        if matches!(question, Question::ShapeType | Question::StridesType) && !about.layout.shape.is_empty() {
            *answer = Answer::Text(Simple::Int.name().to_owned());
        }
    });
    faults.answer("lengths are unsigned", |about, question, answer| {
        let unsigned = about.ask(Question::Name(CType::Simple(Simple::SizeT)));
        items_are(Question::ShapeType, about, question, answer, unsigned);
    });
}

/// The type of a C array with one item of that type for each axis; `None` if there are no axes.
fn c_array(about: &About, item: &CType) -> Option<CType> {
    let axes = about.layout.shape.len() as u32;
    (axes > 0).then(|| CType::Array(Box::new(item.canonical(&about.platform)), axes))
}

pub(crate) fn array_type(faults: &mut Faults) {
    faults.answer("the shape is a list", |about, question, answer| {
        change_type(question, answer, |value| {
            (*value == Value::Shape && !about.layout.shape.is_empty()).then_some("list")
        });
    });
    faults.answer("the strides are an unsigned C array of the same size", |about, question, answer| {
        change_type(question, answer, |value| {
            c_array(about, &CType::Simple(Simple::SizeT)).filter(|_| *value == Value::Strides)
        });
    });
    faults.answer("the C array of the shape has one item more", |about, question, answer| {
        let array = CType::Array(
            Box::new(CType::Simple(Simple::IntP).canonical(&about.platform)),
            about.layout.shape.len() as u32 + 1,
        );
        change_type(question, answer, |value| {
            (*value == Value::Shape && !about.layout.shape.is_empty()).then(|| array.clone())
        });
    });
}

pub(crate) fn as_type(faults: &mut Faults) {
    faults.answer("a converted shape is an array of c_intp", |about, question, answer| {
        change_type(question, answer, |value| {
            c_array(about, &CType::Simple(Simple::IntP)).filter(|_| matches!(value, Value::ShapeAs(_)))
        });
    });
    faults.answer("unsigned types convert to the signed type of the same size", |about, question, answer| {
        change_type(question, answer, |value| {
            let signed = match value.ctype()? {
                CType::Simple(Simple::UInt | Simple::UInt32) => Simple::Int,
                CType::Simple(Simple::ULong) => Simple::Long,
                CType::Simple(Simple::UByte | Simple::UInt8) => Simple::Byte,
                _ => return None,
            };
            let converts = matches!(value, Value::ShapeAs(_) | Value::StridesAs(_));
            c_array(about, &CType::Simple(signed)).filter(|_| converts)
        });
    });
    faults.answer("converted strides lose the byte order of their type", |about, question, answer| {
        change_type(question, answer, |value| match value {
            Value::StridesAs(CType::Swapped(simple, _)) => c_array(about, &CType::Simple(*simple)),
            _ => None,
        });
    });
}

pub(crate) fn zero_dimensions(faults: &mut Faults) {
    faults.answer("without axes there is an array of one item", |about, question, answer| {
        if matches!(question, Question::ShapeAs(_) | Question::StridesAs(_)) && about.layout.shape.is_empty() {
            *answer = Answer::Bytes(vec![1]);
        }
    });
    faults.answer("without axes there are C arrays of length 1", |about, question, answer| {
        change_type(question, answer, |value| match value {
            Value::Shape | Value::Strides if about.layout.shape.is_empty() => {
                Some(CType::Array(Box::new(CType::Simple(Simple::IntP).canonical(&about.platform)), 1))
            }
            _ => None,
        });
    });
}

pub(crate) fn none(faults: &mut Faults) {
    // A parameter may refuse a C array where it takes NULL, so the rule about what C receives can break too.
    faults
        .answer("without axes C receives an empty array", |about, question, answer| {
            if let (Question::Hand(hand), Answer::Nothing) = (question, &answer)
                && about.layout.shape.is_empty()
                && !matches!(hand.what, Handed::Interface | Handed::Value(Value::AsParameter | Value::DataAs(_)))
            {
                *answer = Answer::Bytes(Vec::new());
            }
        })
        .also(&[rules::shape::hand]);
    faults.answer("without axes there is an empty array", |about, question, answer| {
        if let Question::ShapeAs(CType::Simple(simple)) | Question::StridesAs(CType::Simple(simple)) = question
            && about.layout.shape.is_empty()
            && *simple != Simple::PyObject
        {
            *answer = Answer::Bytes(Vec::new());
        }
    });
    faults.answer("without axes there are C arrays of length 0", |about, question, answer| {
        change_type(question, answer, |value| match value {
            Value::Shape | Value::Strides if about.layout.shape.is_empty() => {
                Some(CType::Array(Box::new(CType::Simple(Simple::IntP).canonical(&about.platform)), 0))
            }
            _ => None,
        });
    });
    faults.answer("without axes there is an empty C array of c_intp", |about, question, answer| {
        if matches!(question, Question::ShapeType | Question::StridesType) && about.layout.shape.is_empty() {
            *answer = about.ask(Question::Name(CType::Simple(Simple::IntP)));
        }
    });
}

/// Returns true for an integer type.
fn is_integer(ctype: &CType) -> bool {
    matches!(ctype, CType::Simple(simple) if matches!(simple.class(), Class::Signed | Class::Unsigned))
}

/// Answers with the memory of `c_intp` as that of another integer type, without conversion.
fn reinterpret(about: &About, question: &Question, answer: &mut Answer) {
    let Some((ctype, values)) = about.converted(question) else { return };
    if let (true, Some(layout)) = (is_integer(ctype), ctype.layout(&about.platform)) {
        let intp = CType::Simple(Simple::IntP);
        let mut memory: Vec<u8> = values.iter().filter_map(|value| about.stored(&intp, *value)).flatten().collect();
        memory.resize(values.len() * layout.size as usize, 0);
        *answer = Answer::Bytes(memory);
    }
}

/// Refuses a conversion to that type, unless there are no axes.
fn refuse(asked: &Question, about: &About, question: &Question, answer: &mut Answer) {
    if question == asked && !about.layout.shape.is_empty() {
        *answer = Answer::Raises(Raises::TypeError);
    }
}

pub(crate) fn shape_as(faults: &mut Faults) {
    faults.also(&[rules::ctype::integer_wraps]);
    faults.answer("shape_as refuses c_short", |about, question, answer| {
        refuse(&Question::ShapeAs(Simple::Short.into()), about, question, answer);
    });
    faults.answer("the memory of the shape is cast", |about, question, answer| {
        if matches!(question, Question::ShapeAs(_)) {
            reinterpret(about, question, answer);
        }
    });
    faults.answer("lengths are in bytes", |about, question, answer| {
        let size = about.item_size();
        about.convert(question, answer, |ctype, length| {
            let is_shape = matches!(question, Question::ShapeAs(_));
            about.stored(ctype, length.wrapping_mul(size)).filter(|_| is_shape && is_integer(ctype))
        });
    });
}

pub(crate) fn strides_as(faults: &mut Faults) {
    faults.also(&[rules::ctype::integer_wraps]);
    faults.answer("strides_as refuses c_longlong", |about, question, answer| {
        refuse(&Question::StridesAs(Simple::LongLong.into()), about, question, answer);
    });
    faults.answer("the memory of the strides is cast", |about, question, answer| {
        if matches!(question, Question::StridesAs(_)) {
            reinterpret(about, question, answer);
        }
    });
    faults.answer("converted strides are in elements", |about, question, answer| {
        let size = about.item_size();
        about.convert(question, answer, |ctype, stride| {
            let is_strides = matches!(question, Question::StridesAs(_));
            about.stored(ctype, stride / size).filter(|_| is_strides && is_integer(ctype))
        });
    });
}

/// Returns one C array from all calls of an attribute, so that writes into it show.
fn cached(about: &About, answers: &mut [Answer], attribute: &Question, written: fn(&Write) -> Option<(usize, i64)>) {
    let mut items = Vec::new();
    for (step, answer) in about.case.script.iter().zip(answers) {
        match (step, answer) {
            (Step::Write(write), _) => items.extend(written(write)),
            (Step::Ask(question), Answer::Integers(values)) if question == attribute => {
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
    faults
        .script("the strides are cached", |about, answers| {
            cached(about, answers, &Question::Strides, |write| match write {
                Write::Strides { axis, value } => Some((*axis, *value)),
                _ => None,
            });
        })
        .also(&[rules::shape::strides_kept]);
}

pub(crate) fn fresh(faults: &mut Faults) {
    faults.answer("the interface object is cached", |_, question, answer| {
        same_object(&[Attribute::Ctypes], question, answer);
    });
    faults.answer("shape and strides are cached", |_, question, answer| {
        same_object(&[Attribute::Shape, Attribute::Strides], question, answer);
    });
}

/// Changes the memory that a function reads of the lengths or strides, given the type of the items and the numbers.
fn change_handed(
    about: &About,
    question: &Question,
    answer: &mut Answer,
    change: impl Fn(&Hand, &CType, Vec<i64>) -> Option<Vec<u8>>,
) {
    let (Question::Hand(hand), Answer::Bytes(memory)) = (question, &mut *answer) else { return };
    let int_p = CType::Simple(Simple::IntP);
    let lengths = || about.layout.shape.iter().map(|length| *length as i64).collect();
    let (ctype, values) = match &hand.what {
        Handed::Value(Value::Shape) => (&int_p, lengths()),
        Handed::Value(Value::ShapeAs(ctype)) => (ctype, lengths()),
        Handed::Value(Value::Strides) => (&int_p, about.layout.strides.clone()),
        Handed::Value(Value::StridesAs(ctype)) => (ctype, about.layout.strides.clone()),
        _ => return,
    };
    if let Some(changed) = change(hand, ctype, values) {
        *memory = changed;
    }
}

/// Returns the memory of a C array of these numbers.
fn items(about: &About, ctype: &CType, values: &[i64]) -> Option<Vec<u8>> {
    let items: Option<Vec<Vec<u8>>> = values.iter().map(|value| about.stored(ctype, *value)).collect();
    Some(items?.concat())
}

fn is_of_strides(hand: &Hand) -> bool {
    matches!(hand.what, Handed::Value(Value::Strides | Value::StridesAs(_)))
}

pub(crate) fn hand(faults: &mut Faults) {
    faults.answer("strides are in elements where C reads them", |about, question, answer| {
        change_handed(about, question, answer, |hand, ctype, mut values| {
            let applies = is_of_strides(hand) && about.item_size() > 0;
            applies.then(|| about.divide_by_item_size(&mut values));
            applies.then(|| items(about, ctype, &values))?
        });
    });
    faults.answer("C reads strides from the innermost axis on", |about, question, answer| {
        change_handed(about, question, answer, |hand, ctype, mut values| {
            values.reverse();
            is_of_strides(hand).then(|| items(about, ctype, &values))?
        });
    });
    faults.answer("shape_as and strides_as hand over the items of c_intp", |about, question, answer| {
        change_handed(about, question, answer, |_, ctype, values| {
            let mut memory = items(about, &CType::Simple(Simple::IntP), &values)?;
            memory.resize(items(about, ctype, &values)?.len(), 0);
            Some(memory)
        });
    });
    faults.answer("a C array is freed before the function reads it", |about, question, answer| {
        change_handed(about, question, answer, |_, ctype, values| {
            Some(vec![0xa5; items(about, ctype, &values)?.len()])
        });
    });
    faults.answer("a C array needs a declared parameter", |_, question, answer| {
        let Question::Hand(hand) = question else { return };
        if hand.to.is_none() && matches!(answer, Answer::Bytes(_)) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

/// Returns true if a C array is passed for such a parameter.
fn passes_array(question: &Question, is_parameter: impl Fn(&CType) -> bool) -> bool {
    let Question::Hand(hand) = question else { return false };
    let is_array =
        matches!(hand.what, Handed::Value(Value::Shape | Value::Strides | Value::ShapeAs(_) | Value::StridesAs(_)));
    is_array && hand.to.as_ref().is_some_and(is_parameter)
}

pub(crate) fn hand_refuses(faults: &mut Faults) {
    faults.answer("a C array converts to a pointer to anything", |about, question, answer| {
        if passes_array(question, |to| matches!(to, CType::Pointer(_))) && matches!(answer, Answer::Raises(_)) {
            *answer = Answer::Bytes(vec![0; about.layout.shape.len()]);
        }
    });
    faults.answer("a C array converts to one of another length or type", |about, question, answer| {
        if passes_array(question, |to| matches!(to, CType::Array(..))) && matches!(answer, Answer::Raises(_)) {
            *answer = Answer::Bytes(vec![0; about.layout.shape.len()]);
        }
    });
    faults.answer("a C array converts to its first item", |_, question, answer| {
        let is_number = |to: &CType| matches!(to, CType::Simple(simple) if simple.class() == Class::Signed);
        if passes_array(question, is_number) && matches!(answer, Answer::Raises(_)) {
            *answer = Answer::Nothing;
        }
    });
    faults.raises("a C array for a parameter of another type raises ValueError", Raises::ValueError, |_, question| {
        passes_array(question, |_| true)
    });
}
