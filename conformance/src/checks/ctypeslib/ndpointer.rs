//! Checks of `ndpointer`: types of parameters that check the arrays they are given.

use super::arrays::room;
use crate::checks::ask::Ask;
use crate::checks::row::{Need, act, rows};
use crate::draw::dtype::plain;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::platform::ByteOrder;
use array_ctypes_spec::{Ctypeslib, ElementType, Flag, NdPointer, NdShape, Question, Use};

rows! {
    ndpointer_accepts: act(add_ndpointer_accepts).one_in(6);
    ndpointer_dtype: act(add_ndpointer_dtype).one_in(10);
    ndpointer_ndim: act(add_ndpointer_ndim).one_in(20);
    ndpointer_shape: act(add_ndpointer_shape).one_in(14);
    ndpointer_flags: act(add_ndpointer_flags).one_in(10);
    ndpointer_flags_twice: act(add_ndpointer_flags_twice).one_in(12);
    ndpointer_flag_name: act(add_ndpointer_flag_name).one_in(28);
    ndpointer_not_an_array: act(add_ndpointer_not_an_array).one_in(14);
    ndpointer_argument: act(add_ndpointer_argument).one_in(9);
    ndpointer_result: act(add_ndpointer_result).one_in(12);
    ndpointer_result_empty: act(add_ndpointer_result_empty).one_in(26).needs(Need::AddressIfEmpty);
    ndpointer_result_large: act(add_ndpointer_result_large).when(has_room_past_int);
    ndpointer_vague_result: act(add_ndpointer_vague_result).one_in(24);
    ndpointer_cached: act(add_ndpointer_cached).one_in(12);
    ndpointer_distinct: act(add_ndpointer_distinct).one_in(20);
}

/// Returns true if the buffer has more bytes than an `int` counts.
fn has_room_past_int(ask: &Ask) -> bool {
    room(ask).is_some_and(|room| room > i32::MAX as u64)
}

fn question(what: Use, pointer: NdPointer) -> Question {
    Question::Ctypeslib(Ctypeslib::NdPointer(what, Box::new(pointer)))
}

fn from_param(ask: &mut Ask, pointer: NdPointer) {
    ask.once(question(Use::FromParam, pointer));
}

/// The names that `ndpointer` knows for each flag of arrays.
const FLAG_NAMES: [(Flag, [&str; 3]); 4] = [
    (Flag::CContiguous, ["C_CONTIGUOUS", "CONTIGUOUS", "C"]),
    (Flag::FContiguous, ["F_CONTIGUOUS", "FORTRAN", "F"]),
    (Flag::Aligned, ["ALIGNED", "A", "aligned"]),
    (Flag::Writeable, ["WRITEABLE", "W", "writeable"]),
];

/// Returns true if the array has the flag; `None` if the implementation may choose.
fn has(ask: &Ask, flag: Flag) -> Option<bool> {
    Some(match flag {
        Flag::CContiguous => ask.layout.is_c_contiguous(),
        Flag::FContiguous => ask.layout.is_f_contiguous(),
        Flag::Aligned => ask.layout.is_aligned(ask.platform, ask.array.at()),
        Flag::Writeable if ask.array.is_writeable() && ask.array.is_broadcast() => return None,
        Flag::Writeable => ask.array.is_writeable(),
    })
}

/// The element type of the array; now and then as a type string, if it has one.
fn own_type(ask: &mut Ask) -> ElementType {
    match &ask.layout.dtype {
        Dtype::Plain(plain) if ask.draw.one_in(2) => ElementType::Typestr(Dtype::Plain(*plain).typestr()),
        _ => ElementType::Own,
    }
}

/// Draws a type whose demands the array meets.
fn fitting(ask: &mut Ask) -> NdPointer {
    let dtype = ask.draw.one_in(2).then(|| own_type(ask));
    let ndim = ask.draw.one_in(2).then_some(ask.layout.shape.len() as u32);
    let shape = ask.draw.one_in(2).then(|| match &ask.layout.shape[..] {
        [length] if ask.draw.one_in(2) => NdShape::Length(*length),
        lengths => NdShape::Lengths(lengths.to_vec()),
    });
    let mut flags = Vec::new();
    for (flag, names) in FLAG_NAMES {
        if has(ask, flag) == Some(true) && ask.draw.one_in(3) {
            flags.push(ask.draw.pick(&names).to_owned());
        }
    }
    NdPointer { dtype, ndim, shape, flags }
}

