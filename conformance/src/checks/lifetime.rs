//! Checks of the chapter `lifetime`: each draws a scenario, the last steps of a case.
//!
//! A scenario takes objects from the array, makes others of them, and drops all of them and the array in any order. In
//! between it asks whether array and memory still exist. `generate` removes the steps that the specification leaves
//! unconstrained. A scenario reads memory only if the profile of its rule has an object hold that memory.

use crate::checks::ask::Ask;
use crate::checks::cast::pointer;
use crate::checks::end::End;
use crate::checks::row::{self, Need, rows};
use crate::draw::ctype::integer;
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::{Act, Derive, Export, Profile};
use scenario::{Plan, act, anything, cast, derivation, holder, lengths, scenario, some, to_data, turn, value};

mod scenario;

rows! {
    kept: row::act(add_kept);
    interface_holds: row::act(add_interface_holds);
    method_holds: row::act(add_method_holds);
    view_holds: row::act(add_view_holds);
    capsule_holds: row::act(add_capsule_holds).needs(Need::ArrayStruct);
    dlpack_holds: row::act(add_dlpack_holds).needs(Need::Exports);
    buffer_holds: row::act(add_buffer_holds).needs(Need::Exports);
    pointer_holds: row::act(add_pointer_holds);
    parameter_holds: row::act(add_parameter_holds);
    derived_holds: row::act(add_derived_holds);
    cast_holds: row::act(add_cast_holds);
    as_ctypes_holds: row::act(add_as_ctypes_holds).needs(Need::Profile(Profile::Ctypeslib));
    as_array_holds: row::act(add_as_array_holds).needs(Need::Profile(Profile::Ctypeslib));
    pointer_borrows: row::act(add_pointer_borrows);
    values_free: row::act(add_values_free);
    shape_free: row::act(add_shape_free);
    dictionary_free: row::act(add_dictionary_free);
    prompt: row::act(add_prompt).needs(Need::ReferenceCounts);
    collected: row::act(add_collected);
    balanced: row::act(add_balanced).needs(Need::ReferenceCounts);
    memory: row::act(add_memory);
    during_call: row::act(add_during_call);
    pointer_during_call: row::act(add_pointer_during_call);
    quiet: row::act(add_quiet);
}

fn add_kept(ask: &mut Ask) {
    if turn(ask, End::Kept) {
        let exports = [vec![to_data(ask)], some(ask, anything, 3)].concat();
        let derivations = vec![derivation(ask), cast(ask)];
        scenario(ask, Plan { exports, derivations, array_last: true, reads: false });
    }
}

fn add_interface_holds(ask: &mut Ask) {
    if turn(ask, End::InterfaceHolds) {
        holder(ask, Export::Ctypes, value);
    }
}

fn add_method_holds(ask: &mut Ask) {
    if turn(ask, End::MethodHolds) {
        holder(ask, Export::Method, value);
    }
}

fn add_view_holds(ask: &mut Ask) {
    if turn(ask, End::ViewHolds) {
        holder(ask, Export::View, value);
    }
}

fn add_capsule_holds(ask: &mut Ask) {
    if turn(ask, End::CapsuleHolds) {
        holder(ask, Export::Struct, value);
    }
}

fn add_dlpack_holds(ask: &mut Ask) {
    if turn(ask, End::DlpackHolds) {
        holder(ask, Export::Dlpack, value);
    }
}

fn add_buffer_holds(ask: &mut Ask) {
    if turn(ask, End::BufferHolds) {
        holder(ask, Export::Buffer, value);
    }
}

fn add_pointer_holds(ask: &mut Ask) {
    if turn(ask, End::PointerHolds) {
        let what = Export::DataAs(pointer(ask));
        holder(ask, what, anything);
    }
}

fn add_parameter_holds(ask: &mut Ask) {
    if turn(ask, End::ParameterHolds) {
        holder(ask, Export::AsParameter, anything);
    }
}

fn add_derived_holds(ask: &mut Ask) {
    if turn(ask, End::DerivedHolds) {
        let derivations = (0..=ask.draw.below(3)).map(|_| derivation(ask)).collect();
        let exports = vec![to_data(ask)];
        scenario(ask, Plan { exports, derivations, reads: true, ..Plan::default() });
    }
}

fn add_cast_holds(ask: &mut Ask) {
    if turn(ask, End::CastHolds) {
        let mut derivations = vec![cast(ask)];
        if ask.draw.one_in(2) {
            derivations.push(derivation(ask));
        }
        let exports = vec![to_data(ask)];
        scenario(ask, Plan { exports, derivations, reads: true, ..Plan::default() });
    }
}

fn add_as_ctypes_holds(ask: &mut Ask) {
    // Few arrays can be objects of ctypes, so this check has more places.
    if ask.array.is_writeable() && ask.layout.is_c_contiguous() && turn(ask, End::AsCtypesHolds) {
        let mut derivations = Vec::new();
        if ask.draw.one_in(2) {
            derivations.push(Derive::Item);
        }
        let exports = vec![Export::AsCtypes];
        scenario(ask, Plan { exports, derivations, reads: true, ..Plan::default() });
    }
}

