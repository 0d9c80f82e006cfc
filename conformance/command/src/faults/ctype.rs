//! Faults of the chapter `ctype`.

mod decode;

pub(crate) use decode::*;

use crate::faults::about::About;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Class, MemoryLayout, Simple};
use array_ctypes_conformance::spec::platform::{LongDouble, Platform};
use array_ctypes_conformance::spec::{Answer, Question, Raises};

/// Converts each length or stride to one simple type in a way of the fault's own.
fn convert_to(about: &About, question: &Question, answer: &mut Answer, to: Simple, item: fn(i64) -> Option<Vec<u8>>) {
    about.convert(question, answer, |ctype, value| item(value).filter(|_| *ctype == CType::Simple(to)));
}

/// Returns true for a question about lengths or strides in such a type, except of an array without axes.
fn converts_to(about: &About, question: &Question, which: impl Fn(&CType) -> bool) -> bool {
    about.converted(question).is_some_and(|(ctype, _)| which(ctype))
}

/// Returns the least and the greatest value of an integer type.
fn range(platform: &Platform, ctype: &CType) -> Option<(i128, i128)> {
    let CType::Simple(simple) = ctype else { return None };
    let bits = 8 * simple.size(platform);
    match simple.class() {
        Class::Signed => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
        Class::Unsigned => Some((0, (1 << bits) - 1)),
        _ => None,
    }
}

pub(crate) fn composite(faults: &mut Faults) {
    faults.answer("a structure has no padding at its end", |about, question, answer| {
        if let (Question::SizeOf(CType::Structure(fields)), Answer::Integers(layout)) = (question, answer) {
            let place = |end: u64, field: MemoryLayout| end.next_multiple_of(field.alignment) + field.size;
            layout[0] = fields.iter().filter_map(|field| field.layout(&about.platform)).fold(0, place) as i64;
        }
    });
    faults.answer("a structure is packed", |about, question, answer| {
        if let (Question::SizeOf(CType::Structure(fields)), Answer::Integers(layout)) = (question, answer) {
            let fields = fields.iter().filter_map(|field| field.layout(&about.platform));
            layout[0] = fields.map(|field| field.size as i64).sum();
        }
    });
    faults.answer("a union is as large as its members together", |about, question, answer| {
        if let (Question::SizeOf(CType::Union(members)), Answer::Integers(layout)) = (question, answer) {
            let members = CType::Structure(members.clone());
            layout[0] = members.layout(&about.platform).map_or(0, |layout| layout.size as i64);
        }
    });
    faults.answer("a union has no padding", |about, question, answer| {
        if let (Question::SizeOf(CType::Union(members)), Answer::Integers(layout)) = (question, answer) {
            let members = members.iter().filter_map(|member| member.layout(&about.platform));
            layout[0] = members.map(|member| member.size as i64).max().unwrap_or(0);
        }
    });
    faults.answer("an array is aligned by its size", |_, question, answer| {
        if let (Question::SizeOf(CType::Array(..)), Answer::Integers(layout)) = (question, answer) {
            layout[1] = layout[0].max(1);
        }
    });
    faults.answer("a pointer is as wide as what it points at", |about, question, answer| {
        if let Question::SizeOf(CType::Pointer(to)) = question {
            *answer = about.ask(Question::SizeOf((**to).clone()));
        }
    });
}

pub(crate) fn integer_wraps(faults: &mut Faults) {
    faults.answer("integers are clamped", |about, question, answer| {
        about.convert(question, answer, |ctype, value| {
            let (least, most) = range(&about.platform, ctype)?;
            // The bytes of a clamped unsigned number past i64 are those of no i64.
            let clamped = i128::from(value).clamp(least, most);
            about.stored(ctype, clamped as i64)
        });
    });
    faults.answer("integers that do not fit are refused", |about, question, answer| {
        if let Some((ctype, values)) = about.converted(question)
            && let Some((least, most)) = range(&about.platform, ctype)
            && values.iter().any(|value| !(least..=most).contains(&i128::from(*value)))
        {
            *answer = Answer::Raises(Raises::OverflowError);
        }
    });
    faults.answer("unsigned types take the magnitude", |about, question, answer| {
        about.convert(question, answer, |ctype, value| {
            let unsigned = range(&about.platform, ctype)?.0 == 0;
            about.stored(ctype, if unsigned { value.wrapping_abs() } else { value })
        });
    });
}

pub(crate) fn float_rounds(faults: &mut Faults) {
    faults.answer("c_float is rounded in one step", |about, question, answer| {
        convert_to(about, question, answer, Simple::Float, |value| Some((value as f32).to_ne_bytes().to_vec()));
    });
    faults.answer("c_double is rounded towards zero", |about, question, answer| {
        convert_to(about, question, answer, Simple::Double, |value| {
            let magnitude = value.unsigned_abs();
            let extra = (64 - magnitude.leading_zeros()).saturating_sub(53);
            let number = (magnitude >> extra << extra) as f64;
            Some((if value < 0 { -number } else { number }).to_ne_bytes().to_vec())
        });
    });
    if matches!(Platform::host().long_double, LongDouble::X87In12 | LongDouble::X87In16) {
        faults.answer("c_longdouble is not rounded to binary64 first", |about, question, answer| {
            convert_to(about, question, answer, Simple::LongDouble, |value| {
                let magnitude = value.unsigned_abs();
                let width = 64 - magnitude.leading_zeros() as u16;
                let exponent = if value == 0 { 0 } else { 16382 + width };
                let mut bytes = magnitude.checked_shl(magnitude.leading_zeros()).unwrap_or(0).to_le_bytes().to_vec();
                bytes.extend((u16::from(value < 0) << 15 | exponent).to_le_bytes());
                bytes.resize(Platform::host().long_double.size() as usize, 0);
                Some(bytes)
            });
        });
    }
}