/// Draws an element type other than the array's: of another kind or size, or the same in the other byte order.
fn other_type(ask: &mut Ask) -> ElementType {
    let swapped = ask.layout.dtype.plain().filter(|plain| plain.has_order()).map(|plain| {
        let order = if plain.order == ByteOrder::Little { ByteOrder::Big } else { ByteOrder::Little };
        Plain { order, ..*plain }
    });
    let other = match swapped {
        Some(swapped) if ask.draw.one_in(2) => swapped,
        _ => plain(&mut ask.draw, &ask.domain),
    };
    ElementType::Typestr(Dtype::Plain(other).typestr())
}

/// Draws an element type for the array that a function returns, and how many elements the buffer has room for.
fn returned(ask: &mut Ask) -> Option<(ElementType, u64)> {
    if ask.layout.is_empty() && !ask.array.views.is_empty() || ask.layout.dtype.has_objects() {
        return None;
    }
    let (dtype, size) = if ask.draw.one_in(3) {
        (ElementType::Own, ask.layout.dtype.item_size())
    } else {
        let plain = plain(&mut ask.draw, &ask.domain);
        if plain.kind == Kind::Object {
            return None;
        }
        (ElementType::Typestr(Dtype::Plain(plain).typestr()), u64::from(plain.size))
    };
    Some((dtype, room(ask)?.checked_div(size)?))
}

fn result(ask: &mut Ask, dtype: ElementType, shape: NdShape) {
    let pointer = NdPointer { dtype: Some(dtype), shape: Some(shape), ..NdPointer::default() };
    ask.once(question(Use::Result, pointer));
}

/// Draws a type with any demands; its flags have their first names.
fn any(ask: &mut Ask) -> NdPointer {
    let dtype = ask.draw.one_in(2).then(|| other_type(ask));
    let ndim = ask.draw.one_in(2).then(|| ask.draw.below(4));
    let shape = ask.draw.one_in(2).then(|| NdShape::Lengths((0..ask.draw.below(3)).map(u64::from).collect()));
    let flags = FLAG_NAMES.iter().filter(|_| ask.draw.one_in(3)).map(|(_, names)| names[0].to_owned()).collect();
    NdPointer { dtype, ndim, shape, flags }
}

/// The same type, spelled in another way.
fn respelled(ask: &mut Ask, pointer: &NdPointer) -> NdPointer {
    let other = |name: &String| {
        let names = FLAG_NAMES.iter().map(|(_, names)| names).find(|names| names[0] == name);
        names.map_or_else(|| name.clone(), |names| ask.draw.pick(names).to_owned())
    };
    let mut flags: Vec<String> = pointer.flags.iter().map(other).collect();
    flags.reverse();
    let shape = match &pointer.shape {
        Some(NdShape::Lengths(lengths)) if lengths.len() == 1 => Some(NdShape::Length(lengths[0])),
        other => other.clone(),
    };
    NdPointer { flags, shape, ..pointer.clone() }
}

fn add_ndpointer_accepts(ask: &mut Ask) {
    let pointer = fitting(ask);
    from_param(ask, pointer);
}

fn add_ndpointer_dtype(ask: &mut Ask) {
    let dtype = Some(other_type(ask));
    from_param(ask, NdPointer { dtype, ..NdPointer::default() });
}

fn add_ndpointer_ndim(ask: &mut Ask) {
    let count = ask.layout.shape.len() as u32;
    let ndim = Some(if count > 0 && ask.draw.one_in(2) { count - 1 } else { count + 1 });
    from_param(ask, NdPointer { ndim, ..NdPointer::default() });
}

fn add_ndpointer_shape(ask: &mut Ask) {
    let mut lengths = ask.layout.shape.clone();
    let shape = match ask.draw.below(4) {
        0 => NdShape::Length(lengths.first().map_or(0, |length| length / 2)),
        1 => {
            lengths.push(1);
            NdShape::Lengths(lengths)
        }
        2 => {
            lengths.reverse();
            NdShape::Lengths(lengths)
        }
        _ => {
            lengths.iter_mut().take(1).for_each(|length| *length += 1);
            NdShape::Lengths(lengths)
        }
    };
    from_param(ask, NdPointer { shape: Some(shape), ..NdPointer::default() });
}

