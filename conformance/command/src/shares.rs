//! How the drawn cases are distributed: the share of each trait, of plain arrays, and the number of combinations.

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::traits::{self, Trait, TraitSet};
use array_ctypes_conformance::spec::platform::Platform;
use std::collections::HashSet;

/// The numbers of cases that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// The number of cases with each trait, in the order of [`Trait::ALL`].
    pub traits: Vec<(Trait, u64)>,
    /// The number of cases without any special property: [`traits::is_plain`].
    pub plain: u64,
    /// The number of different combinations of traits and kind of element type.
    pub combinations: usize,
}

impl Shares {
    /// Counts these cases of that platform.
    pub fn of(cases: impl IntoIterator<Item = Case>, platform: &Platform) -> Shares {
        let mut shares = Shares { traits: Trait::ALL.iter().map(|one| (*one, 0)).collect(), plain: 0, combinations: 0 };
        let mut combinations = HashSet::new();
        for case in cases {
            let found = TraitSet::of(&case, platform);
            for (one, count) in &mut shares.traits {
                *count += u64::from(found.contains(*one));
            }
            shares.plain += u64::from(traits::is_plain(&case, platform));
            combinations.insert((found, traits::kind(&case, platform)));
        }
        shares.combinations = combinations.len();
        shares
    }
}
