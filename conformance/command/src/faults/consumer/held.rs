//! Faults of who holds the producer, and for how long.

use super::scene::{Scene, another, change, change_produced, change_seen};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::{Answer, Consumer, Producer, Protocol, Raises, Step};

/// Returns true if a tensor is handed over.
fn is_by_dlpack(scene: &Scene) -> bool {
    scene.by_dlpack()
}

/// Changes if somebody holds the array.
fn held(faults: &mut Faults, name: &'static str, is: bool, which: fn(&Scene) -> bool) {
    faults.script(name, move |about, answers| {
        change_produced(about, answers, |scene, step, answer| {
            if *step == Producer::Held && matches!(answer, Answer::Bool(_)) && which(scene) {
                *answer = Answer::Bool(is);
            }
        });
    });
}

/// Changes how many times the array is held.
fn exports(faults: &mut Faults, name: &'static str, which: fn(&Scene) -> bool, count: fn(&Scene) -> i128) {
    faults.script(name, move |about, answers| {
        change_produced(about, answers, |scene, step, answer| {
            if *step == Producer::Exports && matches!(answer, Answer::Integer(_)) && which(scene) {
                *answer = Answer::Integer(count(scene));
            }
        });
    });
}

pub(crate) fn holds(faults: &mut Faults) {
    held(faults, "a view does not hold its producer", false, |scene| scene.taken && !scene.dropped);
    held(faults, "a view of a tensor lets go of it at once", false, |scene| {
        scene.taken && !scene.dropped && scene.by_dlpack()
    });
    held(faults, "a view lets go when its producer does", false, |scene| scene.taken && !scene.dropped && scene.left);
}

pub(crate) fn memory(faults: &mut Faults) {
    let after = |faults: &mut Faults, name, which: fn(&Scene) -> bool| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                if matches!(step, Consumer::Value(_)) && scene.left && which(scene) {
                    *answer = another(answer);
                }
            });
        });
    };
    after(faults, "elements are gone with their producer", |_| true);
    after(faults, "a view of a tensor reads what was freed", is_by_dlpack);
}

pub(crate) fn lets_go(faults: &mut Faults) {
    let is_once = |scene: &Scene| scene.taken && scene.dropped && scene.repeated == 0;
    held(faults, "a view that is gone still holds its producer", true, is_once);
    exports(faults, "a deleter is never called", is_once, |_| 1);
    exports(faults, "a deleter is called twice", is_once, |_| -1);
}

pub(crate) fn refusal_lets_go(faults: &mut Faults) {
    let is_once = |scene: &Scene| !scene.taken && scene.repeated == 0;
    held(faults, "a refusal keeps its producer", true, is_once);
    exports(faults, "a refusal forgets the capsule that it has opened", is_once, |_| 1);
    exports(faults, "a refusal calls the deleter, and so does the capsule", is_once, |_| -1);
}

pub(crate) fn balanced(faults: &mut Faults) {
    let is_repeated = |scene: &Scene| scene.repeated > 0;
    exports(faults, "each view leaves a reference", is_repeated, |scene| i128::from(scene.repeated));
    exports(
        faults,
        "each refusal leaves a reference",
        |scene| scene.repeated > 0 && !scene.taken,
        |scene| i128::from(scene.repeated),
    );
    exports(faults, "each view takes a reference away", is_repeated, |scene| -i128::from(scene.repeated));
}

pub(crate) fn capsule(faults: &mut Faults) {
    let named = |faults: &mut Faults, name, which: fn(&Scene) -> bool, text: &'static str| {
        faults.script(name, move |about, answers| {
            change_produced(about, answers, |scene, step, answer| {
                if *step == Producer::Capsule && scene.taken && which(scene) && matches!(answer, Answer::Text(_)) {
                    *answer = Answer::Text(text.to_owned());
                }
            });
        });
    };
    named(faults, "a capsule that was taken keeps its name", |scene| scene.by(Protocol::Dlpack), "dltensor");
    let versioned = |scene: &Scene| scene.by(Protocol::DlpackVersioned);
    named(faults, "a versioned capsule that was taken keeps its name", versioned, "dltensor_versioned");
}

pub(crate) fn quiet(faults: &mut Faults) {
    let raise = |faults: &mut Faults, name, which: fn(&Step) -> bool| {
        faults.script(name, move |about, answers| {
            change(about, answers, |_, step, answer| {
                if which(step) {
                    *answer = Answer::Raises(Raises::OtherError);
                }
            });
        });
    };
    raise(faults, "letting go raises an error", |step| matches!(step, Step::Consumer(Consumer::Drop)));
    raise(
        faults,
        "the tenth view raises an error",
        |step| matches!(step, Step::Consumer(Consumer::Repeat(count)) if *count >= 10),
    );
    raise(faults, "the producer cannot let go", |step| matches!(step, Step::Producer(Producer::Drop)));
}
