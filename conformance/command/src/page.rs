//! The documentation page as a session of an interpreter: as the specification predicts it, or with the answers of an
//! implementation.
//!
//! Both have the same lines, so a conforming implementation has the session that is predicted for its platform.

use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::judge::{located, violations};
use array_ctypes_conformance::engine::page::PageCase;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::transports::contained::Contained;
use array_ctypes_conformance::{Hello, Reply, RunError};
use array_ctypes_spec::page::{Example, examples, output};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Act, Answer, Expectation, Prediction, Profile, Step};
use std::fmt::Write as _;

/// The session of an implementation.
#[derive(Debug, Default)]
pub struct Session {
    /// The lines.
    pub text: String,
    /// The examples that were asked.
    pub asked: Vec<Example>,
    /// Those of them with an answer that differs from what is expected.
    pub different: Vec<Example>,
}

/// Returns the session that is predicted for a platform, in the newer reading of the documentation.
pub fn predicted(platform: &Platform) -> String {
    let profiles: Vec<Profile> = Profile::ALL.iter().copied().filter(|profile| *profile != Profile::Borrows).collect();
    let rules = Rules::all().of(&profiles);
    let mut text = String::new();
    let mut made = "";
    for PageCase { example, case } in examples().map(|example| PageCase::of(example, platform)) {
        begin(&mut text, example, &mut made);
        let mut predictions = case.expect(platform);
        predictions.retain(|prediction| rules.includes(prediction.rule));
        for (at, (line, step)) in example.lines().iter().zip(&case.script).enumerate() {
            let of_step = predictions.iter().find(|prediction| prediction.step == at);
            let expected = of_step.map(|prediction| expected(platform, step, &prediction.expectation));
            typed(&mut text, line.typed, &expected.unwrap_or_default());
        }
    }
    text
}

/// Asks an implementation the examples that a rule which binds it judges, and returns the session.
///
/// # Errors
/// [`RunError`] if the implementation cannot be asked.
pub fn asked(implementation: &mut Contained, hello: &Hello) -> Result<Session, RunError> {
    let platform = &hello.platform;
    let rules = Rules::all().binding(hello);
    let mut session = Session::default();
    let mut made = "";
    for page in examples().map(|example| PageCase::of(example, platform)) {
        let example = page.example;
        let without = page.first_without(&rules, platform).map(|step| example.lines()[step].typed);
        let why = without.map(|typed| format!("no rule that binds {} speaks of {typed}", hello.name));
        if let Some(why) = why.or_else(|| not_applicable(hello, &page.case)) {
            let _ = writeln!(session.text, "# {example}  not asked: {why}");
            continue;
        }
        begin(&mut session.text, example, &mut made);
        let reply = implementation.answer(&page.case)?;
        session.asked.push(example);
        if session.answers(&page, &reply, hello, &rules) {
            session.different.push(example);
        }
    }
    Ok(session)
}

impl Session {
    /// Adds the lines of an example with the answers. Returns true if one differs from what these rules expect.
    fn answers(&mut self, page: &PageCase, reply: &Reply, hello: &Hello, rules: &Rules) -> bool {
        let platform = &hello.platform;
        let broken = violations(platform, rules, &located(&hello.limits, &page.case, reply), reply);
        for (at, (line, step)) in page.example.lines().iter().zip(&page.case.script).enumerate() {
            let found = match reply.relative_answer(at) {
                None | Some(Answer::Raises(_)) => reply.found(at),
                Some(answer) => output(platform, step, &answer),
            };
            typed(&mut self.text, line.typed, &found);
            for Prediction { rule, expectation, .. } in broken.iter().filter(|prediction| prediction.step == at) {
                let expected = match expectation {
                    Expectation::SameAs(earlier) => format!("the answer to {}", page.example.lines()[*earlier].typed),
                    other => expected(platform, step, other),
                };
                let _ = writeln!(self.text, "^ DIFFERS from {expected}, which {rule} expects");
            }
        }
        !broken.is_empty()
    }
}

/// Adds the statement that makes the array of an example, unless `made` is that already, and the heading of the example. The
/// next one makes its array anew if this one deletes it.
fn begin(text: &mut String, example: Example, made: &mut &'static str) {
    if example.of().typed != *made {
        *made = example.of().typed;
        typed(text, made, "");
    }
    let _ = writeln!(text, "# {example}  {}", example.about());
    if example.script().contains(&Step::Act(Act::DropArray)) {
        *made = "";
    }
}

/// Adds a line that a user types, and what the interpreter prints.
fn typed(text: &mut String, line: &str, printed: &str) {
    let _ = writeln!(text, ">>> {line}");
    if !printed.is_empty() {
        let _ = writeln!(text, "{printed}");
    }
}

/// What is expected of a step, as an interpreter prints it.
fn expected(platform: &Platform, step: &Step, expectation: &Expectation) -> String {
    match expectation {
        Expectation::Is(answer) => output(platform, step, answer),
        other => other.to_string(),
    }
}
