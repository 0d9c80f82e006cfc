//! Arrays made of pointers and of other objects of ctypes.

use super::refuse::refuse;
use crate::vocabulary::ctype::{CType, Class, MemoryLayout, Simple};
use crate::vocabulary::dtype::{Dtype, Field, Kind, Plain, Record};
use crate::vocabulary::layout::{Layout, c_strides};
use crate::vocabulary::memmap::Mode;
use crate::vocabulary::platform::{ByteOrder, Platform};
use crate::vocabulary::{
    Address, Ctypeslib, Expectation, Imported, Question, Raises, Rule, ShapeArgument, Source, Step,
    rules::ctypeslib as rules,
};
use crate::world::{Predictions, World};

/// The most dimensions that every implementation has.
const DIMENSIONS: usize = 32;

pub(super) fn expect(world: &World, source: Source, shape: &ShapeArgument, ctype: &CType, out: &mut Predictions) {
    let items = match elements(world.platform, ctype) {
        Elements::Of(dtype, lengths) => Some((dtype, lengths)),
        Elements::None => return refuse(rules::as_array_refuses, REFUSED, out),
        Elements::Unspecified => return,
    };
    let Some((dtype, inner)) = items else { return };
    let given = match (source, shape) {
        // An object has the shape of its own type; the given one is ignored.
        (Source::Object, _) if inner.is_empty() => return,
        (Source::Object, _) => &[][..],
        (_, ShapeArgument::Missing) => return out.push(rules::as_array_no_shape, TYPE_ERROR),
        (Source::Pointer, ShapeArgument::Int(_)) => return out.push(rules::as_array_int_shape, TYPE_ERROR),
        (Source::Null, ShapeArgument::Int(_)) => return,
        (_, ShapeArgument::Lengths(lengths)) => lengths,
    };
    let lengths = [given, &inner].concat();
    let strides = c_strides(&lengths, dtype.item_size());
    let layout = Layout { dtype, offset: world.layout.offset, shape: lengths, strides };
    if layout.check_size(world.platform).is_err() {
        // A length of 0 excuses some of the lengths that are too large; which, depends on their order.
        if !layout.is_empty() && source == Source::Pointer {
            refuse(rules::as_array_size, &[Raises::OverflowError, Raises::ValueError], out);
        }
        return;
    }
    let many = layout.shape.len() > DIMENSIONS;
    if source == Source::Null {
        if !many {
            refuse(rules::as_array_null, &[Raises::ValueError], out);
        }
        return;
    }
    let compound = innermost(ctype);
    let rule = match source {
        _ if layout.is_empty() && compound.is_some() => rules::as_array_no_structure,
        _ if compound == Some(Compound::Union) => rules::as_array_union,
        Source::Object => rules::as_array_of_object,
        _ if layout.is_empty() => rules::as_array_empty,
        _ if asked_otherwise(world, shape, ctype) => rules::as_array_again,
        _ if compound.is_some() => rules::as_array_structure,
        _ => rules::as_array,
    };
    if let Some(seen) = seen(world, layout) {
        if many {
            let any = vec![Expectation::imported(seen), Expectation::Raises(Raises::ANY)];
            out.push(rules::as_array_dimensions, Expectation::AnyOf(any));
        } else {
            out.push(rule, Expectation::imported(seen));
        }
    }
}

/// A C type with members.
#[derive(PartialEq)]
enum Compound {
    Structure,
    Union,
}

/// The kind of the innermost items of a C array, or of the type itself, if that has members.
fn innermost(ctype: &CType) -> Option<Compound> {
    match ctype {
        CType::Array(item, _) => innermost(item),
        CType::Structure(_) => Some(Compound::Structure),
        CType::Union(_) => Some(Compound::Union),
        _ => None,
    }
}

const TYPE_ERROR: Expectation = Expectation::Raises(&[Raises::TypeError]);
const REFUSED: &[Raises] = &[Raises::ValueError, Raises::TypeError, Raises::NotImplementedError];

/// Returns true if an earlier step made an array of another shape from a pointer of the same type.
fn asked_otherwise(world: &World, shape: &ShapeArgument, ctype: &CType) -> bool {
    world.earlier().iter().any(|step| {
        matches!(step, Step::Ask(Question::Ctypeslib(Ctypeslib::AsArray { source: Source::Pointer, shape: other, ctype: of }))
            if **of == *ctype && other != shape)
    })
}

