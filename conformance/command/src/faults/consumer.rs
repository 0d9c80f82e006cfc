//! Faults of the chapter `consumer`: what is taken and what is refused. What is seen, written and held has files of its own.

mod held;
mod scene;
mod seen;
mod value;
mod write;

pub(crate) use held::*;
pub(crate) use seen::*;
pub(crate) use value::*;
pub(crate) use write::*;

use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::rules::consumer as rules;
use array_ctypes_conformance::spec::{Answer, Consumer, Feature, Protocol, Raises, Rule, Step, Unaligned};
use scene::{Scene, change};

/// What is judged of an array that was taken: an array that must be refused has nothing to see.
const OF_TAKEN: &[Rule] = &[
    rules::shape,
    rules::strides,
    rules::address,
    rules::itemsize,
    rules::length,
    rules::empty,
    rules::value,
    rules::value_strided,
    rules::value_negative,
    rules::value_odd_strides,
    rules::value_overlap,
    rules::value_swapped,
    rules::value_unaligned,
    rules::value_no_axes,
    rules::value_no_strides,
    rules::value_offset,
    rules::value_described,
    rules::value_mapped,
    rules::value_other_type,
    rules::bytes,
    rules::no_value,
    rules::read_only,
    rules::mutable,
    rules::immutable,
    rules::write,
    rules::write_bytes,
    rules::write_refused,
    rules::sees_writes,
    rules::copy_kept,
    rules::holds,
    rules::memory,
    rules::lets_go,
    rules::capsule,
    rules::exclusive_twice,
    rules::producer_refuses,
];

