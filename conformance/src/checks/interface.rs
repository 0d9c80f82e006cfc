//! Checks of the chapter `interface`: the array interface, given and taken. The buffer protocol and `DLPack` are below.

mod buffer;
mod dlpack;

pub(crate) use buffer::*;
pub(crate) use dlpack::*;

use crate::adapter::limits::Order;
use crate::checks::ask::{Ask, is_mapped, is_owner, is_plain};
use crate::checks::row::{Need, act, again, once, rows};
use crate::draw::dtype::{BYTE, without_objects};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::{Address, Attribute, Import, ImportData, Key, Member, Profile, Question, Step};

rows! {
    keys: once(&[Question::Interface(Key::Keys)]).one_in(8);
    version: once(&[Question::Interface(Key::Version)]).one_in(8);
    data: once(&[Question::Interface(Key::Data)]).one_in(3);
    read_only: once(&[Question::Interface(Key::ReadOnly)]).one_in(3);
    read_only_given: once(&[Question::Interface(Key::ReadOnly)])
        .one_in(3)
        .when(|ask| ask.array.is_writeable())
        .needs(Need::Profile(Profile::Interface));
    shape: once(&[Question::Interface(Key::Shape)]).one_in(2);
    strides: once(&[Question::Interface(Key::Strides)]);
    no_strides: once(&[Question::Interface(Key::Strides)]);
    data_type: once(&[Question::Interface(Key::DataType)]).one_in(8).needs(Need::InterfaceTypes);
    shape_type: once(&[Question::Interface(Key::ShapeType)]).one_in(8).needs(Need::InterfaceTypes);
    strides_type: once(&[Question::Interface(Key::StridesType)]).one_in(4).needs(Need::InterfaceTypes);
    fresh: again(&[Question::Object(Attribute::Interface), Question::Object(Attribute::Interface)]).one_in(24);
    struct_two: once(&[Question::Struct(Member::Two)]).one_in(8).needs(Need::ArrayStruct);
    struct_nd: once(&[Question::Struct(Member::Nd)]).one_in(3).needs(Need::ArrayStruct);
    struct_typekind: once(&[Question::Struct(Member::TypeKind)]).one_in(4).needs(Need::ArrayStruct);
    struct_itemsize: once(&[Question::Struct(Member::ItemSize)]).one_in(2).needs(Need::ArrayStruct);
    struct_flags: once(&[Question::Struct(Member::Flags)]).one_in(4).when(is_plain).needs(Need::ArrayStruct);
    struct_flags_all: once(&[Question::Struct(Member::Flags)]).one_in(4).when(is_plain).needs(STRUCT);
    struct_flags_descr: once(&[Question::Struct(Member::Flags)]).when(|ask| !is_plain(ask)).needs(STRUCT);
    struct_shape: once(&[Question::Struct(Member::Shape)]).one_in(5).needs(Need::ArrayStruct);
    struct_strides: once(&[Question::Struct(Member::Strides)]).one_in(4).needs(Need::ArrayStruct);
    struct_data: once(&[Question::Struct(Member::Data)]).one_in(4).needs(Need::ArrayStruct);
    struct_descr: act(add_struct_descr).needs(STRUCT);
    struct_agrees: once(COMPARED_WITH_STRUCT).one_in(8).needs(Need::Profile(Profile::Interface));
    import_array: act(add_import_array).one_in(6);
    import_no_strides: act(add_import_no_strides).one_in(10);
    import_read_only: act(add_import_read_only).one_in(13);
    import_version: act(add_import_version).one_in(24);
    import_old_version: act(add_import_old_version).one_in(32);
    import_offset: act(add_import_offset).one_in(15);
    import_buffer: act(add_import_buffer).one_in(8);
    import_data: act(add_import_data).one_in(6);
    import_shape: act(add_import_shape).one_in(32);
    import_typestr: act(add_import_typestr).one_in(8);
    import_rank: act(add_import_rank).one_in(32);
    import_size: act(add_import_size).one_in(20);
    import_wide: act(add_import_wide).one_in(32);
    import_null: act(add_import_null).one_in(32);
    import_null_elements: act(add_import_null_elements).one_in(18);
    import_dimensions: act(add_import_dimensions).one_in(96).when(|ask| !is_mapped(ask) && !is_owner(ask));
    import_error: act(add_import_error).one_in(16);
}

/// Rules of the profile `numpy` about the structure bind those who have one.
const STRUCT: Need = Need::Profile(Profile::Struct);

/// Members of the structure, and the keys that they must agree with.
const COMPARED_WITH_STRUCT: &[Question] = &[
    Question::Interface(Key::Data),
    Question::Interface(Key::Shape),
    Question::Struct(Member::Data),
    Question::Struct(Member::Shape),
];

