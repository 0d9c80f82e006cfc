//! The words of the JSON Schema: in its enums, and in its patterns of steps and views.

use crate::harness::{Test, tests};
use crate::{Words, rust};
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::spec::{Step, View};
use serde_json::Value;
use std::iter::Peekable;
use std::str::Chars;

pub(crate) const TESTS: &[Test] = tests![
    the_schema_has_the_words_of_the_rust_code,
    the_schema_has_a_pattern_for_each_view,
    the_schema_of_vectors_has_each_kind_and_that_of_structures,
];

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../protocol.schema.json")).expect("JSON")
}

fn the_schema_has_the_words_of_the_rust_code() {
    let (schema, mut found) = (schema(), Words::default());
    let definitions = &schema["$defs"];
    for (vocabulary, place) in [
        ("profile", "/profile/enum"),
        ("exception", "/kind/enum"),
        ("cost question", "/cost/properties/question/enum"),
        ("mode", "/array/properties/map/properties/mode/enum"),
        ("handle", "/array/properties/map/properties/file/enum"),
        ("owner", "/owner/enum"),
        ("byte_order", "/platform/properties/byte_order/enum"),
        ("data_model", "/platform/properties/data_model/enum"),
        ("long_double", "/platform/properties/long_double/enum"),
        ("view", "/limits/properties/views/items/enum"),
        ("step", "/limits/properties/steps/items/enum"),
        ("order", "/limits/properties/orders/items/enum"),
        ("record feature", "/limits/properties/records/oneOf/1/items/enum"),
    ] {
        let words =
            definitions.pointer(place).and_then(Value::as_array).unwrap_or_else(|| panic!("no list at {place}"));
        found.add_all(vocabulary, words.iter().filter_map(Value::as_str));
    }
    found.add_all("limit", keys(&definitions["limits"]["properties"]));
    found.add_all("answer", keys(&definitions["value"]["properties"]).chain(["raises"]));
    let kinds = definitions["limits"]["properties"]["kinds"]["pattern"].as_str().expect("a pattern");
    let (_, kinds) = kinds.split_once('[').expect("a class");
    kinds.chars().take_while(|c| *c != ']').for_each(|kind| found.add("kind", &kind.to_string()));
    for text in texts(&definitions["step"]) {
        let step = match text.split_whitespace().collect::<Vec<_>>()[..] {
            // It is followed by a whole step, for which the pattern has no words.
            ["forked", _] => "forked data",
            // The words of a door, after its protocol, are at `door`.
            ["take", door, _] => &format!("take {door}"),
            _ => &text,
        };
        assert!(step.parse::<Step>().is_ok(), "the schema allows the step {step:?}, which the Rust code does not know");
        found.add_step(step);
    }
    rust::words().assert_repeated_by(
        "protocol.schema.json",
        &found,
        &["step", "ctypeslib", "value", "export", "derive"],
    );
}

fn the_schema_has_a_pattern_for_each_view() {
    let (schema, mut found) = (schema(), Words::default());
    for text in texts(&schema["$defs"]["view"]) {
        assert!(text.parse::<View>().is_ok(), "the schema allows the view {text:?}, which the Rust code does not know");
        found.add_view(&text);
    }
    rust::words().assert_repeated_by("protocol.schema.json", &found, &["view"]);
}

fn the_schema_of_vectors_has_each_kind_and_that_of_structures() {
    let schema: Value = serde_json::from_str(include_str!("../../../vectors/vectors.schema.json")).expect("JSON");
    let pattern = schema.pointer("/$defs/vector/properties/kind/pattern").expect("the pattern of kinds");
    assert_eq!(*pattern, format!("^[{}r]$", Kind::CODES), "the pattern of `kind` in vectors.schema.json");
}

fn keys(object: &Value) -> impl Iterator<Item = &str> {
    object.as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

/// Returns texts that the patterns of a definition allow, with every choice of words.
fn texts(definition: &Value) -> Vec<String> {
    let patterns = definition["anyOf"].as_array().expect("patterns");
    let patterns = patterns.iter().map(|pattern| pattern["pattern"].as_str().expect("a pattern"));
    patterns.flat_map(|pattern| choices(&mut pattern.trim_matches(['^', '$']).chars().peekable())).collect()
}

/// Reads alternatives up to the end, or to the parenthesis that closes a group.
fn choices(pattern: &mut Peekable<Chars>) -> Vec<String> {
    let (mut all, mut current) = (Vec::new(), vec![String::new()]);
    while let Some(c) = pattern.next() {
        let atom = match c {
            ')' => break,
            '|' => {
                all.append(&mut current);
                current.push(String::new());
                continue;
            }
            '(' => choices(pattern),
            '[' => vec![member(&pattern.by_ref().take_while(|c| *c != ']').collect::<String>())],
            '.' => vec!["c_int".to_owned()],
            '\\' => pattern.next().iter().map(char::to_string).collect(),
            c => vec![c.to_string()],
        };
        let atom = repeated(atom, pattern);
        current = current.iter().flat_map(|start| atom.iter().map(move |end| format!("{start}{end}"))).collect();
    }
    all.append(&mut current);
    all
}

/// Returns one character of a class; for the class of all characters but spaces, a text that is both a name and a typestr.
fn member(class: &str) -> String {
    if class == "^ " { "|b1".to_owned() } else { "1".to_owned() }
}

fn repeated(atom: Vec<String>, pattern: &mut Peekable<Chars>) -> Vec<String> {
    match pattern.peek() {
        Some('*' | '?') => {
            pattern.next();
            [vec![String::new()], atom].concat()
        }
        Some('+') => {
            pattern.next();
            atom
        }
        Some('{') => {
            let count: String = pattern.by_ref().skip(1).take_while(|c| *c != '}').collect();
            let count = count.parse().expect("a number of times");
            atom.iter().map(|text| text.repeat(count)).collect()
        }
        _ => atom,
    }
}
