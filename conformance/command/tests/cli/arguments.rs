//! Wrong arguments: exit code 2, and a message with what is expected instead.

use crate::Place;
use crate::harness::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    malformed_arguments_are_bad_usage,
    an_unknown_profile_is_bad_usage_and_the_message_lists_the_known,
    an_unknown_rule_is_bad_usage_and_the_message_names_the_command_that_lists_rules,
    an_unknown_implementation_is_bad_usage_and_the_message_lists_the_known,
    a_malformed_version_of_numpy_is_rejected_before_any_download,
    an_unknown_platform_is_bad_usage_and_the_message_lists_the_known,
    a_case_that_is_neither_seed_and_index_nor_a_file_is_bad_usage,
];

fn malformed_arguments_are_bad_usage() {
    let cases: [(&[&str], &str); 17] = [
        (&[], "Usage"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&["check", "--frobnicate"], "unexpected argument"),
        (&["check", "--cases", "many"], "invalid value 'many'"),
        (&["check", "--cases", "-1"], "'-1'"),
        (&["check", "--cases", "18446744073709551616"], "18446744073709551616"),
        (&["check", "--seed", "0x10"], "invalid value '0x10'"),
        (&["check", "--jobs", "65536"], "65536"),
        (&["check", "--timeout", "0"], "expected a positive number of seconds, found \"0\""),
        (&["check", "--timeout", "NaN"], "expected a positive number of seconds"),
        (&["check", "--time-limit", "-3"], "'-3'"),
        (&["check", "--format", "xml"], "[possible values: "),
        (&["bench", "--cases", "3"], "unexpected argument '--cases'"),
        (&["bench", "--format", "svg"], "[possible values: "),
        (&["bench", "--report"], "--report <DIR>"),
        (&["bench", "--timeout", "-1"], "'-1'"),
        (&["repro"], "<CASE>"),
    ];
    for (arguments, message) in cases {
        Place::new().run(arguments).exits(2).reports(&[message]);
    }
}

fn an_unknown_profile_is_bad_usage_and_the_message_lists_the_known() {
    for command in [&["check"][..], &["repro", "1:1"], &["show", "1:1"]] {
        let place = Place::new();
        place
            .run(&[command, &["--profile", "cores"]].concat())
            .exits(2)
            .reports(&["expected a profile, one of core, ctypes, ", "found \"cores\""]);
    }
}

fn an_unknown_rule_is_bad_usage_and_the_message_names_the_command_that_lists_rules() {
    for command in [&["check"][..], &["repro", "1:1"], &["show", "1:1"]] {
        let place = Place::new();
        place.run(&[command, &["--rule", "data.no-such-*"]].concat()).exits(2).reports(&[
            "expected a rule, a chapter, or a pattern with `*`, or several with commas between them; found \"data.no-such-*\"",
            "`array-ctypes rules` lists them",
        ]);
    }
    Place::new().run(&["rules", "nothing"]).exits(2).reports(&["found \"nothing\""]);
}

fn an_unknown_implementation_is_bad_usage_and_the_message_lists_the_known() {
    for name in ["numpie", "numpie==1.0", "reference==1", ""] {
        for command in ["check", "bench"] {
            let ran = Place::new().run(&[command, name]).exits(2);
            ran.reports(&["`reference`, `numpy` or `numpy==VERSION`", "--command"]);
        }
    }
}

fn a_malformed_version_of_numpy_is_rejected_before_any_download() {
    Place::new().run(&["check", "numpy==../../evil"]).exits(3).reports(&["expected a version of NumPy such as 1.26.4"]);
}

fn an_unknown_platform_is_bad_usage_and_the_message_lists_the_known() {
    Place::new().run(&["show", "1:1", "--platform", "vax"]).exits(2).reports(&["s390x-linux", "found \"vax\""]);
}

fn a_case_that_is_neither_seed_and_index_nor_a_file_is_bad_usage() {
    for case in ["", ":", "1:", "1:x", "1:-1", "18446744073709551616:0", "no-such-file.json"] {
        Place::new()
            .run(&["show", case])
            .exits(2)
            .reports(&["expected a case, as `SEED:INDEX`, `page:1` to `page:", "or the path of a case file"]);
    }
}
