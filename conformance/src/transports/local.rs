//! In process: a Rust crate answers over memory that the suite allocates, or over files that it makes.
//!
//! It is the shortest way for a crate: one trait with two methods, and no process or protocol; mapped files need a third. A
//! crash ends the run, though; only a panic does not.

use super::file::{CaseFile, Files};
use super::memory::Memory;
use super::outside::{self, Place};
use super::panics;
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Implementation;
use crate::adapter::reply::{Answers, Message, Reply};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::memmap::Map;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Expectation, Question, Raises, Step, expect_making};
use std::collections::VecDeque;
use std::io;

mod answers;
mod mapped;

use answers::{answered, native};
pub use mapped::Mapped;

/// A Rust crate under test, in this process.
///
/// ```
/// use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Step};
/// use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, testing};
///
/// /// A crate that only knows addresses.
/// struct Addresses;
///
/// impl InProcess for Addresses {
///     fn hello(&self) -> Hello {
///         Hello::core("addresses", "1.0", Limits { invalid: false, ..Limits::default() }.with_views(&[]))
///     }
///
///     fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
///         let answer = |question: &Question| match question {
///             Question::Data => Answer::address(memory.as_ptr().wrapping_offset(array.offset as isize)),
///             _ => Answer::Raises(Raises::NotImplementedError),
///         };
///         Ok(script.iter().filter_map(Step::question).map(answer).collect())
///     }
/// }
///
/// // One case by hand. `conformance_tests!` draws them.
/// let case = r#"{
///     "array": {"buffer": {"at": 0, "bytes": "0102", "size": "2"}, "dtype": "|u1", "offset": "1",
///         "shape": ["1"], "strides": ["1"], "views": [], "writeable": true},
///     "script": ["data"]
/// }"#;
/// testing::repeat(Addresses, case);
/// ```
///
/// The suite answers the question `native` itself, since the byte order is that of this process.
///
/// A panic is a verdict on the case: on the rule of the step that panics, or on `layout.answered`. To find the step, the
/// suite asks the case again, with the first steps only.
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

    /// Maps the array of a case from a file, and takes its views. A crate that claims the profile `memmap` has this method;
    /// the suite sends no such cases to others.
    ///
    /// # Errors
    /// The kind of refusal, if the crate refuses the array.
    fn map<'a>(&'a mut self, _array: &Array, _file: &'a CaseFile) -> Result<Box<dyn Mapped + 'a>, Raises> {
        Err(Raises::NotImplementedError)
    }
}

/// An [`InProcess`] crate with the memory and the files that it works in.
#[derive(Debug)]
pub struct Local<T> {
    subject: T,
    hello: Hello,
    files: Files,
    /// The replies to the batches that were sent and not received, the oldest first.
    answered: VecDeque<Vec<Reply>>,
}

impl<T: InProcess> Local<T> {
    /// Wraps a crate under test.
    pub fn new(subject: T) -> Local<T> {
        Local { hello: subject.hello(), subject, files: Files::default(), answered: VecDeque::new() }
    }

