#![doc = include_str!("lifetime.md")]

use super::ctypeslib::is_object;
use super::interface::{buffer, dlpack};
use crate::vocabulary::ctype::{CType, Class, Simple};
use crate::vocabulary::{Act, Answer, Derive, Expectation, Export, MOST_READ, Rule, rules::lifetime as rules};
use crate::world::kept::{Form, Holds, Kept, Object};
use crate::world::{Predictions, World};

const VOID_P: CType = CType::Simple(Simple::VoidP);

/// The largest buffer, in bytes, that is overwritten.
const MOST_OVERWRITTEN: u64 = 1 << 16;

/// Returns the rules that keep the array alive in both readings, or, if `of_memory`, its memory.
fn holders(kept: &Kept, of_memory: bool) -> Vec<Rule> {
    if !kept.array_dropped {
        return vec![rules::kept];
    }
    kept.rules(|holds| match holds {
        Holds::Array(rule) => Some(rule),
        Holds::Memory(rule) if of_memory => Some(rule),
        _ => None,
    })
}

/// Returns the rules that keep the array alive in the newer reading only, or, if `of_memory`, its memory.
fn pointers(kept: &Kept, of_memory: bool) -> Vec<Rule> {
    let pointer = |holds| match holds {
        Holds::Pointer(rule) => Some(rule),
        Holds::PointerToMemory(rule) if of_memory => Some(rule),
        _ => None,
    };
    if kept.array_dropped { kept.rules(pointer) } else { Vec::new() }
}

/// The rule by which an object holds nothing in NumPy, where others may choose.
fn chosen(holds: Holds) -> Option<Rule> {
    if let Holds::Chosen(rule) = holds { Some(rule) } else { None }
}

/// Returns the rules that expect the array to be gone, if every object that is left holds nothing.
fn gone(kept: &Kept) -> Vec<Rule> {
    match (kept.collected, kept.cyclic) {
        (false, false) => vec![rules::prompt],
        // A cycle waits for the collector.
        (false, true) => Vec::new(),
        (true, _) => {
            let mut freed = kept.rules(|holds| if let Holds::Nothing(rule) = holds { Some(rule) } else { None });
            freed.push(rules::collected);
            freed
        }
    }
}

pub(crate) fn expect<'a>(world: &mut World<'a>, act: &'a Act, out: &mut Predictions) {
    // The chapter memmap has the rules on what keeps a mapping.
    if world.array.map.is_some() {
        return;
    }
    match act {
        Act::Export { name, what } => {
            if let Some(object) = export(world, what).filter(|_| !world.kept.objects.contains_key(name)) {
                let rule = match what {
                    // These have profiles of their own, and only implementations that claim them are asked.
                    Export::AsCtypes => rules::as_ctypes_holds,
                    Export::Struct => rules::capsule_holds,
                    Export::Dlpack => rules::dlpack_holds,
                    Export::Buffer => rules::buffer_holds,
                    Export::Interface => rules::dictionary_free,
                    _ => rules::quiet,
                };
                world.kept.objects.insert(*name, object);
                out.push(rule, DONE);
            }
        }
        Act::Derive { name, from, how } => {
            if let Some(object) = derive(world, *from, how).filter(|_| !world.kept.objects.contains_key(name)) {
                let rule = match (how, object.holds) {
                    (Derive::AsArray, Holds::Memory(rule) | Holds::PointerToMemory(rule)) => rule,
                    _ => rules::quiet,
                };
                world.kept.objects.insert(*name, object);
                world.kept.cyclic |= matches!(how, Derive::Cast(_) | Derive::AsArray);
                out.push(rule, DONE);
            }
        }
        Act::DropArray if !world.kept.array_dropped => {
            world.kept.array_dropped = true;
            world.kept.collected = false;
            done(out);
        }
        Act::Drop(name) if world.kept.objects.remove(name).is_some() => {
            world.kept.collected = false;
            done(out);
        }
        Act::DropArray | Act::Drop(_) => {}
        Act::Collect => {
            world.kept.collected = true;
            done(out);
        }
        Act::Overwrite if world.array.buffer.size <= MOST_OVERWRITTEN => done(out),
        Act::Overwrite => {}
        Act::Alive => is_there(world, false, out),
        Act::Memory => is_there(world, true, out),
        Act::Read { name, count } => read(world, *name, *count, out),
        Act::Balance(what) => {
            if !world.kept.array_dropped && has_existing_ctype(world, what) {
                out.push(rules::balanced, Expectation::Is(Answer::Integer(0)));
            }
        }
        Act::Call(what) => {
            let rule = match what {
                Export::Ctypes => rules::during_call,
                Export::AsParameter => rules::pointer_during_call,
                Export::DataAs(ctype) if is_passed(ctype) && ctype.exists_on(world.platform) => {
                    rules::pointer_during_call
                }
                _ => return,
            };
            if !world.kept.array_dropped {
                out.push(rule, Expectation::Is(Answer::Bool(true)));
            }
        }
    }
}

