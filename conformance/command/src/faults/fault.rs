//! Faults: what each is made of, and how it spoils a reply of the reference.

use super::about::{About, Refused};
use super::answers::{absolute, lengths};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::spec::layout::{Invalid, Layout};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Question, Raises, Rule, Step};
use array_ctypes_conformance::{Case, Reply};
use std::sync::Arc;

/// The faults of one rule.
#[derive(Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// The other rules that the faults added after this may break.
    beside: Beside,
}

/// One mistake.
#[derive(Clone)]
pub(crate) struct Fault {
    /// A short statement of the mistake.
    pub(crate) name: &'static str,
    pub(super) beside: Beside,
    mistake: Mistake,
}

/// The rules that a fault may break beside its own.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside {
    pub(super) rules: &'static [Rule],
    /// True if the rule of the array's last view is one of them.
    pub(super) of_view: bool,
}

/// Where a mistake is made, and what changes there.
#[derive(Clone)]
enum Mistake {
    /// Changes the answer to a question, wherever it is in the script.
    Answer(Arc<AnswerMistake>),
    /// Changes the answers to a script.
    Script(Arc<ScriptMistake>),
    /// Refuses an array that exists, if this returns true.
    Refuses(Raises, Arc<ArrayTest>),
    /// Crashes or hangs on the case, if this returns a message.
    Dies(Arc<HowItDies>),
    /// Makes an array that does not exist, if this returns its layout.
    Accepts(Arc<WrongLayout>),
    /// Refuses an array that does not exist with this error instead, if this returns true.
    Refused(Raises, Arc<RefusedTest>),
    /// Refuses a question with this error instead, if this returns true.
    Raises(Raises, Arc<QuestionTest>),
}

type AnswerMistake = dyn Fn(&About, &Question, &mut Answer) + Send + Sync;
type ScriptMistake = dyn Fn(&About, &mut [Answer]) + Send + Sync;
type ArrayTest = dyn Fn(&About) -> bool + Send + Sync;
type HowItDies = dyn Fn(&About) -> Option<&'static str> + Send + Sync;
type WrongLayout = dyn Fn(&Refused) -> Option<Layout> + Send + Sync;
type RefusedTest = dyn Fn(&Refused) -> bool + Send + Sync;
type QuestionTest = dyn Fn(&About, &Question) -> bool + Send + Sync;

impl Faults {
    /// Returns the faults that a function declares.
    pub(super) fn declared_by(declare: fn(&mut Faults)) -> Vec<Fault> {
        let mut faults = Faults::default();
        declare(&mut faults);
        faults.list
    }

    /// Allows all faults that follow to break these rules beside their own.
    pub(crate) fn also(&mut self, rules: &'static [Rule]) {
        self.beside.rules = rules;
    }

    /// Allows all faults that follow to break the rule of the array's last view, whichever that is.
    pub(crate) fn also_the_rule_of_the_view(&mut self) {
        self.beside.of_view = true;
    }

    /// Adds a wrong answer to a question.
    pub(crate) fn answer(
        &mut self,
        name: &'static str,
        mistake: impl Fn(&About, &Question, &mut Answer) + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Answer(Arc::new(mistake)))
    }

    /// Adds wrong answers to a script.
    pub(crate) fn script(
        &mut self,
        name: &'static str,
        mistake: impl Fn(&About, &mut [Answer]) + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Script(Arc::new(mistake)))
    }

    /// Adds the refusal of an array that exists.
    pub(crate) fn refuses(
        &mut self,
        name: &'static str,
        kind: Raises,
        is_refused: impl Fn(&About) -> bool + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Refuses(kind, Arc::new(is_refused)))
    }

    /// Adds a crash or a hang. `how` returns the message about the lost case.
    pub(crate) fn dies(
        &mut self,
        name: &'static str,
        how: impl Fn(&About) -> Option<&'static str> + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Dies(Arc::new(how)))
    }

    /// Adds an array that does not exist and is made.
    pub(crate) fn accepts(
        &mut self,
        name: &'static str,
        layout: impl Fn(&Refused) -> Option<Layout> + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Accepts(Arc::new(layout)))
    }

    /// Adds the wrong error for an array that does not exist.
    pub(crate) fn refused(
        &mut self,
        name: &'static str,
        kind: Raises,
        applies: impl Fn(&Refused) -> bool + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Refused(kind, Arc::new(applies)))
    }

    /// Adds the wrong error for a question that is refused.
    pub(crate) fn raises(
        &mut self,
        name: &'static str,
        kind: Raises,
        applies: impl Fn(&About, &Question) -> bool + Send + Sync + 'static,
    ) -> &mut Fault {
        self.add(name, Mistake::Raises(kind, Arc::new(applies)))
    }

    fn add(&mut self, name: &'static str, mistake: Mistake) -> &mut Fault {
        self.list.push(Fault { name, beside: self.beside, mistake });
        self.list.last_mut().expect("one was pushed")
    }
}

