//! Faults of the chapter `interface`.

mod buffer;
mod dlpack;
mod format;
mod import;

pub(crate) use buffer::*;
pub(crate) use dlpack::*;
pub(crate) use format::*;
pub(crate) use import::*;

use crate::faults::about::About;
use crate::faults::answers::{change_bool, change_integers, end_of_fields, integer, same_object};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::interface::flags;
use array_ctypes_conformance::spec::{Answer, Attribute, Key, Member, Question, rules};

pub(crate) fn keys(faults: &mut Faults) {
    faults.answer("the dictionary has an offset", |_, question, answer| {
        if *question == Question::Interface(Key::Keys) {
            *answer = Answer::Text("data descr offset shape strides typestr version".to_owned());
        }
    });
    faults.answer("a plain type has no descr", |about, question, answer| {
        if let (Question::Interface(Key::Keys), Answer::Text(keys)) = (question, answer)
            && about.layout.dtype.plain().is_some()
        {
            *keys = keys.replace("descr ", "");
        }
    });
    faults.answer("a contiguous array has no entry strides", |about, question, answer| {
        if let (Question::Interface(Key::Keys), Answer::Text(keys)) = (question, answer)
            && about.layout.is_c_contiguous()
        {
            *keys = keys.replace("strides ", "");
        }
    });
}

pub(crate) fn version(faults: &mut Faults) {
    faults.answer("the version is that of the structure", |_, question, answer| {
        if *question == Question::Interface(Key::Version) {
            *answer = integer(2);
        }
    });
}

pub(crate) fn data(faults: &mut Faults) {
    faults.also(&[rules::data::interface]);
    faults.answer("the dictionary leaves out the offset", |about, question, answer| {
        if *question == Question::Interface(Key::Data) {
            *answer = about.address(0);
        }
    });
}

/// Changes the read-only flag.
fn read_only_flag(question: &Question, answer: &mut Answer, change: impl Fn(bool) -> bool) {
    change_bool(*question == Question::Interface(Key::ReadOnly), answer, change);
}

pub(crate) fn read_only(faults: &mut Faults) {
    faults
        .answer("the read-only flag is inverted", |_, question, answer| read_only_flag(question, answer, |flag| !flag));
    faults.answer("the dictionary says that every view is writeable", |about, question, answer| {
        read_only_flag(question, answer, |flag| flag && about.array().views.is_empty());
    });
}

pub(crate) fn read_only_given(faults: &mut Faults) {
    faults.answer("the dictionary lends every array for reading only", |_, question, answer| {
        read_only_flag(question, answer, |_| true);
    });
}

pub(crate) fn shape(faults: &mut Faults) {
    faults.answer("the dictionary has the lengths in the order of Fortran", |_, question, answer| {
        change_integers(*question == Question::Interface(Key::Shape), answer, |shape| shape.reverse());
    });
    faults.answer("the dictionary gives an array without axes one", |about, question, answer| {
        let bare = about.layout.shape.is_empty();
        change_integers(bare && *question == Question::Interface(Key::Shape), answer, |shape| shape.push(1));
    });
}

pub(crate) fn strides(faults: &mut Faults) {
    faults.answer("the dictionary has strides in elements", |about, question, answer| {
        change_integers(*question == Question::Interface(Key::Strides), answer, |strides| {
            about.divide_by_item_size(strides);
        });
    });
    faults.answer("the strides of an F-contiguous array are None", |about, question, answer| {
        if *question == Question::Interface(Key::Strides) && about.layout.is_f_contiguous() {
            *answer = Answer::Nothing;
        }
    });
    faults.answer("the dictionary never has strides", |_, question, answer| {
        if *question == Question::Interface(Key::Strides) {
            *answer = Answer::Nothing;
        }
    });
}

pub(crate) fn no_strides(faults: &mut Faults) {
    faults.answer("strides are always given", |about, question, answer| {
        if *question == Question::Interface(Key::Strides) {
            *answer = Answer::Integers(about.layout.strides.clone());
        }
    });
    faults.answer("an empty array has strides", |about, question, answer| {
        if *question == Question::Interface(Key::Strides) && about.layout.is_empty() {
            *answer = Answer::Integers(about.layout.strides.clone());
        }
    });
    faults.answer("the strides of an array without axes are empty, not None", |about, question, answer| {
        if *question == Question::Interface(Key::Strides) && about.layout.shape.is_empty() {
            *answer = Answer::Integers(Vec::new());
        }
    });
}

