//! Faults of `as_array`.

use crate::faults::about::About;
use crate::faults::answers::shift_address;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::CType;
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::rules::ctypeslib as rules;
use array_ctypes_conformance::spec::{
    Address, Answer, Ctypeslib, Imported, Question, Raises, Rule, ShapeArgument, Source, Step,
};

/// The rules of all arrays that are made of pointers: which of them applies depends on type and shape.
const POINTERS: &[Rule] = &[
    rules::as_array,
    rules::as_array_structure,
    rules::as_array_union,
    rules::as_array_again,
    rules::as_array_empty,
    rules::as_array_no_structure,
];

/// Returns the source, the shape and the C type of an array that is asked for.
fn asked(question: &Question) -> Option<(Source, &ShapeArgument, &CType)> {
    match question {
        Question::Ctypeslib(Ctypeslib::AsArray { source, shape, ctype }) => Some((*source, shape, ctype)),
        _ => None,
    }
}

/// Changes an array that is made of a source.
fn made(question: &Question, answer: &mut Answer, of: Source, change: impl Fn(&ShapeArgument, &CType, &mut Imported)) {
    if let (Some((source, shape, ctype)), Answer::Imported(seen)) = (asked(question), answer)
        && source == of
    {
        change(shape, ctype, seen);
    }
}

/// Returns an array at that address, without any check.
fn unchecked(data: Answer, shape: &[u64], size: u64, typestr: &str) -> Answer {
    let data = if let Answer::Address(data) = data { data } else { Address::Absolute(0) };
    let (strides, typestr) = (c_strides(shape, size), typestr.to_owned());
    Answer::Imported(Box::new(Imported {
        data,
        read_only: false,
        shape: shape.to_vec(),
        strides,
        typestr,
        elements: None,
    }))
}

/// Makes such arrays although they are refused.
fn accept(about: &About, question: &Question, answer: &mut Answer, which: impl Fn(Source, &ShapeArgument) -> bool) {
    if let (Some((source, shape, _)), Answer::Raises(_)) = (asked(question), &answer)
        && which(source, shape)
    {
        let lengths = match shape {
            ShapeArgument::Missing => Vec::new(),
            ShapeArgument::Int(length) => vec![*length],
            ShapeArgument::Lengths(lengths) => lengths.clone(),
        };
        *answer = unchecked(about.address(about.layout.offset), &lengths, 1, "|u1");
    }
}

pub(crate) fn as_array(faults: &mut Faults) {
    faults.also(POINTERS);
    faults.answer("as_array copies the memory", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, _, seen| {
            shift_address(&mut seen.data, 1 << 20);
        });
    });
    faults.answer("the lengths of the items are lost", |_, question, answer| {
        made(question, answer, Source::Pointer, |shape, ctype, seen| {
            if let (ShapeArgument::Lengths(lengths), CType::Array(..)) = (shape, ctype) {
                seen.shape.clone_from(lengths);
                seen.strides.truncate(lengths.len());
            }
        });
    });
    faults.answer("as_array is in the order of Fortran", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, _, seen| {
            if seen.shape.iter().all(|length| *length > 1) {
                seen.strides.reverse();
            }
        });
    });
    faults.answer("an array of a pointer is read-only", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, _, seen| seen.read_only = true);
    });
    faults.answer("as_array takes the platform's byte order", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, _, seen| seen.typestr = seen.typestr.replace('>', "<"));
    });
    faults.answer("a length of 1 is lost", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, _, seen| {
            if seen.shape.first() == Some(&1) {
                seen.shape.remove(0);
                seen.strides.remove(0);
            }
        });
    });
}

pub(crate) fn as_array_again(faults: &mut Faults) {
    faults.also(POINTERS);
    faults.script("the shape of the first call stays", |about, answers| {
        let questions: Vec<_> = about.case.script.iter().map(|step| step.question().and_then(asked)).collect();
        for at in 0..answers.len() {
            let Some((Source::Pointer, _, ctype)) = questions[at] else { continue };
            let first = questions
                .iter()
                .position(|asked| asked.is_some_and(|(source, _, of)| source == Source::Pointer && of == ctype));
            let first = first.map(|first| answers[first].clone());
            if let (Some(first @ Answer::Imported(_)), Answer::Imported(_)) = (first, &answers[at]) {
                answers[at] = first;
            }
        }
    });
}

