//! Checks of the chapter `cast`: the address as a pointer, and what is read and written through it.

use crate::checks::ask::{Ask, is_mapped, is_plain};
use crate::checks::row::{Need, act, again, once, rows};
use crate::draw::ctype::{compound, integer, ordered};
use array_ctypes_spec::ctype::{CType, Class, Simple};
use array_ctypes_spec::{Attribute, Hand, Handed, MOST_WALKED, Question, Value, Walk, Write};

rows! {
    address: act(add_address).one_in(2);
    pointer_type: act(add_pointer_type).one_in(2).needs(Need::Types);
    refuses: act(add_refuses).one_in(6);
    contents: act(add_contents);
    index: act(add_index).one_in(5);
    printed: act(add_printed).one_in(4);
    as_parameter: once(&[Question::AsParameter]).one_in(3);
    as_parameter_is_data_as: act(add_as_parameter_is_data_as).one_in(3);
    parameter_type: once(&[Question::Type(Value::AsParameter)]).one_in(8).needs(Need::Types);
    fresh: again(&[Question::Object(Attribute::AsParameter), Question::Object(Attribute::AsParameter)]).one_in(16);
    pass: act(add_pass).one_in(8);
    pass_refuses: act(add_pass_refuses).one_in(8);
    write_through: act(write_pointer).one_in(4).when(|ask| ask.array.is_writeable()).needs(Need::Writeable);
    sees_writes: act(add_sees_writes).needs(Need::Assignment);
    read_only_memory: act(add_read_only_memory);
    hand: act(add_hand).one_in(6).when(has_address).needs(Need::Functions);
    hand_refuses: act(add_hand_refuses).one_in(6).needs(Need::Functions);
    walk: act(add_walk).one_in(3).when(may_be_walked).needs(Need::Functions);
}

const VOID_P: CType = CType::Simple(Simple::VoidP);

/// Draws a type that `data_as` accepts.
pub(crate) fn pointer(ask: &mut Ask) -> CType {
    match ask.draw.below(8) {
        0 => VOID_P,
        1 => CType::PointerNone,
        2 => CType::Function,
        3 => CType::Simple(ask.draw.pick(&[Simple::CharP, Simple::WCharP, Simple::PyObject])),
        4 => CType::Pointer(Box::new(compound(&mut ask.draw))),
        5 => CType::Pointer(Box::new(CType::Simple(ask.draw.pick(&[Simple::Double, Simple::Char, Simple::Bool])))),
        _ => CType::Pointer(Box::new(CType::Simple(integer(&mut ask.draw)))),
    }
}

/// Draws a type to read memory as; the raw bytes are compared.
fn target(ask: &mut Ask) -> CType {
    match ask.draw.below(6) {
        0 => compound(&mut ask.draw),
        1 => ordered(&mut ask.draw, ask.platform),
        2 => CType::Simple(ask.draw.pick(&[Simple::Float, Simple::Double, Simple::LongDouble, Simple::Char])),
        _ => CType::Simple(integer(&mut ask.draw)),
    }
}

/// Returns true if the buffer is so large that it is only reserved, so its bytes must not be touched.
fn is_reserved(ask: &Ask) -> bool {
    !is_mapped(ask) && ask.array.buffer.bytes.len() as u64 != ask.array.buffer.size
}

/// Adds a write of a few bytes through the pointer, near the address, then questions that show it from both sides.
fn write_pointer(ask: &mut Ask) {
    if is_reserved(ask) || ask.has_objects() {
        return;
    }
    let Some(index) = ask.index() else { return };
    let element = ask.layout.element(&index);
    let most = ask.layout.dtype.item_size().clamp(1, 8) as u32;
    let bytes: Vec<u8> = (0..=ask.draw.below(most)).map(|_| ask.draw.word() as u8).collect();
    let offset = element - i128::from(ask.layout.offset);
    if element + bytes.len() as i128 > ask.array.reach(ask.platform).end {
        return;
    }
    ask.write(Write::Pointer { offset: offset as i64, bytes });
    ask.ask(Question::Item(index));
    if ask.reaches(0, &CType::Simple(Simple::UByte)) {
        ask.ask(Question::Contents(CType::Simple(Simple::UByte)));
    }
}

fn add_address(ask: &mut Ask) {
    let ctype = pointer(ask);
    ask.once(Question::DataAs(ctype));
}

fn add_pointer_type(ask: &mut Ask) {
    let ctype = pointer(ask);
    ask.once(Question::Type(Value::DataAs(ctype)));
}

fn add_refuses(ask: &mut Ask) {
    let ctype = match ask.draw.below(4) {
        0 => CType::NotACType,
        1 => CType::Array(Box::new(CType::Simple(integer(&mut ask.draw))), 1 + ask.draw.below(3)),
        2 => CType::Structure(vec![CType::Simple(integer(&mut ask.draw))]),
        _ => {
            CType::Simple(ask.draw.pick(&[Simple::Int, Simple::LongLong, Simple::Double, Simple::Bool, Simple::WChar]))
        }
    };
    ask.once(Question::DataAs(ctype));
}

fn add_contents(ask: &mut Ask) {
    let ctype = target(ask);
    if ask.reaches(0, &ctype) {
        ask.once(Question::Contents(ctype));
    }
}

fn add_index(ask: &mut Ask) {
    let ctype =
        if ask.draw.one_in(4) { ordered(&mut ask.draw, ask.platform) } else { CType::Simple(integer(&mut ask.draw)) };
    if let Some(at) = ask.item_near(&ctype) {
        ask.once(Question::Index(at, ctype));
    }
}

