//! The mapped file of a case, and changes of the answers about it.

use crate::faults::about::About;
use array_ctypes_conformance::spec::memmap::{Mode, Part};
use array_ctypes_conformance::spec::{Answer, Question, Step, Write};

/// Returns the mode of the mapping, if the array is mapped.
pub(super) fn mode(about: &About) -> Option<Mode> {
    about.array().map.as_ref().map(|map| map.mode)
}

/// Returns true for a mapping that shares its memory with the file.
pub(super) fn is_shared(about: &About) -> bool {
    mode(about).is_some_and(|mode| mode != Mode::C)
}

/// Returns by how many bytes the offset is rounded down.
pub(super) fn rest(about: &About) -> i64 {
    about.array().offset.rem_euclid(i64::from(about.platform.granularity))
}

/// Returns bytes of the file as it is when the array has been made, up to the end of the file.
pub(super) fn opened(about: &About, offset: u64, length: u64) -> Vec<u8> {
    let memory = about.array().memory();
    (0..memory.size.saturating_sub(offset).min(length)).map(|at| memory.byte(offset + at)).collect()
}

/// Changes the answers that read the file. The change gets the last write before, the offset and the length.
pub(super) fn change_file(
    about: &About,
    answers: &mut [Answer],
    change: impl Fn(Option<&Write>, u64, u64) -> Option<Vec<u8>>,
) {
    let mut last = None;
    for (step, answer) in about.case.script.iter().zip(answers) {
        match step {
            Step::Write(write) => last = Some(write),
            Step::Ask(Question::File(offset, length)) if about.array().map.is_some() => {
                if let Some(bytes) = change(last, *offset, *length) {
                    *answer = Answer::Bytes(bytes);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn is_element_write(write: Option<&Write>) -> bool {
    matches!(write, Some(Write::Pointer { .. } | Write::Item { .. }))
}

/// Returns bytes of the file as if a write had reached it; `None` unless it was a write to the first of them.
pub(super) fn reached(about: &About, write: Option<&Write>, offset: u64, length: u64) -> Option<Vec<u8>> {
    let (start, written) = match write? {
        Write::Pointer { offset, bytes } => (i128::from(about.layout.offset) + i128::from(*offset), bytes),
        Write::Item { index, bytes } => (about.layout.element(index), bytes),
        _ => return None,
    };
    let mut bytes = opened(about, offset, length);
    (start == i128::from(offset)).then(|| bytes.iter_mut().zip(written).for_each(|(old, new)| *old = *new))?;
    Some(bytes)
}

/// Changes the answers to writes.
pub(super) fn change_writes(about: &About, answers: &mut [Answer], change: impl Fn(&Write) -> Option<Answer>) {
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Write(write), Some(_)) = (step, &about.array().map)
            && let Some(wrong) = change(write)
        {
            *answer = wrong;
        }
    }
}

/// Changes the answers of copies of the process.
pub(super) fn change_forked(about: &About, answers: &mut [Answer], change: impl Fn(&Step) -> Option<Answer>) {
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Forked(step), Some(_)) = (step, &about.array().map)
            && let Some(wrong) = change(step)
        {
            *answer = wrong;
        }
    }
}

/// Returns the attribute of the mapping that a question asks about.
pub(super) fn part(question: &Question) -> Option<Part> {
    if let Question::Map(part) = question { Some(*part) } else { None }
}