/// Returns an array over the memory at the address, as importers see it. `None` if a part of it is outside the buffer or
/// mapping, if its address is not specified, or if the memory is read-only, because an address does not show that.
pub(super) fn seen(world: &World, layout: Layout) -> Option<Box<Imported>> {
    let (low, high) = layout.extent();
    let reach = world.array.reach(world.platform);
    let is_protected = world.array.map.as_ref().is_some_and(|map| map.mode == Mode::R);
    if low < reach.start || high > reach.end || is_protected || world.address().is_none() {
        return None;
    }
    let Layout { dtype, offset, shape, strides } = layout;
    let (data, typestr) = (Address::InBuffer(offset), dtype.typestr());
    Some(Box::new(Imported { data, read_only: false, shape, strides, typestr, elements: None }))
}

/// The elements of an array over memory of a C type.
pub(super) enum Elements {
    /// An element type, and the lengths of a C array of them.
    Of(Dtype, Vec<u64>),
    /// Addresses and functions: no array has them.
    None,
    /// The specification predicts nothing about them.
    Unspecified,
}

pub(super) fn elements(platform: &Platform, ctype: &CType) -> Elements {
    match ctype {
        CType::Array(item, length) => match elements(platform, item) {
            Elements::Of(dtype, lengths) => Elements::Of(dtype, [&[u64::from(*length)], &lengths[..]].concat()),
            other => other,
        },
        CType::Simple(simple) => simple_elements(platform, *simple, platform.byte_order),
        CType::Swapped(simple, order) => simple_elements(platform, *simple, *order),
        CType::Pointer(_) | CType::PointerNone | CType::Function => Elements::None,
        CType::Structure(members) => compound(platform, ctype, members, false),
        CType::Union(members) => compound(platform, ctype, members, true),
        CType::NotACType => Elements::Unspecified,
    }
}

/// A structured type with the fields of a structure, at their offsets in C, or of a union.
fn compound(platform: &Platform, whole: &CType, members: &[CType], is_union: bool) -> Elements {
    let mut fields = Vec::with_capacity(members.len());
    let mut end: u64 = 0;
    for (at, member) in members.iter().enumerate() {
        let (Elements::Of(dtype, shape), Some(layout)) = (elements(platform, member), member.layout(platform)) else {
            return Elements::Unspecified;
        };
        let Some(offset) = end.checked_next_multiple_of(layout.alignment) else { return Elements::Unspecified };
        fields.push(Field { name: format!("f{at}"), title: None, dtype, shape, offset });
        end = if is_union { 0 } else { offset.saturating_add(layout.size) };
    }
    match whole.layout(platform) {
        Some(MemoryLayout { size, .. }) if size > 0 && u32::try_from(size).is_ok() => {
            Elements::Of(Dtype::from(Record { fields, size, aligned: false }), Vec::new())
        }
        _ => Elements::Unspecified,
    }
}

fn simple_elements(platform: &Platform, simple: Simple, order: ByteOrder) -> Elements {
    let kind = match simple.class() {
        Class::Signed => Kind::Int,
        Class::Unsigned => Kind::UInt,
        Class::Float => Kind::Float,
        Class::Bool => Kind::Bool,
        Class::Char => Kind::Bytes,
        Class::VoidP | Class::Text => return Elements::None,
        Class::LongDouble | Class::WChar | Class::Object => return Elements::Unspecified,
    };
    Elements::Of(Dtype::Plain(Plain { kind, size: simple.size(platform) as u32, order, unit: None }), Vec::new())
}

/// The rule of arrays that a foreign function returns.
pub(super) fn result_rule(layout: &Layout) -> Rule {
    let bytes = layout.shape.iter().fold(layout.dtype.item_size(), |bytes, length| bytes.saturating_mul(*length));
    let longest = layout.shape.iter().copied().max().unwrap_or(0);
    if layout.is_empty() {
        rules::ndpointer_result_empty
    } else if bytes.max(longest) > i32::MAX as u64 {
        rules::ndpointer_result_large
    } else {
        rules::ndpointer_result
    }
}
