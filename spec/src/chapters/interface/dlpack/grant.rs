//! What an exporter may answer to a request: a tensor, and a refusal if that is allowed.

use crate::vocabulary::{Answer, DlpackRequest, Expectation, Raises};
use crate::world::World;

/// How an export may be refused.
pub(super) const REFUSED: &[Raises] =
    &[Raises::BufferError, Raises::ValueError, Raises::TypeError, Raises::NotImplementedError, Raises::OtherError];

/// What a tensor is granted with.
pub(super) struct Grant {
    /// Item size in bytes.
    pub(super) size: i64,
    /// Type code, bits, lanes.
    pub(super) dtype: [i64; 3],
    /// True if each stride that reaches an element is a multiple of the item size.
    pub(super) in_elements: bool,
    /// True if the request may not be refused.
    pub(super) sure: bool,
}

impl Grant {
    /// What is granted to a request. Not every exporter has the element type if `sure` is false.
    pub(super) fn new(world: &World, request: DlpackRequest, dtype: [i64; 3], sure: bool) -> Grant {
        let layout = world.layout;
        let size = i64::try_from(layout.dtype.item_size()).unwrap_or(i64::MAX).max(1);
        let counts = layout.strides_that_matter();
        let in_elements = layout.strides.iter().zip(&counts).all(|(stride, counts)| !counts || stride % size == 0);
        // A capsule without flags cannot say that an array is lent for reading only.
        let can_say = !matches!(request, DlpackRequest::Unversioned | DlpackRequest::Older);
        let can_write = world.array.is_writeable() && !world.writeability_is_free();
        let aligned = layout.is_aligned(world.platform, world.array.at());
        Grant { size, dtype, in_elements, sure: sure && in_elements && aligned && can_say && can_write }
    }

    /// Expects one of these, or a refusal if that is allowed.
    pub(super) fn granted(&self, mut any: Vec<Expectation>) -> Expectation {
        if !self.sure {
            any.push(Expectation::Raises(REFUSED));
        }
        if any.len() == 1 { any.remove(0) } else { Expectation::AnyOf(any) }
    }

    /// Expects this answer, or a refusal if that is allowed.
    pub(super) fn is(&self, answer: Answer) -> Expectation {
        self.granted(vec![Expectation::Is(answer)])
    }

    /// Expects one of these answers, or a refusal if that is allowed.
    pub(super) fn one_of<const N: usize>(&self, answers: [Answer; N]) -> Expectation {
        self.granted(answers.map(Expectation::Is).into())
    }
}
