//! Rules that need an ability which a crate does not declare: under `cargo test`, and in a report.

use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::engine::standing::{Ability, Standing};
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::{Answer, Array, Profile, Raises, Step, rules};
use array_ctypes_conformance::{Allowed, Hello, Implementation, InProcess, Limits, Local, Memory, Records, testing};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A crate that claims the profile `ctypes`, and answers nothing but the type of `data`.
struct Typed {
    types: bool,
    data: &'static str,
}

impl InProcess for Typed {
    fn hello(&self) -> Hello {
        let limits = Limits { types: self.types, invalid: false, ..Limits::default() };
        Hello { profiles: vec![Profile::Core, Profile::Ctypes], ..Hello::core("typed", "1.0", limits) }
    }

    fn answer(&mut self, _: &Array, _: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let answer = |step: &Step| match step.to_string().as_str() {
            "type data" => Answer::Text(self.data.to_owned()),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().map(answer).collect())
    }
}

/// Returns the message of the rule's test; `None` if the test passes.
fn failure(types: bool, data: &'static str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().to_str().expect("a name");
    let test = || testing::holds(|| Local::new(Typed { types, data }), rules::data::integer, manifest);
    catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn a_rule_is_asked_about_only_if_its_ability_is_declared() {
    assert_eq!(failure(true, "int"), None);
    assert!(failure(true, "float").is_some_and(|message| message.contains("FAILED data.integer")));
    assert_eq!(failure(false, "float"), None);
}

#[test]
fn a_report_names_each_missing_ability_once_with_the_rules_that_are_not_asked() {
    let make = || Ok(Box::new(Local::new(Typed { types: false, data: "int" })) as Box<dyn Implementation>);
    let report = check(&make, &Options { cases: 10, ..Options::default() }, &|_| {}).expect("a report");
    let missing = report.missing();
    let [(Ability { limit: "types", .. }, named), (Ability { limit: "functions", .. }, handed)] = &missing[..] else {
        panic!("{missing:?}")
    };
    let standing = |wanted| report.standings().filter(move |(.., standing)| *standing == wanted).map(|(rule, ..)| rule);
    let mut all = [&named[..], handed].concat();
    all.sort();
    assert_eq!(all, standing(Standing::NotAsked).collect::<Vec<_>>());
    assert!(named.contains(&rules::data::integer) && !named.contains(&rules::absent::integer), "{named:?}");
    assert!(standing(Standing::NotClaimed).any(|rule| rule == rules::absent::integer));
}

#[test]
fn limits_that_leave_no_array_end_a_run_before_the_first_case() {
    let limits = Limits { element_types: Allowed::only([Dtype::from_typestr("<f8").unwrap()]), ..Limits::default() };
    let of = |limits: Limits| Hello::core("narrow", "1.0", limits).check_limits().map_err(|error| error.to_string());
    assert_eq!(of(limits.clone()), Ok(()));
    let none = of(limits.with_kinds(&[Kind::Int]));
    assert!(
        none.as_ref().is_err_and(|error| error.contains("expected some element type of this platform")),
        "{none:?}"
    );
    let axes = of(Limits { min_dimensions: 3, max_dimensions: 2, ..Limits::default() });
    assert!(axes.as_ref().is_err_and(|error| error.contains("expected min_dimensions of at most 2")), "{axes:?}");
    // Without a size that a plain type has, there are structures of that size.
    let odd = |records| {
        of(Limits {
            item_sizes: Allowed::only([1 << 20]),
            kinds: Allowed::only([Kind::Int]),
            records,
            ..Limits::default()
        })
    };
    assert_eq!(odd(Records::All), Ok(()));
    assert!(odd(Records::None).is_err());
}
