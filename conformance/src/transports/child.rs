//! An adapter in a child process, which speaks JSON Lines. `PROTOCOL.md` describes the protocol.
//!
//! Batches are sent before earlier ones are answered. The child replies line by line, in the order of the cases. When
//! all cases of a batch are answered and their arrays still exist, the suite does its own steps (module `outside`). If
//! a script goes on after them, the suite sends the rest as another request.
//!
//! The process and its streams are in `process` and `lines`. A child that fails is replaced in `contained`.

use crate::adapter::cost::Cost;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Implementation;
use crate::adapter::reply::{Answers, Message, Reply};
use crate::transports::outside;
use crate::transports::outside::{Gone, Place};
use crate::{Case, json};
use array_ctypes_spec::{Answer, Array, Step};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

mod lines;
mod process;
mod proof;

use process::Process;

/// The most bytes of a case that prove where its memory is.
const PROOF: usize = 64;

/// Cases that are sent together and released together.
struct Batch {
    id: u64,
    cases: Vec<Asked>,
}

/// A case with the answers so far.
struct Asked {
    script: Vec<Step>,
    /// The bytes of the array's memory, as offsets from its buffer.
    reach: Range<i128>,
    /// True if the library allocates the memory, so that the child may not know where it is.
    owns: bool,
    /// The first bytes of the buffer, if it is still to be proven that the suite sees that memory.
    bytes: Vec<u8>,
    so_far: Answers,
    /// The name that the case gives the file.
    name: Option<String>,
    /// The file that the array is mapped from, if a reply names it.
    file: Option<PathBuf>,
    /// The reply to the case as a whole, if the array was refused, or the case was declined or lost.
    whole: Option<Reply>,
    /// The number of steps that were sent to the child or done by the suite.
    sent: usize,
}

impl Asked {
    fn is_finished(&self) -> bool {
        self.whole.is_some() || self.so_far.answers.len() == self.script.len()
    }

    fn into_reply(self) -> Reply {
        self.whole.unwrap_or(Reply::Answered(self.so_far))
    }
}

/// A line that was sent. The child has to answer it with one line for each of these cases.
struct Request {
    batch: u64,
    positions: VecDeque<usize>,
}

/// An adapter in a child process.
pub struct Child {
    process: Process,
    hello: Hello,
    /// Batches that were sent and not released, the oldest first.
    batches: VecDeque<Batch>,
    /// Requests that are not answered yet, the oldest first.
    requests: VecDeque<Request>,
    /// The number of batches that were sent, which is the identifier of the next.
    batches_sent: u64,
}

impl std::fmt::Debug for Child {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Child").field("hello", &self.hello).finish_non_exhaustive()
    }
}

impl Child {
    /// Starts an adapter and waits for its handshake. Any reply may take as long as `timeout`; the handshake, which has
    /// to import the library, takes longer.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be started, or if its handshake does not come or is malformed.
    pub fn start(command: Command, timeout: Duration) -> Result<Child, RunError> {
        let mut process = Process::start(command, timeout)?;
        let hello = process.handshake()?;
        Ok(Child { process, hello, batches: VecDeque::new(), requests: VecDeque::new(), batches_sent: 0 })
    }

    /// The position of a case among all cases that were sent and not released.
    fn position(&self, batch: u64, at: usize) -> usize {
        self.batches.iter().take_while(|other| other.id != batch).map(|other| other.cases.len()).sum::<usize>() + at
    }

    /// Receives the reply to a case of the oldest request.
    fn receive_reply(&mut self, batch: u64, at: usize) -> Result<(), RunError> {
        let line = self.process.receive_line("a reply")?;
        self.take_reply(batch, at, &line)
    }