pub(crate) fn as_array_empty(faults: &mut Faults) {
    faults.also(&[rules::as_array_no_structure]);
    faults.answer("as_array refuses a length of 0", |_, question, answer| {
        if matches!(asked(question), Some((Source::Pointer, ShapeArgument::Lengths(lengths), _)) if lengths.contains(&0))
            && matches!(answer, Answer::Imported(_))
        {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

/// Returns true if the elements are structures, or unions if `of_union` is set.
fn has_members(ctype: &CType, of_union: bool) -> bool {
    match ctype {
        CType::Array(item, _) => has_members(item, of_union),
        CType::Structure(_) => !of_union,
        CType::Union(_) => of_union,
        _ => false,
    }
}

pub(crate) fn as_array_structure(faults: &mut Faults) {
    faults.also(&[rules::as_array_again, rules::as_array_no_structure]);
    faults.answer("structures become numbers", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, ctype, seen| {
            if has_members(ctype, false) {
                seen.typestr = seen.typestr.replace("|V", "<u");
            }
        });
    });
}

pub(crate) fn as_array_union(faults: &mut Faults) {
    faults.also(&[rules::as_array_no_structure]);
    faults.answer("a union of one byte becomes a number", |_, question, answer| {
        made(question, answer, Source::Pointer, |_, ctype, seen| {
            if has_members(ctype, true) {
                seen.typestr = seen.typestr.replace("|V1", "|u1");
            }
        });
    });
}

pub(crate) fn as_array_no_structure(faults: &mut Faults) {
    faults.answer("as_array of structures refuses a length of 0", |_, question, answer| {
        if let (Some((_, _, ctype)), Answer::Imported(seen)) = (asked(question), &answer)
            && seen.shape.contains(&0)
            && (has_members(ctype, false) || has_members(ctype, true))
        {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

pub(crate) fn as_array_of_object(faults: &mut Faults) {
    faults.also(POINTERS);
    faults.answer("as_array of an object takes the given shape", |_, question, answer| {
        made(question, answer, Source::Object, |shape, _, seen| {
            if let ShapeArgument::Lengths(lengths) = shape {
                seen.shape.clone_from(lengths);
            }
        });
    });
    faults.answer("as_array of an object makes one axis", |_, question, answer| {
        made(question, answer, Source::Object, |_, _, seen| {
            seen.shape = vec![seen.shape.iter().product()];
            seen.strides = seen.strides.last().map(|stride| vec![*stride]).unwrap_or_default();
        });
    });
    faults.answer("as_array of an object needs a shape", |_, question, answer| {
        if matches!(asked(question), Some((Source::Object, ShapeArgument::Missing, _))) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

pub(crate) fn as_array_no_shape(faults: &mut Faults) {
    faults.answer("without a shape there is one item", |about, question, answer| {
        accept(about, question, answer, |source, shape| source == Source::Pointer && *shape == ShapeArgument::Missing);
    });
    faults.raises("a pointer without a shape raises AttributeError", Raises::AttributeError, |_, question| {
        matches!(asked(question), Some((_, ShapeArgument::Missing, _)))
    });
}

pub(crate) fn as_array_int_shape(faults: &mut Faults) {
    faults.answer("a number is accepted as shape", |about, question, answer| {
        accept(about, question, answer, |source, shape| {
            source == Source::Pointer && matches!(shape, ShapeArgument::Int(_))
        });
    });
    faults.raises("a number as shape raises ValueError", Raises::ValueError, |_, question| {
        matches!(asked(question), Some((Source::Pointer, ShapeArgument::Int(_), _)))
    });
}

pub(crate) fn as_array_null(faults: &mut Faults) {
    faults.answer("NULL is accepted", |_, question, answer| {
        if let Some((Source::Null, ShapeArgument::Lengths(lengths), _)) = asked(question) {
            *answer = unchecked(Answer::Nothing, lengths, 1, "|u1");
        }
    });
    faults.answer("NULL is accepted if there are no elements", |_, question, answer| {
        if let Some((Source::Null, ShapeArgument::Lengths(lengths), _)) = asked(question)
            && lengths.contains(&0)
        {
            *answer = unchecked(Answer::Nothing, lengths, 1, "|u1");
        }
    });
}

pub(crate) fn as_array_refuses(faults: &mut Faults) {
    faults.answer("pointers as elements become numbers", |about, question, answer| {
        if let Some((Source::Pointer, ShapeArgument::Lengths(lengths), ctype)) = asked(question)
            && ctype.is_pointer()
        {
            *answer = unchecked(about.address(about.layout.offset), lengths, 8, "<u8");
        }
    });
}

pub(crate) fn as_array_size(faults: &mut Faults) {
    faults.answer("as_array counts bytes modulo 2^64", |about, question, answer| {
        accept(about, question, answer, |source, shape| {
            let ShapeArgument::Lengths(lengths) = shape else { return false };
            source == Source::Pointer && lengths.iter().any(|length| *length > 1 << 24)
        });
    });
}

pub(crate) fn as_array_dimensions(faults: &mut Faults) {
    fn many(about: &About, answers: &mut [Answer], instead: &dyn Fn(&Answer) -> Answer) {
        for (step, answer) in about.case.script.iter().zip(answers) {
            if let Step::Forked(step) = step
                && let Some((_, ShapeArgument::Lengths(lengths), _)) = step.question().and_then(asked)
                && lengths.len() > 32
            {
                *answer = instead(answer);
            }
        }
    }
    faults.script("too many dimensions of a C array are written past their end", |about, answers| {
        many(about, answers, &|_| Answer::Signal("SIGSEGV".to_owned()));
    });
    faults.script("surplus dimensions are dropped", |about, answers| {
        many(about, answers, &|answer| {
            let Answer::Imported(seen) = answer else { return answer.clone() };
            let (shape, strides) = (seen.shape[..32].to_vec(), seen.strides[..32].to_vec());
            Answer::Imported(Box::new(Imported { shape, strides, ..(**seen).clone() }))
        });
    });
}

/// Adds the refusals of `as_array` with another error than NumPy raises.
pub(super) fn array_errors(faults: &mut Faults) {
    faults.raises("NULL raises TypeError", Raises::TypeError, |_, question| {
        matches!(asked(question), Some((Source::Null, ShapeArgument::Lengths(_), _)))
    });
    faults.raises("pointers as elements raise KeyError", Raises::KeyError, |_, question| {
        matches!(asked(question), Some((Source::Pointer, ShapeArgument::Lengths(_), ctype)) if ctype.is_pointer())
    });
    faults.raises("a shape of too many bytes runs out of memory", Raises::OtherError, |_, question| {
        let Some((Source::Pointer, ShapeArgument::Lengths(lengths), _)) = asked(question) else { return false };
        lengths.iter().any(|length| *length > 1 << 24)
    });
}
