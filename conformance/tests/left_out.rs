//! What the limits leave out under `cargo test`: it is listed with reasons and counted, and a rule that is not on the list must be
//! judged in enough cases.

use array_ctypes_conformance::spec::{Answer, Array, Profile, Raises, Rule, Step, rules};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, ViewWord, testing};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A crate that refuses every array.
#[derive(Clone)]
struct Refusing {
    profiles: Vec<Profile>,
    limits: Limits,
}

impl Refusing {
    fn without_slices() -> Refusing {
        let views = [ViewWord::Index, ViewWord::Reverse, ViewWord::Transpose, ViewWord::NewAxis];
        Refusing { profiles: vec![Profile::Core], limits: Limits::default().with_views(&views) }
    }
}

impl InProcess for Refusing {
    fn hello(&self) -> Hello {
        Hello { profiles: self.profiles.clone(), ..Hello::core("refusing", "1.0", self.limits.clone()) }
    }

    fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> {
        Err(Raises::ValueError)
    }
}

/// Returns the message of a test; `None` if it passes.
fn failure(test: impl FnOnce()) -> Option<String> {
    catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

fn left_out(of: &Refusing, profiles: &[&str], expected: usize) -> Option<String> {
    failure(|| testing::left_out(|| Local::new(of.clone()), profiles, expected))
}

fn holds(of: &Refusing, rule: Rule) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().to_str().expect("a name");
    failure(|| testing::holds(|| Local::new(of.clone()), rule, manifest))
}

#[test]
fn another_number_than_expected_fails_with_the_list_and_the_reasons() {
    let refusing = Refusing::without_slices();
    assert_eq!(left_out(&refusing, &["core"], 5), None);
    let expected = "expected 4 tests to be left out, found 5; if these are right, write `; leaves_out 5`:
  layout.slice, layout.broadcast, layout.reshape, layout.field, layout.reinterpret: excluded by `views`
";
    assert_eq!(left_out(&refusing, &["core"], 4).as_deref(), Some(expected));
    assert!(left_out(&refusing, &["core"], 6).is_some_and(|message| message.contains("expected 6 tests")));
}

#[test]
fn a_limit_that_excludes_more_changes_the_number() {
    let refusing = Refusing::without_slices();
    let narrower = Refusing { limits: Limits { max_dimensions: 0, ..refusing.limits.clone() }, ..refusing };
    let message = left_out(&narrower, &["core"], 5).expect("more is left out");
    for line in ["layout.index", "shape.strides-kept", "page: the limits exclude its arrays"] {
        assert!(message.contains(line), "{message}");
    }
}

#[test]
fn the_reason_is_an_ability_another_profile_or_the_limits() {
    let refusing = Refusing::without_slices();
    let with = Refusing { profiles: vec![Profile::Core, Profile::Ctypes, Profile::Memmap], ..refusing };
    let message = left_out(&with, &["core", "ctypes", "memmap"], 0).expect("some are left out");
    for line in [
        "data.integer",
        "the limit `types` is not declared; set it if the implementation answers `type …`",
        "excluded by `views`",
    ] {
        assert!(message.contains(line), "{message}");
    }
}

#[test]
fn the_tests_are_of_the_profiles_that_are_claimed() {
    let refusing = Refusing::without_slices();
    let more = left_out(&refusing, &["core", "memmap"], 5).expect("memmap is not claimed");
    assert!(more.contains("`hello` claims, core, found those of core, memmap: name the same in both"), "{more}");
    let both = Refusing { profiles: vec![Profile::Core, Profile::Memmap], ..refusing.clone() };
    assert!(left_out(&both, &["core"], 5).is_some_and(|message| message.contains("claims, core, memmap, found")));
    let unclaimed = holds(&refusing, rules::memmap::offset).expect("its profile is not claimed");
    assert!(unclaimed.contains("expected `hello` to claim the profile memmap"), "{unclaimed}");
}

#[test]
fn a_rule_that_is_left_out_passes_and_one_that_is_not_fails_if_it_is_not_judged() {
    let refusing = Refusing::without_slices();
    assert_eq!(holds(&refusing, rules::layout::slice), None);
    let message = holds(&refusing, rules::layout::reverse).expect("no array is reversed");
    assert!(message.contains("expected at least 100 cases that judge layout.reverse, found 0 among"), "{message}");
    assert!(message.contains("the test layout::accepted fails: see that first"), "{message}");
}