fn add_printed(ask: &mut Ask) {
    let ctype = match ask.draw.below(4) {
        0 => CType::Simple(Simple::Double),
        1 => CType::Simple(ask.draw.pick(&[Simple::Float, Simple::Bool, Simple::Char])),
        _ => CType::Simple(integer(&mut ask.draw)),
    };
    if ask.reaches(0, &ctype) {
        ask.once(Question::Printed(ctype));
    }
}

fn add_as_parameter_is_data_as(ask: &mut Ask) {
    ask.once(Question::DataAs(VOID_P));
    ask.ask(Question::AsParameter);
}

fn add_pass(ask: &mut Ask) {
    ask.once(Question::Pass(VOID_P));
}

fn add_pass_refuses(ask: &mut Ask) {
    let ctype = match ask.draw.below(3) {
        0 => CType::Pointer(Box::new(CType::Simple(integer(&mut ask.draw)))),
        _ => CType::Simple(ask.draw.pick(&[Simple::CharP, Simple::WCharP, Simple::SizeT, Simple::Int, Simple::Double])),
    };
    ask.once(Question::Pass(ctype));
}

fn add_sees_writes(ask: &mut Ask) {
    let is_number = is_plain(ask) && !ask.has_objects();
    let can_write = ask.array.is_writeable() && !ask.array.is_broadcast() && !is_reserved(ask);
    if !is_number || !can_write || !ask.one_in(4) || ask.layout.is_empty() {
        return;
    }
    let index = vec![0; ask.layout.shape.len()];
    let size = ask.layout.dtype.item_size();
    let bytes = ask.element_bytes();
    ask.write(Write::Item { index, bytes });
    ask.ask(Question::Contents(CType::Array(Box::new(CType::Simple(Simple::UByte)), size as u32)));
}

fn add_read_only_memory(ask: &mut Ask) {
    // A mapping for reading only is protected by the system, not by a flag alone.
    if !is_mapped(ask) && !ask.array.writeable && ask.one_in(3) {
        write_pointer(ask);
    }
}

/// Returns true if the address is prescribed.
fn has_address(ask: &Ask) -> bool {
    !ask.layout.is_empty()
}

/// Draws the interface object, or a pointer of it; with it the type of the pointer.
fn passed(ask: &mut Ask) -> (Handed, CType) {
    match ask.draw.below(4) {
        0 => (Handed::Interface, VOID_P),
        1 => (Handed::Value(Value::AsParameter), VOID_P),
        _ => {
            let ctype = pointer(ask);
            // A pointer to an object that is none is handed to nobody.
            let ctype = if ctype == CType::Simple(Simple::PyObject) { VOID_P } else { ctype };
            (Handed::Value(Value::DataAs(ctype.clone())), ctype)
        }
    }
}

fn add_hand(ask: &mut Ask) {
    if ask.draw.one_in(8) {
        return ask_hand(ask, Handed::Value(Value::Data), Some(VOID_P));
    }
    let (what, own) = passed(ask);
    let to = match ask.draw.below(4) {
        0 | 1 => None,
        2 => Some(VOID_P),
        _ => Some(own),
    };
    ask_hand(ask, what, to);
}

/// Asks what a foreign function with that parameter receives.
pub(crate) fn ask_hand(ask: &mut Ask, what: Handed, to: Option<CType>) {
    ask.once_if_expected(Question::Hand(Box::new(Hand { what, to })));
}

/// Draws the type of a parameter that takes few arguments: most other types are refused.
pub(crate) fn parameter(ask: &mut Ask) -> CType {
    let item = CType::Simple(integer(&mut ask.draw));
    match ask.draw.below(6) {
        0 | 1 => CType::Pointer(Box::new(item)),
        2 => CType::Array(Box::new(item), 1 + ask.draw.below(3)),
        3 => CType::Function,
        4 => CType::Simple(ask.draw.pick(&[Simple::CharP, Simple::WCharP, Simple::Double])),
        _ => item,
    }
}

fn add_hand_refuses(ask: &mut Ask) {
    let to = parameter(ask);
    // A parameter of a number takes an integer.
    let what = match to {
        CType::Pointer(_) if ask.draw.one_in(3) => Handed::Value(Value::Data),
        _ => passed(ask).0,
    };
    ask_hand(ask, what, Some(to));
}

/// Returns true if a function may read all elements, and they are few.
fn may_be_walked(ask: &Ask) -> bool {
    let size = ask.layout.elements().saturating_mul(ask.layout.dtype.item_size().max(1));
    size <= MOST_WALKED && !is_reserved(ask) && !ask.has_objects()
}

/// Draws an integer type that holds all of these numbers: by another the function would leave the array.
fn roomy(ask: &mut Ask, numbers: &[i64]) -> CType {
    let holds = |simple: &Simple| {
        let bits = 8 * simple.size(ask.platform) as u32;
        let (least, end) = match simple.class() {
            Class::Signed => (-(1i128 << (bits - 1)), 1i128 << (bits - 1)),
            Class::Unsigned => (0, 1i128 << bits),
            _ => (0, 0),
        };
        end > 0 && numbers.iter().all(|number| (least..end).contains(&i128::from(*number)))
    };
    let roomy: Vec<Simple> = Simple::ALL.iter().copied().filter(holds).collect();
    CType::Simple(ask.draw.pick(&roomy))
}

fn add_walk(ask: &mut Ask) {
    let (from, _) = passed(ask);
    let lengths: Vec<i64> = ask.layout.shape.iter().map(|length| *length as i64).collect();
    let shape = if ask.draw.one_in(2) { Value::Shape } else { Value::ShapeAs(roomy(ask, &lengths)) };
    let given = ask.layout.strides.clone();
    let strides = if ask.draw.one_in(2) { Value::Strides } else { Value::StridesAs(roomy(ask, &given)) };
    ask.once_if_expected(Question::Walk(Box::new(Walk { from, shape, strides })));
}
