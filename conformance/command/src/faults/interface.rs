//! Faults of the chapter `interface`.

mod buffer;
mod dlpack;
mod import;

pub(crate) use buffer::{
    buffer_address, buffer_agrees, buffer_contiguous, buffer_error, buffer_format, buffer_format_fields,
    buffer_format_nested, buffer_format_size, buffer_itemsize, buffer_length, buffer_no_format, buffer_no_strides,
    buffer_read_only, buffer_shape, buffer_strides, buffer_suboffsets, buffer_writable,
};
pub(crate) use dlpack::{
    dlpack_address, dlpack_agrees, dlpack_device, dlpack_dtype, dlpack_error, dlpack_no_strides, dlpack_read_only,
    dlpack_read_only_refused, dlpack_refuses, dlpack_shape, dlpack_strides, dlpack_version,
};
pub(crate) use import::{
    import_array, import_buffer, import_data, import_dimensions, import_no_strides, import_null, import_null_elements,
    import_offset, import_rank, import_read_only, import_shape, import_size, import_typestr, import_version,
    import_wide,
};

use crate::faults::fault::{About, Faults, integer};
use crate::faults::shape::same_object;
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
    let offset = faults.answer("the dictionary leaves out the offset", |about, question, answer| {
        if *question == Question::Interface(Key::Data) {
            *answer = about.address(0);
        }
    });
    offset.also(&[rules::data::interface]);
}

/// Changes the read-only flag.
fn read_only_flag(question: &Question, answer: &mut Answer, change: impl Fn(bool) -> bool) {
    if let (Question::Interface(Key::ReadOnly), Answer::Bool(flag)) = (question, answer) {
        *flag = change(*flag);
    }
}

pub(crate) fn read_only(faults: &mut Faults) {
    faults
        .answer("the read-only flag is inverted", |_, question, answer| read_only_flag(question, answer, |flag| !flag));
    faults.answer("the dictionary says that every view is writeable", |about, question, answer| {
        read_only_flag(question, answer, |flag| flag && about.array().views.is_empty());
    });
}

/// Changes the integers that answer a question.
fn change(asked: bool, answer: &mut Answer, change: impl Fn(&mut Vec<i64>)) {
    if let (true, Answer::Integers(values)) = (asked, answer) {
        change(values);
    }
}

/// Divides strides by the item size.
fn in_elements(about: &About, strides: &mut [i64]) {
    let size = about.layout.dtype.item_size() as i64;
    for stride in strides {
        *stride /= size;
    }
}

pub(crate) fn shape(faults: &mut Faults) {
    faults.answer("the dictionary has the lengths in the order of Fortran", |_, question, answer| {
        change(*question == Question::Interface(Key::Shape), answer, |shape| shape.reverse());
    });
    faults.answer("the dictionary gives an array without axes one", |about, question, answer| {
        let bare = about.layout.shape.is_empty();
        change(bare && *question == Question::Interface(Key::Shape), answer, |shape| shape.push(1));
    });
}

pub(crate) fn strides(faults: &mut Faults) {
    faults.answer("the dictionary has strides in elements", |about, question, answer| {
        change(*question == Question::Interface(Key::Strides), answer, |strides| in_elements(about, strides));
    });
    faults.answer("the strides of an F-contiguous array are None", |about, question, answer| {
        if *question == Question::Interface(Key::Strides) && about.layout.is_f_contiguous() {
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
            *answer = integer(record.fields.iter().map(|field| field.offset + field.size()).max().unwrap_or(0));
        }
    });
}

/// Changes the flags of the structure, of plain or of structured types.
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
    faults.answer("an array is contiguous in one order only", |about, question, answer| {
        let both = i128::from(flags::C_CONTIGUOUS | flags::F_CONTIGUOUS);
        bits(about, question, answer, true, |found| {
            if found & both == both { found & !i128::from(flags::F_CONTIGUOUS) } else { found }
        });
    });
    faults.answer("the flags of C and F order are exchanged", |about, question, answer| {
        bits(about, question, answer, true, |found| found & !3 | (found & 1) << 1 | (found & 2) >> 1);
    });
    faults.answer("the flag of owned memory is set", |about, question, answer| {
        let owned = i128::from(about.array().views.is_empty()) * 0x4;
        bits(about, question, answer, true, |found| found | owned);
    });
    faults.answer("every type has a descr", |about, question, answer| {
        bits(about, question, answer, true, |found| found | i128::from(flags::HAS_DESCR));
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
        change(*question == Question::Struct(Member::Shape), answer, |shape| shape.reverse());
    });
}

pub(crate) fn struct_strides(faults: &mut Faults) {
    faults.answer("the structure of a contiguous array has no strides", |about, question, answer| {
        let contiguous = about.layout.is_c_contiguous();
        change(contiguous && *question == Question::Struct(Member::Strides), answer, Vec::clear);
    });
    faults.answer("the structure has strides in elements", |about, question, answer| {
        change(*question == Question::Struct(Member::Strides), answer, |strides| in_elements(about, strides));
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
    let address = faults.answer("only the structure has the address of the buffer", |about, question, answer| {
        if *question == Question::Struct(Member::Data) {
            *answer = about.address(0);
        }
    });
    address.also(&[rules::interface::struct_data]);
    let shape = faults.answer("the structure has one axis too many", |_, question, answer| {
        change(*question == Question::Struct(Member::Shape), answer, |shape| shape.push(1));
    });
    shape.also(&[rules::interface::struct_shape]);
}
