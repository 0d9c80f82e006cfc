//! Faults of files that cannot be mapped and are mapped, or are refused with another error.

use crate::faults::about::Refused;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::layout::{Invalid, Layout};
use array_ctypes_conformance::spec::rules::memmap as rules;
use array_ctypes_conformance::spec::{Raises, Rule};

fn is_refused_by(refused: &Refused, rule: Rule) -> bool {
    matches!(refused.invalid, Invalid::Map { rule: found, .. } if *found == rule)
}

/// Returns the layout before views of an array that this rule refuses.
fn made(refused: &Refused, rule: Rule) -> Option<Layout> {
    is_refused_by(refused, rule).then(|| refused.described())
}

pub(crate) fn missing(faults: &mut Faults) {
    faults.accepts("a missing file is made in every mode", |refused| made(refused, rules::missing));
}

pub(crate) fn directory(faults: &mut Faults) {
    faults.accepts("a directory is taken for an empty file", |refused| made(refused, rules::directory));
}

pub(crate) fn read_only_file(faults: &mut Faults) {
    faults.accepts("a file opened for reading is mapped privately", |refused| made(refused, rules::read_only_file));
}

pub(crate) fn too_short(faults: &mut Faults) {
    faults.accepts("the length of a file is not checked", |refused| made(refused, rules::too_short));
}

pub(crate) fn whole_items(faults: &mut Faults) {
    faults.accepts("left-over bytes of a file are dropped", |refused| made(refused, rules::whole_items));
}

pub(crate) fn shape_needed(faults: &mut Faults) {
    faults.accepts("w+ deduces the shape before it empties the file", |refused| made(refused, rules::shape_needed));
}

pub(crate) fn offset(faults: &mut Faults) {
    faults.accepts("an offset below 0 counts from the end", |refused| {
        made(refused, rules::offset).filter(|_| refused.array.offset < 0)
    });
    faults.accepts("an offset past the end leaves no elements", |refused| {
        made(refused, rules::offset).filter(|_| refused.array.offset > 0)
    });
}

pub(crate) fn too_big(faults: &mut Faults) {
    faults.accepts("the number of bytes wraps", |refused| made(refused, rules::too_big));
    faults.accepts("a map of any size is accepted if an axis has length 0", |refused| {
        made(refused, rules::too_big).filter(Layout::is_empty)
    });
}

pub(crate) fn error(faults: &mut Faults) {
    faults.refused("a missing file raises ValueError", Raises::ValueError, |refused| {
        is_refused_by(refused, rules::missing)
    });
    faults
        .refused("a directory raises TypeError", Raises::TypeError, |refused| is_refused_by(refused, rules::directory));
    faults.refused("a file opened for reading raises ValueError", Raises::ValueError, |refused| {
        is_refused_by(refused, rules::read_only_file)
    });
    faults.refused("a file that is too short raises OSError", Raises::OSError, |refused| {
        is_refused_by(refused, rules::too_short)
    });
    faults.refused("left-over bytes of a file raise TypeError", Raises::TypeError, |refused| {
        is_refused_by(refused, rules::whole_items)
    });
    faults.refused("a missing shape raises TypeError", Raises::TypeError, |refused| {
        is_refused_by(refused, rules::shape_needed)
    });
    faults.refused("an offset outside of the file raises IndexError", Raises::IndexError, |refused| {
        is_refused_by(refused, rules::offset)
    });
    faults.refused("a mapping that is too big runs out of memory", Raises::OtherError, |refused| {
        is_refused_by(refused, rules::too_big)
    });
}
