//! The committed vectors have today's predictions, and the reference passes them.

use array_ctypes_command::adapters::Reference;
use array_ctypes_command::vectors::left_out;
use array_ctypes_command::{found, vectors};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::page::PageCase;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::page::examples;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Level, Rule};
use array_ctypes_conformance::{Case, Implementation, json, spec};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Reads the header and the vectors of a platform.
fn read(name: &str) -> (Value, Vec<Value>) {
    let path = folder().join(format!("{name}.jsonl"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (lines.remove(0), lines)
}

fn case(vector: &Value, platform: &Platform) -> Case {
    json::to_case(vector, platform.pointer_size()).unwrap_or_else(|error| panic!("{error}: {vector}"))
}

#[test]
fn each_vector_has_the_predictions_of_the_specification() {
    for (name, platform) in vectors::platforms() {
        let (_, lines) = read(&name);
        assert!(lines.len() > 500, "{name}");
        for vector in lines {
            let case = case(&vector, &platform);
            let expected = |rule: Rule, expectation: &spec::Expectation| {
                let mut value = json::from_expectation(expectation);
                value["rule"] = rule.id().into();
                value
            };
            let mut expect = vec![Value::Array(Vec::new()); case.script.len()];
            for prediction in case.expect(&platform) {
                let step = expect[prediction.step].as_array_mut().expect("a list");
                step.push(expected(prediction.rule, &prediction.expectation));
            }
            assert_eq!(vector["expect"], Value::Array(expect), "{name}: {vector}");
            match resolve(&platform, &case.array) {
                Ok(_) => assert!(vector["made"].get("raises").is_none(), "{name}: {vector}"),
                Err(invalid) => {
                    let (rule, kinds) = invalid.refusals()[0];
                    assert_eq!(vector["made"], expected(rule, &spec::Expectation::Raises(kinds)), "{name}: {vector}");
                }
            }
        }
    }
}

#[test]
fn every_rule_has_vectors_except_those_listed_as_left_out() {
    for (name, _) in vectors::platforms() {
        let (header, lines) = read(&name);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for line in &lines {
            let steps = line["expect"].as_array().into_iter().flatten().filter_map(Value::as_array).flatten();
            let rules = steps.chain([&line["made"]]).filter_map(|prediction| prediction["rule"].as_str());
            rules.collect::<HashSet<_>>().into_iter().for_each(|rule| *counts.entry(rule).or_default() += 1);
        }
        let count = |rule: Rule| counts.get(rule.id()).copied().unwrap_or_default();
        for rule in Rule::all() {
            let listed = &header["rules"][rule.id()];
            assert_eq!(listed["vectors"], count(rule), "{name}: {rule}");
            assert_eq!(listed["level"], rule.level().name(), "{name}: {rule}");
            assert_eq!(listed["profile"], rule.profile().name(), "{name}: {rule}");
            assert_eq!(listed["vectors"] == 0, header["left_out"].get(rule.id()).is_some(), "{name}: {rule}");
            assert!(name != "lp64-little" || count(rule) > 0 || left_out(rule).is_some(), "{rule}");
        }
    }
}

#[test]
fn the_examples_of_the_page_come_first() {
    for (name, platform) in vectors::platforms() {
        let (_, lines) = read(&name);
        for (example, vector) in examples().zip(&lines) {
            assert_eq!(vector["id"], example.to_string(), "{name}");
            assert_eq!(case(vector, &platform), PageCase::of(example, &platform).case, "{name}: {example}");
        }
        let count = lines.iter().filter(|line| line["id"].as_str().is_some_and(|id| id.starts_with("page:"))).count();
        assert_eq!(count, examples().count(), "{name}");
    }
}

#[test]
fn the_schema_of_vectors_has_the_levels_of_the_specification() {
    let schema: Value = serde_json::from_str(include_str!("../../vectors/vectors.schema.json")).expect("JSON");
    let place = "/$defs/header/properties/rules/additionalProperties/properties/level/enum";
    let levels: Vec<&str> = Level::ALL.iter().map(|level| level.name()).collect();
    assert_eq!(schema.pointer(place), Some(&Value::from(levels)));
}

#[test]
fn the_versions_are_current() {
    for (name, platform) in vectors::platforms() {
        let (header, lines) = read(&name);
        assert_eq!(header["vectors"], vectors::VERSION, "{name}");
        assert_eq!(header["specification"], spec::VERSION, "{name}");
        assert_eq!(header["protocol"], json::PROTOCOL_VERSION, "{name}");
        assert_eq!(header["count"], lines.len(), "{name}");
        // The platform in the form of a handshake.
        let hello = serde_json::json!({ "hello": {
            "protocol": json::PROTOCOL_VERSION, "name": "of vectors", "version": "0", "profiles": [], "platform": header["platform"],
        } });
        assert_eq!(json::to_hello(&hello).expect("a platform").platform, platform, "{name}");
    }
}

/// It is enough that the data model and the byte order agree; vectors that need more of the platform are left out then.
#[test]
fn the_reference_passes_every_vector() {
    let mut reference = Reference::new();
    let host = reference.hello().platform;
    let rules = Rules::all().binding(reference.hello());
    let alike = |platform: &Platform| (platform.data_model, platform.byte_order) == (host.data_model, host.byte_order);
    let platforms = vectors::platforms();
    let (name, platform) = platforms.iter().find(|(_, platform)| alike(platform)).expect("vectors of this data model");
    let mut asked = 0;
    for vector in read(name).1.iter().filter(|vector| *platform == host || vector.get("needs").is_none()) {
        let case = case(vector, &host);
        let reply = reference.answer(&case).unwrap_or_else(|error| panic!("{error}: {vector}"));
        assert_eq!(violations(&host, &rules, &case, &reply), [], "{vector}");
        asked += 1;
    }
    assert!(asked > 500, "{asked}");
}

#[test]
fn every_counterexample_found_elsewhere_is_a_vector_and_the_reference_passes_it() {
    let mut reference = Reference::new();
    let host = reference.hello().platform;
    let rules = Rules::all().binding(reference.hello());
    let found = found::shipped(host.pointer_size()).unwrap_or_else(|error| panic!("{error}"));
    let all: Vec<Value> = vectors::platforms().iter().flat_map(|(name, _)| read(name).1).collect();
    for found in found {
        let reply = reference.answer(&found.case).unwrap_or_else(|error| panic!("{error}: {found:?}"));
        assert_eq!(violations(&host, &rules, &found.case, &reply), [], "{found:?}");
        let case = json::from_case(&found.case);
        let is_it = |line: &Value| line["array"] == case["array"] && line["script"] == case["script"];
        assert!(all.iter().any(is_it), "no platform has the case {}", found.name);
    }
}
