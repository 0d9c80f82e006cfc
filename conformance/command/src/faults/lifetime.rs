//! Faults of the chapter `lifetime`.

use crate::faults::about::About;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::ctype::{CType, Simple};
use array_ctypes_conformance::spec::rules::lifetime as rules;
use array_ctypes_conformance::spec::{Act, Answer, Derive, Export, Raises, Rule};
use scene::{Made, answer_alive, answer_presence, scenario};

mod scene;

/// The rules that require an array to be freed when nothing holds it. An array that is not freed breaks several.
const GONE: &[Rule] = &[rules::prompt, rules::collected, rules::values_free, rules::dictionary_free];

pub(crate) fn kept(faults: &mut Faults) {
    faults.script("dropping a pointer frees the array", |about, answers| {
        answer_presence(about, answers, false, |scene| {
            !scene.array_dropped && scene.has_dropped(|made| made.is(|what| matches!(what, Export::DataAs(_))))
        });
    });
    faults.script("the garbage collector frees the memory of an array that is kept", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if *act == Act::Memory && !scene.array_dropped && scene.collected {
                *answer = Answer::Bool(false);
            }
        });
    });
    faults.script("a result is freed in the next statement, although a variable keeps it", |about, answers| {
        if about.is_owner() {
            answer_presence(about, answers, false, |scene| !scene.array_dropped);
        }
    });
}

pub(crate) fn interface_holds(faults: &mut Faults) {
    faults.script("the interface object refers to its array weakly", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Ctypes)));
    });
    faults.script(
        "the interface object holds the base of its array, which a result does not have",
        |about, answers| {
            if about.is_owner() {
                answer_presence(about, answers, false, |scene| {
                    scene.only(|made| made.is(|what| *what == Export::Ctypes))
                });
            }
        },
    );
}

pub(crate) fn method_holds(faults: &mut Faults) {
    faults.script("a method holds only an address", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Method)));
    });
}

pub(crate) fn view_holds(faults: &mut Faults) {
    faults.script("another array over the memory does not hold it", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::View)));
    });
    faults.script("a view of a copy does not hold the copy", |about, answers| {
        if about.array().owner.is_some() {
            answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::View)));
        }
    });
}

pub(crate) fn capsule_holds(faults: &mut Faults) {
    faults.script("the capsule holds its structure and not the array", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Struct)));
    });
}

pub(crate) fn dlpack_holds(faults: &mut Faults) {
    faults.script("the tensor has no context", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Dlpack)));
    });
    faults.script("the tensor of a view has no context", |about, answers| {
        if !about.array().views.is_empty() {
            answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Dlpack)));
        }
    });
}

pub(crate) fn buffer_holds(faults: &mut Faults) {
    faults.script("a buffer has no owner", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Buffer)));
    });
    faults.script("the buffer of a view has no owner", |about, answers| {
        if !about.array().views.is_empty() {
            answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::Buffer)));
        }
    });
}

fn is_pointer(what: &Export) -> bool {
    matches!(what, Export::DataAs(_))
}

fn is_typed(what: &Export) -> bool {
    matches!(what, Export::DataAs(CType::Pointer(_)))
}

fn is_parameter(what: &Export) -> bool {
    *what == Export::AsParameter
}

pub(crate) fn pointer_holds(faults: &mut Faults) {
    faults.script("a pointer holds nothing", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(is_pointer)));
    });
    faults.script("only a typed pointer holds its array", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(is_pointer) && !made.is(is_typed)));
    });
    faults.script("a pointer holds the base of the array that it was taken from", |about, answers| {
        if !about.array().views.is_empty() {
            answer_alive(about, answers, false, |scene| scene.only(|made| made.is(is_pointer)));
        }
    });
    faults.script("a pointer releases its array when the garbage collector runs", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.collected && scene.only(|made| made.is(is_pointer)));
    });
    faults.script("the memory behind a pointer is reused for another array", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if scene.overwritten && scene.only(|made| made.is(is_pointer)) {
                overwritten(act, answer);
            }
        });
    });
    faults.script("a pointer to a result does not hold it", |about, answers| {
        if about.is_owner() {
            answer_presence(about, answers, false, |scene| scene.only(|made| made.is(is_pointer)));
        }
    });
}

/// Changes bytes that were read as if others had been written in between.
fn overwritten(act: &Act, answer: &mut Answer) {
    if let (Act::Read { .. }, Answer::Bytes(bytes)) = (act, answer) {
        for byte in bytes {
            *byte ^= 0xA5;
        }
    }
}

pub(crate) fn parameter_holds(faults: &mut Faults) {
    faults.script("the parameter is only an address", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(is_parameter)));
    });
    faults.script("the parameter holds the base of the array", |about, answers| {
        if !about.array().views.is_empty() {
            answer_alive(about, answers, false, |scene| scene.only(|made| made.is(is_parameter)));
        }
    });
}