pub(crate) fn boolean(faults: &mut Faults) {
    faults.answer("the integer is cut to a byte", |about, question, answer| {
        convert_to(about, question, answer, Simple::Bool, |value| Some(vec![value as u8]));
    });
    faults.answer("only the lowest byte decides", |about, question, answer| {
        convert_to(about, question, answer, Simple::Bool, |value| Some(vec![u8::from(value as u8 != 0)]));
    });
    faults.answer("only positive integers are true", |about, question, answer| {
        convert_to(about, question, answer, Simple::Bool, |value| Some(vec![u8::from(value > 0)]));
    });
}

pub(crate) fn character(faults: &mut Faults) {
    faults.answer("c_char wraps", |about, question, answer| {
        convert_to(about, question, answer, Simple::Char, |value| Some(vec![value as u8]));
    });
    faults.answer("c_char takes negative bytes", |about, question, answer| {
        convert_to(about, question, answer, Simple::Char, |value| {
            (-128..=255).contains(&value).then(|| vec![value as u8])
        });
    });
    faults.answer("c_char takes ASCII only", |about, question, answer| {
        let outside = |values: &[i64]| values.iter().any(|value| !(0..128).contains(value));
        if about.converted(question).is_some_and(|(to, values)| *to == Simple::Char.into() && outside(&values)) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
    faults.raises("a number that is no character raises OverflowError", Raises::OverflowError, |_, question| {
        matches!(question, Question::ShapeAs(CType::Simple(simple)) | Question::StridesAs(CType::Simple(simple))
            if simple.class() == Class::Char)
    });
}

pub(crate) fn wide_character(faults: &mut Faults) {
    faults.answer("c_wchar takes code points", |about, question, answer| {
        convert_to(about, question, answer, Simple::WChar, |value| {
            let code = u32::try_from(value).ok().and_then(char::from_u32)? as u64;
            let size = Simple::WChar.size(&Platform::host()) as usize;
            Some(code.to_le_bytes()[..size].to_vec())
        });
    });
    faults.raises("a number that is no wide character raises ValueError", Raises::ValueError, |_, question| {
        matches!(question, Question::ShapeAs(CType::Simple(simple)) | Question::StridesAs(CType::Simple(simple))
            if simple.class() == Class::WChar)
    });
}

pub(crate) fn void_pointer(faults: &mut Faults) {
    faults.answer("negative addresses are refused", |about, question, answer| {
        if about.converted(question).is_some_and(|(to, values)| {
            matches!(to, CType::PointerNone | CType::Simple(Simple::VoidP)) && values.iter().any(|value| *value < 0)
        }) {
            *answer = Answer::Raises(Raises::OverflowError);
        }
    });
    faults.answer("POINTER(None) refuses integers as other pointer types do", |about, question, answer| {
        if converts_to(about, question, |to| *to == CType::PointerNone) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

pub(crate) fn text_pointer(faults: &mut Faults) {
    faults.answer("pointers to text take no integer", |about, question, answer| {
        if converts_to(about, question, |to| matches!(to, CType::Simple(Simple::CharP | Simple::WCharP))) {
            *answer = Answer::Raises(Raises::TypeError);
        }
    });
}

pub(crate) fn object(faults: &mut Faults) {
    faults.answer("py_object holds a C int", |about, question, answer| {
        if converts_to(about, question, |to| *to == Simple::PyObject.into())
            && let Answer::Integers(values) = answer
        {
            for value in values {
                *value = i64::from(*value as i32);
            }
        }
    });
    faults.answer("py_object holds an address", |about, question, answer| {
        let to = CType::Simple(Simple::VoidP);
        about.convert(question, answer, |ctype, value| {
            about.stored(&to, value).filter(|_| *ctype == Simple::PyObject.into())
        });
    });
}

pub(crate) fn byte_order(faults: &mut Faults) {
    faults.answer("all types have the platform's byte order", |about, question, answer| {
        about.convert(question, answer, |ctype, value| match ctype {
            CType::Swapped(simple, _) => about.stored(&CType::Simple(*simple), value),
            _ => None,
        });
    });
    faults.answer("only integers have a byte order", |about, question, answer| {
        about.convert(question, answer, |ctype, value| match ctype {
            CType::Swapped(simple @ (Simple::Float | Simple::Double), _) => {
                about.stored(&CType::Simple(*simple), value)
            }
            _ => None,
        });
    });
}

pub(crate) fn refused(faults: &mut Faults) {
    faults.answer("a POINTER takes integers as addresses", |about, question, answer| {
        about.convert(question, answer, |ctype, value| match ctype {
            CType::Pointer(_) => about.stored(&CType::Simple(Simple::VoidP), value),
            _ => None,
        });
    });
    faults.answer("Python's int is an integer type", |about, question, answer| {
        about.convert(question, answer, |ctype, value| {
            about.stored(&CType::Simple(Simple::Long), value).filter(|_| *ctype == CType::NotACType)
        });
    });
    faults.answer("a structure takes an integer as its first field", |about, question, answer| {
        about.convert(question, answer, |ctype, value| match ctype {
            CType::Structure(fields) => about.stored(fields.first()?, value),
            _ => None,
        });
    });
    faults.raises("a type that takes no integer raises AttributeError", Raises::AttributeError, |_, question| {
        let (Question::ShapeAs(ctype) | Question::StridesAs(ctype)) = question else { return false };
        !matches!(ctype, CType::Simple(simple) if matches!(simple.class(), Class::Char | Class::WChar))
    });
}
