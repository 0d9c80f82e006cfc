//! Snapshots of the texts that people read. Times and rates are left out.

use crate::harness::{Test, tests};
use crate::runs::IN_ELEMENTS;
use crate::{Place, flowing};

pub(crate) const TESTS: &[Test] = tests![
    the_help,
    the_help_of_check,
    the_help_of_bench,
    the_help_of_page,
    the_help_of_repro,
    the_help_of_show,
    the_help_of_rules,
    the_help_of_faults,
    the_help_of_cases,
    the_help_of_vectors,
    the_help_of_site,
    the_help_of_report,
    the_documentation_of_check_lists_the_exit_codes,
    the_documentation_of_check_explains_each_format,
    the_versions,
    the_table_of_rules,
    the_text_of_rules,
    a_case_as_it_is_shown,
    a_case_repeated_on_the_reference,
    a_case_on_a_big_endian_platform,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_report_of_strides_in_elements,
    strides_in_elements_as_markdown,
    strides_in_elements_as_junit,
    strides_in_elements_as_annotations,
    strides_in_elements_as_a_badge,
    a_failure_of_the_result_format,
    a_failure_repeated,
];

fn help(arguments: &[&str]) -> String {
    Place::new().run(&[arguments, &["--help"]].concat()).exits(0).out
}

/// Replaces the parts of a report that differ between runs and between Pythons.
fn steady(text: &str) -> String {
    let python = |line: &str| match line
        .split_once("(CPython ")
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    {
        Some((before, (_, after))) => format!("{before}(CPython [VERSION]){after}"),
        None => line.to_owned(),
    };
    let steady = |line: &str| match line.split_once(" cases per second of ") {
        Some((_, after)) => {
            let after = after.rsplit_once(", ").map_or(after, |(observations, _)| observations);
            format!("[RATE] cases per second of {after}, [TIME]\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(python).map(|line| steady(&line)).collect()
}

fn wrong_strides(arguments: &[&str]) -> String {
    let place = Place::new();
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{IN_ELEMENTS}", crate::kit()));
    steady(&place.run(&[arguments, &["--command", "python3 -B adapter.py"]].concat()).exits(1).out)
}

fn the_help() {
    insta::assert_snapshot!(help(&[]));
}

fn the_help_of_check() {
    insta::assert_snapshot!(help(&["check"]));
}

fn the_help_of_bench() {
    insta::assert_snapshot!(help(&["bench"]));
}

fn the_help_of_page() {
    insta::assert_snapshot!(help(&["page"]));
}

fn the_help_of_repro() {
    insta::assert_snapshot!(help(&["repro"]));
}

fn the_help_of_show() {
    insta::assert_snapshot!(help(&["show"]));
}

fn the_help_of_rules() {
    insta::assert_snapshot!(help(&["rules"]));
}

fn the_help_of_faults() {
    insta::assert_snapshot!(help(&["faults"]));
}

fn the_help_of_cases() {
    insta::assert_snapshot!(help(&["cases"]));
}

fn the_help_of_vectors() {
    insta::assert_snapshot!(help(&["vectors"]));
}

fn the_help_of_site() {
    insta::assert_snapshot!(help(&["site"]));
}

fn the_help_of_report() {
    insta::assert_snapshot!(help(&["report"]));
}

fn the_documentation_of_check_lists_the_exit_codes() {
    let page = include_str!("../../../docs/check.md").replace("[known deviation](deviations.md)", "known deviation");
    let help = help(&[]);
    let (_, codes) = help.split_once("Exit codes:\n").expect("exit codes in the help");
    let (codes, precedence) = codes.split_once("If several apply").expect("their precedence");
    for (code, meaning) in codes.lines().map(|line| line.trim().split_once("  ").expect("a code and its meaning")) {
        let row = format!("| {code} | {meaning} |\n");
        assert!(page.contains(&row), "expected {row:?} in docs/check.md");
    }
    assert!(page.contains(&format!("If several apply{precedence}")), "expected {precedence:?} in docs/check.md");
}

/// Returns the values of `--format`, from the help of `check`.
pub(crate) fn formats() -> Vec<String> {
    let help = flowing(&help(&["check"]));
    let (_, rest) = help.split_once("--format").expect("the option `--format`");
    let (_, rest) = rest.split_once("[possible values: ").expect("its values");
    let (values, _) = rest.split_once(']').expect("the end of its values");
    values.split(", ").map(str::to_owned).collect()
}

fn the_documentation_of_check_explains_each_format() {
    let page = include_str!("../../../docs/report.md");
    for format in formats() {
        let row = format!("| `{format}` |");
        assert!(page.contains(&row), "expected a row {row} in docs/report.md, found none");
    }
}

fn the_versions() {
    insta::assert_snapshot!(Place::new().run(&["--version"]).exits(0).out);
}

fn the_table_of_rules() {
    insta::assert_snapshot!(Place::new().run(&["rules"]).exits(0).out);
}

fn the_text_of_rules() {
    insta::assert_snapshot!(Place::new().run(&["rules", "shape.*-as"]).exits(0).out);
}

fn a_report_of_strides_in_elements() {
    insta::assert_snapshot!(wrong_strides(&["check", "--cases", "1500", "--no-save"]));
}

/// A view of the results of the adapter that counts strides in elements, without times.
fn view(format: &str) -> String {
    let text = wrong_strides(&["check", "--cases", "600", "--rule", "shape.*", "--no-save", "--format", format]);
    let parts: Vec<&str> = text.split("time=\"").collect();
    let timeless = |(at, part): (usize, &&str)| match part.split_once('"') {
        Some((_, rest)) if at > 0 => format!("[TIME]\"{rest}"),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(timeless).collect::<Vec<_>>().join("time=\"")
}

fn strides_in_elements_as_markdown() {
    insta::assert_snapshot!(view("markdown"));
}

fn strides_in_elements_as_junit() {
    insta::assert_snapshot!(view("junit"));
}

fn strides_in_elements_as_annotations() {
    insta::assert_snapshot!(view("github"));
}

fn strides_in_elements_as_a_badge() {
    insta::assert_snapshot!(view("badge"));
}

fn a_failure_of_the_result_format() {
    let text = view("json");
    let mut failures = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let failure = failures.find(|line| line["kind"] == "failure").expect("a failure");
    insta::assert_snapshot!(format!("{failure:#}"));
}

fn a_failure_repeated() {
    insta::assert_snapshot!(wrong_strides(&["repro", "1:20"]));
}

fn a_case_as_it_is_shown() {
    insta::assert_snapshot!(Place::new().run(&["show", "1:4"]).exits(0).out);
}

fn a_case_repeated_on_the_reference() {
    insta::assert_snapshot!(Place::new().run(&["repro", "1:4"]).exits(0).out);
}

fn a_case_on_a_big_endian_platform() {
    insta::assert_snapshot!(
        Place::new().run(&["show", "1:8", "--rule", "cast.*", "--platform", "s390x-linux"]).exits(0).out
    );
}
