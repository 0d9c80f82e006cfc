//! In process: a Rust crate is handed the arrays of the suite's own producer, through its doors.
//!
//! It is the shortest way for a crate that takes arrays: a trait with two methods, and one for what was made of an array. A
//! crash ends the run, as for a crate that makes arrays ([`InProcess`](crate::InProcess)); a panic is an answer, which no rule allows.
//! A program that calls [`serve_doors`](super::serve::serve_doors) is kept apart: a crash is a verdict on one case then, and the
//! command reports what each door refused.

use super::file::Files;
use super::panics;
use super::producer::{Offered, Producer};
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Implementation;
use crate::adapter::reply::{Answers, Message, Reply};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Consumer, Door, Protocol, Raises, Step, Take};
use std::collections::VecDeque;

mod number;

pub use number::Number;

/// A Rust crate under test that takes arrays, in this process.
///
/// ```no_run
/// use array_ctypes_conformance::spec::{Answer, Door, Profile, Protocol, Raises};
/// use array_ctypes_conformance::{Doors, Hello, Limits, Offered, Seen};
///
/// struct Sums;
///
/// impl Doors for Sums {
///     fn hello(&self) -> Hello {
///         let door = Door { types: vec!["f8".parse().unwrap()], ..Door::new("sum", Protocol::Pointer) };
///         Hello { doors: vec![door], profiles: vec![Profile::Consumer], ..Hello::core("sums", "1.0", Limits::default()) }
///     }
///
///     fn take(&mut self, _: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises> {
///         let Offered::Pointer(from) = offered else { return Err(Raises::TypeError) };
///         // Make a view of `from.data`, `from.shape` and `from.strides`, and return what the crate sees of it.
/// #       let _ = from;
///         Err(Raises::NotImplementedError)
///     }
/// }
///
/// mod conformance {
///     array_ctypes_conformance::consumer_tests!(super::Sums; leaves_out 35);
/// }
/// # fn main() {}
/// ```
pub trait Doors {
    /// Name, version, platform, profiles, limits and doors. The same each time.
    fn hello(&self) -> Hello;

    /// Takes an array through one of the doors. What is handed over has the form of the protocol that the door takes.
    ///
    /// # Errors
    /// The kind of refusal, if the door refuses the array.
    fn take(&mut self, door: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises>;
}

/// What a crate has made of an array. Dropping it lets go of the array.
pub trait Seen {
    /// The address of the first element.
    fn data(&self) -> *const u8;

    /// Lengths of the axes.
    fn shape(&self) -> Vec<usize>;

    /// Byte strides.
    fn strides(&self) -> Vec<isize>;

    /// The size of an element in bytes.
    fn item_size(&self) -> usize;

    /// The number of elements.
    fn length(&self) -> usize {
        self.shape().iter().product()
    }

    /// Returns true if the crate offers no way to write to elements.
    fn is_read_only(&self) -> bool {
        true
    }

    /// The value of an element: that of a [`Number`], for example.
    ///
    /// # Errors
    /// The kind of refusal.
    fn value(&self, index: &[usize]) -> Result<Answer, Raises>;

    /// The memory of an element that is no number.
    ///
    /// # Errors
    /// The kind of refusal.
    fn bytes(&self, _index: &[usize]) -> Result<Vec<u8>, Raises> {
        Err(Raises::TypeError)
    }

    /// Writes an element: the value that these bytes have in memory.
    ///
    /// # Errors
    /// The kind of refusal.
    fn put(&mut self, _index: &[usize], _bytes: &[u8]) -> Result<(), Raises> {
        Err(Raises::TypeError)
    }
}

/// Does the script of a case with a crate that takes arrays. The message is about a system that refuses the memory.
///
/// # Errors
/// That message.
pub fn reply(doors: &mut dyn Doors, platform: &Platform, case: &Case, files: &mut Files) -> Result<Reply, String> {
    if case.array.map.is_some() && isize::try_from(case.array.memory().size).is_err() {
        let reason = "the producer maps whole files, and this one has more bytes than the process has addresses";
        return Ok(Reply::Declined(reason.to_owned()));
    }
    let producer = Producer::new(platform, &case.array, files)?;
    let mut so_far = Answers { buffer: Some(producer.address()), ..Answers::default() };
    let mut visit = Visit { doors, producer, take: None, seen: None };
    for step in &case.script {
        let answer = panics::catch(|| visit.answer(step)).unwrap_or_else(|text| {
            so_far.messages.push(Message { step: so_far.answers.len(), text: text.clone(), place: None });
            Answer::Text(text)
        });
        so_far.answers.push(answer);
    }
    // What the crate made goes before the memory, and may panic once more.
    let _ = panics::catch(|| visit.seen = None);
    Ok(Reply::Answered(so_far))
}

/// An array of a case that is handed over.
struct Visit<'a> {
    doors: &'a mut dyn Doors,
    producer: Producer,
    /// How it was handed over.
    take: Option<Take>,
    /// What was made of it.
    seen: Option<Box<dyn Seen>>,
}