/// Changes the name of the type of an entry.
fn change_word(key: Key, question: &Question, answer: &mut Answer, change: impl Fn(&str) -> String) {
    if let (true, Answer::Text(text)) = (*question == Question::Interface(key), answer) {
        *text = change(text);
    }
}

pub(crate) fn data_type(faults: &mut Faults) {
    faults.answer("the address is a number of another kind", |_, question, answer| {
        if *question == Question::Interface(Key::DataType) {
            *answer = Answer::Text("numpy.uint64".to_owned());
        }
    });
    faults.answer("data is a list", |_, question, answer| {
        if *question == Question::Interface(Key::DataType) {
            *answer = Answer::Text("list".to_owned());
        }
    });
}

pub(crate) fn shape_type(faults: &mut Faults) {
    faults.answer("the dictionary has the lengths in a list", |_, question, answer| {
        change_word(Key::ShapeType, question, answer, |text| text.replace("tuple", "list"));
    });
    faults.answer("the lengths in the dictionary are numbers of another kind", |_, question, answer| {
        change_word(Key::ShapeType, question, answer, |text| text.replace("int", "numpy.int64"));
    });
}

pub(crate) fn strides_type(faults: &mut Faults) {
    faults.answer("the dictionary has the strides in a list", |_, question, answer| {
        change_word(Key::StridesType, question, answer, |text| text.replace("tuple", "list"));
    });
    faults.answer("the strides in the dictionary are numbers of another kind", |_, question, answer| {
        change_word(Key::StridesType, question, answer, |text| text.replace("int", "numpy.int64"));
    });
}

pub(crate) fn fresh(faults: &mut Faults) {
    faults.answer("the dictionary is cached", |_, question, answer| {
        same_object(&[Attribute::Interface], question, answer);
    });
}

pub(crate) fn struct_two(faults: &mut Faults) {
    faults.answer("the member two is the version of the dictionary", |_, question, answer| {
        if *question == Question::Struct(Member::Two) {
            *answer = integer(3);
        }
    });
}

pub(crate) fn struct_nd(faults: &mut Faults) {
    faults.answer("the structure gives an array without axes one", |about, question, answer| {
        if *question == Question::Struct(Member::Nd) {
            *answer = integer(about.layout.shape.len().max(1) as u64);
        }
    });
    faults.answer("the structure leaves out axes of length 1", |about, question, answer| {
        if *question == Question::Struct(Member::Nd) {
            *answer = integer(about.layout.shape.iter().filter(|length| **length != 1).count() as u64);
        }
    });
}

pub(crate) fn struct_typekind(faults: &mut Faults) {
    faults.answer("the kind is the first character of the typestr", |about, question, answer| {
        if *question == Question::Struct(Member::TypeKind) {
            *answer = Answer::Text(about.layout.dtype.typestr()[..1].to_owned());
        }
    });
    faults.answer("a timedelta is a datetime", |about, question, answer| {
        if *question == Question::Struct(Member::TypeKind)
            && about.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Timedelta)
        {
            *answer = Answer::Text(Kind::Datetime.code().to_string());
        }
    });
}

pub(crate) fn struct_itemsize(faults: &mut Faults) {
    faults.answer("itemsize counts text in characters", |about, question, answer| {
        if *question == Question::Struct(Member::ItemSize)
            && about.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Unicode)
        {
            *answer = integer(about.layout.dtype.item_size() / 4);
        }
    });
    faults.answer("itemsize leaves out the padding at the end", |about, question, answer| {
        if let (Question::Struct(Member::ItemSize), Dtype::Record(record)) = (question, &about.layout.dtype) {
            *answer = integer(end_of_fields(record));
        }
    });
}

/// Changes the flags of the structure, either of plain or of structured types.
fn bits(about: &About, question: &Question, answer: &mut Answer, plain: bool, change: impl Fn(i128) -> i128) {
    if let (Question::Struct(Member::Flags), Answer::Integer(found)) = (question, answer)
        && about.layout.dtype.plain().is_some() == plain
    {
        *found = change(*found);
    }
}

