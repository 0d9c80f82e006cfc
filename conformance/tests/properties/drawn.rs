//! What the generators draw is varied.

use crate::cases;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{generate, shrink, traits};
use std::collections::HashSet;

const DRAWN: u64 = 20_000;

#[test]
fn every_trait_is_frequent_plain_arrays_are_few_and_combinations_many() {
    let host = Platform::host();
    let mut shares = [0u64; traits::NAMES.len()];
    let mut plain = 0;
    let mut combinations = HashSet::new();
    for case in cases(DRAWN) {
        let found = traits::traits(&case, &host);
        found.iter().zip(&mut shares).for_each(|(has, share)| *share += u64::from(*has));
        plain += u64::from(traits::is_plain(&case, &host));
        combinations.insert((found, traits::kind(&case, &host)));
    }
    for (name, share) in traits::NAMES.iter().zip(shares) {
        assert!(share >= DRAWN / 100, "{name}: {share} of {DRAWN}");
    }
    assert!(plain <= DRAWN / 4, "{plain} of {DRAWN}");
    assert!(combinations.len() >= 1000, "{}", combinations.len());
}

#[test]
fn no_step_that_is_drawn_touches_memory_outside_the_interface() {
    for (name, platform) in Platform::ALL {
        for index in 0..1000 {
            let case = generate::case(21, index, &platform);
            assert_eq!(shrink::outside(&case, &platform), None, "case 21:{index} on {name}: {case:?}");
        }
    }
}

#[test]
fn a_case_is_made_without_those_before_it() {
    let host = Platform::host();
    let forwards: Vec<_> = (0..100).map(|index| generate::case(22, index, &host)).collect();
    for index in (0..100).rev() {
        assert_eq!(generate::case(22, index, &host), forwards[index as usize]);
    }
}
