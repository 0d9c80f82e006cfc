//! Faults of the chapter `ctypeslib`.

mod arrays;
mod library;
mod ndpointer;
mod result;

pub(crate) use arrays::*;
pub(crate) use library::*;
pub(crate) use ndpointer::*;
pub(crate) use result::*;

use crate::faults::about::About;
use crate::faults::answers::{end_of_fields, shift};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::CType;
use array_ctypes_conformance::spec::ctypeslib::ctype_rule;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::rules::ctypeslib as rules;
use array_ctypes_conformance::spec::{Answer, Ctypeslib, Question, Raises, Rule};

pub(crate) fn c_intp(faults: &mut Faults) {
    faults.answer("c_intp is an int", |_, question, answer| {
        if *question == Question::Ctypeslib(Ctypeslib::CIntP) {
            *answer = Answer::Text("c_int".to_owned());
        }
    });
    faults.answer("ctypeslib's c_intp is unsigned", |_, question, answer| {
        if let (Question::Ctypeslib(Ctypeslib::CIntP), Answer::Text(name)) = (question, answer) {
            *name = name.replace("c_", "c_u");
        }
    });
}

/// Changes the C type of an element type.
fn element_type(question: &Question, answer: &mut Answer, change: impl Fn(Option<&CType>, &str) -> Option<String>) {
    if let (Question::Ctypeslib(Ctypeslib::AsCtypesType(of)), Answer::Text(text)) = (question, answer)
        && let Some(changed) = change(of.as_ref(), text)
    {
        *text = changed;
    }
}

/// Changes the C type of a number.
fn of_number(question: &Question, answer: &mut Answer, change: impl Fn(&str) -> String) {
    element_type(question, answer, |of, text| (of.is_none() && !text.contains('(')).then(|| change(text)));
}

pub(crate) fn ctype_of_number(faults: &mut Faults) {
    faults.answer("the C type of a number loses the byte order", |_, question, answer| {
        of_number(question, answer, |text| text.split('.').next().unwrap_or_default().to_owned());
    });
    faults.answer("every number is signed", |_, question, answer| {
        of_number(question, answer, |text| text.replace("c_u", "c_"));
    });
    faults.answer("a bool is a byte", |_, question, answer| {
        of_number(question, answer, |text| text.replace("c_bool", "c_byte"));
    });
    faults.answer("a float is a double", |_, question, answer| {
        of_number(question, answer, |text| text.replace("c_float", "c_double"));
    });
}

/// Returns the size in bytes and the fields of a C structure without C arrays, structures and unions in it.
fn fields(text: &str) -> Option<(u64, Vec<&str>)> {
    let inside = text.strip_prefix("Structure(")?.strip_suffix(')')?;
    let mut parts = inside.split(", ");
    let size = parts.next()?.parse().ok()?;
    (!inside.contains('(') && !inside.contains(" * ")).then(|| (size, parts.collect()))
}

pub(crate) fn ctype_of_structure(faults: &mut Faults) {
    faults.answer("a C structure loses the padding at its end", |about, question, answer| {
        element_type(question, answer, |of, text| {
            let (size, fields) = fields(text).filter(|_| of.is_none())?;
            let Dtype::Record(record) = &about.layout.dtype else { return None };
            let end = end_of_fields(record);
            (end < size && !record.fields.is_empty()).then(|| format!("Structure({end}, {})", fields.join(", ")))
        });
    });
    faults.answer("fields are sorted by name", |_, question, answer| {
        element_type(question, answer, |_, text| {
            let (size, mut fields) = fields(text)?;
            fields.sort_unstable();
            Some(format!("Structure({size}, {})", fields.join(", ")))
        });
    });
    faults.answer("fields are packed", |about, question, answer| {
        element_type(question, answer, |_, text| {
            let (size, fields) = fields(text)?;
            let mut end = 0;
            let packed: Option<Vec<String>> = fields
                .iter()
                .map(|field| {
                    let (head, _) = field.split_once('@')?;
                    let (_, ctype) = head.split_once('=')?;
                    let packed = format!("{head}@{end}");
                    end += ctype.parse::<CType>().ok()?.layout(&about.platform)?.size;
                    Some(packed)
                })
                .collect();
            Some(format!("Structure({size}, {})", packed?.join(", ")))
        });
    });
    faults.answer("fields are named by their titles", |_, question, answer| {
        element_type(question, answer, |of, text| {
            fields(text).filter(|_| of.is_none())?;
            Some(text.replace("a=", "title a="))
        });
    });
}

