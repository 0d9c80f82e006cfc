//! The table of rules: its form, the list for review, and the documentation page that the rules come from.

use array_ctypes_spec::documentation::{Statement, statements, statements_of};
use array_ctypes_spec::sources::{Origin, argument, needs_argument, origin, origins};
use array_ctypes_spec::{Chapter, Level, Profile, Rule, VERSION};
use std::collections::HashSet;

/// The page that statements are read from.
const DOCUMENTATION: &str = include_str!("../src/documentation.md");

/// The heading of the table of differences.
const DIFFERENCES: &str = "\n# Where a rule differs from its sentence\n";

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[test]
fn identifiers_are_unique_and_name_chapter_and_rule() {
    let mut seen = HashSet::new();
    for rule in Rule::all() {
        assert!(seen.insert(rule.id()), "{rule} is there twice");
        let (chapter, name) = rule.id().split_once('.').unwrap();
        assert_eq!(chapter, rule.chapter().name());
        assert!(is_word(name), "{rule}");
    }
}

#[test]
fn every_rule_has_a_text_that_ends_with_its_source() {
    let mut texts = HashSet::new();
    for rule in Rule::all() {
        let (text, source) = rule.text().split_once("Source:").unwrap_or_else(|| panic!("{rule} has no source"));
        assert!(text.trim().ends_with(['.', ':', '`', ']']), "{rule}: {text:?}");
        assert!(source.trim().len() > 1 && source.ends_with('.'), "{rule}: {source:?}");
        assert!(!rule.text().contains("r["), "{rule} runs into the next");
        assert!(texts.insert(text), "{rule} says what another rule says");
    }
}

#[test]
fn a_rule_is_declared_by_its_identifier_level_profile_and_text() {
    for rule in Rule::all() {
        let (level, profile) = (rule.level().name(), rule.profile().name());
        let declaration = format!("\nr[{rule}] {level} · {profile}\n\n{}\n\n", rule.text());
        assert!(format!("{}\n\n", rule.chapter().prose()).contains(&declaration), "{rule}");
    }
}

#[test]
fn a_rule_is_found_by_its_identifier_and_at_its_place() {
    for (place, rule) in Rule::all().enumerate() {
        assert_eq!(rule.index(), place);
        assert_eq!(Rule::from_id(rule.id()), Some(rule));
        assert_eq!(rule.to_string(), rule.id());
        assert_eq!(format!("{rule:?}"), rule.id());
    }
    assert_eq!(Rule::from_id("data"), None);
    assert_eq!(Rule::from_id(""), None);
}

#[test]
fn rules_are_in_the_order_of_the_chapters_and_of_their_prose() {
    assert!(Rule::all().is_sorted());
    assert!(Rule::all().map(Rule::chapter).is_sorted());
    for chapter in Chapter::ALL {
        let places = Rule::all()
            .filter(|rule| rule.chapter() == *chapter)
            .map(|rule| chapter.prose().find(&format!("\nr[{}] ", rule.id())).unwrap());
        assert!(places.is_sorted(), "{chapter:?}");
        let declared = chapter.prose().lines().filter(|line| line.starts_with("r[")).count();
        assert_eq!(declared, Rule::all().filter(|rule| rule.chapter() == *chapter).count(), "{chapter:?}");
    }
}

#[test]
fn levels_chapters_and_profiles_are_found_by_their_names() {
    assert_eq!(Level::ALL.iter().map(|level| level.name()).collect::<Vec<_>>(), ["MUST", "SHOULD"]);
    for level in Level::ALL {
        assert_eq!(Level::from_name(level.name()), Some(*level));
    }
    for chapter in Chapter::ALL {
        assert_eq!(Chapter::from_name(chapter.name()), Some(*chapter));
    }
    for profile in Profile::ALL {
        assert_eq!(Profile::from_name(profile.name()), Some(*profile));
    }
    assert_eq!((Level::from_name("MAY"), Profile::from_name("Core")), (None, None));
}

/// With the version: `conformance/VERSIONS.md` says how it changes with the table.
#[test]
fn the_table_of_rules() {
    let line = |rule: Rule| format!("{:<32} {:<6} {}\n", rule.id(), rule.level().name(), rule.profile().name());
    let table: String = Rule::all().map(line).collect();
    insta::assert_snapshot!(format!("specification {VERSION}\n{table}"));
}

/// Returns true if a source of a rule is of a known kind, and complete.
fn is_known(rule: Rule, source: &str) -> bool {
    if let Some((label, _)) = source.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return rule.chapter().prose().contains(&format!("\n[{label}]: https://"));
    }
    if let Some(issues) = ["numpy issue ", "numpy issues ", "numpy #"].iter().find_map(|kind| source.strip_prefix(kind))
    {
        return issues.starts_with(|c: char| c.is_ascii_digit());
    }
    let kinds = [
        "C",
        "POSIX",
        "Python",
        "NumPy's tests",
        "measured",
        "what users expect",
        "what a declaration of limits means",
        "what a declaration of a door means",
    ];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([',', ' ', ':']);
    kinds.iter().any(|kind| source.strip_prefix(kind).is_some_and(ends))
}

#[test]
fn every_rule_has_sources_of_a_known_kind() {
    for rule in Rule::all() {
        for source in rule.sources() {
            assert!(
                is_known(rule, &source),
                "{rule}: {source:?} is no page that the chapter links to, and of no known kind"
            );
        }
    }
}

