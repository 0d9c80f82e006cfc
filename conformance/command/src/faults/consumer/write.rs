//! Faults of writes: those of the consumer, and those that it should see.

use super::scene::{Scene, another, change_produced, change_seen};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::memmap::Mode;
use array_ctypes_conformance::spec::rules::consumer as rules;
use array_ctypes_conformance::spec::{Answer, Consumer, Feature, Producer, Raises, Step};

/// The element that the consumer wrote last: offset and bytes.
fn written(scene: &Scene) -> Option<(usize, Vec<u8>)> {
    let Some(Step::Consumer(Consumer::Write { bytes, index })) = scene.written else { return None };
    Some((usize::try_from(scene.layout().element(index)).ok()?, bytes.clone()))
}

/// Returns true if the door promises a copy.
fn is_copies(scene: &Scene) -> bool {
    scene.copies()
}

/// Changes values that are read after a write.
fn read_after(
    faults: &mut Faults,
    name: &'static str,
    by_consumer: bool,
    which: fn(&Scene) -> bool,
    change: fn(&Scene, &[u64], &Answer) -> Option<Answer>,
) {
    faults.script(name, move |about, answers| {
        change_seen(about, answers, |scene, step, answer| {
            let is_consumers = matches!(scene.written, Some(Step::Consumer(_)));
            if let Consumer::Value(index) = step
                && scene.written.is_some()
                && is_consumers == by_consumer
                && which(scene)
                && let Some(other) = change(scene, index, answer)
            {
                *answer = other;
            }
        });
    });
}

pub(crate) fn write(faults: &mut Faults) {
    let first = |scene: &Scene, index: &[u64], _: &Answer| scene.at(scene.layout().element(index));
    read_after(faults, "a consumer's write is lost", true, |_| true, first);
    read_after(faults, "a consumer's write with strides is lost", true, |scene| scene.has(Feature::Strided), first);
    faults.script("a consumer refuses to write what it may", |about, answers| {
        change_seen(about, answers, |_, step, answer| {
            if matches!(step, Consumer::Write { .. }) && *answer == Answer::Nothing {
                *answer = Answer::Raises(Raises::TypeError);
            }
        });
    });
}

/// Changes the producer's memory after a write of the consumer.
fn memory_after(faults: &mut Faults, name: &'static str, change: fn(&Scene, usize, &[u8], &mut Vec<u8>)) {
    faults.script(name, move |about, answers| {
        change_produced(about, answers, |scene, step, answer| {
            if let (Producer::Memory, Answer::Bytes(memory), Some((at, bytes))) = (step, answer, written(scene))
                && scene.taken
            {
                change(scene, at, &bytes, memory);
            }
        });
    });
}

pub(crate) fn write_bytes(faults: &mut Faults) {
    // A write that was refused leaves the memory untouched.
    faults.also(&[rules::untouched]);
    memory_after(faults, "a write changes the byte after the element", |scene, at, bytes, memory| {
        if let Some(byte) = memory.get_mut(at + bytes.len()).filter(|_| !scene.copies()) {
            *byte = !*byte;
        }
    });
    memory_after(faults, "a write changes the byte before the element", |scene, at, _, memory| {
        if let Some(byte) = at.checked_sub(1).and_then(|at| memory.get_mut(at)).filter(|_| !scene.copies()) {
            *byte = !*byte;
        }
    });
    memory_after(faults, "a write stays in a copy that nobody promised", |scene, at, bytes, memory| {
        for (offset, place) in memory.iter_mut().enumerate().skip(at).take(bytes.len()) {
            *place = scene.about.byte(offset as i128).unwrap_or(0);
        }
    });
    memory_after(faults, "a write to a copy reaches the memory", |scene, at, bytes, memory| {
        if let Some(place) = memory.get_mut(at..at + bytes.len()).filter(|_| scene.copies()) {
            place.copy_from_slice(bytes);
        }
    });
    memory_after(faults, "a write to swapped elements is in the other order", |scene, at, bytes, memory| {
        if let Some(place) = memory.get_mut(at..at + bytes.len()).filter(|_| scene.has(Feature::Swapped)) {
            place.reverse();
        }
    });
}

pub(crate) fn write_file(faults: &mut Faults) {
    let file_after = |faults: &mut Faults, name, which: fn(Mode) -> bool, is_written: bool| {
        faults.script(name, move |about, answers| {
            change_produced(about, answers, |scene, step, answer| {
                let mode = scene.about.array().map.as_ref().map(|map| map.mode);
                if let (Producer::File, Answer::Bytes(file), Some((at, bytes))) = (step, answer, written(scene))
                    && scene.taken
                    && mode.is_some_and(which)
                {
                    for (offset, place) in file.iter_mut().enumerate().skip(at).take(bytes.len()) {
                        let old = scene.about.byte(offset as i128).unwrap_or(0);
                        *place = if is_written { bytes[offset - at] } else { old };
                    }
                }
            });
        });
    };
    file_after(faults, "a write does not reach the file", |mode| mode != Mode::C, false);
    file_after(faults, "a write to a private mapping reaches the file", |mode| mode == Mode::C, true);
}

pub(crate) fn write_refused(faults: &mut Faults) {
    let write = |faults: &mut Faults, name, which: fn(&Scene) -> bool| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                if matches!((step, &*answer), (Consumer::Write { .. }, Answer::Raises(_))) && which(scene) {
                    *answer = Answer::Nothing;
                }
            });
        });
    };
    write(faults, "a write to read-only memory is not refused", |scene| {
        scene.take.door.mutable && !scene.about.array().is_writeable()
    });
    write(faults, "a write through a view for reading is not refused", |scene| !scene.take.door.mutable);
}

pub(crate) fn untouched(faults: &mut Faults) {
    let touch = |faults: &mut Faults, name, change: fn(&Scene, &mut Vec<u8>)| {
        faults.script(name, move |about, answers| {
            change_produced(about, answers, |scene, step, answer| {
                if let (Producer::Memory, Answer::Bytes(memory)) = (step, answer)
                    && scene.written.is_none()
                {
                    change(scene, memory);
                }
            });
        });
    };
    touch(faults, "taking an array clears its first byte", |_, memory| {
        if let Some(byte) = memory.first_mut() {
            *byte = !*byte;
        }
    });
    touch(faults, "swapped elements are swapped in place", |scene, memory| {
        if scene.has(Feature::Swapped) {
            memory.reverse();
        }
    });
    touch(faults, "a refusal clears the memory", |scene, memory| {
        if !scene.taken {
            memory.fill(0);
        }
    });
}

pub(crate) fn sees_writes(faults: &mut Faults) {
    let first = |scene: &Scene, index: &[u64], _: &Answer| scene.at(scene.layout().element(index));
    read_after(faults, "values are read once and kept", false, |scene| !scene.copies(), first);
    let strided = |scene: &Scene| !scene.copies() && scene.has(Feature::Strided);
    read_after(faults, "an array with strides is copied", false, strided, first);
}

pub(crate) fn copy_kept(faults: &mut Faults) {
    let other = |_: &Scene, _: &[u64], answer: &Answer| Some(another(answer));
    read_after(faults, "a copy shares the memory", false, is_copies, other);
    let contiguous = |scene: &Scene| scene.copies() && scene.layout().is_c_contiguous();
    read_after(faults, "a copy in C order shares the memory", false, contiguous, other);
}