    /// Takes a line as the reply to a case.
    fn take_reply(&mut self, batch: u64, at: usize, line: &Value) -> Result<(), RunError> {
        let id = format!("{batch}:{at}");
        let Some(place) = self.batches.iter().position(|other| other.id == batch) else { return Ok(()) };
        let asked = &self.batches[place].cases[at];
        let open = asked.sent - asked.so_far.answers.len();
        let owns = asked.owns;
        // Once it is known, replies to further steps need not repeat it.
        let name = asked.name.as_deref().filter(|_| asked.file.is_none());
        let reply = json::to_reply(line, owns, |found| (found == id).then_some(open));
        let reply = reply.and_then(|(_, reply)| Ok((reply, json::to_file(line, name)?)));
        let (reply, file) = reply.map_err(|error| self.process.protocol_error(&format!("reply: {error}")))?;
        let asked = &mut self.batches[place].cases[at];
        asked.file = file.or(asked.file.take());
        match reply {
            Reply::Answered(Answers { buffer, answers, messages }) => {
                let before = asked.so_far.answers.len();
                let of_script = |message: Message| Message { step: before + message.step, ..message };
                asked.so_far.messages.extend(messages.into_iter().map(of_script));
                asked.so_far.answers.extend(answers);
                asked.so_far.buffer = buffer;
            }
            // The array exists: only the rest of its steps is declined.
            Reply::Declined(reason) if !asked.so_far.answers.is_empty() => {
                asked.so_far.answers.extend(std::iter::repeat_n(Answer::Declined(reason), open));
            }
            Reply::Refused(_) | Reply::Declined(_) | Reply::Lost(_) | Reply::Hung(_) => asked.whole = Some(reply),
        }
        Ok(())
    }

    /// Takes the replies of an adapter that hung, which came only after it was killed. Returns the position of the case on
    /// which it hung, among all cases that were sent and not released.
    fn take_late_replies(&mut self) -> Option<usize> {
        let mut late = self.process.take_late_lines().into_iter();
        loop {
            let request = self.requests.front()?;
            let batch = request.batch;
            let Some(at) = request.positions.front().copied() else {
                self.requests.pop_front();
                continue;
            };
            let taken = late.next().is_some_and(|line| self.take_reply(batch, at, &line).is_ok());
            if !taken {
                return Some(self.position(batch, at));
            }
            self.requests.front_mut()?.positions.pop_front();
        }
    }

    /// Waits for the end of an adapter whose process was gone before the suite could look, where no reply is due that would
    /// say so.
    fn receive_end(&mut self) -> RunError {
        let what = "the end of the adapter, whose process is gone";
        match self.process.receive_line(what) {
            Ok(_) => self.process.protocol_error(&format!("expected {what}, found another line")),
            Err(error) => error,
        }
    }

    /// Adds the replies to the first cases of the oldest batch, as far as they are finished. Returns the error.
    fn give_up(&mut self, error: RunError, replies: &mut Vec<Reply>) -> RunError {
        let oldest = self.batches.pop_front().into_iter().flat_map(|batch| batch.cases);
        replies.extend(oldest.take_while(Asked::is_finished).map(Asked::into_reply));
        error
    }

    /// Does the suite's own steps that come next in the cases of a batch, and sends the steps after them to the child.
    fn continue_scripts(&mut self, id: u64) {
        let Some(place) = self.batches.iter().position(|batch| batch.id == id) else { return };
        let mut more = Vec::new();
        let mut positions = VecDeque::new();
        for (at, asked) in self.batches[place].cases.iter_mut().enumerate() {
            if asked.whole.is_some() {
                continue;
            }
            // Adapters that do not name the file give it this name, as the kit did.
            let by_name = || Some(self.process.folder().join(format!("{id}-{at}"))).filter(|file| file.exists());
            let file = asked.file.clone().or_else(by_name);
            if let Some(buffer) = asked.so_far.buffer {
                self.process.proof.take_case(buffer, &asked.bytes);
            }
            let process = self.process.proof.process();
            let place = Place::of(process, &self.hello.platform, asked.so_far.buffer, &asked.reach);
            let place = Place { file, ..place };
            asked.look(&place);
            let (next, _) = outside::part(&asked.script[asked.sent..]);
            if !next.is_empty() {
                more.push(json!({ "id": format!("{id}:{at}"), "script": json::from_script(next) }));
                asked.sent += next.len();
                positions.push_back(at);
            }
        }
        if !more.is_empty() {
            self.process.send_line(&json!({ "more": id, "cases": more }));
            self.requests.push_back(Request { batch: id, positions });
        }
    }
}

