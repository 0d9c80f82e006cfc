//! A small set of cases in which every rule meets every facet that it met among many: greedy set cover.

use super::cut::{cut, parts};
use super::facets::Pairs;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::{Case, json};
use array_ctypes_spec::Profile;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// The cases that are drawn for each platform: this seed, and indices from 0 on.
pub(super) const SEED: u64 = 1;
pub(super) const DRAWN: u64 = 1_000;

/// The cost of a case without its array, and of each pair that it adds: about the number of characters written.
const CHARACTERS_PER_CASE: usize = 300;
const CHARACTERS_PER_PAIR: usize = 30;

/// The additional cost of an array that shows few mistakes.
const CHARACTERS_FOR_VOID: usize = 300;

/// How many cases cover each pair of a rule of the profile `core`.
const CASES_PER_CORE_PAIR: usize = 2;

/// The most characters of an array as text: somebody who looks into a failure must read it.
const MAX_ARRAY_CHARACTERS: usize = 1200;

/// The cases that cover all pairs.
pub(super) struct Cover {
    /// The drawn cases; the given ones are not among them.
    pub(super) drawn: Vec<Case>,
    /// How many pairs there are.
    pub(super) pairs: usize,
}

/// How many cases cover each pair.
type Covered = HashMap<u32, usize>;

impl Cover {
    /// Covers all pairs with the given cases and with few, small drawn cases, chosen greedily.
    pub(super) fn of<'a>(platform: &Platform, given: impl Iterator<Item = &'a Case>) -> Cover {
        let mut pairs = Pairs::new();
        let mut covered = Covered::new();
        let mut seen = HashSet::new();
        for case in given {
            seen.insert(json::from_case(case).to_string());
            add(&mut covered, &pairs.of(case, platform));
        }
        let mut kept = choose(platform, &mut pairs, &mut covered, &mut seen);
        // Early choices may have become needless. The largest are tried first.
        kept.sort_by_cached_key(|(case, _)| Reverse(json::from_case(case).to_string().len()));
        kept.retain(|(_, of_case)| {
            let needless = of_case.iter().all(|pair| covered[pair] > times(&pairs, *pair));
            for pair in of_case.iter().filter(|_| needless) {
                *covered.entry(*pair).or_default() -= 1;
            }
            !needless
        });
        Cover { drawn: kept.into_iter().map(|(case, _)| case).collect(), pairs: covered.len() }
    }
}

fn add(covered: &mut Covered, pairs: &[u32]) {
    for pair in pairs {
        *covered.entry(*pair).or_default() += 1;
    }
}

/// The pairs of a case that are not yet covered.
fn missing(covered: &Covered, pairs: &Pairs, of_case: &[u32]) -> Vec<u32> {
    of_case
        .iter()
        .copied()
        .filter(|pair| covered.get(pair).is_none_or(|covered| *covered < times(pairs, *pair)))
        .collect()
}

/// The number of cases that cover a pair, if that many exist: more for a rule of the profile `core`.
fn times(pairs: &Pairs, pair: u32) -> usize {
    if pairs.rule(pair).profile() == Profile::Core { CASES_PER_CORE_PAIR } else { 1 }
}

/// Chooses again and again the case that adds most for its cost, with its script cut to the steps that add.
fn choose(
    platform: &Platform,
    pairs: &mut Pairs,
    covered: &mut Covered,
    seen: &mut HashSet<String>,
) -> Vec<(Case, Vec<u32>)> {
    let worth =
        |added: usize, size: usize| 1_000_000 * added / (CHARACTERS_PER_CASE + size + CHARACTERS_PER_PAIR * added);
    let candidates: Vec<Candidate> = draw(platform, pairs);
    let mut heap: BinaryHeap<(usize, Reverse<usize>)> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| (worth(candidate.pairs.len(), candidate.size), Reverse(at)))
        .collect();
    let mut kept = Vec::new();
    // The worth of a case only falls. So a case whose worth now is at least the recorded worth of any other is the
    // best.
    while let Some((_, Reverse(at))) = heap.pop() {
        let candidate = &candidates[at];
        let wanted = missing(covered, pairs, &candidate.pairs);
        if wanted.is_empty() {
            continue;
        }
        let now = (worth(wanted.len(), candidate.size), Reverse(at));
        if heap.peek().is_some_and(|next| *next > now) {
            heap.push(now);
            continue;
        }
        let mut adds = |case: &Case| {
            let has = pairs.of(case, platform);
            wanted.iter().all(|pair| has.binary_search(pair).is_ok())
        };
        let case = cut(candidate.case.clone(), platform, &mut adds);
        // Two scripts may be cut to the same.
        if seen.insert(json::from_case(&case).to_string()) {
            let of_case = pairs.of(&case, platform);
            add(covered, &of_case);
            kept.push((case, of_case));
        }
    }
    kept
}

/// A case that may be chosen.
struct Candidate {
    case: Case,
    pairs: Vec<u32>,
    /// The length of its array, as text.
    size: usize,
}

/// Draws many cases, half of them with every question about their array, and cuts them into parts.
fn draw(platform: &Platform, pairs: &mut Pairs) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for index in 0..DRAWN {
        for case in generate::handed_out(SEED, index, platform) {
            let size = json::from_array(&case.array).to_string().len();
            if size > MAX_ARRAY_CHARACTERS {
                continue;
            }
            let size = size + if is_telling(&case, platform) { 0 } else { CHARACTERS_FOR_VOID };
            for case in parts(case, platform) {
                candidates.push(Candidate { pairs: pairs.of(&case, platform), case, size });
            }
        }
    }
    candidates
}

/// Returns true if mistakes show on the array. With less than two elements, or with bytes that are all the same, many
/// mistakes have no effect.
fn is_telling(case: &Case, platform: &Platform) -> bool {
    let bytes = &case.array.buffer.bytes;
    resolve(platform, &case.array).is_ok_and(|layout| layout.elements() > 1)
        && bytes.iter().any(|byte| *byte != bytes[0])
}