impl Fault {
    /// Allows this fault to break these rules beside its own, and no others.
    pub(crate) fn also(&mut self, rules: &'static [Rule]) {
        self.beside.rules = rules;
    }

    /// Returns the reference's reply with the mistake in it; `None` if the mistake makes no difference.
    pub(crate) fn spoiled(&self, case: &Case, layout: &Result<Layout, Invalid>, reply: &Reply) -> Option<Reply> {
        let mut faulty = reply.clone();
        self.spoil(case, layout, &mut faulty);
        (faulty != *reply).then_some(faulty)
    }

    /// Makes the mistake in a reply of the reference.
    pub(crate) fn spoil(&self, case: &Case, layout: &Result<Layout, Invalid>, reply: &mut Reply) {
        let platform = Platform::host();
        match (layout, &mut *reply) {
            (Ok(layout), Reply::Answered(Answers { buffer, answers, .. })) => {
                let about = About { case, layout, platform, buffer: buffer.unwrap_or_default() };
                if let Some(other) = self.spoil_answers(&about, answers) {
                    *reply = other;
                }
            }
            (Err(invalid), Reply::Refused(refusal)) => {
                let refused = Refused { array: &case.array, invalid, platform };
                match &self.mistake {
                    Mistake::Refused(kind, applies) if applies(&refused) => refusal.kind = *kind,
                    Mistake::Accepts(layout) => {
                        if let Some(layout) = layout(&refused) {
                            *reply = accepted(case, &layout, refusal.kind);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Makes the mistake in the answers about an array that exists, or returns another reply.
    fn spoil_answers(&self, about: &About, answers: &mut [Answer]) -> Option<Reply> {
        let asked = about.case.script.iter().zip(&mut *answers);
        match &self.mistake {
            Mistake::Answer(mistake) => asked.for_each(|(step, answer)| {
                if let Step::Ask(question) = step {
                    mistake(about, question, answer);
                }
            }),
            Mistake::Raises(kind, applies) => asked.for_each(|(step, answer)| {
                if let (Step::Ask(question), Answer::Raises(found)) = (step, answer)
                    && applies(about, question)
                {
                    *found = *kind;
                }
            }),
            Mistake::Script(mistake) => mistake(about, answers),
            Mistake::Refuses(kind, is_refused) if is_refused(about) => return Some(Reply::refused(*kind)),
            Mistake::Dies(how) => return how(about).map(|how| Reply::Lost(how.to_owned())),
            Mistake::Refuses(..) | Mistake::Accepts(_) | Mistake::Refused(..) => {}
        }
        None
    }
}

/// Returns the reply of an implementation that makes an array that does not exist, in a buffer at address 0, and
/// refuses every question except those about address and shape.
fn accepted(case: &Case, layout: &Layout, kind: Raises) -> Reply {
    let answer = |step: &Step| match step {
        Step::Ask(Question::Data) => absolute(0, layout.offset),
        Step::Ask(Question::Shape) => lengths(&layout.shape),
        _ => Answer::Raises(kind),
    };
    let answers = case.script.iter().map(answer).collect();
    Reply::Answered(Answers { buffer: Some(0), answers, ..Answers::default() })
}
