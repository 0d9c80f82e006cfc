//! Makes cases: draws an array, and lets the row of each rule add steps to the script.
//!
//! Each case has a random generator of its own, seeded by (seed, index). So any case can be made without those before
//! it, and the same pair makes the same case on every platform, except for sizes that the platform decides.
//! Implementations that claim the profile `memmap` also get arrays in files; the others get arrays over buffers in
//! their place. Likewise, only implementations that declare how they make arrays of their own memory get such arrays.
//!
//! How arrays are drawn is in `draw`, and what each rule asks in `checks`.

use super::constrained::{Removable, drop_unconstrained, is_constrained};
use super::rules::Rules;
use super::table::{Numbered, ROWS};
use crate::adapter::hello::Hello;
use crate::checks::ask::Ask;
use crate::draw::Draw;
use crate::draw::domain::Domain;
use crate::draw::layout::DrawnArray;
use crate::draw::take::{self, handing};
use crate::{Case, Limits};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Profile, Question, Rule, Step, rules};

/// A case for one implementation.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The case.
    pub case: Case,
    /// True if the case is inside the limits of the implementation. Other cases are not sent.
    pub applicable: bool,
}

/// Makes one case for an implementation. The rules are those that [bind](Rules::binding) it.
pub fn generate(seed: u64, index: u64, hello: &Hello, rules: &Rules) -> Generated {
    generate_with(&Draw::new(seed, index), hello, rules)
}

/// Makes one case with these choices.
pub(crate) fn generate_with(draw: &Draw, hello: &Hello, rules: &Rules) -> Generated {
    let platform = &hello.platform;
    let handing = if is_handed(draw, rules) { handing(&mut draw.of("door"), hello) } else { None };
    let mut domain = Domain::of(hello);
    if let Some(handing) = &handing {
        (domain.limits, domain.whole_files) = (&handing.limits, true);
    }
    let DrawnArray { array, layout, is_inside: applicable } = crate::draw::layout::draw(draw, &domain);
    let Some(layout) = layout else {
        let mut script = [Question::Data, Question::Shape].map(Step::Ask).to_vec();
        script.retain(|step| {
            hello.limits.first_step_outside(platform, &array, None, std::slice::from_ref(step)).is_none()
        });
        return Generated { case: Case { array, script }, applicable };
    };
    let of_rules = draw.of("rules");
    let take = handing.as_ref().map(|handing| take::take(&mut draw.of("take"), handing, &layout));
    let is_consumers = take.is_some();
    let mut ask = Ask::new(&of_rules, domain, &array, &layout, take, rules.is_focused());
    ask.has_pointers = hello.profiles.contains(&Profile::Ctypes);
    ask.reads_held = hello.profiles.contains(&rules::lifetime::memory.profile());
    for (Numbered { row, number }, rule) in ROWS.iter().zip(Rule::all()) {
        if rules.includes(rule) && (rule.profile() == Profile::Consumer) == is_consumers {
            ask.add(rule, &of_rules.part(*number), |ask| row.add(ask));
        }
    }
    let script = ask.into_script();
    let mut case = Case { array, script };
    if case.script.iter().any(|step| matches!(step, Step::Act(_))) {
        // Only with the whole script is it known which steps of the scenario are constrained.
        drop_unconstrained(&mut case, platform, Removable::OfScenario);
    }
    while is_consumers && !is_constrained(&case, platform) {
        // What a step does decides what is expected of those after it.
        drop_unconstrained(&mut case, platform, Removable::All);
    }
    Generated { case, applicable }
}

/// One case in so many is a consumer's, of an implementation that is more than a consumer.
const ONE_IN_HANDED: u32 = 6;

/// Returns true if the case hands an array to a consumer, rather than asking about an array that the implementation makes.
fn is_handed(draw: &Draw, rules: &Rules) -> bool {
    let asks = |is_consumers: bool| {
        Rule::all().any(|rule| rules.includes(rule) && (rule.profile() == Profile::Consumer) == is_consumers)
    };
    asks(true) && (!asks(false) || draw.of("consumer").one_in(ONE_IN_HANDED))
}

/// Makes one case for a platform: without limits, with every ability, and with the questions of all rules except those of the profile
/// `borrows`, the older reading of the documentation, which contradicts the newer one.
pub fn case(seed: u64, index: u64, platform: &Platform) -> Case {
    case_with(&Draw::new(seed, index), platform)
}

/// Makes two cases about one array that the implementation makes, and hands to no consumer: one as [`case`] does, and one that
/// asks about each rule at every opportunity.
pub fn handed_out(seed: u64, index: u64, platform: &Platform) -> [Case; 2] {
    let profiles: Vec<Profile> = Profile::ALL.iter().copied().filter(|profile| *profile != Profile::Consumer).collect();
    let rules = Rules::all().of(&profiles);
    [rules.clone(), rules.focused()].map(|rules| newer_reading(&Draw::new(seed, index), platform, &rules))
}

/// Makes the case of [`case`] with these choices.
pub(crate) fn case_with(draw: &Draw, platform: &Platform) -> Case {
    newer_reading(draw, platform, &Rules::all())
}

fn newer_reading(draw: &Draw, platform: &Platform, rules: &Rules) -> Case {
    let is_newer = |profile: &Profile| *profile != Profile::Borrows;
    let hello = Hello {
        name: String::new(),
        version: String::new(),
        runtime: None,
        based_on: None,
        platform: *platform,
        profiles: Profile::ALL.iter().copied().filter(is_newer).collect(),
        limits: Limits::with_all_abilities(),
        doors: take::doors(),
    };
    generate_with(draw, &hello, &rules.binding(&hello)).case
}
