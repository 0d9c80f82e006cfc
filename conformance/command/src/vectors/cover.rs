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

/// What a case costs beside its array, and what each pair that it adds does, in characters: about what is written.
const CHARACTERS_PER_CASE: usize = 300;
const CHARACTERS_PER_PAIR: usize = 30;

/// What an array costs more on which few mistakes show.
const CHARACTERS_FOR_VOID: usize = 300;

/// How many cases cover each pair of a rule of the profile `core`.
const CASES_PER_CORE_PAIR: usize = 2;

/// No array is longer, as text: whoever looks into a failure has to read it.
const MAX_ARRAY_CHARACTERS: usize = 1200;

/// The cases that cover all pairs.
pub(super) struct Cover {
    /// Those that were drawn, beside those that were given.
    pub(super) drawn: Vec<Case>,
    /// How many pairs there are.
    pub(super) pairs: usize,
}

/// How many cases cover each pair.
type Covered = HashMap<u32, usize>;

impl Cover {
    /// Covers with the given cases, and with as few and as small ones as a greedy choice finds among those drawn.
    pub(super) fn of<'a>(platform: &Platform, given: impl Iterator<Item = &'a Case>) -> Cover {
        let mut pairs = Pairs::new();
        let mut covered = Covered::new();
        let mut seen = HashSet::new();
        for case in given {
            seen.insert(json::from_case(case).to_string());
            add(&mut covered, &pairs.of(case, platform));
        }
        let mut kept = choose(platform, &mut pairs, &mut covered, &mut seen);
        // What was chosen early may have become needless: the largest first.
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

/// The pairs that are not yet covered.
fn missing(covered: &Covered, pairs: &Pairs, of_case: &[u32]) -> Vec<u32> {
    of_case
        .iter()
        .copied()
        .filter(|pair| covered.get(pair).is_none_or(|covered| *covered < times(pairs, *pair)))
        .collect()
}

/// How many cases are to cover a pair, where so many do: more where the rule binds everybody.
fn times(pairs: &Pairs, pair: u32) -> usize {
    if pairs.rule(pair).profile() == Profile::Core { CASES_PER_CORE_PAIR } else { 1 }
}

/// Always the case that adds most for what it costs, its script cut to what adds.
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
    // What a case is worth only falls. So the best is one whose worth of today is at least what any other was ever worth.
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

/// The parts of many cases, half of which ask all that there is to ask of an array.
fn draw(platform: &Platform, pairs: &mut Pairs) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for index in 0..DRAWN {
        for case in [generate::case(SEED, index, platform), generate::whole_case(SEED, index, platform)] {
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

/// Whether mistakes show on the array: of less than two elements, or of bytes that are all the same, much can be wrong that
/// comes to the same.
fn is_telling(case: &Case, platform: &Platform) -> bool {
    let bytes = &case.array.buffer.bytes;
    resolve(platform, &case.array).is_ok_and(|layout| layout.elements() > 1)
        && bytes.iter().any(|byte| *byte != bytes[0])
}
