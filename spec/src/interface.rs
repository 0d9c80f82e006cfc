#![doc = include_str!("interface.md")]

use crate::dtype::{Dtype, names_nothing};
use crate::expect::{Predictions, World};
use crate::layout::{Layout, c_strides};
use crate::rule::{Rule, rules::data, rules::interface as rules};
use crate::{Address, Answer, Expectation, Import, ImportData, Imported, Key, Member, Question, Raises};

mod buffer;
mod dlpack;
pub mod format;

/// Flags of the C structure behind `__array_struct__`.
pub mod flags {
    /// Elements follow each other in C order.
    pub const C_CONTIGUOUS: i64 = 0x1;
    /// Elements follow each other in Fortran order.
    pub const F_CONTIGUOUS: i64 = 0x2;
    /// Every element is aligned.
    pub const ALIGNED: i64 = 0x100;
    /// Numbers are in the platform's byte order.
    pub const NOTSWAPPED: i64 = 0x200;
    /// Writing is allowed.
    pub const WRITEABLE: i64 = 0x400;
    /// The member `descr` is valid.
    pub const HAS_DESCR: i64 = 0x800;
}

/// What each protocol calls the address of the first element.
static ADDRESSES: [Question; 3] = [Question::Data, Question::Interface(Key::Data), Question::Struct(Member::Data)];

/// What each protocol calls the lengths of the axes.
static SHAPES: [Question; 3] = [Question::Shape, Question::Interface(Key::Shape), Question::Struct(Member::Shape)];

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        Question::Interface(key) => dictionary(world, *key, out),
        Question::Struct(member) => structure(world, *member, out),
        Question::Import(import) => imported(world, import, out),
        Question::Buffer(request, member) => buffer::expect(world, *request, *member, out),
        Question::Dlpack(request, member) => dlpack::expect(world, *request, *member, out),
        _ => {}
    }
}

fn dictionary(world: &World, key: Key, out: &mut Predictions) {
    let layout = &world.layout;
    match key {
        Key::Keys => {
            let keys = Answer::Text("data descr shape strides typestr version".to_owned());
            out.push(rules::keys, Expectation::Is(keys));
        }
        Key::Version => out.push(rules::version, Expectation::Is(Answer::Integer(3))),
        Key::Data => push_address(world, rules::data, out),
        Key::ReadOnly => {
            if !writeability_is_free(world) {
                out.push(rules::read_only, Expectation::Is(Answer::Bool(!world.array.is_writeable())));
            }
        }
        Key::Shape => push_shape(world, rules::shape, out),
        Key::Strides if layout.is_c_contiguous() => out.push(rules::no_strides, Expectation::Is(Answer::Nothing)),
        Key::Strides => push_strides(world, rules::strides, out),
        // The chapter dtype has these.
        Key::Typestr | Key::Descr => {}
    }
}

fn structure(world: &World, member: Member, out: &mut Predictions) {
    let layout = &world.layout;
    let record = matches!(layout.dtype, Dtype::Record(_));
    let described = record && !layout.dtype.has_overlaps();
    let integer = |value: u64| Expectation::Is(Answer::Integer(i128::from(value)));
    match member {
        Member::Two => out.push(rules::struct_two, integer(2)),
        Member::Nd => out.push(rules::struct_nd, integer(layout.shape.len() as u64)),
        Member::TypeKind => {
            let code = layout.dtype.plain().map_or('V', |plain| plain.kind.code());
            out.push(rules::struct_typekind, Expectation::Is(Answer::Text(code.to_string())));
        }
        Member::ItemSize => out.push(rules::struct_itemsize, integer(layout.dtype.item_size())),
        Member::Flags => {
            let set = |flag: i64, holds: bool| if holds { flag } else { 0 };
            let swapped = layout.dtype.plain().is_some() && layout.dtype.is_swapped(world.platform);
            let fixed = set(flags::C_CONTIGUOUS, layout.is_c_contiguous())
                | set(flags::F_CONTIGUOUS, layout.is_f_contiguous())
                | set(flags::ALIGNED, layout.is_aligned(world.platform, world.array.at()))
                | set(flags::NOTSWAPPED, !swapped)
                | set(flags::HAS_DESCR, described);
            let answer = |writeable: bool| Answer::Integer(i128::from(fixed | set(flags::WRITEABLE, writeable)));
            out.push(
                if record { rules::struct_flags_descr } else { rules::struct_flags },
                if writeability_is_free(world) {
                    Expectation::OneOf(vec![answer(false), answer(true)])
                } else {
                    Expectation::Is(answer(world.array.is_writeable()))
                },
            );
        }
        Member::Shape => {
            push_shape(world, rules::struct_shape, out);
            push_same(world, &SHAPES[..2], rules::struct_agrees, out);
        }
        Member::Strides => push_strides(world, rules::struct_strides, out),
        Member::Data => {
            push_address(world, rules::struct_data, out);
            push_same(world, &ADDRESSES[..2], rules::struct_agrees, out);
        }
        Member::Descr => {
            let descr = layout.dtype.descr().to_string();
            let answer = if described { Answer::Text(descr) } else { Answer::Nothing };
            out.push(rules::struct_descr, Expectation::Is(answer));
        }
    }
}

