//! Faults of `ndpointer`, the checked parameter types.

use crate::faults::about::About;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::rules::ctypeslib as rules;
use array_ctypes_conformance::spec::{Answer, Ctypeslib, ElementType, NdPointer, NdShape, Question, Raises, Step, Use};

/// Returns the parameter type that a question uses in that way.
pub(super) fn asked(question: &Question, what: Use) -> Option<&NdPointer> {
    match question {
        Question::Ctypeslib(Ctypeslib::NdPointer(used, pointer)) if *used == what => Some(pointer),
        _ => None,
    }
}

/// Returns true if a flag is named twice, also by different names.
fn repeats(pointer: &NdPointer) -> bool {
    let first = |name: &String| name.chars().next().map(|first| first.to_ascii_uppercase());
    let flags: Vec<_> = pointer.flags.iter().map(first).collect();
    flags.iter().enumerate().any(|(at, flag)| flags[..at].contains(flag))
}

/// Passes the address of an array although the parameter type refuses it.
fn accept(about: &About, question: &Question, answer: &mut Answer, which: impl Fn(&NdPointer) -> bool) {
    if let (Some(pointer), Answer::Raises(Raises::TypeError)) = (asked(question, Use::FromParam), &answer)
        && !repeats(pointer)
        && which(pointer)
    {
        *answer = about.address(about.layout.offset);
    }
}

pub(crate) fn ndpointer_accepts(faults: &mut Faults) {
    faults
        .answer("from_param passes the address of the buffer", |about, question, answer| {
            if let (Some(_), Answer::Address(_)) = (asked(question, Use::FromParam), &answer) {
                *answer = about.address(0);
            }
        })
        .also(&[rules::ndpointer_flags_twice]);
    faults.answer("a type that requires nothing refuses every array", |_, question, answer| {
        if asked(question, Use::FromParam) == Some(&NdPointer::default()) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
    faults.answer("a number as shape fits no array", |_, question, answer| {
        if asked(question, Use::FromParam)
            .is_some_and(|pointer| matches!(pointer.shape, Some(NdShape::Length(_))) && !repeats(pointer))
        {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

/// Returns the element type if a parameter type requires nothing else.
fn only_type(pointer: &NdPointer) -> Option<Dtype> {
    let bare = pointer.ndim.is_none() && pointer.shape.is_none() && pointer.flags.is_empty();
    match &pointer.dtype {
        Some(ElementType::Typestr(typestr)) if bare => Dtype::from_typestr(typestr).ok(),
        _ => None,
    }
}

pub(crate) fn ndpointer_dtype(faults: &mut Faults) {
    faults.answer("the byte order is not compared", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            let (Some(asked), own) = (only_type(pointer), &about.layout.dtype) else { return false };
            asked.typestr().trim_start_matches(['<', '>']) == own.typestr().trim_start_matches(['<', '>'])
        });
    });
    faults.answer("only the item size is compared", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            only_type(pointer).is_some_and(|asked| asked.item_size() == about.layout.dtype.item_size())
        });
    });
    faults.raises("another element type raises ValueError", Raises::ValueError, |_, question| {
        asked(question, Use::FromParam).is_some_and(|pointer| only_type(pointer).is_some())
    });
}

pub(crate) fn ndpointer_ndim(faults: &mut Faults) {
    faults.answer("the number of dimensions is the least", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            pointer.ndim.is_some_and(|ndim| (ndim as usize) < about.layout.shape.len())
        });
    });
    faults.answer("the number of dimensions is the most", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            pointer.ndim.is_some_and(|ndim| (ndim as usize) > about.layout.shape.len())
        });
    });
    faults.raises("another number of dimensions raises ValueError", Raises::ValueError, |_, question| {
        let only = |pointer: &NdPointer| *pointer == NdPointer { ndim: pointer.ndim, ..NdPointer::default() };
        asked(question, Use::FromParam).is_some_and(only)
    });
}

pub(crate) fn ndpointer_shape(faults: &mut Faults) {
    faults.answer("only the number of lengths is compared", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            matches!(&pointer.shape, Some(NdShape::Lengths(lengths)) if lengths.len() == about.layout.shape.len())
        });
    });
    faults.answer("surplus lengths at the end are not compared", |about, question, answer| {
        accept(about, question, answer, |pointer| {
            matches!(&pointer.shape, Some(NdShape::Lengths(lengths)) if lengths.len() > about.layout.shape.len())
        });
    });
    faults.answer("a number as shape is the length of any axis", |about, question, answer| {
        accept(about, question, answer, |pointer| matches!(pointer.shape, Some(NdShape::Length(_))));
    });
    faults.raises("another shape raises ValueError", Raises::ValueError, |_, question| {
        let only = |pointer: &NdPointer| *pointer == NdPointer { shape: pointer.shape.clone(), ..NdPointer::default() };
        asked(question, Use::FromParam).is_some_and(only)
    });
}

/// Returns true if a parameter type requires only flags.
fn only_flags(pointer: &NdPointer) -> bool {
    *pointer == NdPointer { flags: pointer.flags.clone(), ..NdPointer::default() }
}

pub(crate) fn ndpointer_flags(faults: &mut Faults) {
    faults.answer("one of the flags is enough", |about, question, answer| {
        accept(about, question, answer, |pointer| only_flags(pointer) && pointer.flags.len() > 1);
    });
    faults.answer("flags are not checked", |about, question, answer| {
        accept(about, question, answer, only_flags);
    });
    faults.answer("a view owns the memory that it shares", |about, question, answer| {
        let owner = |name: &String| name.to_uppercase().starts_with('O');
        accept(about, question, answer, |pointer| only_flags(pointer) && pointer.flags.iter().any(owner));
    });
    faults
        .raises("flags that do not hold raise ValueError", Raises::ValueError, |_, question| {
            asked(question, Use::FromParam).is_some_and(|pointer| only_flags(pointer) && !repeats(pointer))
        })
        .also(&[rules::ndpointer_flag_name]);
}

