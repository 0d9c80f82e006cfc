//! Decides which cases are not sent to an implementation.
//!
//! Drawn cases are filtered when they are made. This module is for cases that come from elsewhere: files, and the cases
//! of known deviations. It keeps the suite from reading or writing memory that the specification does not speak about.

use super::rules::Rules;
use crate::Case;
use crate::adapter::hello::Hello;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Act, Consumer, Door, Outside, Prediction, Question, Step, Take, Write};

/// Returns a case that comes from elsewhere as it is for an implementation: references to objects are as wide as its pointers, and
/// a door promises what the implementation declares today.
pub fn as_declared(hello: &Hello, case: &Case) -> Case {
    let mut case = case.clone();
    case.array.dtype = case.array.dtype.with_pointers(hello.platform.pointer_size());
    if let Some(Step::Consumer(Consumer::Take(take))) = case.script.first_mut() {
        let is_same = |door: &&Door| door.name == take.door.name && door.takes == take.door.takes;
        if let Some(door) = hello.doors.iter().find(is_same) {
            take.door = door.clone();
        }
    }
    case
}

/// Returns the reason not to send a case to an implementation: the case is outside its limits or profiles, or a step
/// reads or writes memory and no rule that binds the implementation constrains that step. `None` if it is asked.
pub fn not_applicable(hello: &Hello, case: &Case) -> Option<String> {
    let layout = resolve(&hello.platform, &case.array).ok();
    if !hello.allows(&case.array, layout.as_ref()) {
        return Some(format!("outside the limits of {}", hello.name));
    }
    let (array, script) = (&case.array, &case.script);
    if let Some(Step::Consumer(Consumer::Take(take))) = script.first() {
        let Take { door: Door { name, takes, .. }, .. } = &**take;
        if !hello.doors.iter().any(|door| door.name == *name && door.takes == *takes) {
            return Some(format!("{} declares no door {name}:{}", hello.name, takes.word()));
        }
    }
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
            // Who drops objects, or fills memory of their own, touches nothing of the array.
            Step::Act(act) => matches!(
                act,
                Act::Export { .. } | Act::Derive { .. } | Act::Read { .. } | Act::Balance(_) | Act::Call(_)
            ),
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
        // An element that the array has may be read and set through the library and by its address, as long as there is the array.
        // After a write, only who has pointers is judged by that step; what is in a mapped file then, others are asked, too.
        let is_of_element = matches!(
            &case.script[*step],
            Step::Write(Write::Item { .. })
                | Step::Ask(Question::Item(_))
                | Step::Outside(Outside::Peek(_) | Outside::Poke { .. })
        );
        let named =
            |prediction: &Prediction| prediction.step == *step && (is_of_element || rules.includes(prediction.rule));
        touches && !predictions.iter().any(named)
    })
}
