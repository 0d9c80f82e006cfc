//! How the drawn cases are distributed: the share of each trait, of plain arrays, and the number of combinations.

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::traits::laws::excluded;
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
    /// The number of cases with both traits of each pair that no law excludes, the rarest first.
    pub pairs: Vec<(Trait, Trait, u64)>,
    /// The number of cases with both traits of a pair that a law excludes.
    pub broken: Vec<(Trait, Trait, u64)>,
    /// The number of different combinations of traits and kind of element type.
    pub combinations: usize,
}

impl Shares {
    /// Counts these cases of that platform.
    pub fn of(cases: impl IntoIterator<Item = Case>, platform: &Platform) -> Shares {
        let mut counts = vec![0; Trait::ALL.len() * Trait::ALL.len()];
        let (mut plain, mut combinations) = (0, HashSet::new());
        for case in cases {
            let found = TraitSet::of(&case, platform);
            for one in found.iter() {
                for other in found.iter() {
                    counts[place(one, other)] += 1;
                }
            }
            plain += u64::from(traits::is_plain(&case, platform));
            combinations.insert((found, traits::kind(&case, platform)));
        }
        let all = Trait::ALL.iter().copied();
        let counted = |one: Trait, other: Trait| (one, other, counts[place(one, other)]);
        let pairs =
            all.clone().flat_map(|one| all.clone().filter(move |other| one < *other).map(move |other| (one, other)));
        let (broken, mut pairs): (Vec<_>, Vec<_>) =
            pairs.map(|(one, other)| counted(one, other)).partition(|(one, other, _)| excluded(*one, *other).is_some());
        pairs.sort_by_key(|(_, _, count)| *count);
        Shares {
            traits: all.map(|one| (one, counts[place(one, one)])).collect(),
            plain,
            pairs,
            broken: broken.into_iter().filter(|(_, _, count)| *count > 0).collect(),
            combinations: combinations.len(),
        }
    }
}

/// The place of a pair of traits in a table.
fn place(one: Trait, other: Trait) -> usize {
    one as usize * Trait::ALL.len() + other as usize
}
