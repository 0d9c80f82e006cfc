//! The page `conformance/docs/sentences.md`: each sentence of NumPy's documentation, with the fault that makes it false.

use crate::faults::sentences::faults_of;
use crate::hunt::{Options, Report, Row};
use array_ctypes_conformance::engine::table::module_of;
use array_ctypes_conformance::spec::documentation::{Statement, statements};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# The documentation, sentence by sentence

`array-ctypes faults --sentences FILE` writes this page from the hunt that makes [faults.md](../faults.md), and `.ci/run`
compares it. Each statement of NumPy's documentation ([with its place](../../spec/src/documentation.md)) became rules. A
*fault* is an implementation with one mistake that makes the statement false. It breaks the rule beside it, which the check in
that file judges. *median* and *worst* count the cases of `check` until then, over the seeds from 1 on. A statement that claims
nothing says *none*, and why.

| statement | rules | fault | breaks | check | median | worst |
|---|---|---|---|---|--:|--:|
";

/// One line for each fault of each statement, and a last one. The report must be of all faults.
pub(super) fn page(report: &Report, options: &Options) -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut silent = 0;
    let mut caught = 0;
    for Statement { number, text: says, rules, no_claim, .. } in statements() {
        if let Some(reason) = no_claim {
            silent += 1;
            let _ = writeln!(text, "| {number}. {says} | none: {reason} | | | | | |");
        }
        let faults: Vec<&Row> = faults_of(number).iter().filter_map(|name| row(report, name)).collect();
        caught += usize::from(!faults.is_empty() && faults.iter().all(|row| row.is_caught()));
        let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        let mut statement = format!("{number}. {says} | {}", rules.join(", "));
        for row in faults {
            let (fault, [median, worst]) = (&row.fault, row.figures());
            let file = module_of(fault.rule).replace("::", "/");
            let check = format!("[{file}.rs](../src/{file}.rs)");
            let _ =
                writeln!(text, "| {statement} | {} | `{}` | {check} | {median} | {worst} |", fault.name, fault.rule);
            " |".clone_into(&mut statement);
        }
    }
    let Options { seeds, cases, .. } = options;
    let claims = statements().count() - silent;
    let _ = writeln!(
        text,
        "\n{claims} statements claim something. The faults of {caught} of them were caught in each of {seeds} seeds, within \
         {cases} cases. {silent} claim nothing."
    );
    text
}

fn row<'a>(report: &'a Report, fault: &str) -> Option<&'a Row> {
    report.faults.iter().find(|row| row.fault.name == fault)
}
