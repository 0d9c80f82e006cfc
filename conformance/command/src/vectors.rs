//! Golden vectors: cases with the predictions of the specification, as data, for implementers who do not run Rust.
//!
//! For each platform many cases are drawn, always the same ones. A small set of them is kept in which every rule still meets
//! every facet (`vectors/facets.rs`) that it met in the whole, and each script is cut to the steps that this needs.
//! The examples of the documentation page and counterexamples that were found are kept first. `vectors/README.md` explains the
//! form.
//!
//! Data cannot prove every rule: [`left_out`] says why some have no vector.

use crate::found::Found;
use array_ctypes_conformance::engine::constrained::is_constrained;
use array_ctypes_conformance::engine::page::PageCase;
use array_ctypes_conformance::engine::traits::{self, TraitSet};
use array_ctypes_conformance::hash::stable_hash;
use array_ctypes_conformance::{Case, json};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::page::examples;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Prediction, Profile, Rule, expect_making, judges_replies, rules};
use cover::{Cover, DRAWN, SEED};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;

mod cover;
mod cut;
mod facets;

/// The version of the form of these files: see `VERSIONS.md`.
pub const VERSION: &str = "3.0";

/// The reason for which data cannot prove a rule, if there is one. The reasons are part of the files.
pub fn left_out(rule: Rule) -> Option<&'static str> {
    let of_rule = || LEFT_OUT.iter().find(|(left_out, _)| *left_out == rule).map(|(_, why)| *why);
    if rule.profile() == Profile::Consumer { Some(NO_PRODUCER) } else { of_rule() }
}

/// The rules that data cannot prove, and why, beside those of consumers.
const LEFT_OUT: [(Rule, &str); 4] = [
    (rules::layout::answered, "it holds of every vector: an implementation that crashes, hangs or exits breaks it"),
    (rules::data::memory, OUTSIDE),
    (rules::data::memory_written, OUTSIDE),
    (rules::memmap::mapping, OUTSIDE),
];

const NO_PRODUCER: &str = "somebody has to hand the array over, and to look after its memory";

const NOT_DRAWN: &str = "on this platform it speaks of no array that was drawn, and small enough to be read";

const OUTSIDE: &str = "the suite looks itself, from outside of the process that makes the array";

/// Returns true if the array of a counterexample exists on a platform, and the specification predicts something for each step
/// there, and for the rule. That an answer comes is expected of every case.
fn is_meaningful(found: &Found, platform: &Platform) -> bool {
    let mut predicted = found.case.expect(platform).into_iter().map(|prediction| prediction.rule);
    let making = expect_making(&found.case.array, &resolve(platform, &found.case.array)).rule;
    let has_rule = judges_replies(found.rule) || making == found.rule || predicted.any(|rule| rule == found.rule);
    is_constrained(&found.case, platform) && has_rule
}

/// The vectors of one platform.
#[derive(Debug)]
pub struct Vectors {
    header: Value,
    lines: Vec<Value>,
    /// How many pairs of rule and facet they cover: all that were met among the cases drawn.
    pub pairs: usize,
    /// How many of them were found, not drawn.
    pub found: usize,
}

impl Vectors {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.lines.len()
    }
}

/// JSON Lines: the header, then one vector a line.
impl fmt::Display for Vectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        std::iter::once(&self.header).chain(&self.lines).try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// The platforms that there are vectors for, with their names: of the platforms that the specification names, the first of
/// each data model and byte order. A vector that depends on more names it.
pub fn platforms() -> Vec<(String, Platform)> {
    let mut platforms: Vec<(String, Platform)> = Vec::new();
    for (_, platform) in Platform::ALL {
        let entries = json::from_platform(&platform);
        let word = |key: &str| entries[key].as_str().unwrap_or_default().to_lowercase();
        let name = format!("{}-{}", word("data_model"), word("byte_order"));
        if platforms.iter().all(|(known, _)| *known != name) {
            platforms.push((name, platform));
        }
    }
    platforms
}

/// Makes the vectors of a platform.
pub fn of(name: &str, platform: &Platform, found: &[Found]) -> Vectors {
    let mut kept: Vec<&Found> = Vec::new();
    for found in found.iter().filter(|found| is_meaningful(found, platform)) {
        if !kept.iter().any(|earlier| earlier.case == found.case) {
            kept.push(found);
        }
    }
    let page: Vec<PageCase> = examples().map(|example| PageCase::of(example, platform)).collect();
    let given = page.iter().map(|page| &page.case).chain(kept.iter().map(|found| &found.case));
    let cover = Cover::of(platform, given);
    let mut others: Vec<Value> = kept.iter().map(|found| line(platform, &found.case, Some(found))).collect();
    others.extend(cover.drawn.iter().map(|case| line(platform, case, None)));
    // After the page, short vectors come first, since they are easy to read.
    others.sort_by_cached_key(|line| (line.to_string().len(), line["id"].to_string()));
    let mut lines: Vec<Value> = page.iter().map(|page| page_line(platform, page)).collect();
    lines.append(&mut others);
    Vectors { header: header(name, platform, &lines, cover.pairs), lines, pairs: cover.pairs, found: kept.len() }
}

