//! Faults of what a consumer sees of a whole array.

use super::scene::{Scene, change_seen};
use crate::faults::answers::{change_integers, fortran_strides, shift};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::{Answer, Consumer, Protocol};

/// Changes the integers that are seen.
fn integers(
    faults: &mut Faults,
    name: &'static str,
    asked: Consumer,
    change: impl Fn(&Scene, &mut Vec<i64>) + Send + Sync + 'static,
) {
    faults.script(name, move |about, answers| {
        change_seen(about, answers, |scene, step, answer| {
            change_integers(*step == asked, answer, |values| change(scene, values));
        });
    });
}

pub(crate) fn shape(faults: &mut Faults) {
    integers(faults, "a consumer sees the axes in reverse", Consumer::Shape, |_, shape| shape.reverse());
    integers(faults, "a consumer drops axes of length 1", Consumer::Shape, |_, shape| {
        shape.retain(|length| *length != 1);
    });
    integers(faults, "a consumer sees lengths of 8 bits", Consumer::Shape, |_, shape| {
        for length in shape {
            *length &= 0xFF;
        }
    });
    integers(faults, "a consumer sees an axis where there is none", Consumer::Shape, |_, shape| {
        if shape.is_empty() {
            shape.push(1);
        }
    });
}

pub(crate) fn strides(faults: &mut Faults) {
    integers(faults, "a consumer sees strides in elements", Consumer::Strides, |scene, strides| {
        scene.about.divide_by_item_size(strides);
    });
    integers(faults, "a consumer sees strides without their sign", Consumer::Strides, |_, strides| {
        for stride in strides {
            *stride = stride.wrapping_abs();
        }
    });
    integers(faults, "a consumer sees the strides of C order", Consumer::Strides, |scene, strides| {
        *strides = c_strides(&scene.layout().shape, scene.layout().dtype.item_size());
    });
    integers(faults, "a consumer sees the strides of Fortran order", Consumer::Strides, |scene, strides| {
        *strides = fortran_strides(&scene.layout().shape, scene.layout().dtype.item_size());
    });
    integers(faults, "a consumer sees strides of 8 bits", Consumer::Strides, |_, strides| {
        for stride in strides {
            *stride = i64::from(*stride as i8);
        }
    });
}

pub(crate) fn address(faults: &mut Faults) {
    let seen = |faults: &mut Faults, name, bytes: fn(&Scene) -> i64| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                if *step == Consumer::Data {
                    shift(answer, bytes(scene));
                }
            });
        });
    };
    seen(faults, "a consumer sees the address of the memory", |scene| -scene.layout().offset);
    seen(faults, "a consumer sees the address of the lowest byte", |scene| {
        let (low, _) = scene.layout().extent();
        (low - i128::from(scene.layout().offset)) as i64
    });
    seen(faults, "a consumer that shares memory copies it", |scene| if scene.copies() { 0 } else { 1 << 20 });
}

pub(crate) fn itemsize(faults: &mut Faults) {
    let seen = |faults: &mut Faults, name, size: fn(i128) -> i128| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |_, step, answer| {
                if let (Consumer::ItemSize, Answer::Integer(found)) = (step, answer) {
                    *found = size(*found);
                }
            });
        });
    };
    seen(faults, "a consumer sees the size of an element in bits", |size| size * 8);
    seen(faults, "a consumer sees no element wider than 8 bytes", |size| size.min(8));
}

pub(crate) fn length(faults: &mut Faults) {
    let seen = |faults: &mut Faults, name, length: fn(&Scene) -> u64| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                if *step == Consumer::Length && !scene.layout().is_empty() {
                    *answer = Answer::Integer(i128::from(length(scene)));
                }
            });
        });
    };
    seen(faults, "a consumer sees the length of the first axis alone", |scene| {
        scene.layout().shape.first().copied().unwrap_or(1)
    });
    seen(faults, "a consumer sees the number of bytes", |scene| {
        scene.layout().elements().saturating_mul(scene.layout().dtype.item_size())
    });
    seen(faults, "a consumer sees no element without axes", |scene| {
        if scene.layout().shape.is_empty() { 0 } else { scene.layout().elements() }
    });
}

pub(crate) fn empty(faults: &mut Faults) {
    let seen = |faults: &mut Faults, name, length: fn(&Scene) -> u64| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                if *step == Consumer::Length && scene.layout().is_empty() {
                    *answer = Answer::Integer(i128::from(length(scene)));
                }
            });
        });
    };
    seen(faults, "a consumer sees an element in an empty array", |_| 1);
    seen(faults, "a consumer takes an axis without elements for one of length 1", |scene| {
        scene.layout().shape.iter().map(|length| (*length).max(1)).fold(1, u64::saturating_mul)
    });
}

/// Changes if elements can only be read.
fn read_only_is(faults: &mut Faults, name: &'static str, is: bool, which: fn(&Scene) -> bool) {
    faults.script(name, move |about, answers| {
        change_seen(about, answers, |scene, step, answer| {
            if *step == Consumer::ReadOnly && which(scene) {
                *answer = Answer::Bool(is);
            }
        });
    });
}

fn is_locked(scene: &Scene) -> bool {
    scene.take.door.mutable && !scene.about.array().is_writeable()
}

pub(crate) fn read_only(faults: &mut Faults) {
    read_only_is(faults, "a mutable view of read-only memory is made", false, is_locked);
    read_only_is(faults, "the flag for read-only memory is not looked at", false, |scene| {
        is_locked(scene) && scene.by(Protocol::DlpackVersioned)
    });
    read_only_is(faults, "a mutable view of a file that is mapped for reading is made", false, |scene| {
        is_locked(scene) && scene.about.array().map.is_some()
    });
}

pub(crate) fn mutable(faults: &mut Faults) {
    let is_free = |scene: &Scene| scene.take.door.mutable && scene.about.array().is_writeable();
    read_only_is(faults, "every view can only be read", true, is_free);
    read_only_is(faults, "a view with strides can only be read", true, |scene| {
        let is_free = scene.take.door.mutable && scene.about.array().is_writeable();
        is_free && !scene.layout().is_c_contiguous()
    });
}

pub(crate) fn immutable(faults: &mut Faults) {
    read_only_is(faults, "a view that promises reading alone can write", false, |scene| !scene.take.door.mutable);
    read_only_is(
        faults,
        "a view that promises reading alone can write if the memory may be written to",
        false,
        |scene| !scene.take.door.mutable && scene.about.array().is_writeable(),
    );
}
