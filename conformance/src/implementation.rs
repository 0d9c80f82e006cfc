//! What is validated: anything that answers cases.
//!
//! One trait has one core method. A Rust crate implements [`InProcess`], which leaves memory and batches to the suite;
//! other languages answer through a child process. An implementation reports what it observes and never judges.

use crate::cost::Cost;
use crate::limits::Limits;
use crate::memory::Memory;
use crate::outside::{self, Place};
use crate::{Case, judge};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Profile, Question, Raises, Step};
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How an implementation introduces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// What runs it, by name and version, such as `CPython 3.11.7`, where that may matter.
    pub runtime: Option<String>,
    /// Where it runs.
    pub platform: Platform,
    /// What it claims to be.
    pub profiles: Vec<Profile>,
    /// What it cannot do.
    pub limits: Limits,
}

impl Hello {
    /// A crate on this platform that claims the profile `core`.
    pub fn core(name: &str, version: &str, limits: Limits) -> Hello {
        let (name, version) = (name.to_owned(), version.to_owned());
        Hello { name, version, runtime: None, platform: Platform::host(), profiles: vec![Profile::Core], limits }
    }

    /// Name, version, and what runs it, as reports say them.
    pub fn title(&self) -> String {
        let runtime = self.runtime.as_ref().map(|runtime| format!(" ({runtime})")).unwrap_or_default();
        format!("{} {}{runtime}", self.name, self.version)
    }

    /// The same, as if it claimed no profiles but these.
    #[must_use]
    pub fn claiming_only(mut self, profiles: &[Profile]) -> Hello {
        self.profiles.retain(|claimed| profiles.contains(claimed));
        self
    }

    /// Whether an array is inside the limits, and of a profile that is claimed; given where its elements are, or that it is
    /// invalid.
    pub fn allows(&self, array: &Array, layout: Option<&Layout>) -> bool {
        let mapped = array.map.is_none() || self.profiles.contains(&Profile::Memmap);
        mapped && self.limits.allow(&self.platform, array, layout)
    }
}

/// The answers to one case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// Address of the first byte of the buffer, known by other means than the interface under test.
    pub buffer: u64,
    /// One answer for each step.
    pub answers: Vec<Answer>,
    /// Whether the array as a whole was refused. Then each answer is that refusal.
    pub refused: bool,
    /// What was said about a refusal, by step. A refusal of the whole array is said at step 0.
    pub messages: Vec<(usize, String)>,
    /// How the implementation was lost on this case, if it was: it crashed, hung, exited or said garbage. Then no answer
    /// counts.
    pub lost: Option<String>,
}

impl Reply {
    /// What was found at a step, as a person reads it.
    pub fn found(&self, step: usize) -> String {
        if let Some(lost) = &self.lost {
            return lost.clone();
        }
        let Some(answer) = self.answers.get(step) else { return "nothing".to_owned() };
        let answer = judge::relative(answer, self.buffer);
        let said = self.messages.iter().find(|(at, _)| *at == if self.refused { 0 } else { step });
        said.map_or_else(|| answer.to_string(), |(_, message)| format!("{answer}: {message}"))
    }
}

/// Why an implementation could not be asked. By itself this is no verdict on a rule.
#[derive(Clone, Debug)]
pub struct RunError {
    /// What was expected, what was found, what to do next.
    pub message: String,
    /// The position of the case that it came with, among those that were sent and whose batch was not received.
    pub position: usize,
    /// Whether it is silence: asking again takes as long again.
    pub silent: bool,
}