/// One vector.
fn line(platform: &Platform, case: &Case, found: Option<&Found>) -> Value {
    let mut value = json::from_case(case);
    let id = stable_hash(&value.to_string());
    let making = expect_making(&case.array, &resolve(platform, &case.array));
    let mut expect = vec![Vec::new(); case.script.len()];
    for prediction in case.expect(platform) {
        expect[prediction.step].push(expected(&prediction));
    }
    value["id"] = format!("{id:016x}").into();
    value["traits"] = TraitSet::of(case, platform).names().into();
    value["kind"] = traits::kind(case, platform).to_string().into();
    let needs = needs(case, platform);
    if !needs.is_empty() {
        value["needs"] = needs.into();
    }
    value["made"] = expected(&making);
    value["expect"] = expect.into();
    if let Some(Found { rule, implementation, .. }) = found {
        value["found"] = json!({ "rule": rule.id(), "implementation": implementation });
    }
    value
}

/// The vector of an example of the page, under its name.
fn page_line(platform: &Platform, page: &PageCase) -> Value {
    let mut value = line(platform, &page.case, None);
    value["id"] = page.example.to_string().into();
    value
}

/// The entries of `platform`, beside data model and byte order, that change the predictions.
fn needs(case: &Case, platform: &Platform) -> Vec<&'static str> {
    let predicted =
        |platform: &Platform| (expect_making(&case.array, &resolve(platform, &case.array)), case.expect(platform));
    let here = predicted(platform);
    let others = |others: Vec<Platform>| others.iter().any(|other| predicted(other) != here);
    let long_doubles = json::LONG_DOUBLES.iter().map(|(_, long_double)| *long_double);
    let entries = [
        ("long_double", long_doubles.map(|long_double| Platform { long_double, ..*platform }).collect()),
        ("long_double_align", [4, 8, 16].map(|long_double_align| Platform { long_double_align, ..*platform }).to_vec()),
        ("eight_byte_align", [4, 8].map(|eight_byte_align| Platform { eight_byte_align, ..*platform }).to_vec()),
        ("wchar_size", [2, 4].map(|wchar_size| Platform { wchar_size, ..*platform }).to_vec()),
        ("granularity", [4096, 16384, 65536].map(|granularity| Platform { granularity, ..*platform }).to_vec()),
    ];
    entries.into_iter().filter_map(|(name, variants)| others(variants).then_some(name)).collect()
}

/// The rule and the expectation of a prediction.
fn expected(prediction: &Prediction) -> Value {
    let mut value = json::from_expectation(&prediction.expectation);
    value["rule"] = prediction.rule.id().into();
    value
}

/// The first line of the file.
#[derive(Serialize)]
struct Header<'a> {
    /// The version of the form.
    vectors: &'a str,
    specification: &'a str,
    protocol: u64,
    name: &'a str,
    platform: Value,
    seed: String,
    drawn: u64,
    count: usize,
    pairs: usize,
    rules: BTreeMap<&'a str, RuleEntry<'a>>,
    /// The rules without a vector, and why.
    left_out: BTreeMap<&'a str, &'a str>,
}

/// A rule in the header, with the number of vectors that have it.
#[derive(Serialize)]
struct RuleEntry<'a> {
    level: &'a str,
    profile: &'a str,
    vectors: usize,
}

fn header(name: &str, platform: &Platform, lines: &[Value], pairs: usize) -> Value {
    let (mut rules, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    for rule in Rule::all() {
        let vectors = lines.iter().filter(|line| has_rule(line, rule)).count();
        rules.insert(rule.id(), RuleEntry { level: rule.level().name(), profile: rule.profile().name(), vectors });
        if vectors == 0 {
            left_out.insert(rule.id(), self::left_out(rule).unwrap_or(NOT_DRAWN));
        }
    }
    let header = Header {
        vectors: VERSION,
        specification: array_ctypes_spec::VERSION,
        protocol: json::PROTOCOL_VERSION,
        name,
        platform: json::from_platform(platform),
        seed: SEED.to_string(),
        drawn: DRAWN,
        count: lines.len(),
        pairs,
        rules,
        left_out,
    };
    serde_json::to_value(header).unwrap_or_default()
}

fn has_rule(line: &Value, rule: Rule) -> bool {
    let of_rule = |expected: &Value| expected["rule"] == rule.id();
    let steps = line["expect"].as_array().into_iter().flatten().filter_map(Value::as_array);
    of_rule(&line["made"]) || steps.flatten().any(of_rule)
}