/// Refuses arrays that this is true of, although they were taken.
fn refuse(faults: &mut Faults, name: &'static str, which: fn(&Scene) -> bool) {
    faults.script(name, move |about, answers| {
        let refused = Scene::of(about, answers).is_some_and(|scene| scene.taken && which(&scene));
        if let Some(answer) = answers.first_mut().filter(|_| refused) {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

/// Takes arrays that this is true of, although they were refused.
fn take(faults: &mut Faults, name: &'static str, which: fn(&Scene) -> bool) {
    faults.also(OF_TAKEN);
    faults.script(name, move |about, answers| {
        let is_taken = Scene::of(about, answers).is_some_and(|scene| !scene.taken && which(&scene));
        if let Some(answer) = answers.first_mut().filter(|_| is_taken) {
            *answer = Answer::Nothing;
        }
    });
}

pub(crate) fn accepts(faults: &mut Faults) {
    refuse(faults, "a door refuses the plainest array", |scene| scene.features.is_empty());
    refuse(faults, "a door refuses more than two axes", |scene| {
        scene.features.is_empty() && scene.layout().shape.len() > 2
    });
    refuse(faults, "a door refuses one element", |scene| scene.features.is_empty() && scene.layout().elements() == 1);
}

pub(crate) fn accepts_declared(faults: &mut Faults) {
    refuse(faults, "a door refuses strides that it declares", |scene| {
        scene.features == [Feature::Strided] && scene.take.door.accepts.contains(&Feature::Strided)
    });
    refuse(faults, "a door refuses read-only memory that it declares", |scene| {
        scene.features == [Feature::ReadOnly] && scene.take.door.accepts.contains(&Feature::ReadOnly)
    });
    refuse(faults, "a door refuses arrays without elements that it declares", |scene| {
        scene.features == [Feature::Empty] && scene.take.door.accepts.contains(&Feature::Empty)
    });
}

pub(crate) fn accepts_no_strides(faults: &mut Faults) {
    let only = |scene: &Scene| scene.take.with == [Feature::NoStrides];
    refuse(faults, "NULL for strides is an error", only);
    refuse(faults, "NULL for strides of several axes is an error", |scene| {
        scene.take.with == [Feature::NoStrides] && scene.layout().shape.len() > 1
    });
}

pub(crate) fn accepts_offset(faults: &mut Faults) {
    let only = |scene: &Scene| scene.take.with == [Feature::Offset];
    refuse(faults, "an offset is an error", only);
    refuse(faults, "an offset without a version is an error", |scene| {
        scene.take.with == [Feature::Offset] && scene.by(Protocol::Dlpack)
    });
}

pub(crate) fn accepts_no_deleter(faults: &mut Faults) {
    refuse(faults, "a tensor without a deleter is an error", |scene| scene.take.with == [Feature::NoDeleter]);
    refuse(faults, "a tensor without a deleter and without a version is an error", |scene| {
        scene.take.with == [Feature::NoDeleter] && scene.by(Protocol::Dlpack)
    });
}

pub(crate) fn accepts_minor(faults: &mut Faults) {
    refuse(faults, "only known minor versions are taken", |scene| scene.take.with == [Feature::Minor]);
    refuse(faults, "a later minor version is refused with several axes", |scene| {
        scene.take.with == [Feature::Minor] && scene.layout().shape.len() > 1
    });
}

pub(crate) fn accepts_copied(faults: &mut Faults) {
    refuse(faults, "the flag for a copy is taken for an unknown one", |scene| scene.take.with == [Feature::Copied]);
    refuse(faults, "a copy is not taken for reading", |scene| {
        scene.take.with == [Feature::Copied] && !scene.take.door.mutable
    });
}

pub(crate) fn accepts_descr(faults: &mut Faults) {
    refuse(faults, "an entry descr is an error", |scene| scene.take.with == [Feature::Descr]);
    refuse(faults, "an entry descr of large elements is an error", |scene| {
        scene.take.with == [Feature::Descr] && scene.layout().dtype.item_size() > 4
    });
}

pub(crate) fn refuses_cleanly(faults: &mut Faults) {
    let leave = |faults: &mut Faults, name, text: &'static str, which: fn(&Scene) -> bool| {
        faults.script(name, move |about, answers| {
            let is_left = Scene::of(about, answers).is_some_and(|scene| !scene.taken && which(&scene));
            if let Some(answer) = answers.first_mut().filter(|_| is_left) {
                *answer = Answer::Text(text.to_owned());
            }
        });
    };
    faults.also(&[
        rules::producer_refuses,
        rules::major,
        rules::lanes,
        rules::sub_byte,
        rules::bfloat,
        rules::device,
        rules::exclusive,
        rules::unaligned,
    ]);
    leave(faults, "a refusal returns no result and sets no error", "SystemError", |_| true);
    leave(faults, "a refusal is a panic", "PanicException", |scene| scene.has(Feature::Strided));
}

pub(crate) fn producer_refuses(faults: &mut Faults) {
    take(faults, "the error of the producer is ignored", |scene| scene.by_dlpack() && scene.has(Feature::Swapped));
    take(faults, "a tensor without flags is asked for again", |scene| {
        scene.by(Protocol::Dlpack) && scene.has(Feature::ReadOnly)
    });
}

pub(crate) fn major(faults: &mut Faults) {
    take(faults, "the major version is not looked at", |scene| scene.has(Feature::Major));
    take(faults, "a later major version is taken for reading", |scene| {
        scene.has(Feature::Major) && !scene.take.door.mutable
    });
}

pub(crate) fn lanes(faults: &mut Faults) {
    take(faults, "lanes are not looked at", |scene| scene.has(Feature::Lanes));
    take(faults, "lanes are not looked at without a version", |scene| {
        scene.has(Feature::Lanes) && scene.by(Protocol::Dlpack)
    });
}

pub(crate) fn sub_byte(faults: &mut Faults) {
    take(faults, "four bits are rounded up to a byte", |scene| scene.has(Feature::SubByte));
    take(faults, "four bits without a version are rounded up to a byte", |scene| {
        scene.has(Feature::SubByte) && scene.by(Protocol::Dlpack)
    });
}

pub(crate) fn bfloat(faults: &mut Faults) {
    take(faults, "numbers of an unknown code are taken for others of their size", |scene| scene.has(Feature::Bfloat));
    take(faults, "bfloat16 is taken for another number of two bytes", |scene| {
        scene.has(Feature::Bfloat) && scene.layout().dtype.item_size() == 2
    });
}

pub(crate) fn device(faults: &mut Faults) {
    take(faults, "the device is not looked at", |scene| scene.has(Feature::Device));
    take(faults, "the device is not looked at without a version", |scene| {
        scene.has(Feature::Device) && scene.by(Protocol::Dlpack)
    });
}

pub(crate) fn exclusive(faults: &mut Faults) {
    let is_exclusive = |scene: &Scene| scene.take.door.exclusive && scene.has(Feature::Overlap);
    take(faults, "an exclusive view of elements that share bytes is made", is_exclusive);
    take(faults, "an exclusive view of an element that is repeated is made", |scene| {
        scene.take.door.exclusive && scene.has(Feature::Overlap) && scene.layout().strides.contains(&0)
    });
}

pub(crate) fn exclusive_twice(faults: &mut Faults) {
    let twice = |faults: &mut Faults, name, which: fn(&Scene) -> bool| {
        faults.script(name, move |about, answers| {
            change(about, answers, |scene, step, answer| {
                if *step == Step::Consumer(Consumer::TakeAgain) && scene.taken && which(scene) {
                    *answer = Answer::Nothing;
                }
            });
        });
    };
    twice(faults, "a second exclusive view is made", |_| true);
    twice(faults, "a second exclusive view is made of large elements", |scene| scene.layout().dtype.item_size() > 1);
}

pub(crate) fn unaligned(faults: &mut Faults) {
    let refuses = |scene: &Scene| scene.take.door.unaligned == Unaligned::Refuses && scene.has(Feature::Unaligned);
    take(faults, "a typed pointer to elements that are not aligned is made", refuses);
    take(faults, "only the address has to be aligned", |scene| {
        let first = i128::from(scene.about.array().at()) + i128::from(scene.layout().offset);
        let align = i128::from(scene.layout().dtype.alignment(&scene.about.platform));
        let is_refused = scene.take.door.unaligned == Unaligned::Refuses && scene.has(Feature::Unaligned);
        is_refused && first % align == 0
    });
}

pub(crate) fn answered(faults: &mut Faults) {
    faults.dies("a consumer crashes on an array without axes", |about| {
        (about.is_handed() && about.layout.shape.is_empty()).then_some("found that it ended (signal: 11 (SIGSEGV))")
    });
    faults.dies("a consumer reads the first element of an empty array", |about| {
        (about.is_handed() && about.layout.is_empty()).then_some("found that it ended (signal: 11 (SIGSEGV))")
    });
}
