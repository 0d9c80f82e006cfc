//! The harness of tests that need a Python: where there is none they are ignored, with the reason in the test's name. Rust's own
//! harness can decide only at compile time which tests it ignores.
//!
//! A module lists its tests with [`tests!`]. The compiler complains about a function that is in no list.

use libtest_mimic::{Arguments, Trial};
use std::path::Path;
use std::process::Command;

/// A name, and a function that panics if the test fails.
pub(crate) type Test = (&'static str, fn());

/// Lists functions of this module as tests.
macro_rules! tests {
    ($($name:ident,)*) => {
        &[$((concat!(module_path!(), "::", stringify!($name)), $name as fn())),*]
    };
}
pub(crate) use tests;

/// A reason why tests are ignored, and whether it applies here.
pub(crate) type Reason = (&'static str, bool);

/// Returns the reason that a program does not run.
pub(crate) fn without(program: &Path) -> Reason {
    (
        "no such program here",
        !Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success()),
    )
}

/// Runs lists of tests, each with the reasons why it may be ignored, and ends the program.
pub(crate) fn run(lists: &[(&[Test], &[Reason])]) -> ! {
    let mut trials = Vec::new();
    for (tests, reasons) in lists {
        let reason = reasons.iter().find(|(_, applies)| *applies);
        for (name, test) in *tests {
            // Without the name of the program, as in Rust's own harness.
            let (_, name) = name.split_once("::").expect("a path begins with the name of the program");
            let name = reason.map_or(name.to_owned(), |(reason, _)| format!("{name} (ignored: {reason})"));
            let test = *test;
            let trial = Trial::test(name, move || {
                test();
                Ok(())
            });
            trials.push(trial.with_ignored_flag(reason.is_some()));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}
