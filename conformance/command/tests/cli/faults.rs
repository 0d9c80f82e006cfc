//! `faults`: its kill table and its exit codes.

use crate::Place;
use crate::harness::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    faults_of_a_chapter_are_caught_in_each_seed_and_the_reference_passes,
    the_kill_table_does_not_depend_on_the_number_of_jobs,
    a_fault_that_is_not_caught_fails,
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
    ran.prints(&[" missed ", "0 of 2 faults caught in each of 2 seeds, within 1 cases"])
        .reports(&["expected every fault to be caught in every seed"]);
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
