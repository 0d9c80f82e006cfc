//! Which cases are sent to an implementation at all.

use super::rules::Rules;
use crate::Case;
use crate::adapter::hello::Hello;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Act, Prediction, Question, Step};

/// Why an implementation is not asked a case: it is outside its limits or profiles, or reads or writes memory of which no rule
/// that binds it speaks. `None` where it is asked.
pub fn not_applicable(hello: &Hello, case: &Case) -> Option<String> {
    let layout = resolve(&hello.platform, &case.array).ok();
    if !hello.allows(&case.array, layout.as_ref()) {
        return Some(format!("outside the limits of {}", hello.name));
    }
    let step = first_unspecified_access(case, &hello.platform, &Rules::all().binding(hello))?;
    Some(format!("no rule that binds {} speaks of step {step}, {}", hello.name, case.script[step]))
}

/// The first step that would read or write memory outside the interface, of which none of these rules speaks: it must not
/// be asked. What a rule of another profile has somebody keep, may be gone.
pub fn first_unspecified_access(case: &Case, platform: &Platform, rules: &Rules) -> Option<usize> {
    let predictions = case.expect(platform);
    (0..case.script.len()).find(|step| {
        let touches = match &case.script[*step] {
            Step::Write(_) | Step::Forked(_) | Step::Outside(_) => true,
            Step::Act(act) => !matches!(act, Act::Alive | Act::Memory | Act::Collect),
            Step::Ask(question) => matches!(
                question,
                Question::Item(_)
                    | Question::Contents(_)
                    | Question::Index(..)
                    | Question::Printed(_)
                    | Question::Map(_)
            ),
        };
        let named = |prediction: &Prediction| prediction.step == *step && rules.includes(prediction.rule);
        touches && !predictions.iter().any(named)
    })
}