/// Returns true for objects that ctypes makes of a pointer and that refer to it.
fn refers_to_pointer(how: &Derive) -> bool {
    matches!(how, Derive::Contents | Derive::ByRef | Derive::Pointer)
}

pub(crate) fn derived_holds(faults: &mut Faults) {
    faults.script("objects made of a pointer do not hold the array", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is_derived(refers_to_pointer)));
    });
    faults.script("an item does not hold the array", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if *act == Act::Alive && scene.only(|made| made.is_derived(|how| *how == Derive::Item)) {
                *answer = Answer::Bool(false);
            }
        });
    });
}

pub(crate) fn cast_holds(faults: &mut Faults) {
    faults.script("a cast copies only the address", |about, answers| {
        let is_cast = |how: &Derive| matches!(how, Derive::Cast(_));
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is_derived(is_cast)));
    });
}

pub(crate) fn as_ctypes_holds(faults: &mut Faults) {
    faults.script("as_ctypes holds the dictionary and not the array", |about, answers| {
        answer_presence(about, answers, false, |scene| scene.only(|made| made.is(|what| *what == Export::AsCtypes)));
    });
    faults.script("a row of a C array does not hold the array", |about, answers| {
        answer_presence(about, answers, false, |scene| {
            scene.has_dropped(|made| made.is(|what| *what == Export::AsCtypes))
                && scene.only(|made| made.is_derived(|how| *how == Derive::Item))
        });
    });
}

pub(crate) fn as_array_holds(faults: &mut Faults) {
    faults.script("as_array of a pointer takes only its address", |about, answers| {
        answer_presence(about, answers, false, |scene| {
            scene.only(|made| made.is_derived(|how| *how == Derive::AsArray))
        });
    });
}

pub(crate) fn pointer_borrows(faults: &mut Faults) {
    faults.script("a pointer holds its array", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.array_dropped && scene.keeps(|made| made.is(is_pointer)));
    });
    faults.script("an object made of a pointer holds the array", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.array_dropped && scene.keeps(|made| made.is_derived(refers_to_pointer))
        });
    });
    faults.script("a pointer to a result holds it", |about, answers| {
        if about.is_owner() {
            answer_presence(about, answers, true, |scene| {
                scene.array_dropped && scene.keeps(|made| made.is(is_pointer))
            });
        }
    });
}

pub(crate) fn values_free(faults: &mut Faults) {
    faults.also(GONE);
    faults.script("the address holds its array", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is(|what| *what == Export::Data)));
    });
    faults.script("a copied address holds the array", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is_derived(|how| *how == Derive::Value)));
    });
    faults.script("the address of a result holds it", |about, answers| {
        let of_array = |what: &Export| *what == Export::Data;
        if about.array().owner.is_some() {
            answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is(of_array)));
        }
    });
}

pub(crate) fn shape_free(faults: &mut Faults) {
    faults.also(GONE);
    faults.script("the shape holds its array", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is(|what| *what == Export::Shape)));
    });
    faults.script("converted strides hold the array", |about, answers| {
        let converted = |what: &Export| matches!(what, Export::StridesAs(_));
        answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is(converted)));
    });
}

pub(crate) fn dictionary_free(faults: &mut Faults) {
    faults.also(GONE);
    faults.script("the dictionary holds its array", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.keeps(|made| made.is(|what| *what == Export::Interface)));
    });
}

pub(crate) fn prompt(faults: &mut Faults) {
    faults.script("the interface object and the array refer to each other", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.none() && !scene.collected && scene.has_dropped(|made| made.is(|what| *what == Export::Ctypes))
        });
    });
    faults.script("a pointer refers to itself", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.none() && !scene.collected && scene.has_dropped(|made| made.is(is_pointer))
        });
    });
    faults.script("memory is freed only when the garbage collector runs", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if *act == Act::Memory && scene.none() && !scene.collected {
                *answer = Answer::Bool(true);
            }
        });
    });
    faults.script("a copy is freed only when the garbage collector runs", |about, answers| {
        if about.is_owner() {
            answer_presence(about, answers, true, |scene| scene.none() && !scene.collected);
        }
    });
}

