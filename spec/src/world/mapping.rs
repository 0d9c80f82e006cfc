//! The state of a mapping and of its file: what was written to them, and the new size of a file that was cut.

use crate::vocabulary::Question;
use crate::vocabulary::memmap::Part;

/// Bytes that were written, by offset, in the order of the writes.
type Written = Vec<(i128, Vec<u8>)>;

/// The changes of a mapping and of its file since the array was made.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// What was written to the memory of the mapping.
    pub(super) memory: Written,
    /// What was written to the file.
    pub(super) file: Written,
    /// True if the file was written to behind a private mapping, which may or may not see it.
    pub(super) unknown: bool,
    /// The size of the file, once that was changed under the mapping.
    pub(super) cut: Option<u64>,
    /// True if the mapping is gone, or may be: the script ends there.
    pub(super) over: bool,
}

impl Mapping {
    /// Takes note of a question that was asked of the array.
    pub(super) fn asked(&mut self, question: &Question) {
        self.over |= matches!(question, Question::Map(Part::Dropped));
    }

    /// Returns true if what is in memory is known, and may be touched.
    pub(super) fn is_known(&self) -> bool {
        !self.unknown && self.cut.is_none()
    }
}

/// Bytes that begin at an offset, as changed by what was written since.
pub(super) fn changed(mut bytes: Vec<u8>, start: i128, written: &[(i128, Vec<u8>)]) -> Vec<u8> {
    for (from, what) in written {
        for (at, byte) in (*from..).zip(what) {
            let place = usize::try_from(at - start).ok();
            if let Some(old) = place.and_then(|place| bytes.get_mut(place)) {
                *old = *byte;
            }
        }
    }
    bytes
}
