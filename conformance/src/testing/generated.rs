//! The macros that make the tests of a crate.

/// Tests an [`InProcess`](crate::InProcess) crate: one `#[test]` for each rule of the specification, one, `page`, for the
/// examples of the documentation page, one, `verdict`, that lists what breaks by its causes, and one, `left_out`.
///
/// The first argument is an expression that makes the crate's implementation; the others are the profiles that it
/// claims, `core` first. Rules of other profiles are ignored tests.
///
/// What the limits leave without a case is left out by itself: those rules, those that need an ability which is not declared, and
/// `page`. Such a test passes, because `cargo test` cannot ignore it at run time; so the test `left_out` lists them all, with
/// reasons, and fails unless their number is the one after `leaves_out`. A limit that suddenly excludes more is noticed there.
///
/// Failing cases are saved in the folder `array-ctypes-regressions` beside the manifest, and replayed before others are
/// drawn; commit that folder. With the feature `deviations`, a file `array-ctypes-deviations.toml` beside the manifest
/// lists rules that the crate is known to break.
///
/// ```no_run
/// # use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, spec::{Answer, Array, Raises, Step}};
/// struct MyArrays;
/// # impl InProcess for MyArrays {
/// #     fn hello(&self) -> Hello { Hello::core("my-arrays", "1.0", Limits::default()) }
/// #     fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> {
/// Err(Raises::ValueError) }
/// # }
/// mod conformance {
///     array_ctypes_conformance::conformance_tests!(super::MyArrays, core; leaves_out 2);
/// }
/// # mod all {
/// # array_ctypes_conformance::conformance_tests!(super::MyArrays, core);
/// # }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($subject:expr, core $(, $profile:ident)* $(; leaves_out $count:literal)?) => {
        $crate::spec::for_each_rule!($crate::rule_tests, ($) $crate::Local::new($subject); [core $($profile)*] $($count)?);

        #[test]
        fn page() {
            $crate::testing::page(subject, env!("CARGO_MANIFEST_DIR"));
        }
    };
}

/// Tests a crate with [`Doors`](crate::Doors): one `#[test]` for each rule of the specification. All but those about
/// consumers are ignored.
///
/// The argument is an expression that makes the crate's doors. After `leaves_out` comes the number of rules that no array can be
/// judged by, as in [`conformance_tests!`]: a crate with no door for `DLPack` leaves out those of `DLPack`.
#[macro_export]
macro_rules! consumer_tests {
    ($subject:expr $(; leaves_out $count:literal)?) => {
        $crate::spec::for_each_rule!($crate::rule_tests, ($) $crate::LocalDoors::new($subject); [consumer] $($count)?);
    };
}

/// Walks the rule table for [`conformance_tests!`] and [`consumer_tests!`].
///
/// It defines a macro that has an arm for each profile that is claimed, so it knows no profile by name. Its first
/// argument is a `$`, which the arms need for variables of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! rule_tests {
    ([($dollar:tt) $subject:expr; [$($claimed:ident)*] $($left_out:literal)?]
        $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*
    ) => {
        $(const _: () = assert!(
            $crate::testing::is_profile(stringify!($claimed)),
            concat!("expected the name of a profile, found `", stringify!($claimed), "`; see `Profile`")
        );)*

        fn subject() -> impl $crate::Implementation {
            $subject
        }

        #[test]
        fn verdict() {
            $crate::testing::verdict(subject, env!("CARGO_MANIFEST_DIR"));
        }

        #[test]
        fn left_out() {
            $crate::testing::left_out(subject, &[$(stringify!($claimed)),*], 0 $(+ $left_out)?);
        }

        macro_rules! test_if_claimed {
            $(($claimed $dollar chapter:ident $dollar rule:ident) => {
                #[test]
                fn $dollar rule() {
                    let rule = $crate::spec::rules::$dollar chapter::$dollar rule;
                    $crate::testing::holds(super::subject, rule, env!("CARGO_MANIFEST_DIR"));
                }
            };)*
            ($dollar profile:ident $dollar chapter:ident $dollar rule:ident) => {
                #[test]
                #[ignore = "its profile is not claimed"]
                fn $dollar rule() {
                    unreachable!("run this after the profile has been claimed");
                }
            };
        }

        $(mod $chapter {
            $(test_if_claimed! { $profile $chapter $rule })*
        })*
    };
}