pub(crate) fn struct_flags(faults: &mut Faults) {
    faults.answer("every array is writeable", |about, question, answer| {
        bits(about, question, answer, true, |found| found | i128::from(flags::WRITEABLE));
    });
    faults.answer("every number is in the platform's byte order", |about, question, answer| {
        bits(about, question, answer, true, |found| found | i128::from(flags::NOTSWAPPED));
    });
    faults.answer("every array is aligned", |about, question, answer| {
        bits(about, question, answer, true, |found| found | i128::from(flags::ALIGNED));
    });
    faults.answer("the flags of C and F order are exchanged", |about, question, answer| {
        bits(about, question, answer, true, |found| found & !3 | (found & 1) << 1 | (found & 2) >> 1);
    });
    faults.answer("the flag of owned memory is set", |about, question, answer| {
        let owned = i128::from(about.array().views.is_empty()) * 0x4;
        bits(about, question, answer, true, |found| found | owned);
    });
}

pub(crate) fn struct_flags_all(faults: &mut Faults) {
    faults.answer("an array is contiguous in one order only", |about, question, answer| {
        let both = i128::from(flags::C_CONTIGUOUS | flags::F_CONTIGUOUS);
        bits(about, question, answer, true, |found| {
            if found & both == both { found & !i128::from(flags::F_CONTIGUOUS) } else { found }
        });
    });
    faults.answer("every type has a descr", |about, question, answer| {
        bits(about, question, answer, true, |found| found | i128::from(flags::HAS_DESCR));
    });
    faults.answer("the structure lends every array for reading only", |about, question, answer| {
        bits(about, question, answer, true, |found| found & !i128::from(flags::WRITEABLE));
    });
}

pub(crate) fn struct_flags_descr(faults: &mut Faults) {
    faults.answer("no type has a descr", |about, question, answer| {
        bits(about, question, answer, false, |found| found & !i128::from(flags::HAS_DESCR));
    });
    faults.answer("every structure has a descr", |about, question, answer| {
        bits(about, question, answer, false, |found| found | i128::from(flags::HAS_DESCR));
    });
    faults.answer("a structure is swapped if its fields are", |about, question, answer| {
        let cleared = i128::from(about.is_swapped()) * i128::from(flags::NOTSWAPPED);
        bits(about, question, answer, false, |found| found & !cleared);
    });
}

pub(crate) fn struct_shape(faults: &mut Faults) {
    faults.answer("the structure has the lengths in the order of Fortran", |_, question, answer| {
        change_integers(*question == Question::Struct(Member::Shape), answer, |shape| shape.reverse());
    });
}

pub(crate) fn struct_strides(faults: &mut Faults) {
    faults.answer("the structure of a contiguous array has no strides", |about, question, answer| {
        let contiguous = about.layout.is_c_contiguous();
        change_integers(contiguous && *question == Question::Struct(Member::Strides), answer, Vec::clear);
    });
    faults.answer("the structure has strides in elements", |about, question, answer| {
        change_integers(*question == Question::Struct(Member::Strides), answer, |strides| {
            about.divide_by_item_size(strides);
        });
    });
}

pub(crate) fn struct_data(faults: &mut Faults) {
    faults.answer("the structure leaves out the offset", |about, question, answer| {
        if *question == Question::Struct(Member::Data) {
            *answer = about.address(0);
        }
    });
}

pub(crate) fn struct_descr(faults: &mut Faults) {
    faults.answer("a plain type has a descr in the structure", |about, question, answer| {
        if *question == Question::Struct(Member::Descr) && about.layout.dtype.plain().is_some() {
            *answer = Answer::Text(about.layout.dtype.descr().to_string());
        }
    });
    faults.answer("overlapping fields have a descr in the structure", |about, question, answer| {
        if *question == Question::Struct(Member::Descr) && about.layout.dtype.has_overlaps() {
            *answer = Answer::Text(about.layout.dtype.descr().to_string());
        }
    });
    faults.answer("no type has a descr in the structure", |_, question, answer| {
        if *question == Question::Struct(Member::Descr) {
            *answer = Answer::Nothing;
        }
    });
}

pub(crate) fn struct_agrees(faults: &mut Faults) {
    faults
        .answer("only the structure has the address of the buffer", |about, question, answer| {
            if *question == Question::Struct(Member::Data) {
                *answer = about.address(0);
            }
        })
        .also(&[rules::interface::struct_data]);
    faults
        .answer("the structure has one axis too many", |_, question, answer| {
            change_integers(*question == Question::Struct(Member::Shape), answer, |shape| shape.push(1));
        })
        .also(&[rules::interface::struct_shape]);
}
