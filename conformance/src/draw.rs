//! Draws arrays, with a small random generator for each case, seeded by (seed, index).
//!
//! Everything is drawn as `u32` or `u64`, never `usize`, so that the same pair makes the same choices on every
//! platform. `SplitMix64` is enough: its numbers only have to vary, and seeding it costs nothing. Edges, such as an
//! axis of length 0, are drawn on purpose and not left to luck. What is asked about an array is in `checks`.

pub(crate) mod ctype;
pub(crate) mod dtype;
pub(crate) mod layout;
pub(crate) mod memmap;
pub(crate) mod mistake;
pub(crate) mod shape;
pub(crate) mod view;

/// A random generator: a source of choices.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: u64,
}

/// A part of an array. Each part has choices of its own, so that a size which differs between platforms moves no choice
/// of another part.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Type = 0,
    Layout = 1,
    /// The buffer or the file.
    Memory = 2,
    /// The defect of an array that must be refused.
    Mistake = 3,
    Views = 4,
    /// The choice between a buffer and a file, and all choices about the file.
    Mapping = 5,
    /// The choice if the array owns its memory, and how it is made.
    Owner = 6,
}

impl Draw {
    /// The choices of case `index` of a run with this seed.
    pub(crate) fn new(seed: u64, index: u64) -> Draw {
        let mut draw = Draw { state: seed };
        draw.state = draw.word() ^ index.wrapping_mul(0xD605_BBB5_8C8A_BBFD);
        draw.word();
        draw
    }

    /// A generator of its own for a part of an array.
    pub(crate) fn of(&self, part: Part) -> Draw {
        self.part(part as u64)
    }

    /// A separate generator for part `number` of a case. Drawing from it changes no other choice.
    pub(crate) fn part(&self, number: u64) -> Draw {
        Draw::new(self.state, number)
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
