//! Checks of `as_array`: arrays made of pointers and other objects of ctypes.

use super::{address, number, numbers};
use crate::checks::ask::Ask;
use crate::checks::row::{Need, act, rows};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::memmap::Mode;
use array_ctypes_spec::{Ctypeslib, Question, ShapeArgument, Source, Step};

rows! {
    as_array: act(add_as_array).one_in(6);
    as_array_structure: act(add_as_array_structure).one_in(64);
    as_array_union: act(add_as_array_union).one_in(24);
    as_array_again: act(add_as_array_again).one_in(16);
    as_array_empty: act(add_as_array_empty).one_in(14).needs(Need::AddressIfEmpty);
    as_array_no_structure: act(add_as_array_no_structure).one_in(30).when(|ask| room(ask).is_some());
    as_array_of_object: act(add_as_array_of_object).one_in(8);
    as_array_no_shape: act(add_as_array_no_shape).one_in(34);
    as_array_int_shape: act(add_as_array_int_shape).one_in(20);
    as_array_null: act(add_as_array_null).one_in(20);
    as_array_refuses: act(add_as_array_refuses).one_in(24);
    as_array_size: act(add_as_array_size).one_in(26);
    as_array_dimensions: act(add_as_array_dimensions).one_in(96);
}

fn array(source: Source, shape: ShapeArgument, ctype: CType) -> Question {
    Question::Ctypeslib(Ctypeslib::AsArray { source, shape, ctype: Box::new(ctype) })
}

/// Bytes of the buffer or mapping from the address on; `None` if the address is not specified or the memory is
/// protected.
pub(super) fn room(ask: &Ask) -> Option<u64> {
    let known = !ask.layout.is_empty() || ask.array.views.is_empty();
    let is_protected = ask.array.map.as_ref().is_some_and(|map| map.mode == Mode::R);
    let end = ask.array.reach(ask.platform).end;
    (known && !is_protected).then(|| u64::try_from(end - i128::from(ask.layout.offset)).unwrap_or(0))
}

/// Draws a type that a pointer may point to: a number, or a type made of numbers.
fn target(ask: &mut Ask) -> CType {
    match ask.draw.below(8) {
        0 => CType::Array(Box::new(number(ask)), 1 + ask.draw.below(3)),
        1 => structure(ask),
        2 => union(ask),
        3 => CType::Simple(Simple::Char),
        _ => number(ask),
    }
}

fn structure(ask: &mut Ask) -> CType {
    CType::Structure(members(ask))
}

fn union(ask: &mut Ask) -> CType {
    CType::Union(members(ask))
}

fn members(ask: &mut Ask) -> Vec<CType> {
    let count = 1 + ask.draw.below(3);
    numbers(ask, count)
}

/// Draws a shape of items of that size that fits the room, in bytes; `None` if not even one item does.
fn fitting(ask: &mut Ask, size: u64, room: u64) -> Option<Vec<u64>> {
    let mut most = room.checked_div(size)?;
    if most == 0 {
        return None;
    }
    let mut shape = Vec::new();
    for _ in 0..ask.draw.below(4) {
        let length = 1 + u64::from(ask.draw.below(4)).min(most - 1);
        shape.push(length);
        most /= length;
    }
    Some(shape)
}

/// Draws a C type, and a shape of items of that type that fits into the buffer.
fn inside(ask: &mut Ask) -> Option<(CType, Vec<u64>)> {
    let ctype = target(ask);
    inside_of(ask, ctype)
}

fn inside_of(ask: &mut Ask, ctype: CType) -> Option<(CType, Vec<u64>)> {
    let size = ctype.layout(ask.platform)?.size;
    let room = room(ask)?;
    Some((ctype, fitting(ask, size, room)?))
}

fn add_as_array(ask: &mut Ask) {
    if let Some((ctype, shape)) = inside(ask) {
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
    }
}

fn add_as_array_structure(ask: &mut Ask) {
    let ctype = structure(ask);
    if let Some((ctype, shape)) = inside_of(ask, ctype) {
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
    }
}

fn add_as_array_union(ask: &mut Ask) {
    let ctype = if ask.draw.one_in(4) {
        CType::Union(vec![CType::Simple(Simple::Bool), CType::Simple(Simple::Byte)])
    } else {
        union(ask)
    };
    if let Some((ctype, shape)) = inside_of(ask, ctype) {
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
    }
}

fn add_as_array_again(ask: &mut Ask) {
    if let Some((ctype, shape)) = inside(ask) {
        let again = match &shape[..] {
            [] => vec![1],
            [first, rest @ ..] => [rest, &[1, *first]].concat(),
        };
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype.clone()));
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(again), ctype));
    }
}

fn add_as_array_empty(ask: &mut Ask) {
    let ctype = target(ask);
    let shape = ask.draw.pick(&[&[0][..], &[0, 3], &[2, 0], &[3, 0, 2]]).to_vec();
    if room(ask).is_some() {
        ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
    }
}

fn add_as_array_no_structure(ask: &mut Ask) {
    let ctype = if ask.draw.one_in(2) { union(ask) } else { structure(ask) };
    let shape = ask.draw.pick(&[&[0][..], &[2, 0], &[0, 3]]).to_vec();
    ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
}

fn add_as_array_of_object(ask: &mut Ask) {
    let Some((ctype, shape)) = inside(ask) else { return };
    let whole = shape.iter().rev().fold(ctype, |item, length| CType::Array(Box::new(item), *length as u32));
    let given = match ask.draw.below(3) {
        0 => ShapeArgument::Missing,
        1 => ShapeArgument::Int(7),
        _ => ShapeArgument::Lengths(vec![1, 7]),
    };
    if matches!(whole, CType::Array(..)) {
        ask.once(array(Source::Object, given, whole));
    }
}

fn add_as_array_no_shape(ask: &mut Ask) {
    let ctype = target(ask);
    ask.once(array(Source::Pointer, ShapeArgument::Missing, ctype));
}

fn add_as_array_int_shape(ask: &mut Ask) {
    let ctype = target(ask);
    let length = u64::from(ask.draw.below(4));
    ask.once(array(Source::Pointer, ShapeArgument::Int(length), ctype));
}

fn add_as_array_null(ask: &mut Ask) {
    let ctype = target(ask);
    let shape = ask.draw.pick(&[&[][..], &[3], &[2, 2], &[0], &[2, 0]]).to_vec();
    ask.once(array(Source::Null, ShapeArgument::Lengths(shape), ctype));
}

fn add_as_array_refuses(ask: &mut Ask) {
    let ctype = address(ask);
    ask.once(array(Source::Pointer, ShapeArgument::Lengths(vec![1]), ctype));
}

fn add_as_array_size(ask: &mut Ask) {
    let ctype = number(ask);
    let size = ctype.layout(ask.platform).map_or(1, |layout| layout.size);
    let most = ask.platform.intp_max() as u64 / size;
    let shape = if ask.draw.one_in(2) { vec![most + 1] } else { vec![2, most / 2 + 1] };
    ask.once(array(Source::Pointer, ShapeArgument::Lengths(shape), ctype));
}

/// In a copy of the process, because NumPy may crash on it.
fn add_as_array_dimensions(ask: &mut Ask) {
    let ctype = number(ask);
    let count = ask.draw.pick(&[33, 34, 64, 65, 66, 100]);
    if room(ask).is_some() && ask.reaches(0, &ctype) {
        let step = Step::Ask(array(Source::Pointer, ShapeArgument::Lengths(vec![1; count]), ctype));
        ask.script.push(Step::Forked(Box::new(step)));
    }
}