fn add_ndpointer_flags(ask: &mut Ask) {
    let mut flags = fitting(ask).flags;
    let missing: Vec<[&str; 3]> =
        FLAG_NAMES.iter().filter(|(flag, _)| has(ask, *flag) == Some(false)).map(|(_, names)| *names).collect();
    let names = match ask.draw.below(8) {
        0 => ["OWNDATA", "O", "owndata"],
        1 => ["WRITEBACKIFCOPY", "X", "writebackifcopy"],
        _ if missing.is_empty() => return,
        _ => ask.draw.pick(&missing),
    };
    flags.push(ask.draw.pick(&names).to_owned());
    from_param(ask, NdPointer { flags, ..NdPointer::default() });
}

fn add_ndpointer_flags_twice(ask: &mut Ask) {
    let (_, names) = ask.draw.pick(&FLAG_NAMES);
    let flags = (0..2).map(|_| ask.draw.pick(&names).to_owned()).collect();
    from_param(ask, NdPointer { flags, ..NdPointer::default() });
}

fn add_ndpointer_flag_name(ask: &mut Ask) {
    let mut flags = fitting(ask).flags;
    flags.push(ask.draw.pick(&["", "Z", "BEHAVED", "CARRAY", "C_CONTIGUOUS|ALIGNED", "contiguous_"]).to_owned());
    from_param(ask, NdPointer { flags, ..NdPointer::default() });
}

fn add_ndpointer_not_an_array(ask: &mut Ask) {
    let what = ask.draw.pick(&[Use::None, Use::List]);
    let pointer = if ask.draw.one_in(2) { NdPointer::default() } else { fitting(ask) };
    ask.once(question(what, pointer));
}

fn add_ndpointer_argument(ask: &mut Ask) {
    let mut pointer = fitting(ask);
    if ask.draw.one_in(3) {
        pointer.dtype = Some(other_type(ask));
    }
    ask.once(question(Use::Argument, pointer));
}

fn add_ndpointer_result(ask: &mut Ask) {
    let Some((dtype, room)) = returned(ask).filter(|(_, room)| *room > 0) else { return };
    let few = 1 + u64::from(ask.draw.below(4)).min(room - 1);
    let shape = match ask.draw.below(4) {
        0 => NdShape::Lengths(Vec::new()),
        1 => NdShape::Length(few),
        2 => NdShape::Lengths(vec![1, few]),
        _ if room >= 2 * few => NdShape::Lengths(vec![few, 2]),
        _ => NdShape::Lengths(vec![few]),
    };
    result(ask, dtype, shape);
}

fn add_ndpointer_result_empty(ask: &mut Ask) {
    let Some((dtype, _)) = returned(ask) else { return };
    let shape = ask.draw.pick(&[&[0][..], &[2, 0], &[0, 3]]).to_vec();
    result(ask, dtype, NdShape::Lengths(shape));
}

/// Returns all of a large buffer, from the address on.
fn add_ndpointer_result_large(ask: &mut Ask) {
    let Some((dtype, room)) = returned(ask) else { return };
    let shape = if ask.draw.one_in(2) { vec![room] } else { vec![room / 2, 2] };
    result(ask, dtype, NdShape::Lengths(shape));
}

fn add_ndpointer_vague_result(ask: &mut Ask) {
    let mut pointer = fitting(ask);
    if pointer.dtype.is_some() && ask.draw.one_in(2) {
        pointer.shape = None;
    } else {
        pointer.dtype = None;
    }
    ask.once(question(Use::Result, pointer));
}

fn add_ndpointer_cached(ask: &mut Ask) {
    let first = any(ask);
    let again = respelled(ask, &first);
    ask.ask(question(Use::Class, first));
    ask.ask(question(Use::Class, again));
}

fn add_ndpointer_distinct(ask: &mut Ask) {
    let first = any(ask);
    let mut other = first.clone();
    match ask.draw.below(4) {
        // `ndim=2` is not `shape=2`.
        0 => {
            let number = ask.draw.below(4);
            let of = |ndim, shape| NdPointer { ndim, shape, ..NdPointer::default() };
            ask.ask(question(Use::Class, of(Some(number), None)));
            return ask.ask(question(Use::Class, of(None, Some(NdShape::Length(u64::from(number))))));
        }
        1 => other.ndim = Some(other.ndim.map_or(0, |ndim| ndim + 1)),
        2 => other.shape = if first.shape.is_none() { Some(NdShape::Lengths(Vec::new())) } else { None },
        _ => other.flags = if first.flags.is_empty() { vec!["ALIGNED".to_owned()] } else { Vec::new() },
    }
    ask.ask(question(Use::Class, first));
    ask.ask(question(Use::Class, other));
}