fn add_as_array_holds(ask: &mut Ask) {
    if turn(ask, End::AsArrayHolds) {
        let from = if ask.draw.one_in(3) {
            Export::AsCtypes
        } else {
            Export::DataAs(CType::Pointer(Box::new(CType::Simple(integer(&mut ask.draw)))))
        };
        scenario(ask, Plan { exports: vec![from], derivations: vec![Derive::AsArray], reads: true, ..Plan::default() });
    }
}

fn add_pointer_borrows(ask: &mut Ask) {
    // Rules of the other reading never bind the same implementation, so their places are free.
    let ends = [End::PointerBorrows, End::PointerHolds, End::DerivedHolds, End::CastHolds];
    if ends.into_iter().any(|end| turn(ask, end)) {
        let exports = vec![to_data(ask), if ask.draw.one_in(2) { Export::AsParameter } else { value(ask) }];
        let derivations = vec![derivation(ask)];
        let mut acts: Vec<Act> = (0..).zip(exports).map(|(name, what)| Act::Export { name, what }).collect();
        acts.extend((2..).zip(derivations).map(|(name, how)| Act::Derive { name, from: 0, how }));
        acts.extend([Act::DropArray, Act::Collect, Act::Alive, Act::Memory]);
        act(ask, acts);
    }
}

fn add_values_free(ask: &mut Ask) {
    if turn(ask, End::ValuesFree) {
        let mut exports = vec![Export::Data];
        let mut derivations = Vec::new();
        if ask.draw.one_in(2) {
            exports.insert(0, to_data(ask));
            derivations.push(if ask.draw.one_in(2) { Derive::Value } else { Derive::Item });
        }
        // All objects that may hold the array are dropped. Then the garbage collector runs, if there is one.
        let mut acts: Vec<Act> = (0..).zip(exports).map(|(name, what)| Act::Export { name, what }).collect();
        let pointer = derivations.pop().map(|how| Act::Derive { name: 9, from: 0, how });
        if let Some(derive) = pointer {
            acts.extend([derive, Act::Drop(0)]);
        }
        acts.extend([Act::DropArray, Act::Alive, Act::Collect, Act::Alive, Act::Memory]);
        act(ask, acts);
    }
}

fn add_shape_free(ask: &mut Ask) {
    if ask.has_pointers && turn(ask, End::ShapeFree) {
        let exports = some(ask, lengths, 3);
        let mut acts: Vec<Act> = (0..).zip(exports).map(|(name, what)| Act::Export { name, what }).collect();
        acts.extend([Act::DropArray, Act::Alive, Act::Collect, Act::Alive, Act::Memory]);
        act(ask, acts);
    }
}

fn add_dictionary_free(ask: &mut Ask) {
    if turn(ask, End::DictionaryFree) {
        let mut acts = vec![Act::Export { name: 0, what: Export::Interface }];
        if ask.draw.one_in(2) && ask.reads_held {
            acts.push(Act::Read { name: 0, count: 1 });
        }
        acts.extend([Act::DropArray, Act::Alive, Act::Collect, Act::Alive, Act::Memory]);
        act(ask, acts);
    }
}

fn add_prompt(ask: &mut Ask) {
    if turn(ask, End::Prompt) {
        let exports = [vec![to_data(ask)], some(ask, anything, 3)].concat();
        let derivations = (0..ask.draw.below(3)).map(|_| derivation(ask)).collect();
        scenario(ask, Plan { exports, derivations, ..Plan::default() });
    }
}

fn add_collected(ask: &mut Ask) {
    if turn(ask, End::Collected) {
        let exports = [vec![to_data(ask)], some(ask, anything, 2)].concat();
        let derivations = vec![cast(ask), derivation(ask)];
        scenario(ask, Plan { exports, derivations, ..Plan::default() });
    }
}

fn add_balanced(ask: &mut Ask) {
    if turn(ask, End::Balanced) {
        let refused = Export::DataAs(CType::Simple(Simple::Int));
        let exports = [some(ask, anything, 4), vec![refused]].concat();
        act(ask, exports.into_iter().map(Act::Balance).collect());
    }
}

fn add_memory(ask: &mut Ask) {
    if turn(ask, End::LifetimeOfMemory) {
        let exports = vec![if ask.draw.one_in(2) { Export::Ctypes } else { Export::View }, Export::Data];
        scenario(ask, Plan { exports, reads: true, ..Plan::default() });
    }
}

fn add_during_call(ask: &mut Ask) {
    if turn(ask, End::DuringCall) {
        act(ask, vec![Act::Call(Export::Ctypes)]);
    }
}

fn add_pointer_during_call(ask: &mut Ask) {
    if turn(ask, End::PointerDuringCall) {
        let pointer = to_data(ask);
        act(ask, vec![Act::Call(pointer), Act::Call(Export::AsParameter)]);
    }
}

fn add_quiet(ask: &mut Ask) {
    if turn(ask, End::Quiet) {
        let exports = [vec![to_data(ask), to_data(ask)], some(ask, anything, 3)].concat();
        let derivations = vec![derivation(ask), cast(ask), derivation(ask)];
        scenario(ask, Plan { exports, derivations, ..Plan::default() });
    }
}