/// Draws a well-formed interface of an array inside the buffer of the case.
fn import(ask: &mut Ask) -> Import {
    let plain = without_objects(&mut ask.draw, &ask.domain).unwrap_or(BYTE);
    let dtype = Dtype::Plain(plain);
    let limits = ask.domain.limits;
    let (low, high) = (limits.min_dimensions.min(64) as u32, limits.max_dimensions.min(64) as u32);
    let dimensions = (low + ask.draw.below(4)).min(high);
    let shortest = u32::from(!limits.empty);
    let shape: Vec<u64> = (0..dimensions).map(|_| u64::from(shortest + ask.draw.below(4 - shortest))).collect();
    let mut strides = ask.domain.packed(Order::C, &shape, dtype.item_size());
    let wider = ask.domain.stride_unit(&dtype) as i64;
    match ask.draw.below(3) {
        0 if limits.strided && limits.negative_strides => strides.iter_mut().for_each(|stride| *stride = -*stride),
        1 if limits.strided => strides.iter_mut().for_each(|stride| *stride += wider),
        _ => {}
    }
    let typestr = dtype.typestr();
    let mut layout = Layout { dtype, offset: 0, shape, strides };
    let (low, high) = layout.extent();
    let reach = ask.array.reach(ask.platform);
    let room = reach.end - reach.start - (high - low);
    if room < 0 {
        // The buffer has no room for it, but for an empty array.
        layout.shape = vec![0; low.max(1) as usize];
        layout.strides = ask.domain.packed(Order::C, &layout.shape, layout.dtype.item_size());
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
        copied: limits.copies_imports,
    }
}

/// Draws an interface without strides, at the end of the buffer or mapping.
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
    // Imports are of memory that the adapter gives.
    if !is_owner(ask) {
        ask.ask(Question::Import(Box::new(import)));
    }
}

/// An import of an array of that shape at the address 0.
fn null(ask: &mut Ask, shape: &[u64]) -> Import {
    let data = ImportData::Tuple(Address::Absolute(0));
    Import { data, shape: shape.to_vec(), strides: None, ..import(ask) }
}

/// Asks for an import in a copy of the process, because an importer may spoil the memory of the process.
fn ask_forked(ask: &mut Ask, import: Import) {
    if !is_owner(ask) {
        ask.script.push(Step::Forked(Box::new(Step::Ask(Question::Import(Box::new(import))))));
    }
}

fn add_struct_descr(ask: &mut Ask) {
    if ask.one_in(4) || !is_plain(ask) {
        ask.once(Question::Struct(Member::Descr));
    }
}

fn add_import_array(ask: &mut Ask) {
    let import = import(ask);
    ask_import(ask, import);
}

fn add_import_no_strides(ask: &mut Ask) {
    let import = contiguous(ask);
    ask_import(ask, import);
}

fn add_import_read_only(ask: &mut Ask) {
    let import = Import { read_only: true, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_version(ask: &mut Ask) {
    let version = ask.draw.pick(&[4, 99]);
    let import = Import { version, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_old_version(ask: &mut Ask) {
    let version = ask.draw.pick(&[0, 1, 2]);
    let import = Import { version, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_offset(ask: &mut Ask) {
    let offset = Some(ask.draw.between(-9, 9));
    let import = Import { offset, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_buffer(ask: &mut Ask) {
    let mut import = contiguous(ask);
    if let ImportData::Tuple(Address::InBuffer(start)) = import.data {
        import.offset = Some(start);
    }
    // The rule is not about objects without a byte.
    let empty = import.shape.contains(&0) || ask.array.buffer.size == 0;
    if !empty && !is_mapped(ask) {
        ask_import(ask, Import { data: ImportData::Buffer, ..import });
    }
}

fn add_import_data(ask: &mut Ask) {
    let data = ask.draw.pick(&[ImportData::List, ImportData::Single, ImportData::Triple, ImportData::Text]);
    let import = Import { data, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_shape(ask: &mut Ask) {
    let import = Import { shape_is_list: true, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_typestr(ask: &mut Ask) {
    let typestr = ask.draw.pick(&["x", "<i3", "<u9", "<zz", "<i4[ns]", "|f0", "✓"]).to_owned();
    let import = Import { typestr, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_rank(ask: &mut Ask) {
    let mut import = import(ask);
    let fewer = ask.draw.one_in(2) && !import.shape.is_empty();
    let count = if fewer { import.shape.len() - 1 } else { import.shape.len() + 1 };
    import.strides = Some(vec![1; count]);
    ask_import(ask, import);
}

fn add_import_size(ask: &mut Ask) {
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

fn add_import_wide(ask: &mut Ask) {
    let import = Import { data: ImportData::Wide, ..import(ask) };
    ask_import(ask, import);
}

fn add_import_null(ask: &mut Ask) {
    let shape = ask.draw.pick(&[&[0][..], &[0, 1], &[2, 0], &[3, 0, 2]]);
    let import = null(ask, shape);
    // NumPy before 2.4 writes the text of the exporter past the end of a block of one byte.
    if import.typestr.contains(['S', 'U']) { ask_forked(ask, import) } else { ask_import(ask, import) }
}

fn add_import_null_elements(ask: &mut Ask) {
    let shape = ask.draw.pick(&[&[][..], &[1], &[2, 3]]);
    let import = null(ask, shape);
    ask_import(ask, import);
}

/// Asks for what the importer refuses, with an error of its own.
fn add_import_error(ask: &mut Ask) {
    match ask.draw.below(3) {
        0 => add_import_rank(ask),
        1 => add_import_size(ask),
        _ => add_import_wide(ask),
    }
}

/// In a copy of the process, because NumPy may crash on it.
fn add_import_dimensions(ask: &mut Ask) {
    let count = ask.draw.pick(&[33, 64, 65, 100, 200]);
    let import = contiguous(ask);
    if ask.array.buffer.size >= Dtype::from_typestr(&import.typestr).map_or(1, |dtype| dtype.item_size()) {
        let data = ImportData::Tuple(Address::InBuffer(0));
        ask_forked(ask, Import { data, shape: vec![1; count], ..import });
    }
}
