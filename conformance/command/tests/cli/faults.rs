//! `faults`: its kill table and its exit codes.

use crate::Place;
use crate::harness::{Test, tests};
use array_ctypes_conformance::spec::documentation::{Statement, statements};

pub(crate) const TESTS: &[Test] = tests![
    faults_of_a_chapter_are_caught_in_each_seed_and_the_reference_passes,
    the_kill_table_does_not_depend_on_the_number_of_jobs,
    a_fault_that_is_not_caught_fails,
    the_page_of_sentences_has_a_row_for_each_statement_and_says_what_is_missed,
    the_page_of_sentences_needs_a_hunt_of_all_faults,
    faulty_adapters_need_a_python,
    a_hunt_without_a_seed_or_a_rule_is_bad_usage,
];

fn faults_of_a_chapter_are_caught_in_each_seed_and_the_reference_passes() {
    let ran = Place::new().run(&["faults", "platform", "--seeds", "3"]).exits(0);
    ran.prints(&[
        "platform.byte-order",
        "the other byte order is declared",
        "the reference, whose pointers hold: ",
        "the reference, whose pointers borrow: ",
        " cases, nothing broken\n",
        " faults caught in each of 3 seeds, within 20000 cases\n",
    ]);
}

fn the_kill_table_does_not_depend_on_the_number_of_jobs() {
    let table = |jobs| Place::new().run(&["faults", "shape.*", "--seeds", "3", "--jobs", jobs]).exits(0).out;
    assert_eq!(table("1"), table("3"));
}

fn a_fault_that_is_not_caught_fails() {
    let ran = Place::new().run(&["faults", "memmap.granularity", "--seeds", "2", "--cases", "1"]).exits(1);
    ran.prints(&[" missed ", "0 of 3 faults caught in each of 2 seeds, within 1 cases"])
        .reports(&["expected every fault to be caught in every seed"]);
}

fn the_page_of_sentences_has_a_row_for_each_statement_and_says_what_is_missed() {
    let place = Place::new();
    place.run(&["faults", "--sentences", "sentences.md", "--seeds", "1", "--cases", "20"]).exits(1);
    let page = std::fs::read_to_string(place.path("sentences.md")).expect("the page");
    for Statement { number, text, no_claim, .. } in statements() {
        let start = format!("| {number}. {text} | ");
        let row = page.lines().find_map(|line| line.strip_prefix(&start));
        let row = row.unwrap_or_else(|| panic!("expected a row of statement {number}, found none in {page}"));
        assert_eq!(row.starts_with("none: "), no_claim.is_some(), "{row}");
    }
    let faults = page.lines().filter(|line| line.contains("](../src/checks/"));
    let (missed, caught): (Vec<&str>, Vec<&str>) = faults.partition(|row| row.ends_with(" | missed | missed |"));
    assert!(!missed.is_empty() && !caught.is_empty(), "expected faults of both kinds, found {page}");
}

fn the_page_of_sentences_needs_a_hunt_of_all_faults() {
    let place = Place::new();
    for other in ["shape.*", "--numpy"] {
        place.run(&["faults", "--sentences", "sentences.md", other]).exits(2).reports(&["cannot be used with"]);
    }
}

fn faulty_adapters_need_a_python() {
    let ran = Place::new().run(&["faults", "--numpy", "--python", "no-such-python"]).exits(3);
    ran.reports(&["expected a Python with NumPy", "no-such-python"]);
}

fn a_hunt_without_a_seed_or_a_rule_is_bad_usage() {
    Place::new().run(&["faults", "--numpy", "--format", "markdown"]).exits(2).reports(&["cannot be used with"]);
    Place::new().run(&["faults", "--seeds", "0"]).exits(2).reports(&["at least one seed"]);
    Place::new().run(&["faults", "no.such"]).exits(2).reports(&["expected a rule, a chapter, or a pattern"]);
}