const DONE: Expectation = Expectation::Is(Answer::Nothing);

fn done(out: &mut Predictions) {
    out.push(rules::quiet, DONE);
}

/// Pointers to data, which a parameter of type `c_void_p` takes, and which can be cast.
fn is_passed(ctype: &CType) -> bool {
    matches!(ctype, CType::Pointer(_) | CType::PointerNone | CType::Simple(Simple::VoidP))
}

/// Returns true if the C type of the export exists on the platform, or if the export has none.
fn has_existing_ctype(world: &World, what: &Export) -> bool {
    what.ctype().is_none_or(|ctype| ctype.exists_on(world.platform))
}

/// Returns the object that is taken from the array; `None` if the array is gone, or refuses.
fn export<'a>(world: &World<'a>, what: &'a Export) -> Option<Object<'a>> {
    let (holds, points, form) = match what {
        Export::Ctypes => (Holds::Array(rules::interface_holds), true, Form::Other),
        Export::Method => (Holds::Array(rules::method_holds), true, Form::Other),
        Export::View => (Holds::Memory(rules::view_holds), true, Form::Other),
        Export::Struct => (Holds::Memory(rules::capsule_holds), true, Form::Other),
        // Some arrays may be refused there.
        Export::Dlpack => dlpack::is_sure(world).then_some((Holds::Memory(rules::dlpack_holds), true, Form::Other))?,
        Export::Buffer => buffer::is_sure(world).then_some((Holds::Memory(rules::buffer_holds), true, Form::Other))?,
        Export::Interface => (Holds::Chosen(rules::dictionary_free), true, Form::Other),
        Export::Data => (Holds::Nothing(rules::values_free), true, Form::Other),
        Export::Shape | Export::Strides => (Holds::Chosen(rules::shape_free), false, Form::Other),
        Export::AsCtypes => {
            let axes = if world.layout.is_empty() { 0 } else { world.layout.shape.len() };
            is_object(world).then_some((Holds::Memory(rules::as_ctypes_holds), true, Form::Object(axes)))?
        }
        Export::ShapeAs(ctype) | Export::StridesAs(ctype) => {
            let CType::Simple(simple) = ctype else { return None };
            let takes_integers = matches!(simple.class(), Class::Signed | Class::Unsigned | Class::Object);
            takes_integers.then_some((Holds::Chosen(rules::shape_free), false, Form::Other))?
        }
        Export::DataAs(ctype) => {
            ctype.is_pointer().then_some((Holds::Pointer(rules::pointer_holds), true, Form::Pointer(ctype)))?
        }
        Export::AsParameter => (Holds::Pointer(rules::parameter_holds), true, Form::Pointer(&VOID_P)),
    };
    (!world.kept.array_dropped && has_existing_ctype(world, what)).then_some(Object { holds, points, form })
}

/// Returns the object that is made of a kept pointer or object; `None` if nothing of that number is kept, or if the
/// object cannot be made.
fn derive<'a>(world: &World<'a>, from: u8, how: &'a Derive) -> Option<Object<'a>> {
    match world.kept.objects.get(&from)?.form {
        Form::Pointer(ctype) if is_passed(ctype) => of_pointer(world, ctype, how),
        Form::Object(axes @ 1..) => of_object(axes, how),
        Form::Pointer(_) | Form::Object(0) | Form::Other => None,
    }
}

/// Returns the object that is made of the array as an object of ctypes: a row of it, or another array.
fn of_object<'a>(axes: usize, how: &Derive) -> Option<Object<'a>> {
    let form = match how {
        Derive::Item if axes > 1 => Form::Object(axes - 1),
        Derive::AsArray => Form::Other,
        _ => return None,
    };
    Some(Object { holds: Holds::Memory(rules::as_ctypes_holds), points: true, form })
}

