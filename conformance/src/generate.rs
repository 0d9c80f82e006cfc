//! Makes cases: an array, and the questions of the checks of every rule asked for.
//!
//! Each case has a generator of its own, seeded by (seed, index): any case can be made without those before it, and the
//! same pair makes the same case on every platform, up to the sizes that the platform itself decides. Arrays in files are made
//! for who claims the profile `memmap`; in their place others get arrays over buffers.

use crate::ask::Ask;
use crate::draw::Draw;
use crate::pattern::matches;
use crate::{
    Case, Hello, absent, cast, ctype, ctypeslib, data, dtype, hash, interface, layout, lifetime, memmap, platform,
    shape,
};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::rules::lifetime as of_lifetime;
use array_ctypes_spec::{Profile, Question, Rule, Step, for_each_rule};

/// Which rules a run asks about.
#[derive(Clone, Debug)]
pub struct Rules {
    /// For each rule of the table, in its order.
    wanted: Vec<bool>,
    focused: bool,
}

impl Rules {
    /// Every rule.
    pub fn all() -> Rules {
        Rules { wanted: vec![true; Rule::all().count()], focused: false }
    }

    /// The rules whose identifier matches a pattern, in which `*` stands for any text, or whose chapter has that name;
    /// `None` where there is none.
    pub fn matching(pattern: &str) -> Option<Rules> {
        let wanted = |rule: Rule| matches(pattern, rule.id()) || pattern == rule.chapter().name();
        let wanted: Vec<bool> = Rule::all().map(wanted).collect();
        wanted.contains(&true).then_some(Rules { wanted, focused: true })
    }

    /// One rule.
    pub fn only(rule: Rule) -> Rules {
        Rules { wanted: Rule::all().map(|other| other == rule).collect(), focused: true }
    }

    /// Those among them of some profiles.
    #[must_use]
    pub fn of(&self, profiles: &[Profile]) -> Rules {
        let wanted = Rule::all().zip(&self.wanted).map(|(rule, wanted)| *wanted && profiles.contains(&rule.profile()));
        Rules { wanted: wanted.collect(), focused: self.focused }
    }

    /// Those among them that bind an implementation: of the profiles that it claims; of the C structure only where it can
    /// be looked at, of libraries only where there is one to load, of the count of references only where there is one, and
    /// of what helpers for foreign functions hold only where there are such.
    #[must_use]
    pub fn binding(&self, hello: &Hello) -> Rules {
        let of_struct = |rule: Rule| rule.id().starts_with("interface.struct-") || rule == of_lifetime::capsule_holds;
        let of_count = |rule: Rule| matches!(rule, of_lifetime::prompt | of_lifetime::balanced);
        let of_helper = |rule: Rule| matches!(rule, of_lifetime::as_ctypes_holds | of_lifetime::as_array_holds);
        let binds = |rule: Rule| {
            hello.profiles.contains(&rule.profile())
                && (hello.limits.array_struct || !of_struct(rule))
                && (hello.limits.load_library || !rule.id().starts_with("ctypeslib.load-library"))
                && (hello.limits.counts_references || !of_count(rule))
                && (hello.profiles.contains(&Profile::Ctypeslib) || !of_helper(rule))
        };
        let wanted = Rule::all().zip(&self.wanted).map(|(rule, wanted)| *wanted && binds(rule));
        Rules { wanted: wanted.collect(), focused: self.focused }
    }

    /// Whether a rule is asked about.
    pub fn includes(&self, rule: Rule) -> bool {
        self.wanted[rule.index()]
    }
}

/// The check of each rule, under the rule's name in the module of its chapter, with the number of its choices. A rule without
/// a check does not compile, and neither does a check without a rule: nothing would call it.
macro_rules! checks {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        const CHECKS: &[(u64, fn(&mut Ask))] = &[$($((hash::of($id), $chapter::$rule)),*),*];
    };
}

for_each_rule!(checks);

/// Likewise the paths of the checks.
macro_rules! paths {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        fn path(rule: Rule) -> &'static str {
            let paths: &[fn() -> &'static str] = &[$($(|| path_of($chapter::$rule)),*),*];
            paths[rule.index()]()
        }
    };
}

for_each_rule!(paths);

fn path_of<F: Fn(&mut Ask)>(_: F) -> &'static str {
    std::any::type_name::<F>()
}

/// The function that is the check of a rule, as a path in this crate: `ctypeslib::ndpointer::ndpointer_ndim` stands in
/// `src/ctypeslib/ndpointer.rs`.
pub fn check_of(rule: Rule) -> &'static str {
    path(rule).split_once("::").map_or("", |(_, path)| path)
}

/// A case as it was made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The case.
    pub case: Case,
    /// Whether it is inside the limits of the implementation. If not, it is not sent.
    pub applicable: bool,
}

/// Makes one case for an implementation. The rules are those that [bind](Rules::binding) it.
pub fn generate(seed: u64, index: u64, hello: &Hello, rules: &Rules) -> Generated {
    generate_with(&mut Draw::new(seed, index), hello, rules)
}

/// Makes one case of these choices.
pub(crate) fn generate_with(draw: &mut Draw, hello: &Hello, rules: &Rules) -> Generated {
    let platform = &hello.platform;
    let (array, layout) = layout::draw(draw, platform, hello.profiles.contains(&Profile::Memmap));
    let applicable = hello.allows(&array, layout.as_ref());
    let mut script = Vec::with_capacity(24);
    match &layout {
        Some(layout) => {
            let (array, script) = (&array, &mut script);
            let (last, focused) = (Vec::new(), rules.focused);
            let mut ask = Ask { draw: draw.clone(), platform, array, layout, script, last, focused };
            for ((number, check), wanted) in CHECKS.iter().zip(&rules.wanted) {
                if *wanted {
                    ask.draw = draw.part(*number);
                    check(&mut ask);
                }
            }
            let last = ask.last;
            script.extend(last);
            lifetime::settle(platform, array, script);
        }
        None => script.extend([Question::Data, Question::Shape].map(Step::Ask)),
    }
    Generated { case: Case { array, script }, applicable }
}

/// Makes one case for a platform: the questions of all rules but those of the older reading of the documentation, which
/// exclude others; no limits.
pub fn case(seed: u64, index: u64, platform: &Platform) -> Case {
    case_with(&mut Draw::new(seed, index), platform)
}

/// Makes the same array, and asks about each of these rules at every opportunity.
pub(crate) fn whole_case(seed: u64, index: u64, platform: &Platform) -> Case {
    let rules = Rules { focused: true, ..Rules::all() };
    of_today(&mut Draw::new(seed, index), platform, &rules)
}

/// Makes one case of these choices, likewise.
pub(crate) fn case_with(draw: &mut Draw, platform: &Platform) -> Case {
    of_today(draw, platform, &Rules::all())
}

fn of_today(draw: &mut Draw, platform: &Platform, rules: &Rules) -> Case {
    let of_today = |profile: &Profile| *profile != Profile::Borrows;
    let hello = Hello {
        name: String::new(),
        version: String::new(),
        runtime: None,
        platform: *platform,
        profiles: Profile::ALL.iter().copied().filter(of_today).collect(),
        limits: crate::Limits::default(),
    };
    generate_with(draw, &hello, &rules.binding(&hello)).case
}