    /// Asks a case. After steps of the suite's own, the array is made again over the same memory for the steps that
    /// follow.
    fn reply(&mut self, case: &Case, memory: &Memory) -> Reply {
        let (mut place, mut so_far) =
            (Place::here(memory.address() as u64, memory.size() as u64), self.start(case, memory));
        if so_far.buffer.is_none() {
            // Only the crate knows where the array is, and drops it before the suite could look.
            place.process = None;
        }
        loop {
            let (asked, looked) = outside::part(&case.script[so_far.answers.len()..]);
            match self.part(case, memory, asked, &mut so_far) {
                Ok(()) => {}
                Err(Ended::Refused(kind)) => return Reply::refused(kind),
                Err(Ended::Panicked(message)) => return self.panicked(case, message, so_far.answers.is_empty()),
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
    fn part(&mut self, case: &Case, memory: &Memory, asked: &[Step], so_far: &mut Answers) -> Result<(), Ended> {
        let answers = panics::catch(|| self.subject.answer(&case.array, memory, asked)).map_err(Ended::Panicked)?;
        let mut answers = answers.map_err(Ended::Refused)?;
        for (step, answer) in asked.iter().zip(&mut answers) {
            if *step == Step::Ask(Question::Native) {
                *answer = native();
            }
        }
        if answers.len() != asked.len() {
            let text = format!("expected {} answers, found {}", asked.len(), answers.len());
            answers.resize(asked.len(), Answer::Raises(Raises::OtherError));
            so_far.messages.push(Message { step: so_far.answers.len(), text, place: None });
        }
        so_far.answers.append(&mut answers);
        Ok(())
    }

    /// The reply to a case on which the crate panicked, perhaps in the first part of its script.
    fn panicked(&mut self, case: &Case, message: String, is_first: bool) -> Reply {
        match self.refuses_by_panic(&case.array) {
            Some(kind) => Reply::refused(kind),
            // The memory is no longer what it was at the start, so only a whole script can be repeated.
            None if is_first => self.blame(case, message),
            None => Reply::Lost(message),
        }
    }

    /// Looks for the step that panics in the first part of a script: the shortest start of the script that panics ends with
    /// it. If none panics again, or none is needed, the case is lost.
    fn blame(&mut self, case: &Case, message: String) -> Reply {
        let (script, _) = outside::part(&case.script);
        let mut ask = |count: usize| {
            let memory = Memory::of(&case.array.buffer).ok()?;
            let mut so_far = self.start(case, &memory);
            Some(self.part(case, &memory, &script[..count], &mut so_far).map(|()| so_far))
        };
        let (mut holds, mut panics) = (0, script.len());
        let Some(Ok(mut before)) = ask(0) else { return Reply::Lost(message) };
        while holds + 1 < panics {
            let middle = usize::midpoint(holds, panics);
            match ask(middle) {
                Some(Ok(answers)) => (holds, before) = (middle, answers),
                Some(Err(Ended::Panicked(_))) => panics = middle,
                _ => return Reply::Lost(message),
            }
        }
        if script.is_empty() { Reply::Lost(message) } else { panics::at_step(&self.hello, case, before, message) }
    }

    /// Asks a case whose array lies in a file.
    fn reply_mapped(&mut self, case: &Case, map: &Map) -> io::Result<Reply> {
        let file = self.files.make(&case.array, map)?;
        let by_panic = self.refuses_by_panic(&case.array);
        Ok(match panics::catch(|| self.subject.map(&case.array, &file)) {
            Ok(Ok(mapped)) => mapped::reply(&self.hello, case, &file, mapped),
            Ok(Err(kind)) => Reply::refused(kind),
            Err(message) => by_panic.map_or(Reply::Lost(message), Reply::refused),
        })
    }

    /// No answers yet, over that memory.
    fn start(&self, case: &Case, memory: &Memory) -> Answers {
        let is_given = case.array.owner.is_none() && self.hello.limits.given_memory;
        Answers { buffer: is_given.then(|| memory.address() as u64), ..Answers::default() }
    }

    /// If a panic refuses that array, and it must be refused, returns a kind of refusal that is right. A panic has no kind.
    fn refuses_by_panic(&self, array: &Array) -> Option<Raises> {
        if self.hello.limits.returns_refusals { None } else { must_refuse(&self.hello.platform, array) }
    }
}

/// How a part of a script ended early.
enum Ended {
    Refused(Raises),
    /// With what the panic says.
    Panicked(String),
}

/// Returns a kind of refusal that is right for an array that must be refused; `None` if the array exists.
fn must_refuse(platform: &Platform, array: &Array) -> Option<Raises> {
    let resolved = resolve(platform, array);
    match expect_making(array, &resolved).expectation {
        Expectation::Raises(kinds) if resolved.is_err() => kinds.first().copied(),
        _ => None,
    }
}

impl<T: InProcess> Implementation for Local<T> {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        let mut replies = Vec::with_capacity(cases.len());
        for case in cases {
            replies.push(match &case.array.map {
                Some(map) => self.reply_mapped(case, map).unwrap_or_else(Reply::prevented),
                None => match Memory::of(&case.array.buffer) {
                    Ok(memory) => self.reply(case, &memory),
                    Err(error) => Reply::prevented(error),
                },
            });
        }
        self.answered.push_back(replies);
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        replies.extend(self.answered.pop_front().unwrap_or_default());
        Ok(())
    }
}