pub(crate) fn collected(faults: &mut Faults) {
    faults.also(GONE);
    faults.script("a pointer takes a reference and never releases it", |about, answers| {
        answer_presence(about, answers, true, |scene| scene.none() && scene.has_dropped(|made| made.is(is_pointer)));
    });
    faults.script("the capsule has no destructor", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.none() && scene.has_dropped(|made| made.is(|what| *what == Export::Struct))
        });
    });
    faults.script("the tensor has no deleter", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.none() && scene.has_dropped(|made| made.is(|what| *what == Export::Dlpack))
        });
    });
    faults.script("a released buffer keeps its owner", |about, answers| {
        answer_presence(about, answers, true, |scene| {
            scene.none() && scene.has_dropped(|made| made.is(|what| *what == Export::Buffer))
        });
    });
    faults.script("the garbage collector does not look into the result of a cast", |about, answers| {
        let is_cast = |how: &Derive| matches!(how, Derive::Cast(_));
        answer_presence(about, answers, true, |scene| {
            scene.none() && scene.has_dropped(|made| made.is_derived(is_cast))
        });
    });
    faults.script("the memory of an array is never freed", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if *act == Act::Memory && scene.none() {
                *answer = Answer::Bool(true);
            }
        });
    });
    faults.script("every copy is kept in a list of copies", |about, answers| {
        if about.is_owner() {
            #[expect(
                clippy::redundant_closure_for_method_calls,
                reason = "the path is not general enough for any lifetime"
            )]
            answer_presence(about, answers, true, |scene| scene.none());
        }
    });
}

/// Changes the number of references by that much after such an object was taken.
fn off_by(about: &About, answers: &mut [Answer], count: i128, such: fn(&Export) -> bool) {
    scenario(about, answers, |_, act, answer| {
        if matches!(act, Act::Balance(what) if such(what)) {
            *answer = Answer::Integer(count);
        }
    });
}

pub(crate) fn balanced(faults: &mut Faults) {
    faults.script("reading strides leaks a reference", |about, answers| {
        off_by(about, answers, 1, |what| matches!(what, Export::Strides | Export::StridesAs(_)));
    });
    faults.script("a pointer releases a reference that it did not take", |about, answers| {
        off_by(about, answers, -1, |what| matches!(what, Export::DataAs(ctype) if ctype.is_pointer()));
    });
    faults.script("a refusal leaks a reference", |about, answers| {
        off_by(about, answers, 1, |what| *what == Export::DataAs(CType::Simple(Simple::Int)));
    });
}

pub(crate) fn memory(faults: &mut Faults) {
    faults.script("memory that is held is reused", |about, answers| {
        let is_owner = |made: Made| made.is(|what| matches!(what, Export::Ctypes | Export::View));
        scenario(about, answers, |scene, act, answer| {
            if scene.overwritten && scene.array_dropped && scene.keeps(is_owner) {
                overwritten(act, answer);
            }
        });
    });
    faults.script("memory is cleared when the array is dropped", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            let is_view = |made: Made| made.is(|what| *what == Export::View);
            if let (true, Act::Read { .. }, Answer::Bytes(bytes)) = (scene.only(is_view), act, answer) {
                bytes.fill(0);
            }
        });
    });
    faults.script("the memory of a result is given to the next one", |about, answers| {
        if about.array().owner.is_some() {
            scenario(about, answers, |scene, act, answer| {
                if scene.overwritten && scene.only(|made| made.is(|what| *what == Export::Ctypes)) {
                    overwritten(act, answer);
                }
            });
        }
    });
}

/// Frees a temporary array before the function that gets an object of it runs.
fn freed_too_soon(about: &About, answers: &mut [Answer], such: fn(&Export) -> bool) {
    scenario(about, answers, |_, act, answer| {
        if matches!(act, Act::Call(what) if such(what)) {
            *answer = Answer::Bool(false);
        }
    });
}

pub(crate) fn during_call(faults: &mut Faults) {
    faults.script("a temporary array is freed once its address is known", |about, answers| {
        freed_too_soon(about, answers, |what| *what == Export::Ctypes);
    });
}

pub(crate) fn pointer_during_call(faults: &mut Faults) {
    faults.script("a temporary array is freed once its pointer exists", |about, answers| {
        freed_too_soon(about, answers, is_pointer);
    });
    faults.script("a temporary array is freed once its parameter exists", |about, answers| {
        freed_too_soon(about, answers, is_parameter);
    });
}

pub(crate) fn quiet(faults: &mut Faults) {
    faults.script("a second pointer raises BufferError", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if matches!(act, Act::Export { what, .. } if is_pointer(what)) && scene.keeps(|made| made.is(is_pointer)) {
                *answer = Answer::Raises(Raises::BufferError);
            }
        });
    });
    faults.script("an array with pointers to it cannot be dropped", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if *act == Act::DropArray && scene.keeps(|made| made.is(is_pointer)) {
                *answer = Answer::Raises(Raises::BufferError);
            }
        });
    });
    faults.script("byref and cast refuse the pointer", |about, answers| {
        scenario(about, answers, |_, act, answer| {
            if matches!(act, Act::Derive { how: Derive::ByRef | Derive::Cast(_), .. }) {
                *answer = Answer::Raises(Raises::TypeError);
            }
        });
    });
    faults.script("dropping an object made of a pointer raises an error", |about, answers| {
        scenario(about, answers, |scene, act, answer| {
            if matches!(act, Act::Drop(_)) && scene.keeps(|made| matches!(made, Made::Derived(_))) {
                *answer = Answer::Raises(Raises::OtherError);
            }
        });
    });
}