#[test]
fn every_source_is_a_protocol_the_language_users_or_numpy() {
    for rule in Rule::all() {
        for source in rule.sources() {
            assert!(
                origin(&source).is_some(),
                "{rule}: the table of sources.md does not say of which kind {source:?} is"
            );
        }
    }
    assert_eq!(origin("measured with ctypes and with the compiler"), Some(Origin::Language));
    assert_eq!(origin("measured, NumPy 2.5.5"), Some(Origin::Numpy));
    assert_eq!(origin("hearsay"), None);
}

#[test]
fn a_rule_of_the_profile_numpy_has_numpy_as_its_source() {
    for rule in Rule::all().filter(|rule| rule.profile() == Profile::Numpy) {
        assert!(origins(rule).contains(&Origin::Numpy), "{rule}");
    }
}

#[test]
fn a_rule_binds_as_its_sources_do_or_there_is_an_argument() {
    for rule in Rule::all() {
        let (sources, level) = (origins(rule), rule.level().name());
        match argument(rule) {
            None => assert!(
                !needs_argument(rule),
                "{rule} is a {level} with the sources {sources:?}: move it to the profile numpy, lower it to SHOULD, or say \
                 in sources.md why it binds others"
            ),
            Some(argument) => {
                assert!(
                    needs_argument(rule),
                    "{rule} is a {level} with the sources {sources:?}: it needs no exception"
                );
                assert!(argument.split_whitespace().count() > 8, "{rule}: {argument:?} is no argument");
            }
        }
    }
}

#[test]
fn users_alone_are_the_source_of_advice_only() {
    let needs = |id: &str| needs_argument(Rule::from_id(id).unwrap());
    assert!(needs("layout.bounds") && needs("data.stable") && needs("layout.index"));
    assert!(!needs("data.empty") && !needs("layout.accepted") && !needs("data.raw") && !needs("interface.keys"));
    let listed = Rule::all().filter(|rule| argument(*rule).is_some()).count();
    assert_eq!(listed, Rule::all().filter(|rule| needs_argument(*rule)).count());
    assert!(argument(Rule::from_id("data.empty").unwrap()).is_none());
}

#[test]
fn statements_of_the_documentation_are_numbered_and_no_row_is_left_out() {
    let (page, _) = DOCUMENTATION.split_once(DIFFERENCES).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|')).count() - 2;
    assert_eq!(statements().count(), rows, "a row of documentation.md is no statement");
    for (statement, number) in statements().zip(1..) {
        assert_eq!(statement.number, number, "{}", statement.text);
        assert!(statement.text.ends_with('.'), "{number}: {:?}", statement.text);
        assert!(statement.link.starts_with("https://") && statement.link.ends_with("ctypes.html"), "{number}");
    }
}

#[test]
fn every_statement_of_the_documentation_names_rules_that_exist() {
    for Statement { number, rules, no_claim, .. } in statements() {
        assert_eq!(rules.is_empty(), no_claim.is_some_and(|reason| !reason.is_empty()), "statement {number}");
        for (place, rule) in rules.iter().enumerate() {
            assert!(Rule::from_id(rule).is_some(), "statement {number}: {rule:?} is no rule");
            assert!(!rules[..place].contains(rule), "statement {number} names {rule} twice");
        }
    }
}

#[test]
fn every_rule_that_comes_from_the_documentation_is_named_by_a_statement() {
    let comes = |rule: &Rule| rule.sources().any(|source| source.contains(".ctypes]"));
    let of_pages: Vec<Rule> = Rule::all().filter(comes).collect();
    assert!(of_pages.len() > 40, "{of_pages:?}");
    for rule in of_pages {
        assert!(
            statements_of(rule).next().is_some(),
            "{rule} names the page as its source, and no statement names the rule"
        );
    }
}

#[test]
fn a_rule_that_differs_from_its_sentence_names_the_measurement() {
    let (_, section) = DOCUMENTATION.split_once(DIFFERENCES).unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with('|')).skip(2).collect();
    assert!(rows.len() > 20, "{rows:?}");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, rule, difference, measured] = cells[..] else { panic!("expected four cells, found {row}") };
        let rule = Rule::from_id(rule.trim_matches('`')).unwrap_or_else(|| panic!("expected a rule, found {row}"));
        let statement = statements().find(|statement| statement.number.to_string() == number);
        assert!(statement.is_some_and(|statement| statement.rules.contains(&rule.id())), "{row}");
        assert!(["stronger: ", "weaker: ", "other: "].iter().any(|kind| difference.starts_with(kind)), "{row}");
        assert!(measured.contains(|c: char| c.is_ascii_digit()) || measured.starts_with("all five: "), "{row}");
        assert!(
            rule.sources().any(|source| source.starts_with("measured")),
            "expected {rule} to name a measurement as its source, because it differs from statement {number}"
        );
    }
}

/// What NumPy's own tests check, and the rules that say the same.
const NUMPY_TESTS: &str = include_str!("../src/numpy-tests.md");

#[test]
fn every_test_of_numpy_names_rules_that_exist() {
    let rows = NUMPY_TESTS.lines().filter(|line| line.starts_with("| `test_"));
    for row in rows {
        let rules = row.trim_matches('|').split_once(" | ").unwrap().1;
        // Words in backquotes with a dot are rules; the others are ways to hand a file over.
        let named = rules.split('`').skip(1).step_by(2).filter(|word| word.contains('.')).collect::<Vec<_>>();
        assert!(!named.is_empty(), "{row}");
        assert!(named.iter().all(|rule| Rule::from_id(rule).is_some()), "{row}");
    }
}