fn of_pointer<'a>(world: &World<'a>, pointer: &CType, how: &'a Derive) -> Option<Object<'a>> {
    // Nothing is made of what a pointer to no element points at: it may be NULL.
    let is_element = world.address().is_some();
    let sized = |to: &CType| is_element && to.layout(world.platform).is_some_and(|layout| layout.size > 0);
    let (holds, points, form) = match (how, pointer) {
        (Derive::Contents, CType::Pointer(to)) if sized(to) => {
            (Holds::Pointer(rules::derived_holds), true, Form::Other)
        }
        (Derive::Item, CType::Pointer(to)) => match &**to {
            CType::Array(..) | CType::Structure(_) | CType::Union(_) if sized(to) => {
                (Holds::Pointer(rules::derived_holds), true, Form::Other)
            }
            // A number is read, from memory that someone still keeps.
            CType::Simple(simple) if matches!(simple.class(), Class::Signed | Class::Unsigned) => {
                let there = !world.kept.array_dropped && world.pointed_at(0, to).is_some();
                there.then_some((Holds::Nothing(rules::values_free), false, Form::Other))?
            }
            _ => return None,
        },
        (Derive::ByRef | Derive::Pointer, _) => (Holds::Pointer(rules::derived_holds), true, Form::Other),
        (Derive::Value, CType::Simple(_)) => (Holds::Nothing(rules::values_free), true, Form::Other),
        (Derive::Cast(to), _) if is_passed(to) && to.exists_on(world.platform) => {
            (Holds::Pointer(rules::cast_holds), true, Form::Pointer(to))
        }
        (Derive::AsArray, CType::Pointer(to)) => {
            let CType::Simple(simple) = &**to else { return None };
            let is_number = matches!(simple.class(), Class::Signed | Class::Unsigned);
            let there = is_number && world.pointed_at(0, to).is_some();
            there.then_some((Holds::PointerToMemory(rules::as_array_holds), true, Form::Other))?
        }
        _ => return None,
    };
    Some(Object { holds, points, form })
}

/// Predicts if the array, or its memory, is still there.
fn is_there(world: &World, of_memory: bool, out: &mut Predictions) {
    let kept = &world.kept;
    // An array without elements need not have any memory.
    let may_lack = of_memory && world.address().is_none();
    let mut all = |rules: Vec<Rule>, there: bool| {
        for rule in rules.into_iter().filter(|_| !(there && may_lack)) {
            out.push(rule, Expectation::Is(Answer::Bool(there)));
        }
    };
    let by_holders = holders(kept, of_memory);
    // An object that keeps the memory may keep the array too, so no rule expects the array to be gone.
    let by_choice = kept.array_dropped && !holders(kept, true).is_empty();
    let (by_pointers, by_habit) = (pointers(kept, true), kept.rules(chosen));
    if by_holders.is_empty() && !by_choice {
        match (by_pointers.is_empty(), by_habit.is_empty()) {
            (true, true) => all(gone(kept), false),
            (true, false) if kept.collected => all(by_habit, false),
            (false, true) if kept.collected => all(vec![rules::pointer_borrows], false),
            _ => {}
        }
    }
    all(by_holders, true);
    all(pointers(kept, of_memory), true);
}

/// Predicts the memory at the address that an object holds, if something keeps it and all of it is in the buffer.
fn read(world: &World, name: u8, count: u64, out: &mut Predictions) {
    let points = world.kept.objects.get(&name).is_some_and(|object| object.points);
    let start = i128::from(world.layout.offset);
    let inside = start >= 0 && start + i128::from(count) <= i128::from(world.array.buffer.size);
    let readable = world.address().is_some() && !world.has_objects() && (1..=MOST_READ).contains(&count);
    let bytes = if points && inside && readable { world.read(start, count) } else { None };
    if let Some(bytes) = bytes {
        let by = if holders(&world.kept, true).is_empty() { pointers(&world.kept, true) } else { vec![rules::memory] };
        for rule in by {
            out.push(rule, Expectation::Is(Answer::Bytes(bytes.clone())));
        }
    }
}
