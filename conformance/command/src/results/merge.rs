//! Makes one run of the shards of a run.
//!
//! The merged run is the whole one but for times, if what the implementation answers depends on the case alone.

use super::line::{Declined, Door, Failure, Header, Known, OfRule};
use super::{Run, verdict};
use array_ctypes_conformance::engine::chosen::{made_small, reported};
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::engine::tallies::MAX_BROKEN;
use array_ctypes_conformance::spec::Rule;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// So many shards that are absent are named.
const MAX_ABSENT: usize = 10;

/// Merges those runs that are shards of one. The others stay as they are, and all stay in order.
pub fn merge(runs: Vec<Run>) -> Vec<Run> {
    let mut groups: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        let is_shard = |group: &&mut Vec<Run>| group.iter().all(|other| are_shards(&other.header, &run.header));
        match groups.iter_mut().find(is_shard) {
            Some(group) => group.push(run),
            None => groups.push(vec![run]),
        }
    }
    groups.into_iter().map(one).collect()
}

/// Returns true for two different shards of a run.
fn are_shards(one: &Header, other: &Header) -> bool {
    let whole = |header: &Header| Header { shard: String::new(), ..header.clone() };
    let of = |header: &Header| header.shard.split_once('/').map(|(_, of)| of.to_owned());
    one.shard != other.shard && of(one) == of(other) && whole(one) == whole(other)
}

fn one(mut shards: Vec<Run>) -> Run {
    let count = shards.len();
    shards.sort_by_key(|run| number(&run.header.shard).0);
    let (_, of) = number(&shards[0].header.shard);
    if count == 1 && of == 1 {
        return shards.remove(0);
    }
    let numbers: BTreeSet<u64> = shards.iter().map(|run| number(&run.header.shard).0).collect();
    let absent = of.saturating_sub(numbers.len() as u64);
    let named: Vec<String> = (1..=of)
        .filter(|number| !numbers.contains(number))
        .take(MAX_ABSENT)
        .map(|number| format!("{number}/{of}"))
        .collect();
    let mut merged = Run::new(Header { shard: "1/1".to_owned(), ..shards[0].header.clone() });
    merged.summary = shards[0].summary.clone();
    for run in &shards[1..] {
        add_summary(&mut merged, run);
    }
    if absent > 0 {
        let more = absent.saturating_sub(named.len() as u64);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        merged.summary.partial = Some(format!("absent shards: {}{more}", named.join(", ")));
        merged.summary.incomplete = true;
    }
    merged.rules = rules(&shards);
    merged.known = known(&shards);
    merged.declined = declined(&shards);
    merged.doors = doors(&shards);
    merged.missing.clone_from(&shards[0].missing);
    merged.ignored = shards.iter().find_map(|run| run.ignored.clone());
    let unobserved = merged.rules.iter().filter(|rule| rule.not_observed > 0).map(|rule| rule.rule.clone());
    if let Some(ignored) = &mut merged.ignored {
        ignored.rules = unobserved.collect();
    }
    merged.lost = shards.iter().flat_map(|run| run.lost.iter().cloned()).collect();
    merged.lost.sort_by_key(|lost| order(&lost.origin));
    (merged.failures, merged.repeated) = failures(shards);
    verdict::conclude(&mut merged);
    merged
}

/// The number of a shard, and how many there are.
fn number(shard: &str) -> (u64, u64) {
    let parts = shard.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    parts.unwrap_or((1, 1))
}

fn add_summary(merged: &mut Run, run: &Run) {
    let (total, summary) = (&mut merged.summary, &run.summary);
    total.cases += summary.cases;
    total.page += summary.page;
    total.cases_not_applicable += summary.cases_not_applicable;
    total.cases_declined += summary.cases_declined;
    total.steps.resize(total.steps.len().max(summary.steps.len()), 0);
    summary.steps.iter().zip(&mut total.steps).for_each(|(count, sum)| *sum += count);
    total.held_again.extend(summary.held_again.iter().cloned());
    total.asking_seconds += summary.asking_seconds;
    total.seconds = total.seconds.max(summary.seconds);
    total.partial = total.partial.take().or_else(|| summary.partial.clone());
    total.incomplete |= summary.incomplete;
    total.end = total.end.take().or_else(|| summary.end.clone());
    total.trouble = total.trouble.take().or_else(|| summary.trouble.clone());
}

