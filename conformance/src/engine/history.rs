//! What one implementation was asked since it was started, in order.
//!
//! A failure may depend on it. Drawn cases are remembered by their indices, since they can be drawn again.

use super::outcome::Origin;
use super::shard::Shard;
use crate::Case;
use std::ops::Range;

/// The cases that were sent to one implementation since it was started.
#[derive(Clone, Debug)]
pub(super) struct History {
    shard: Shard,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Case(Box<Case>),
    /// The positions of drawn cases in the shard. Those outside the limits were not sent.
    Drawn(Range<u64>),
}

impl History {
    /// Nothing was asked.
    pub(super) fn new(shard: Shard) -> History {
        History { shard, parts: Vec::new() }
    }

    /// Forgets everything: another implementation was started.
    pub(super) fn clear(&mut self) {
        self.parts.clear();
    }

    pub(super) fn add(&mut self, case: &Case) {
        self.parts.push(Part::Case(Box::new(case.clone())));
    }

    /// Adds drawn cases by their positions in the shard.
    pub(super) fn add_drawn(&mut self, positions: Range<u64>) {
        match self.parts.last_mut() {
            Some(Part::Drawn(last)) if last.end == positions.start => last.end = positions.end,
            _ => self.parts.push(Part::Drawn(positions)),
        }
    }

    /// What was asked before the case of that origin. Batches after it may have been sent before it was judged.
    pub(super) fn before(&self, origin: &Origin) -> History {
        let Origin::Drawn { index, .. } = origin else { return self.clone() };
        let position = self.shard.position(*index);
        let is_of = |part: &Part| matches!(part, Part::Drawn(positions) if positions.contains(&position));
        let at = self.parts.iter().position(is_of).unwrap_or(self.parts.len());
        let mut before = History { shard: self.shard, parts: self.parts[..at].to_vec() };
        if let Some(Part::Drawn(positions)) = self.parts.get(at) {
            before.parts.push(Part::Drawn(positions.start..position));
        }
        before
    }

    /// The cases, the last one first. `draw` returns the case of an index, `None` if it was not sent.
    pub(super) fn backwards<'a>(
        &'a self,
        draw: &'a dyn Fn(u64) -> Option<Case>,
    ) -> Box<dyn Iterator<Item = Case> + 'a> {
        Box::new(self.parts.iter().rev().flat_map(move |part| match part {
            Part::Case(case) => Box::new(std::iter::once(Case::clone(case))) as Box<dyn Iterator<Item = Case>>,
            Part::Drawn(positions) => {
                Box::new(positions.clone().rev().filter_map(move |position| draw(self.shard.index(position))))
            }
        }))
    }
}
