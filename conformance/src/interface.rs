//! Checks of the chapter `interface`.

mod buffer;
mod dlpack;

pub(crate) use buffer::{
    buffer_address, buffer_agrees, buffer_contiguous, buffer_error, buffer_format, buffer_format_fields,
    buffer_format_nested, buffer_format_size, buffer_itemsize, buffer_length, buffer_no_format, buffer_no_strides,
    buffer_read_only, buffer_shape, buffer_strides, buffer_suboffsets, buffer_writable,
};
pub(crate) use dlpack::{
    dlpack_address, dlpack_agrees, dlpack_device, dlpack_dtype, dlpack_error, dlpack_no_strides, dlpack_read_only,
    dlpack_read_only_refused, dlpack_refuses, dlpack_shape, dlpack_strides, dlpack_version,
};

use crate::ask::Ask;
use crate::dtype::plain;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::{Layout, c_strides};
use array_ctypes_spec::{Address, Attribute, Import, ImportData, Key, Member, Question, Step};

pub(crate) fn keys(ask: &mut Ask) {
    if ask.one_in(8) {
        ask.once(Question::Interface(Key::Keys));
    }
}

pub(crate) fn version(ask: &mut Ask) {
    if ask.one_in(8) {
        ask.once(Question::Interface(Key::Version));
    }
}

pub(crate) fn data(ask: &mut Ask) {
    ask.once(Question::Interface(Key::Data));
}

pub(crate) fn read_only(ask: &mut Ask) {
    ask.once(Question::Interface(Key::ReadOnly));
}

pub(crate) fn shape(ask: &mut Ask) {
    ask.once(Question::Interface(Key::Shape));
}

pub(crate) fn strides(ask: &mut Ask) {
    ask.once(Question::Interface(Key::Strides));
}

pub(crate) fn no_strides(ask: &mut Ask) {
    ask.once(Question::Interface(Key::Strides));
}

pub(crate) fn fresh(ask: &mut Ask) {
    if ask.one_in(24) {
        ask.ask(Question::Object(Attribute::Interface));
        ask.ask(Question::Object(Attribute::Interface));
    }
}

pub(crate) fn struct_two(ask: &mut Ask) {
    if ask.one_in(8) {
        ask.once(Question::Struct(Member::Two));
    }
}

pub(crate) fn struct_nd(ask: &mut Ask) {
    if ask.one_in(4) {
        ask.once(Question::Struct(Member::Nd));
    }
}

pub(crate) fn struct_typekind(ask: &mut Ask) {
    if ask.one_in(4) {
        ask.once(Question::Struct(Member::TypeKind));
    }
}

pub(crate) fn struct_itemsize(ask: &mut Ask) {
    if ask.one_in(4) {
        ask.once(Question::Struct(Member::ItemSize));
    }
}

pub(crate) fn struct_flags(ask: &mut Ask) {
    if ask.layout.dtype.plain().is_some() {
        ask.once(Question::Struct(Member::Flags));
    }
}

pub(crate) fn struct_flags_descr(ask: &mut Ask) {
    if ask.layout.dtype.plain().is_none() {
        ask.once(Question::Struct(Member::Flags));
    }
}

pub(crate) fn struct_shape(ask: &mut Ask) {
    if ask.one_in(2) {
        ask.once(Question::Struct(Member::Shape));
    }
}

pub(crate) fn struct_strides(ask: &mut Ask) {
    if ask.one_in(2) {
        ask.once(Question::Struct(Member::Strides));
    }
}

pub(crate) fn struct_data(ask: &mut Ask) {
    if ask.one_in(2) {
        ask.once(Question::Struct(Member::Data));
    }
}

pub(crate) fn struct_descr(ask: &mut Ask) {
    if ask.one_in(4) || ask.layout.dtype.plain().is_none() {
        ask.once(Question::Struct(Member::Descr));
    }
}

pub(crate) fn struct_agrees(ask: &mut Ask) {
    if ask.one_in(8) {
        // What it is compared with; the other checks ask that mostly anyway.
        ask.once(Question::Interface(Key::Data));
        ask.once(Question::Interface(Key::Shape));
        ask.once(Question::Struct(Member::Data));
        ask.once(Question::Struct(Member::Shape));
    }
}

/// A well-formed interface of an array inside the buffer of the case.
fn import(ask: &mut Ask) -> Import {
    let plain = loop {
        let plain = plain(&mut ask.draw, ask.platform);
        if plain.kind != Kind::Object {
            break plain;
        }
    };
    let dtype = Dtype::Plain(plain);
    let shape: Vec<u64> = (0..ask.draw.below(4)).map(|_| u64::from(ask.draw.below(4))).collect();
    let mut strides: Vec<i64> = c_strides(&shape, dtype.item_size());
    match ask.draw.below(3) {
        0 => strides.iter_mut().for_each(|stride| *stride = -*stride),
        1 => strides.iter_mut().for_each(|stride| *stride += 1),
        _ => {}
    }
    let typestr = dtype.typestr();
    let mut layout = Layout { dtype, offset: 0, shape, strides };
    let (low, high) = layout.extent();
    let reach = ask.array.reach(ask.platform);
    let room = reach.end - reach.start - (high - low);
    if room < 0 {
        // Nothing fits: an empty array does, anywhere.
        layout.shape = vec![0];
        layout.strides = vec![layout.dtype.item_size() as i64];
    }
    let slack = ask.draw.below(1 + room.clamp(0, 64) as u32);
    let start = reach.start + if room < 0 { 0 } else { -low + i128::from(slack) };
    Import {
        data: ImportData::Tuple(Address::InBuffer(start as i64)),
        read_only: false,
        shape: layout.shape,
        shape_is_list: false,
        strides: Some(layout.strides),
        typestr,
        offset: None,
        version: 3,
    }
}