fn rules(shards: &[Run]) -> Vec<OfRule> {
    let mut all: BTreeMap<(usize, &str), OfRule> = BTreeMap::new();
    for rule in shards.iter().flat_map(|run| &run.rules) {
        let Some(total) = all.get_mut(&place(&rule.rule)) else {
            all.insert(place(&rule.rule), rule.clone());
            continue;
        };
        total.cases += rule.cases;
        total.failed += rule.failed;
        total.known += rule.known;
        total.not_applicable += rule.not_applicable;
        total.not_observed += rule.not_observed;
        total.declined += rule.declined;
        total.broken.extend(&rule.broken);
        total.broken.sort_unstable();
        total.broken.truncate(MAX_BROKEN);
        if total.standing == Standing::Excluded.name() {
            total.standing.clone_from(&rule.standing);
        }
    }
    // Shares count over all shards.
    all.into_values().map(verdict::judged).collect()
}

/// The place of a rule among all. Those of a later specification come last.
fn place(rule: &str) -> (usize, &str) {
    (Rule::from_id(rule).map_or(usize::MAX, Rule::index), rule)
}

fn known(shards: &[Run]) -> Vec<Known> {
    let mut all: Vec<Known> = Vec::new();
    for known in shards.iter().flat_map(|run| &run.known) {
        let is_same =
            |other: &&mut Known| (&other.rule, &other.reason, &other.case) == (&known.rule, &known.reason, &known.case);
        match all.iter_mut().find(is_same) {
            Some(total) => {
                total.cases += known.cases;
                total.stale = total.stale.take().or_else(|| known.stale.clone());
            }
            None => all.push(known.clone()),
        }
    }
    all
}

fn declined(shards: &[Run]) -> Vec<Declined> {
    let mut all: BTreeMap<&str, Declined> = BTreeMap::new();
    for declined in shards.iter().flat_map(|run| &run.declined) {
        let empty = || Declined { cases: 0, rules: BTreeMap::new(), ..declined.clone() };
        let total = all.entry(&declined.reason).or_insert_with(empty);
        total.cases += declined.cases;
        for (rule, cases) in &declined.rules {
            *total.rules.entry(rule.clone()).or_default() += cases;
        }
    }
    let mut all: Vec<Declined> = all.into_values().collect();
    all.sort_by_key(|declined| Reverse(declined.cases));
    all
}

fn doors(shards: &[Run]) -> Vec<Door> {
    let mut all: BTreeMap<&str, Door> = BTreeMap::new();
    for door in shards.iter().flat_map(|run| &run.doors) {
        let empty = || Door { door: door.door.clone(), taken: 0, refused: 0, features: BTreeMap::new() };
        let total = all.entry(&door.door).or_insert_with(empty);
        total.taken += door.taken;
        total.refused += door.refused;
        for (feature, count) in &door.features {
            *total.features.entry(feature.clone()).or_default() += count;
        }
    }
    all.into_values().collect()
}

/// Chooses from the failures of all shards as one run does.
fn failures(shards: Vec<Run>) -> (Vec<Failure>, Vec<Failure>) {
    let mut of_rules: BTreeMap<(usize, String), Vec<Failure>> = BTreeMap::new();
    for failure in shards.into_iter().flat_map(|run| run.failures.into_iter().chain(run.repeated)) {
        let (index, rule) = place(&failure.rule);
        of_rules.entry((index, rule.to_owned())).or_default().push(failure);
    }
    let mut all: Vec<Failure> = Vec::new();
    for mut of_rule in of_rules.into_values() {
        of_rule.sort_by_key(|failure| order(&failure.origin));
        let mut causes: Vec<Failure> = Vec::new();
        for failure in of_rule {
            if causes.iter().all(|other| other.met != failure.met) {
                causes.push(failure);
            }
        }
        all.extend(made_small(causes, |failure| {
            let met = &failure.met;
            (met.step.clone(), met.difference.clone(), met.raises.clone())
        }));
    }
    let set = |is_repeated: bool| move |failure: Failure| Failure { repeated: is_repeated, ..failure };
    let size = |failure: &Failure| failure.case.to_string().len();
    let (reported, repeated) =
        reported(all, |failure| failure.rule.clone(), |failure| (failure.rule.clone(), failure.cause.clone()), size);
    (reported.into_iter().map(set(false)).collect(), repeated.into_iter().map(set(true)).collect())
}

/// The order of cases: examples of the page, files by name, drawn cases by seed and index.
fn order(origin: &str) -> (u8, u64, u64, String) {
    if let Some(number) = origin.strip_prefix("page:").and_then(|number| number.parse().ok()) {
        return (0, number, 0, String::new());
    }
    let drawn = origin.split_once(':').and_then(|(seed, index)| Some((seed.parse().ok()?, index.parse().ok()?)));
    match drawn {
        Some((seed, index)) => (2, seed, index, String::new()),
        None => (1, 0, 0, origin.to_owned()),
    }
}
