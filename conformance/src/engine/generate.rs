//! Makes cases: an array, and the questions of the checks of every rule asked for.
//!
//! Each case has a generator of its own, seeded by (seed, index): any case can be made without those before it, and the
//! same pair makes the same case on every platform, up to the sizes that the platform itself decides. Arrays in files are made
//! for who claims the profile `memmap`; in their place others get arrays over buffers.

use super::constrained::constrained;
use super::rows::{Numbered, ROWS};
use super::rules::Rules;
use crate::Case;
use crate::adapter::hello::Hello;
use crate::checks::ask::Ask;
use crate::draw::Draw;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Profile, Question, Rule, Step};

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
    let (array, layout) = crate::draw::layout::draw(draw, platform, hello.profiles.contains(&Profile::Memmap));
    let applicable = hello.allows(&array, layout.as_ref());
    let Some(layout) = layout else {
        let script = [Question::Data, Question::Shape].map(Step::Ask).to_vec();
        return Generated { case: Case { array, script }, applicable };
    };
    let mut ask = Ask::new(draw, platform, &array, &layout, rules.is_focused());
    for (Numbered { row, number }, rule) in ROWS.iter().zip(Rule::all()) {
        if rules.includes(rule) {
            ask.rule = rule;
            ask.draw = draw.part(*number);
            row.add(&mut ask);
        }
    }
    let script = ask.into_script();
    let mut case = Case { array, script };
    if case.script.iter().any(|step| matches!(step, Step::Act(_))) {
        // What comes before a scenario decides which of its steps something is expected of.
        let mut constrained = constrained(&case, platform).into_iter();
        case.script.retain(|step| constrained.next() == Some(true) || !matches!(step, Step::Act(_)));
    }
    Generated { case, applicable }
}

/// Makes one case for a platform: the questions of all rules but those of the older reading of the documentation, which
/// exclude others; no limits.
pub fn case(seed: u64, index: u64, platform: &Platform) -> Case {
    case_with(&mut Draw::new(seed, index), platform)
}

/// Makes the same array, and asks about each of these rules at every opportunity.
pub fn whole_case(seed: u64, index: u64, platform: &Platform) -> Case {
    of_today(&mut Draw::new(seed, index), platform, &Rules::all().focused())
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
