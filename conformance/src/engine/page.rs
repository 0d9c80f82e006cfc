//! The examples of the documentation page as cases: `page:1`, `page:2` and so on. They are asked before all others.
//!
//! The table of examples is the specification's. Here each becomes a case, if rules that bind the implementation speak
//! about it.

use super::rules::Rules;
use crate::Case;
use crate::adapter::hello::Hello;
use array_ctypes_spec::page::{Example, examples};
use array_ctypes_spec::platform::Platform;

/// An example as a case.
#[derive(Clone, Debug)]
pub struct PageCase {
    /// The example.
    pub example: Example,
    /// The case on a platform.
    pub case: Case,
}

impl PageCase {
    /// Returns the case of an example on a platform.
    pub fn of(example: Example, platform: &Platform) -> PageCase {
        PageCase { example, case: Case { array: example.array(platform), script: example.script() } }
    }

    /// Returns the first step that rules speak about, but none of these; `None` if these rules speak about the whole
    /// example.
    pub fn first_without(&self, rules: &Rules, platform: &Platform) -> Option<usize> {
        let predictions = self.case.expect(platform);
        (0..self.case.script.len()).find(|step| {
            let mut of_step = predictions.iter().filter(|prediction| prediction.step == *step).peekable();
            of_step.peek().is_some() && !of_step.any(|prediction| rules.includes(prediction.rule))
        })
    }
}

/// The cases of which rules speak that bind the implementation: about each step some rule that binds it, about some step
/// one of `rules`. Limits are not considered.
pub(crate) fn cases(hello: &Hello, rules: &Rules) -> impl Iterator<Item = PageCase> {
    let binding = Rules::all().binding(hello);
    examples().map(|example| PageCase::of(example, &hello.platform)).filter(move |page| {
        let is_asked = |page: &PageCase| {
            page.case.expect(&hello.platform).iter().any(|prediction| rules.includes(prediction.rule))
        };
        page.first_without(&binding, &hello.platform).is_none() && is_asked(page)
    })
}