pub(crate) fn ndpointer_flags_twice(faults: &mut Faults) {
    faults
        .answer("flags are added instead of combined", |_, question, answer| {
            if asked(question, Use::FromParam).is_some_and(repeats) {
                *answer = Answer::Raises(Raises::TypeError);
            }
        })
        .also(&[rules::ndpointer_flag_name]);
    faults
        .raises("a flag that is named twice raises ValueError", Raises::ValueError, |_, question| {
            asked(question, Use::FromParam).is_some_and(repeats)
        })
        .also(&[rules::ndpointer_flags, rules::ndpointer_flag_name]);
}

pub(crate) fn ndpointer_flag_name(faults: &mut Faults) {
    faults.answer("an unknown flag name is ignored", |about, question, answer| {
        if asked(question, Use::FromParam).is_some() && *answer == Answer::Raises(Raises::KeyError) {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.answer("an empty flag name is ignored", |about, question, answer| {
        if asked(question, Use::FromParam).is_some_and(|pointer| pointer.flags.iter().any(String::is_empty)) {
            *answer = about.address(about.layout.offset);
        }
    });
}

pub(crate) fn ndpointer_not_an_array(faults: &mut Faults) {
    faults.answer("None is passed as NULL", |_, question, answer| {
        if asked(question, Use::None).is_some() {
            *answer = Answer::Nothing;
        }
    });
    faults.answer("a list is converted to an array", |about, question, answer| {
        if asked(question, Use::List).is_some() {
            *answer = about.address(1 << 20);
        }
    });
    faults.raises("an argument that is no array raises AttributeError", Raises::AttributeError, |_, question| {
        asked(question, Use::None).or(asked(question, Use::List)).is_some()
    });
}

pub(crate) fn ndpointer_argument(faults: &mut Faults) {
    faults.answer("a call does not check", |about, question, answer| {
        if asked(question, Use::Argument).is_some() {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.answer("a call passes the address of the buffer", |about, question, answer| {
        if let (Some(_), Answer::Address(_)) = (asked(question, Use::Argument), &answer) {
            *answer = about.address(0);
        }
    });
    faults.answer("a refused call raises an error of its own", |_, question, answer| {
        if let (Some(_), Answer::Raises(_)) = (asked(question, Use::Argument), &answer) {
            *answer = Answer::Raises(Raises::OtherError);
        }
    });
}

/// Returns the parameter types whose identity a script asks for, and the answers.
fn classes<'a>(about: &'a About, answers: &'a mut [Answer]) -> impl Iterator<Item = (&'a NdPointer, &'a mut Answer)> {
    let asked = |step: &'a Step| step.question().and_then(|question| asked(question, Use::Class));
    about.case.script.iter().zip(answers).filter_map(move |(step, answer)| Some((asked(step)?, answer)))
}

pub(crate) fn ndpointer_cached(faults: &mut Faults) {
    faults.script("each call makes a new type", |about, answers| {
        classes(about, answers).zip(1000..).for_each(|((_, answer), number)| *answer = Answer::Object(number));
    });
    faults.script("the order of flags makes another type", |about, answers| {
        for (pointer, answer) in classes(about, answers).filter(|(pointer, _)| pointer.flags.len() > 1) {
            *answer =
                Answer::Object(pointer.to_string().bytes().fold(0, |sum, byte| sum * 31 % (1 << 40) + u64::from(byte)));
        }
    });
    faults.script("a number as shape makes another type", |about, answers| {
        for (_, answer) in
            classes(about, answers).filter(|(pointer, _)| matches!(pointer.shape, Some(NdShape::Length(_))))
        {
            *answer = Answer::Object(1000);
        }
    });
}

pub(crate) fn ndpointer_distinct(faults: &mut Faults) {
    faults
        .script("a number of dimensions and a number as shape make one type", |about, answers| {
            for (pointer, answer) in classes(about, answers) {
                match (pointer.ndim, &pointer.shape) {
                    (Some(ndim), None) if pointer.dtype.is_none() && pointer.flags.is_empty() => {
                        *answer = Answer::Object(1000 + u64::from(ndim));
                    }
                    (None, Some(NdShape::Length(length))) if pointer.dtype.is_none() && pointer.flags.is_empty() => {
                        *answer = Answer::Object(1000 + length);
                    }
                    _ => {}
                }
            }
        })
        .also(&[rules::ndpointer_cached]);
    faults.script("there is one type for each element type", |about, answers| {
        for (pointer, answer) in classes(about, answers) {
            let number = |dtype: &ElementType| format!("{dtype:?}").bytes().map(u64::from).sum::<u64>();
            *answer = Answer::Object(pointer.dtype.as_ref().map_or(0, number));
        }
    });
}

/// Adds the refusal of a flag name with another error than NumPy raises.
pub(super) fn flag_errors(faults: &mut Faults) {
    faults.script("an unknown flag name raises AttributeError", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            let is_asked = step.question().is_some_and(|question| asked(question, Use::FromParam).is_some());
            if is_asked && *answer == Answer::Raises(Raises::KeyError) {
                *answer = Answer::Raises(Raises::AttributeError);
            }
        }
    });
}