impl Asked {
    fn new(case: &Case, hello: &Hello, is_proven: bool) -> Asked {
        let (first, _) = outside::part(&case.script);
        let owns = case.array.owner.is_some() || !hello.limits.given_memory && case.array.map.is_none();
        let reach = case.array.reach(&hello.platform);
        let (script, so_far) = (case.script.clone(), Answers::default());
        let name = case.array.map.as_ref().and_then(|map| map.name.clone());
        let bytes = &case.array.buffer.bytes;
        let is_given = !owns && case.array.map.is_none();
        let bytes = if is_proven || !is_given { Vec::new() } else { bytes[..bytes.len().min(PROOF)].to_vec() };
        Asked { script, reach, owns, bytes, so_far, name, file: None, whole: None, sent: first.len() }
    }

    /// Does the suite's own steps that come next. If the process is gone, they stay undone, and so the case unfinished.
    fn look(&mut self, place: &Place) {
        while let Some(step @ Step::Outside(_)) = self.script.get(self.so_far.answers.len()) {
            if let Err(Gone) = place.look_while_it_lives(step, &self.script, &mut self.so_far) {
                return;
            }
            self.sent += 1;
        }
    }
}

impl Implementation for Child {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        let id = self.batches_sent;
        self.batches_sent += 1;
        let is_proven = self.process.proof.ignored().is_none();
        let asked: Vec<Asked> = cases.iter().map(|case| Asked::new(case, &self.hello, is_proven)).collect();
        let to_json = |(at, (case, asked)): (usize, (&Case, &Asked))| {
            let mut value = json::from_parts(&case.array, &case.script[..asked.sent]);
            value["id"] = format!("{id}:{at}").into();
            value
        };
        let cases_as_json: Vec<Value> = cases.iter().zip(&asked).enumerate().map(to_json).collect();
        self.process.send_line(&json!({ "batch": id, "cases": cases_as_json }));
        self.requests.push_back(Request { batch: id, positions: (0..cases.len()).collect() });
        self.batches.push_back(Batch { id, cases: asked });
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        loop {
            let Some(oldest) = self.batches.front() else { return Ok(()) };
            let of_oldest = |request: &Request| request.batch == oldest.id;
            let unfinished = oldest.cases.iter().position(|asked| !asked.is_finished());
            if unfinished.is_none() && !self.requests.iter().any(of_oldest) {
                self.process.send_line(&json!({ "release": oldest.id }));
                let batch = self.batches.pop_front();
                replies.extend(batch.into_iter().flat_map(|batch| batch.cases).map(Asked::into_reply));
                return Ok(());
            }
            let Some(request) = self.requests.front() else {
                let error = self.receive_end();
                return Err(self.give_up(error.at(unfinished.unwrap_or_default()), replies));
            };
            let batch = request.batch;
            if let Some(at) = request.positions.front().copied() {
                let mut position = self.position(batch, at);
                if let Err(error) = self.receive_reply(batch, at) {
                    if error.is_timeout() {
                        position = self.take_late_replies().unwrap_or(position);
                    }
                    return Err(self.give_up(error.at(position), replies));
                }
                self.requests.front_mut().map(|request| request.positions.pop_front());
            } else {
                self.requests.pop_front();
                self.continue_scripts(batch);
            }
        }
    }

    fn ignored_process(&self) -> Option<i64> {
        self.process.proof.ignored()
    }

    fn revive(&mut self) -> Result<(), RunError> {
        self.batches.clear();
        self.requests.clear();
        let hello = self.process.revive()?;
        hello.expect_same(&self.hello)
    }

    fn end(&mut self) -> Result<(), RunError> {
        self.process.end()
    }

    fn costs(&mut self, array: &Array, budget: Duration) -> Result<Vec<Cost>, RunError> {
        if !self.process.offers_costs {
            return Err(RunError::unavailable(format!(
                "expected an adapter with `\"costs\": true` in its handshake, found that {} offers no costs; \
                 PROTOCOL.md explains how to offer them, and the Python kit has a method for it",
                self.hello.name
            )));
        }
        let asked = Instant::now();
        let seconds = budget.min(self.process.timeout()).as_secs_f64();
        self.process.send_line(&json!({ "bench": { "array": json::from_array(array), "seconds": seconds } }));
        let line = self.process.receive_first("costs, `{\"costs\": …}`")?;
        json::to_costs(&line, asked.elapsed()).map_err(|error| self.process.protocol_error(&format!("costs: {error}")))
    }
}