/// Whether an array that is broadcast from a writeable one says that it may be written to is the implementation's choice.
fn writeability_is_free(world: &World) -> bool {
    world.array.is_writeable() && world.array.is_broadcast()
}

fn push_address(world: &World, rule: Rule, out: &mut Predictions) {
    if let Some(address) = world.address() {
        out.push(rule, Expectation::Is(address));
    }
}

/// Expects what was answered to other questions before, each of which means the same.
fn push_same(world: &World, others: &[Question], rule: Rule, out: &mut Predictions) {
    for step in others.iter().filter_map(|other| world.asked_before(other)) {
        out.push(rule, Expectation::SameAs(step));
    }
}

fn push_shape(world: &World, rule: Rule, out: &mut Predictions) {
    let shape = world.layout.shape.iter().map(|length| *length as i64).collect();
    out.push(rule, Expectation::Is(Answer::Integers(shape)));
}

fn push_strides(world: &World, rule: Rule, out: &mut Predictions) {
    let answer = Answer::Integers(world.layout.strides.clone());
    out.push(rule, Expectation::masked(answer, world.prescribed_strides()));
}

fn imported(world: &World, import: &Import, out: &mut Predictions) {
    let dtype = match Dtype::from_typestr(&import.typestr) {
        // References are the implementation's own.
        Ok(dtype) if dtype.has_objects() => return,
        Ok(dtype) if dtype.exists_on(world.platform) => dtype,
        Err(_) if !names_nothing(&import.typestr) => return,
        _ => return out.push(rules::import_typestr, Expectation::Raises(&[Raises::TypeError])),
    };
    let (data, read_only, rule) = match import.data {
        _ if import.shape_is_list => {
            return out.push(rules::import_shape, Expectation::Raises(&[Raises::TypeError]));
        }
        ImportData::List | ImportData::Single | ImportData::Triple | ImportData::Text => {
            return out.push(rules::import_data, Expectation::Raises(&[Raises::TypeError]));
        }
        ImportData::Wide => return out.push(rules::import_wide, Expectation::Raises(&[Raises::OverflowError])),
        // The object that exposes a mapping exposes what the library has mapped.
        ImportData::Buffer if world.array.map.is_some() => return,
        ImportData::Buffer => {
            (Address::InBuffer(import.offset.unwrap_or(0)), !world.array.is_writeable(), rules::import_buffer)
        }
        ImportData::Tuple(address) => {
            let rule = match address {
                Address::Absolute(_) => data::unsigned,
                Address::InBuffer(_) if import.version != 3 => rules::import_version,
                Address::InBuffer(_) if import.offset.is_some() => rules::import_offset,
                Address::InBuffer(_) if import.read_only => rules::import_read_only,
                Address::InBuffer(_) if import.strides.is_none() => rules::import_no_strides,
                Address::InBuffer(_) => rules::import_array,
            };
            (address, import.read_only, rule)
        }
    };
    let strides = import.strides.clone().unwrap_or_else(|| c_strides(&import.shape, dtype.item_size()));
    let layout = Layout { dtype, offset: 0, shape: import.shape.clone(), strides };
    if layout.shape.len() != layout.strides.len() {
        out.push(rules::import_rank, Expectation::Raises(&[Raises::ValueError]));
    } else if layout.check_size(world.platform).is_err() {
        out.push(rules::import_size, Expectation::Raises(&[Raises::ValueError]));
    } else if data == Address::Absolute(0) {
        null(layout, read_only, out);
    } else {
        let rule = if layout.shape.len() > DIMENSIONS { rules::import_dimensions } else { rule };
        made(world, layout, data, read_only, rule, out);
    }
}

/// The most dimensions that every importer has.
const DIMENSIONS: usize = 32;

/// Predicts what becomes of the address 0. Whether the array that is made of it says read-only is its own affair.
fn null(layout: Layout, read_only: bool, out: &mut Predictions) {
    if !layout.is_empty() {
        out.push(rules::import_null_elements, Expectation::Raises(&[Raises::ValueError]));
    } else if !read_only && layout.shape.len() <= DIMENSIONS {
        let typestr = layout.dtype.typestr();
        let Layout { shape, strides, .. } = layout;
        let answer =
            Answer::Imported(Box::new(Imported { data: Address::Absolute(0), read_only, shape, strides, typestr }));
        out.push(rules::import_null, Expectation::Matches { answer, mask: vec![false, false] });
    }
}

/// Predicts an imported array. Memory is taken on trust, so nothing is said of elements outside the buffer, nor of NULL.
fn made(world: &World, layout: Layout, data: Address, read_only: bool, rule: Rule, out: &mut Predictions) {
    let (low, high) = layout.extent();
    let inside = match data {
        Address::InBuffer(start) => {
            let start = i128::from(start);
            let reach = world.array.reach(world.platform);
            start + low >= reach.start && start.saturating_add(high) <= reach.end
        }
        Address::Absolute(address) => layout.is_empty() && address != 0,
    };
    if inside {
        let typestr = layout.dtype.typestr();
        let Layout { shape, strides, .. } = layout;
        let answer = Answer::Imported(Box::new(Imported { data, read_only, shape, strides, typestr }));
        out.push(
            rule,
            if rule == rules::import_dimensions {
                Expectation::OneOf(vec![answer, Answer::Raises(Raises::ValueError)])
            } else {
                Expectation::Is(answer)
            },
        );
    }
}
