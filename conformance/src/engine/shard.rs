//! A part of a run: one of several machines asks it, and their results are merged.

use std::fmt;
use std::str::FromStr;

/// A part of a run. The shards of a run share out its drawn cases by their indices; the first also asks the examples of the
/// page, saved cases and those of known deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1 on.
    number: u64,
    /// How many parts there are.
    of: u64,
}

impl Shard {
    /// The whole run.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Returns true for the first shard.
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// How many of the indices below `all` belong to it.
    pub fn count(self, all: u64) -> u64 {
        (all + (self.of - self.number)) / self.of
    }

    /// The index at a position among those that belong to it.
    pub fn index(self, position: u64) -> u64 {
        position.saturating_mul(self.of).saturating_add(self.number - 1)
    }

    /// The position of an index that belongs to it.
    pub(crate) fn position(self, index: u64) -> u64 {
        index / self.of
    }

    /// Returns true if an index belongs to it.
    pub fn includes(self, index: u64) -> bool {
        index % self.of == self.number - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) && of < 1 << 32 => Ok(Shard { number, of }),
            _ => Err(format!("expected a shard and how many there are, as in 2/8, found {text:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn shards_share_out_all_indices() {
        for of in 1..=9 {
            for all in 0..40 {
                let shards = (1..=of).map(|number| Shard { number, of });
                let mut indices: Vec<u64> = Vec::new();
                for shard in shards {
                    let own: Vec<u64> = (0..shard.count(all)).map(|position| shard.index(position)).collect();
                    assert!(own.iter().enumerate().all(|(at, index)| shard.position(*index) == at as u64));
                    assert!(own.iter().all(|index| shard.includes(*index)));
                    indices.extend(own);
                }
                indices.sort_unstable();
                assert_eq!(indices, (0..all).collect::<Vec<u64>>());
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!("2/8".parse(), Ok(Shard { number: 2, of: 8 }));
        for text in ["", "2", "0/8", "9/8", "1/0", "-1/2", "1/2/3", "a/b", "1/99999999999"] {
            text.parse::<Shard>().expect_err(text);
        }
    }
}
