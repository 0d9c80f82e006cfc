//! Scenarios: the last steps of a script about lifetimes, and the objects that they are made of.
//!
//! A scenario drops objects and the array in any order, and asks again and again what still exists. Which objects a
//! rule needs is in its check.

use crate::checks::ask::{Ask, is_mapped};
use crate::checks::cast::pointer;
use crate::checks::end::End;
use crate::draw::ctype::{compound, integer};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::{Act, Derive, Export, Step};

const VOID_P: CType = CType::Simple(Simple::VoidP);

/// The parts of a scenario.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) exports: Vec<Export>,
    pub(super) derivations: Vec<Derive>,
    /// True to drop the array after all objects.
    pub(super) array_last: bool,
    /// True to read memory through the objects that are left.
    pub(super) reads: bool,
}

/// Returns true if this check adds its scenario: some check of this chapter does in about a third of the cases.
pub(super) fn turn(ask: &mut Ask, end: End) -> bool {
    // The lifetime of a mapping is a matter of the chapter memmap. In a run about few rules, each check has to leave the others
    // a turn.
    let is_free = !is_mapped(ask) && (!ask.focused || ask.last.is_empty() && ask.draw.one_in(8));
    is_free && ask.ends(end)
}

/// Ends the script with these acts.
pub(super) fn act(ask: &mut Ask, acts: Vec<Act>) {
    ask.last = acts.into_iter().map(Step::Act).collect();
}

/// Ends the script with a scenario.
pub(super) fn scenario(ask: &mut Ask, plan: Plan) {
    let mut acts = Vec::new();
    let mut names = Vec::new();
    for what in plan.exports {
        let name = names.len() as u8;
        names.push(name);
        acts.push(Act::Export { name, what });
    }
    for how in plan.derivations {
        let (name, from) = (names.len() as u8, ask.draw.pick(&names));
        names.push(name);
        acts.push(Act::Derive { name, from, how });
    }
    let count = 1 + u64::from(ask.draw.below(16));
    // `None` is the array. Objects are dropped in any order; the array comes last, first, or somewhere among them.
    let mut drops: Vec<Option<u8>> = names.iter().copied().map(Some).collect();
    for at in (1..drops.len()).rev() {
        drops.swap(at, ask.draw.below(at as u32 + 1) as usize);
    }
    let place = if plan.array_last {
        drops.len()
    } else if ask.draw.one_in(2) {
        0
    } else {
        ask.draw.below(drops.len() as u32 + 1) as usize
    };
    drops.insert(place, None);
    for at in 0..drops.len() {
        acts.push(drops[at].map_or(Act::DropArray, Act::Drop));
        if plan.reads && ask.draw.one_in(2) {
            acts.push(Act::Overwrite);
            let held = drops[at + 1..].iter().flatten().filter(|_| ask.reads_held);
            acts.extend(held.map(|name| Act::Read { name: *name, count }));
        }
        acts.extend([Act::Alive, Act::Memory]);
        // Rarely, because a run of the garbage collector is slow.
        if ask.draw.one_in(8) {
            acts.extend([Act::Collect, Act::Alive]);
        }
    }
    acts.extend([Act::Memory, Act::Collect, Act::Alive, Act::Memory]);
    act(ask, acts);
}

/// Draws lengths or strides, which need not hold anything.
pub(super) fn lengths(ask: &mut Ask) -> Export {
    match ask.draw.below(4) {
        0 => Export::Shape,
        1 => Export::Strides,
        2 => Export::ShapeAs(CType::Simple(integer(&mut ask.draw))),
        _ => Export::StridesAs(CType::Simple(integer(&mut ask.draw))),
    }
}

/// Draws an object that need not hold anything.
pub(super) fn value(ask: &mut Ask) -> Export {
    if ask.draw.one_in(5) { Export::Data } else { lengths(ask) }
}

/// Draws any object that the profile `lifetime` is about.
pub(super) fn anything(ask: &mut Ask) -> Export {
    match ask.draw.below(6) {
        0 => Export::Ctypes,
        1 => Export::Method,
        2 => Export::View,
        3 => Export::AsParameter,
        4 => Export::DataAs(pointer(ask)),
        _ => value(ask),
    }
}

/// Draws one object or more, up to one more than `most`.
pub(super) fn some(ask: &mut Ask, draw: fn(&mut Ask) -> Export, most: u32) -> Vec<Export> {
    (0..=ask.draw.below(most)).map(|_| draw(ask)).collect()
}

/// Draws a pointer that other objects can be made of.
pub(super) fn to_data(ask: &mut Ask) -> Export {
    match ask.draw.below(4) {
        0 => Export::DataAs(VOID_P),
        1 => Export::DataAs(CType::Pointer(Box::new(compound(&mut ask.draw)))),
        _ => Export::DataAs(CType::Pointer(Box::new(CType::Simple(integer(&mut ask.draw))))),
    }
}

/// Draws what is made of a pointer, except a `cast`.
pub(super) fn derivation(ask: &mut Ask) -> Derive {
    match ask.draw.below(5) {
        0 => Derive::Contents,
        1 => Derive::Item,
        2 => Derive::ByRef,
        3 => Derive::Pointer,
        _ => Derive::Value,
    }
}

/// Draws a `cast` of a pointer.
pub(super) fn cast(ask: &mut Ask) -> Derive {
    match to_data(ask) {
        Export::DataAs(ctype) => Derive::Cast(ctype),
        _ => Derive::Cast(VOID_P),
    }
}

/// Adds a scenario with an object that holds the array, and perhaps one object more, which is of ctypes.
pub(super) fn holder(ask: &mut Ask, what: Export, beside: fn(&mut Ask) -> Export) {
    let mut exports = vec![what];
    if ask.draw.one_in(3) && ask.has_pointers {
        exports.push(beside(ask));
    }
    scenario(ask, Plan { exports, reads: true, ..Plan::default() });
}
