//! In process: a Rust crate answers over memory that the suite allocates.
//!
//! It is the shortest way for a crate: one trait with two methods, and no process or protocol. A crash ends the run,
//! though; only a panic does not. Mapped files are not supported.

use super::memory::Memory;
use super::outside::{self, Place};
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Implementation;
use crate::adapter::reply::{Answers, Message, Refusal, Reply};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Expectation, Question, Raises, Step, expect_making};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A Rust crate under test, in this process.
///
/// It cannot claim the profile `memmap`: the suite makes no files for it, and refuses mapped arrays in its name. The
/// suite answers the question `native` itself, since the byte order is that of this process.
pub trait InProcess {
    /// Name, version, platform, profiles and limits. The same each time.
    fn hello(&self) -> Hello;

    /// Makes the array of a case over that memory, and answers each step, in order.
    ///
    /// If the array has an [`owner`](Array::owner), the crate makes it in memory of its own, in that way, and takes only the
    /// bytes from `memory`. Such cases come only if the limits declare [`owners`](crate::Limits::owners).
    ///
    /// A step that the crate cannot answer, although it is inside the limits, is declined: its answer is
    /// [`Answer::Declined`]. Then it is not judged. A crate declines the whole case if it declines each step.
    ///
    /// # Errors
    /// The kind of refusal, if the crate refuses the array.
    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises>;
}

/// An [`InProcess`] crate with the memory that it works in.
#[derive(Debug)]
pub struct Local<T> {
    subject: T,
    hello: Hello,
    /// The replies to the batches that were sent and not received, the oldest first.
    answered: VecDeque<Vec<Reply>>,
}

impl<T: InProcess> Local<T> {
    /// Wraps a crate under test.
    pub fn new(subject: T) -> Local<T> {
        Local { hello: subject.hello(), subject, answered: VecDeque::new() }
    }

    /// Asks a case. After steps of the suite's own, the array is made again over the same memory for the steps that
    /// follow.
    fn reply(&mut self, case: &Case, memory: &Memory) -> Reply {
        let mut place = Place::here(memory.address() as u64, memory.size() as u64);
        let mut so_far = Answers { buffer: Some(memory.address() as u64), ..Answers::default() };
        if case.array.owner.is_some() || !self.hello.limits.given_memory {
            // Only the crate knows where the array is, and drops it before the suite could look.
            (place.process, so_far.buffer) = (None, None);
        }
        loop {
            let (asked, looked) = outside::part(&case.script[so_far.answers.len()..]);
            if let Err(kind) = self.part(case, memory, asked, &mut so_far) {
                return Reply::refused(kind);
            }
            for step in looked {
                place.look(step, &case.script, &mut so_far);
            }
            if so_far.answers.len() == case.script.len() {
                return answered(so_far);
            }
        }
    }

    /// Asks a part of a script, and adds its answers to those so far.
    fn part(&mut self, case: &Case, memory: &Memory, asked: &[Step], so_far: &mut Answers) -> Result<(), Raises> {
        // A panic fails this case and does not end the run. The crate must cope with what the panic leaves behind.
        let ask = AssertUnwindSafe(|| self.subject.answer(&case.array, memory, asked));
        let (mut answers, message) = match catch_unwind(ask) {
            Ok(answers) => {
                let answers = answers?;
                let message = format!("expected {} answers, found {}", asked.len(), answers.len());
                (answers, message)
            }
            Err(_) if !self.hello.limits.returns_refusals => match must_refuse(&self.hello.platform, &case.array) {
                Some(kind) => return Err(kind),
                None => {
                    (Vec::new(), "it panicked, although the array exists; its message is on standard error".to_owned())
                }
            },
            Err(_) => (Vec::new(), "it panicked; its message is on standard error".to_owned()),
        };
        for (step, answer) in asked.iter().zip(&mut answers) {
            if *step == Step::Ask(Question::Native) {
                *answer = Answer::Bytes(0x0102_0304_u32.to_ne_bytes().to_vec());
            }
        }
        if answers.len() != asked.len() {
            answers.resize(asked.len(), Answer::Raises(Raises::OtherError));
            so_far.messages.push(Message { step: so_far.answers.len(), text: message });
        }
        so_far.answers.append(&mut answers);
        Ok(())
    }
}

/// Returns a kind of refusal that is right for an array that must be refused; `None` if the array exists.
///
/// A panic has no kind, so that of a crate that refuses by panic is the expected one.
fn must_refuse(platform: &Platform, array: &Array) -> Option<Raises> {
    let resolved = resolve(platform, array);
    match expect_making(array, &resolved).expectation {
        Expectation::Raises(kinds) if resolved.is_err() => kinds.first().copied(),
        _ => None,
    }
}

/// The reply with these answers. A crate that declines every step declines the case.
fn answered(answers: Answers) -> Reply {
    let is_declined = |answer: &Answer| matches!(answer, Answer::Declined(_));
    match answers.answers.first() {
        Some(Answer::Declined(reason)) if answers.answers.iter().all(is_declined) => Reply::Declined(reason.clone()),
        _ => Reply::Answered(answers),
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
                let message = "the suite makes no files for a crate in this process; do not claim the profile memmap";
                let message = message.to_owned();
                replies.push(Reply::Refused(Refusal { kind: Raises::NotImplementedError, message: Some(message) }));
                continue;
            }
            let memory = Memory::of(&case.array.buffer);
            let memory = memory.map_err(|error| RunError::lost(error.to_string()).at(position))?;
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
