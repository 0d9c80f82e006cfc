//! What a case asks of a mapped file, and how faults of the chapter `memmap` change the answers.

use crate::faults::fault::About;
use array_ctypes_conformance::spec::memmap::{Mode, Part};
use array_ctypes_conformance::spec::{Answer, Question, Step, Write};

pub(super) fn mode(about: &About) -> Option<Mode> {
    about.array().map.map(|map| map.mode)
}

pub(super) fn is_shared(about: &About) -> bool {
    mode(about).is_some_and(|mode| mode != Mode::C)
}

/// What the offset is rounded down by.
pub(super) fn rest(about: &About) -> i64 {
    about.array().offset.rem_euclid(i64::from(about.platform.granularity))
}

/// Bytes of the file as it was opened, as far as it goes.
pub(super) fn opened(about: &About, offset: u64, length: u64) -> Vec<u8> {
    let memory = about.array().memory();
    (0..memory.size.saturating_sub(offset).min(length)).map(|at| memory.byte(offset + at)).collect()
}

/// Has a fault in each reading of the file, given the last write before it.
pub(super) fn in_file(
    about: &About,
    answers: &mut [Answer],
    fault: impl Fn(Option<&Write>, u64, u64) -> Option<Vec<u8>>,
) {
    let mut last = None;
    for (step, answer) in about.case.script.iter().zip(answers) {
        match step {
            Step::Write(write) => last = Some(write),
            Step::Ask(Question::File(offset, length)) if about.array().map.is_some() => {
                if let Some(bytes) = fault(last, *offset, *length) {
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

/// These bytes of the file, as if the write had reached it; where it was to the first of them.
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

/// Has a fault in the answers to writes.
pub(super) fn in_writes(about: &About, answers: &mut [Answer], fault: impl Fn(&Write) -> Option<Answer>) {
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Write(write), Some(_)) = (step, about.array().map)
            && let Some(wrong) = fault(write)
        {
            *answer = wrong;
        }
    }
}

/// Has a fault in what a copy of the process answers.
pub(super) fn in_forked(about: &About, answers: &mut [Answer], fault: impl Fn(&Step) -> Option<Answer>) {
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Forked(step), Some(_)) = (step, about.array().map)
            && let Some(wrong) = fault(step)
        {
            *answer = wrong;
        }
    }
}

pub(super) fn part(question: &Question) -> Option<Part> {
    if let Question::Map(part) = question { Some(*part) } else { None }
}