impl RunError {
    /// RunError that is not with a case.
    pub fn new(message: impl Into<String>) -> RunError {
        RunError { message: message.into(), position: 0, silent: false }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RunError {}

/// Anything that answers cases.
pub trait Implementation {
    /// How it introduces itself. The same each time.
    fn hello(&self) -> &Hello;

    /// Asks a batch of cases. More than one batch may be asked before the first is answered.
    ///
    /// # Errors
    /// [`RunError`] where it cannot be asked.
    fn send(&mut self, cases: &[Case]) -> Result<(), RunError>;

    /// Waits for the answers to the oldest batch that was asked, and pushes the replies in order.
    ///
    /// # Errors
    /// [`RunError`] where it cannot go on. The replies so far are pushed all the same; those to later batches are lost.
    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError>;

    /// Asks one case and waits.
    ///
    /// # Errors
    /// [`RunError`].
    fn answer(&mut self, case: &Case) -> Result<Reply, RunError> {
        let mut replies = Vec::with_capacity(1);
        self.send(std::slice::from_ref(case))?;
        self.receive(&mut replies)?;
        replies.pop().ok_or_else(|| RunError::new("expected one reply, found none"))
    }

    /// Makes it fit to be asked again after [`RunError`]; all that was asked before is forgotten. Not all can.
    ///
    /// # Errors
    /// [`RunError`] where another has to be made.
    fn revive(&mut self) -> Result<(), RunError> {
        Err(RunError::new("it cannot be asked again"))
    }

    /// What its ways to ask about that array cost, as it measures them itself in about that time, with no batch under
    /// way. Not all can.
    ///
    /// # Errors
    /// [`RunError`] where it offers no costs, or is lost while it measures.
    fn costs(&mut self, _array: &Array, _budget: Duration) -> Result<Vec<Cost>, RunError> {
        let name = &self.hello().name;
        Err(RunError::new(format!("expected costs, found that {name} offers none")))
    }
}

/// A Rust crate under test, in this process, whose byte order is no question to it: the suite answers that itself. Files are
/// not made for it, so it does not claim the profile `memmap`: arrays that are to be mapped are refused for it.
pub trait InProcess {
    /// How it introduces itself.
    fn hello(&self) -> Hello;

    /// Makes the array of a case over that memory, and answers each step, in order.
    ///
    /// # Errors
    /// The kind of refusal, where the array is refused.
    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises>;
}

/// An [`InProcess`] crate with the memory that it works in.
#[derive(Debug)]
pub struct Local<T> {
    subject: T,
    hello: Hello,
    answered: VecDeque<Vec<Reply>>,
}

impl<T: InProcess> Local<T> {
    /// Wraps it.
    pub fn new(subject: T) -> Local<T> {
        Local { hello: subject.hello(), subject, answered: VecDeque::new() }
    }

    /// Asks a case. Where the suite has steps of its own in between, what follows them is asked over the same memory again.
    fn reply(&mut self, case: &Case, memory: &Memory) -> Reply {
        let place = Place::here(memory.address() as u64, memory.size() as u64);
        let mut reply = Reply { buffer: memory.address() as u64, ..Reply::default() };
        loop {
            let done = reply.answers.len();
            let (asked, looked) = outside::part(&case.script[done..]);
            self.part(case, memory, asked, &mut reply);
            for step in if reply.refused { &[] } else { looked } {
                place.look(step, &case.script, &mut reply);
            }
            if reply.refused || reply.answers.len() == case.script.len() {
                return reply;
            }
        }
    }

    /// Asks a part of the script of a case.
    fn part(&mut self, case: &Case, memory: &Memory, asked: &[Step], reply: &mut Reply) {
        let done = reply.answers.len();
        // A panic is a verdict on this case, not the end of the run. What it leaves of the subject is its own affair.
        let ask = AssertUnwindSafe(|| self.subject.answer(&case.array, memory, asked));
        let (mut answers, message) = match catch_unwind(ask) {
            Ok(Ok(answers)) => {
                let message = format!("expected {} answers, found {}", asked.len(), answers.len());
                (answers, message)
            }
            Ok(Err(kind)) => {
                reply.answers.resize(case.script.len(), Answer::Raises(kind));
                reply.refused = true;
                return;
            }
            Err(_) => (Vec::new(), "it panicked; its message is on standard error".to_owned()),
        };
        for (step, answer) in asked.iter().zip(&mut answers) {
            if *step == Step::Ask(Question::Native) {
                *answer = Answer::Bytes(0x0102_0304_u32.to_ne_bytes().to_vec());
            }
        }
        if answers.len() != asked.len() {
            answers.resize(asked.len(), Answer::Raises(Raises::OtherError));
            reply.messages.push((done, message));
        }
        reply.answers.append(&mut answers);
    }
}

impl<T: InProcess> Implementation for Local<T> {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        let mut replies = Vec::with_capacity(cases.len());
        for (position, case) in cases.iter().enumerate() {
            if case.array.map.is_some() {
                let answers = vec![Answer::Raises(Raises::NotImplementedError); case.script.len()];
                let message =
                    "a crate in this process is given no files; it cannot claim the profile memmap".to_owned();
                replies.push(Reply { answers, refused: true, messages: vec![(0, message)], ..Reply::default() });
                continue;
            }
            let memory = Memory::of(&case.array.buffer);
            let memory = memory.map_err(|error| RunError { position, ..RunError::new(error.to_string()) })?;
            replies.push(self.reply(case, &memory));
        }
        self.answered.push_back(replies);
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        replies.extend(self.answered.pop_front().unwrap_or_default());
        Ok(())
    }
}
