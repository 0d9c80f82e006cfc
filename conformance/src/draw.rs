//! Draws arrays, with a small random generator for each case, seeded by (seed, index).
//!
//! A case is a pure function of seed, index, the profiles and limits of who is asked, and, where sizes differ, the
//! platform. Each part of an array, and each rule, has a generator of its own, found by its name: so a rule that comes later
//! leaves arrays and other questions alone.
//!
//! Everything is drawn as `u32` or `u64`, never `usize`, so that the same pair makes the same choices on every
//! platform. `SplitMix64` is enough: its numbers only have to vary, and seeding it costs nothing. What a real program
//! rarely meets is drawn on purpose ([`aim`]) and not left to luck, and drawn inside the limits ([`domain`]), because a case
//! outside them tests nothing. What is asked about an array is in `checks`.

pub(crate) mod aim;
pub(crate) mod ctype;
pub(crate) mod domain;
pub(crate) mod dtype;
pub(crate) mod file_name;
pub(crate) mod invalid;
pub(crate) mod layout;
pub(crate) mod memmap;
pub(crate) mod memory;
pub(crate) mod mistake;
pub(crate) mod shape;
pub(crate) mod stretch;
pub(crate) mod strides;
pub(crate) mod take;
pub(crate) mod view;

use crate::hash::stable_hash;

/// A random generator: a source of choices.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: u64,
    turn: u64,
}

impl Draw {
    /// The choices of case `index` of a run with this seed.
    pub(crate) fn new(seed: u64, index: u64) -> Draw {
        let mut draw = Draw { state: seed, turn: 0 };
        let mixed = draw.word();
        draw.state = mixed ^ index.wrapping_mul(0xD605_BBB5_8C8A_BBFD);
        draw.turn = mixed.wrapping_add(index);
        draw.word();
        draw
    }

    /// The turn of the case: one more for each index of a run. What has to come equally often is chosen by it, not by luck.
    pub(crate) fn turn(&self) -> u64 {
        self.turn
    }

    /// A separate generator for the part of that name. Drawing from it changes no other choice.
    pub(crate) fn of(&self, name: &str) -> Draw {
        self.part(stable_hash(name))
    }

    /// A separate generator for part `number` of a case, such as the hash of a name.
    pub(crate) fn part(&self, number: u64) -> Draw {
        Draw { turn: self.turn, ..Draw::new(self.state, number) }
    }

    /// 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        (((self.word() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// Returns true once in so many times, on average.
    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.wrapping_sub(low) as u64;
        let offset = if span == u64::MAX { self.word() } else { self.word() % (span + 1) };
        low.wrapping_add(offset as i64)
    }

    /// One of the items.
    ///
    /// # Panics
    /// If there is no item.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }
}