impl Visit<'_> {
    fn answer(&mut self, step: &Step) -> Answer {
        match step {
            Step::Consumer(Consumer::Take(take)) => {
                self.take = Some((**take).clone());
                match self.hand_over() {
                    Ok(seen) => {
                        self.seen = Some(seen);
                        Answer::Nothing
                    }
                    Err(answer) => answer,
                }
            }
            Step::Consumer(Consumer::TakeAgain) => self.hand_over().err().unwrap_or(Answer::Nothing),
            Step::Consumer(Consumer::Repeat(count)) => {
                (0..*count).for_each(|_| drop(self.hand_over()));
                Answer::Nothing
            }
            Step::Consumer(Consumer::Drop) => {
                self.seen = None;
                Answer::Nothing
            }
            Step::Consumer(Consumer::Write { .. }) if self.is_blind() => {
                Answer::Declined("a bare pointer does not say that the memory is read-only".to_owned())
            }
            Step::Consumer(step) => match &mut self.seen {
                Some(seen) => ask(&mut **seen, step).unwrap_or_else(Answer::Raises),
                None => Answer::Raises(Raises::OtherError),
            },
            Step::Producer(step) => self.producer.answer(step),
            _ => Answer::Raises(Raises::NotImplementedError),
        }
    }

    /// Returns true if a write may end the process, and the crate cannot know.
    fn is_blind(&self) -> bool {
        let door = self.take.as_ref().map(|take| &take.door);
        let is_pointer = door.is_some_and(|door| door.takes == Protocol::Pointer && door.mutable);
        is_pointer && self.producer.is_locked()
    }

    /// Hands the array over as the first time.
    fn hand_over(&mut self) -> Result<Box<dyn Seen>, Answer> {
        let Some(take) = &self.take else { return Err(Answer::Raises(Raises::OtherError)) };
        match self.producer.offer(take) {
            Ok(Some(offered)) => self.doors.take(&take.door, offered).map_err(Answer::Raises),
            Ok(None) => Err(Answer::Declined(format!("no Rust form of `{}`", take.door.takes.word()))),
            Err(kind) => Err(Answer::Raises(kind)),
        }
    }
}

/// Asks what a crate sees of an array.
fn ask(seen: &mut dyn Seen, step: &Consumer) -> Result<Answer, Raises> {
    Ok(match step {
        Consumer::Data => Answer::address(seen.data()),
        Consumer::Shape => Answer::integers(seen.shape()),
        Consumer::Strides => Answer::integers(seen.strides()),
        Consumer::ItemSize => Answer::Integer(seen.item_size() as i128),
        Consumer::Length => Answer::Integer(seen.length() as i128),
        Consumer::ReadOnly => Answer::Bool(seen.is_read_only()),
        Consumer::Value(index) => seen.value(&usizes(index))?,
        Consumer::Bytes(index) => Answer::Bytes(seen.bytes(&usizes(index))?),
        Consumer::Write { bytes, index } => {
            seen.put(&usizes(index), bytes)?;
            Answer::Nothing
        }
        Consumer::Take(_) | Consumer::TakeAgain | Consumer::Repeat(_) | Consumer::Drop => {
            return Err(Raises::NotImplementedError);
        }
    })
}

fn usizes(index: &[u64]) -> Vec<usize> {
    index.iter().map(|at| *at as usize).collect()
}

/// A crate with [`Doors`], with the memory and the files that it is handed.
#[derive(Debug)]
pub struct LocalDoors<T> {
    doors: T,
    hello: Hello,
    files: Files,
    /// The replies to the batches that were sent and not received, the oldest first.
    answered: VecDeque<Vec<Reply>>,
}

impl<T: Doors> LocalDoors<T> {
    /// Wraps a crate under test.
    pub fn new(doors: T) -> LocalDoors<T> {
        LocalDoors { hello: doors.hello(), doors, files: Files::default(), answered: VecDeque::new() }
    }
}

impl<T: Doors> Implementation for LocalDoors<T> {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        let mut replies = Vec::with_capacity(cases.len());
        for case in cases {
            let reply = reply(&mut self.doors, &self.hello.platform, case, &mut self.files);
            replies.push(reply.unwrap_or_else(Reply::prevented));
        }
        self.answered.push_back(replies);
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        replies.extend(self.answered.pop_front().unwrap_or_default());
        Ok(())
    }
}