/// An interface without strides, at the end of the buffer or mapping.
fn contiguous(ask: &mut Ask) -> Import {
    let mut import = import(ask);
    let size = Dtype::from_typestr(&import.typestr).map_or(1, |dtype| dtype.item_size());
    let reach = ask.array.reach(ask.platform);
    let room = (reach.end - reach.start) as u64 / size;
    let few = u64::from(ask.draw.below(4)).min(room);
    import.shape = match ask.draw.below(6) {
        0 => vec![few, 1],
        1 => vec![1, few],
        // Without axes there is one element.
        4 if room >= 1 => Vec::new(),
        2 | 3 if room >= 6 => ask.draw.pick(&[[2, 3], [3, 2]]).to_vec(),
        _ => vec![few],
    };
    let bytes = import.shape.iter().product::<u64>() * size;
    import.data = ImportData::Tuple(Address::InBuffer((reach.end - i128::from(bytes)) as i64));
    import.strides = None;
    import
}

fn ask_import(ask: &mut Ask, import: Import) {
    ask.ask(Question::Import(Box::new(import)));
}

pub(crate) fn import_array(ask: &mut Ask) {
    if ask.one_in(8) {
        let import = import(ask);
        ask_import(ask, import);
    }
}

pub(crate) fn import_no_strides(ask: &mut Ask) {
    if ask.one_in(16) {
        let import = contiguous(ask);
        ask_import(ask, import);
    }
}

pub(crate) fn import_read_only(ask: &mut Ask) {
    if ask.one_in(16) {
        let import = Import { read_only: true, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_version(ask: &mut Ask) {
    if ask.one_in(32) {
        let version = ask.draw.pick(&[0, 1, 2, 4, 99]);
        let import = Import { version, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_offset(ask: &mut Ask) {
    if ask.one_in(32) {
        let offset = Some(ask.draw.between(-9, 9));
        let import = Import { offset, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_buffer(ask: &mut Ask) {
    if ask.one_in(16) {
        let mut import = contiguous(ask);
        if let ImportData::Tuple(Address::InBuffer(start)) = import.data {
            import.offset = Some(start);
        }
        // What NumPy makes of an object without a byte is another question.
        let empty = import.shape.contains(&0) || ask.array.buffer.size == 0;
        if !empty && ask.array.map.is_none() {
            ask_import(ask, Import { data: ImportData::Buffer, ..import });
        }
    }
}

pub(crate) fn import_data(ask: &mut Ask) {
    if ask.one_in(32) {
        let data = ask.draw.pick(&[ImportData::List, ImportData::Single, ImportData::Triple, ImportData::Text]);
        let import = Import { data, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_shape(ask: &mut Ask) {
    if ask.one_in(32) {
        let import = Import { shape_is_list: true, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_typestr(ask: &mut Ask) {
    if ask.one_in(32) {
        let typestr = ask.draw.pick(&["x", "<i3", "<u9", "<zz", "<i4[ns]", "|f0", "✓"]).to_owned();
        let import = Import { typestr, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_rank(ask: &mut Ask) {
    if ask.one_in(32) {
        let mut import = import(ask);
        let fewer = ask.draw.one_in(2) && !import.shape.is_empty();
        let count = if fewer { import.shape.len() - 1 } else { import.shape.len() + 1 };
        import.strides = Some(vec![1; count]);
        ask_import(ask, import);
    }
}

pub(crate) fn import_size(ask: &mut Ask) {
    if ask.one_in(32) {
        let most = ask.platform.intp_max() as u64;
        let mut shape = if ask.draw.one_in(2) { vec![most, 2] } else { vec![2, most / 2 + 1, 1] };
        if ask.draw.one_in(3) {
            // An axis of length 0 does not excuse the others.
            shape.insert(0, 0);
        }
        let strides = Some(vec![0; shape.len()]);
        let import = Import { shape, strides, ..import(ask) };
        ask_import(ask, import);
    }
}

pub(crate) fn import_wide(ask: &mut Ask) {
    if ask.one_in(32) {
        let import = Import { data: ImportData::Wide, ..import(ask) };
        ask_import(ask, import);
    }
}

fn null(ask: &mut Ask, shape: &[u64]) {
    let data = ImportData::Tuple(Address::Absolute(0));
    let import = Import { data, shape: shape.to_vec(), strides: None, ..import(ask) };
    ask_import(ask, import);
}

pub(crate) fn import_null(ask: &mut Ask) {
    if ask.one_in(64) {
        let shape = ask.draw.pick(&[&[0][..], &[0, 1], &[2, 0], &[3, 0, 2]]);
        null(ask, shape);
    }
}

pub(crate) fn import_null_elements(ask: &mut Ask) {
    if ask.one_in(64) {
        let shape = ask.draw.pick(&[&[][..], &[1], &[2, 3]]);
        null(ask, shape);
    }
}

/// A crash would be that of a copy.
pub(crate) fn import_dimensions(ask: &mut Ask) {
    if ask.array.map.is_none() && ask.one_in(128) {
        let count = ask.draw.pick(&[33, 64, 65, 100, 200]);
        let import = contiguous(ask);
        if ask.array.buffer.size >= Dtype::from_typestr(&import.typestr).map_or(1, |dtype| dtype.item_size()) {
            let data = ImportData::Tuple(Address::InBuffer(0));
            let import = Import { data, shape: vec![1; count], ..import };
            ask.script.push(Step::Forked(Box::new(Step::Ask(Question::Import(Box::new(import))))));
        }
    }
}