/// Returns the text of a C type without the lengths of C arrays.
fn without_lengths(text: &str) -> String {
    let mut parts = text.split(" * ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

pub(crate) fn ctype_of_sub_array(faults: &mut Faults) {
    faults
        .answer("the C type of a sub-array is that of one item", |_, question, answer| {
            element_type(question, answer, |_, text| (!text.starts_with("Union(")).then(|| without_lengths(text)));
        })
        .also(&[rules::ctype_of_structure]);
    faults.answer("the first axis of a sub-array is the innermost of the C array", |_, question, answer| {
        element_type(question, answer, |_, text| {
            let (rest, first) = text.rsplit_once(" * ")?;
            let (item, second) = rest.rsplit_once(" * ")?;
            Some(format!("{item} * {first} * {second}")).filter(|_| !text.contains('('))
        });
    });
}

pub(crate) fn ctype_of_union(faults: &mut Faults) {
    faults.answer("a union is a structure", |_, question, answer| {
        element_type(question, answer, |_, text| text.strip_prefix("Union(").map(|rest| format!("Structure({rest}")));
    });
    faults.answer("the C type of a union loses the padding", |about, question, answer| {
        element_type(question, answer, |of, text| {
            let Some(CType::Union(members)) = of else { return None };
            let largest =
                members.iter().filter_map(|member| member.layout(&about.platform)).map(|layout| layout.size).max();
            let (_, rest) = text.strip_prefix("Union(")?.split_once(", ")?;
            Some(format!("Union({}, {rest}", largest?))
        });
    });
}

/// Answers with a C type for the array's own element type, if that rule refuses it.
fn accept(about: &About, question: &Question, answer: &mut Answer, rule: Rule, name: &str) {
    if is_refused_by(about, question, rule) {
        *answer = Answer::Text(name.to_owned());
    }
}

/// Returns true for the question about the array's own element type, if that rule refuses it.
fn is_refused_by(about: &About, question: &Question, rule: Rule) -> bool {
    *question == Question::Ctypeslib(Ctypeslib::AsCtypesType(None))
        && ctype_rule(&about.platform, &about.layout.dtype) == Some(rule)
}

pub(crate) fn ctype_of_overlap(faults: &mut Faults) {
    faults.answer("fields may overlap", |about, question, answer| {
        accept(about, question, answer, rules::ctype_of_overlap, "Structure(4, a=c_short@0, b=c_short@1)");
    });
    faults.answer("overlapping fields raise TypeError", |about, question, answer| {
        if is_refused_by(about, question, rules::ctype_of_overlap) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

/// Answers with a C type for a plain element type that is refused.
fn accept_kind(about: &About, question: &Question, answer: &mut Answer, kinds: &[Kind], name: &str) {
    if about.layout.dtype.plain().is_some_and(|plain| kinds.contains(&plain.kind)) {
        accept(about, question, answer, rules::ctype_refused, name);
    }
}

pub(crate) fn ctype_refused(faults: &mut Faults) {
    faults.answer("long double has a C type", |about, question, answer| {
        if about.layout.dtype.item_size() > 8 {
            accept_kind(about, question, answer, &[Kind::Float], "c_longdouble");
        }
    });
    faults.answer("a half becomes a short", |about, question, answer| {
        if about.layout.dtype.item_size() == 2 {
            accept_kind(about, question, answer, &[Kind::Float], "c_short");
        }
    });
    faults.answer("a complex number becomes two doubles", |about, question, answer| {
        accept_kind(about, question, answer, &[Kind::Complex], "c_double * 2");
    });
    faults.answer("times become integers", |about, question, answer| {
        accept_kind(about, question, answer, &[Kind::Datetime, Kind::Timedelta], "c_longlong");
    });
    faults.answer("text becomes an array of c_char", |about, question, answer| {
        accept_kind(about, question, answer, &[Kind::Bytes, Kind::Unicode, Kind::Void], "c_char * 4");
    });
    faults.answer("objects become py_object", |about, question, answer| {
        accept_kind(about, question, answer, &[Kind::Object], "py_object");
    });
    faults.answer("fields without a C type are left out", |about, question, answer| {
        if about.layout.dtype.plain().is_none() {
            accept(about, question, answer, rules::ctype_refused, "Structure(4)");
        }
    });
    faults
        .raises("an element type without a C type raises KeyError", Raises::KeyError, |_, question| {
            matches!(question, Question::Ctypeslib(Ctypeslib::AsCtypesType(_)))
        })
        .also(&[rules::ctype_of_overlap]);
}

const AS_CTYPES: Question = Question::Ctypeslib(Ctypeslib::AsCtypes);
const TYPE_OF_AS_CTYPES: Question = Question::Ctypeslib(Ctypeslib::TypeOfAsCtypes);

pub(crate) fn as_ctypes(faults: &mut Faults) {
    faults.answer("as_ctypes makes a copy", |_, question, answer| {
        if *question == AS_CTYPES {
            shift(answer, 1 << 20);
        }
    });
    faults.answer("the first axis of the array is the innermost of the C array", |about, question, answer| {
        if let (Answer::Text(text), [.., _, _]) = (&mut *answer, &about.layout.shape[..])
            && *question == TYPE_OF_AS_CTYPES
        {
            let item = text.split(" * ").next().unwrap_or_default().to_owned();
            *text = about.layout.shape.iter().fold(item, |item, length| format!("{item} * {length}"));
        }
    });
    faults.answer("an array without axes becomes a C array of one", |about, question, answer| {
        if let Answer::Text(text) = answer
            && *question == TYPE_OF_AS_CTYPES
            && about.layout.shape.is_empty()
        {
            text.push_str(" * 1");
        }
    });
    faults.answer("as_ctypes leaves out the lengths", |_, question, answer| {
        if let Answer::Text(text) = answer
            && *question == TYPE_OF_AS_CTYPES
        {
            *text = without_lengths(text);
        }
    });
}

/// Returns an object for an array that is refused, if this is true.
fn accept_array(about: &About, question: &Question, answer: &mut Answer, which: bool) {
    if *question == AS_CTYPES && which && matches!(answer, Answer::Raises(_)) {
        *answer = about.address(about.layout.offset);
    }
}

pub(crate) fn as_ctypes_read_only(faults: &mut Faults) {
    faults.answer("as_ctypes accepts a read-only array", |about, question, answer| {
        accept_array(about, question, answer, !about.array().writeable);
    });
}

pub(crate) fn as_ctypes_strided(faults: &mut Faults) {
    faults.answer("as_ctypes takes a strided array for packed", |about, question, answer| {
        accept_array(about, question, answer, about.array().writeable && !about.layout.is_c_contiguous());
    });
    faults.answer("as_ctypes accepts any order without gaps", |about, question, answer| {
        let layout = about.layout;
        accept_array(
            about,
            question,
            answer,
            about.array().writeable && !layout.is_c_contiguous() && layout.is_f_contiguous(),
        );
    });
}

pub(crate) fn as_ctypes_refused(faults: &mut Faults) {
    faults.answer("elements without a C type become bytes", |about, question, answer| {
        accept_array(about, question, answer, about.array().writeable && about.layout.is_c_contiguous());
    });
    faults.answer("elements without a C type raise ValueError", |about, question, answer| {
        if (*question == AS_CTYPES || *question == TYPE_OF_AS_CTYPES)
            && *answer == Answer::Raises(Raises::NotImplementedError)
        {
            let open = about.array().writeable && about.layout.is_c_contiguous();
            if open && ctype_rule(&about.platform, &about.layout.dtype) == Some(rules::ctype_refused) {
                *answer = Answer::Raises(Raises::ValueError);
            }
        }
    });
}

pub(crate) fn error(faults: &mut Faults) {
    faults.raises("a read-only array raises ValueError", Raises::ValueError, |about, question| {
        matches!(question, Question::Ctypeslib(Ctypeslib::AsCtypes)) && !about.array().is_writeable()
    });
    faults.raises("a strided array raises ValueError", Raises::ValueError, |about, question| {
        matches!(question, Question::Ctypeslib(Ctypeslib::AsCtypes))
            && about.array().is_writeable()
            && !about.layout.is_c_contiguous()
    });
    array_errors(faults);
    flag_errors(faults);
}
