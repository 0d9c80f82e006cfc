//! Decides which cases are not sent to an implementation.
//!
//! Drawn cases are filtered when they are made. This module is for cases that come from elsewhere: files, and the cases
//! of known deviations. It keeps the suite from reading or writing memory that the specification does not speak about.

use super::rules::Rules;
use crate::Case;
use crate::adapter::hello::Hello;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Act, Prediction, Question, Step};

/// Returns the reason not to send a case to an implementation: the case is outside its limits or profiles, or a step
/// reads or writes memory and no rule that binds the implementation constrains that step. `None` if it is asked.
pub fn not_applicable(hello: &Hello, case: &Case) -> Option<String> {
    let layout = resolve(&hello.platform, &case.array).ok();
    if !hello.allows(&case.array, layout.as_ref()) {
        return Some(format!("outside the limits of {}", hello.name));
    }
    let (array, script) = (&case.array, &case.script);
    if let Some(step) = hello.limits.first_step_outside(&hello.platform, array, layout.as_ref(), script) {
        return Some(format!("step {step}, {}, is outside the limits of {}", script[step], hello.name));
    }
    let step = first_unspecified_access(case, &hello.platform, &Rules::all().binding(hello))?;
    Some(format!("no rule that binds {} speaks of step {step}, {}", hello.name, case.script[step]))
}

/// Returns the first step that reads or writes memory although none of these rules constrains it. Such a step must not
/// be sent: the memory may be gone, for example if only a rule of another profile has an object hold it.
pub fn first_unspecified_access(case: &Case, platform: &Platform, rules: &Rules) -> Option<usize> {
    let predictions = case.expect(platform);
    (0..case.script.len()).find(|step| {
        let touches = match &case.script[*step] {
            Step::Write(_) | Step::Forked(_) | Step::Outside(_) => true,
            Step::Act(act) => !matches!(act, Act::Alive | Act::Memory | Act::Collect),
            // A consumer that must be asked of is asked; what it has made may not be read once its memory is gone.
            Step::Consumer(_) => true,
            Step::Producer(_) => false,
            Step::Ask(question) => matches!(
                question,
                Question::Item(_)
                    | Question::Contents(_)
                    | Question::Index(..)
                    | Question::Printed(_)
                    | Question::Hand(_)
                    | Question::Walk(_)
                    | Question::Map(_)
            ),
        };
        let named = |prediction: &Prediction| prediction.step == *step && rules.includes(prediction.rule);
        touches && !predictions.iter().any(named)
    })
}
