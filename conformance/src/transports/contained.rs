//! Contains an implementation: a crash, a hang, an exit or garbage is a verdict on one case, and another instance
//! answers the next case.
//!
//! Replies come in order, one for each case, so the first case without one is the suspect. It is asked again, alone,
//! because an earlier case may be to blame, or replies were not flushed. If it answers now, halves of the other cases
//! are asked until the culprit is found. If no case fails again, the report blames the first case without a reply, and
//! says so. A timeout is not asked again, since that would take as long again: a case that hangs costs one timeout.
//!
//! This module does not know how to start an implementation; the caller's `make` does.

use super::leftovers;
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::{Implementation, Make};
use crate::adapter::reply::Reply;
use std::collections::VecDeque;

/// The run ends after this many lost cases in a row: the implementation is not answering at all.
const MAX_LOST_IN_A_ROW: usize = 50;

/// The run ends after this many timeouts, because each one takes long.
const MAX_TIMEOUTS: usize = 50;

/// How many cases were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// All lost cases.
    pub(crate) cases: usize,
    /// Those of them that were lost to a timeout.
    pub(crate) timeouts: usize,
}

/// An implementation, and the means to make another.
pub struct Contained<'a> {
    make: &'a Make<'a>,
    /// How the first introduced itself.
    hello: Hello,
    /// The implementation that answers now; `None` after it was lost, until another is needed.
    current: Option<Box<dyn Implementation>>,
    /// Batches that were sent and not received.
    sent: VecDeque<Vec<Case>>,
    /// Batches that were settled after a loss and not received yet, with their replies.
    settled: VecDeque<Vec<(Case, Reply)>>,
    lost_in_a_row: usize,
    losses: Losses,
    /// How often the implementation was replaced.
    replaced: usize,
}

impl<'a> Contained<'a> {
    /// Contains an implementation; `make` starts another when one is lost.
    pub fn new(first: Box<dyn Implementation>, make: &'a Make<'a>) -> Contained<'a> {
        Contained {
            make,
            hello: first.hello().clone(),
            current: Some(first),
            sent: VecDeque::new(),
            settled: VecDeque::new(),
            lost_in_a_row: 0,
            losses: Losses::default(),
            replaced: 0,
        }
    }

    /// Drops the implementation, so that a fresh one is asked next. No batch may be unreceived.
    pub(crate) fn renew(&mut self) {
        self.current = None;
        self.replaced += 1;
    }

    /// How often the implementation was replaced. As long as that stays, one and the same is asked.
    pub(crate) fn replaced(&self) -> usize {
        self.replaced
    }

    /// Ends the implementation that answers now, in order. Returns the process that it reports and that was not looked at,
    /// beside what was wrong with its end.
    ///
    /// # Errors
    /// The second part is [`RunError`] if it does not end, or not in order.
    pub fn end(self) -> (Option<i64>, Result<(), RunError>) {
        let Some(mut current) = self.current else { return (None, Ok(())) };
        (current.ignored_process(), current.end())
    }

    /// How many cases were lost so far.
    pub(crate) fn losses(&self) -> Losses {
        self.losses
    }

    /// The implementation that answers, started again if it was lost.
    fn running(&mut self) -> Result<&mut Box<dyn Implementation>, RunError> {
        if self.current.is_none() {
            let another = (self.make)()?;
            another.hello().expect_same(&self.hello)?;
            self.current = Some(another);
        }
        self.current.as_mut().ok_or_else(|| RunError::unavailable("expected an implementation, found none"))
    }

    /// Asks cases together and fills in the replies that come. Returns the error if the implementation was lost; then
    /// it is replaced.
    fn ask(&mut self, cases: &[Case], replies: &mut [Option<Reply>]) -> Result<Option<RunError>, RunError> {
        if cases.is_empty() {
            return Ok(None);
        }
        let mut received = Vec::with_capacity(cases.len());
        let current = self.running()?;
        let done = current.send(cases).and_then(|()| current.receive(&mut received));
        self.note_answers(received.len());
        replies.iter_mut().zip(received).for_each(|(place, reply)| *place = Some(reply));
        if done.is_err() {
            self.replace();
        }
        Ok(done.err())
    }

    fn note_answers(&mut self, count: usize) {
        if count > 0 {
            self.lost_in_a_row = 0;
        }
    }

    /// Revives the implementation, or drops it, so that another is started when one is needed.
    fn replace(&mut self) {
        self.replaced += 1;
        // Its processes were killed from here, so no case is to blame.
        if leftovers::interrupted().is_some() {
            self.current = None;
        }
        if self.current.as_mut().is_some_and(|current| current.revive().is_err()) {
            self.current = None;
        }
    }

    /// Finds the case to blame for an error among cases that were asked together, and fills in all replies. Returns
    /// true if some case is blamed.
    fn settle(&mut self, cases: &[Case], replies: &mut [Option<Reply>], error: RunError) -> Result<bool, RunError> {
        let suspect = error.position().min(cases.len().saturating_sub(1));
        let Some(case) = cases.get(suspect) else { return Ok(false) };
        let again = if error.is_timeout() {
            Some(error.clone())
        } else {
            self.ask(std::slice::from_ref(case), &mut replies[suspect..=suspect])?
        };
        let mut found = again.is_some();
        if let Some(again) = again {
            replies[suspect] = Some(self.record_lost(&again)?);
        }
        let (before, after) = (0..suspect, suspect + 1..cases.len());
        // If the suspect is innocent, the culprit is searched in halves of the others.
        let parts = if found { vec![before, after] } else { [halves(before), halves(after)].concat() };
        for part in parts {
            let (cases, replies) = (&cases[part.clone()], &mut replies[part]);
            if let Some(again) = self.ask(cases, replies)? {
                let answered = replies.iter().take_while(|reply| reply.is_some()).count();
                let position = again.position().saturating_sub(answered);
                found |= self.settle(&cases[answered..], &mut replies[answered..], again.at(position))?;
            }
        }
        if !found {
            let error = error.with_note("\n  asked again, alone and then without it, no case failed");
            replies[suspect] = Some(self.record_lost(&error)?);
        }
        Ok(true)
    }

    /// Counts a lost case and returns its reply.
    ///
    /// # Errors
    /// [`RunError`] if so many cases are lost that the run should end.
    fn record_lost(&mut self, error: &RunError) -> Result<Reply, RunError> {
        self.losses.cases += 1;
        self.lost_in_a_row += 1;
        self.losses.timeouts += usize::from(error.is_timeout());
        let give_up = |why: &str| Err(RunError::unavailable(format!("{error}\n  the run ends here: {why}")));
        if self.lost_in_a_row >= MAX_LOST_IN_A_ROW {
            return give_up(&format!("{MAX_LOST_IN_A_ROW} cases in a row were not answered"));
        }
        if self.losses.timeouts >= MAX_TIMEOUTS {
            return give_up(&format!("{MAX_TIMEOUTS} cases ran into the timeout"));
        }
        let message = error.message().to_owned();
        Ok(if error.is_timeout() { Reply::Hung(message) } else { Reply::Lost(message) })
    }

    /// Sends a batch of cases. More than one batch may be sent before the first is received.
    ///
    /// # Errors
    /// [`RunError`] if no implementation can be started.
    pub fn send(&mut self, cases: Vec<Case>) -> Result<(), RunError> {
        self.running()?.send(&cases)?;
        self.sent.push_back(cases);
        Ok(())
    }

    /// Receives the replies to the oldest batch that was sent, each with its case.
    ///
    /// # Errors
    /// [`RunError`] if the run cannot go on, beside the replies that came before.
    pub fn receive(&mut self) -> (Vec<(Case, Reply)>, Result<(), RunError>) {
        if let Some(settled) = self.settled.pop_front() {
            return (settled, Ok(()));
        }
        let mut received = Vec::new();
        let outcome = match self.running() {
            Ok(current) => current.receive(&mut received),
            Err(error) => return (Vec::new(), Err(error)),
        };
        self.note_answers(received.len());
        let Err(error) = outcome else {
            let cases = self.sent.pop_front().unwrap_or_default();
            return (cases.into_iter().zip(received).collect(), Ok(()));
        };
        self.replace();
        // The replies to all batches that were sent are lost.
        let batches: Vec<Vec<Case>> = self.sent.drain(..).collect();
        let cases = batches.concat();
        let mut replies: Vec<Option<Reply>> = received.into_iter().map(Some).collect();
        let answered = replies.len();
        replies.resize(cases.len(), None);
        let position = error.position().saturating_sub(answered);
        let settled = self.settle(&cases[answered..], &mut replies[answered..], error.at(position));
        let mut replies = replies.into_iter();
        for batch in batches {
            // If the run ends here, some cases have no reply; the first of them and all after it are left out.
            let replies: Vec<Option<Reply>> = replies.by_ref().take(batch.len()).collect();
            let pairs = batch.into_iter().zip(replies).map_while(|(case, reply)| Some((case, reply?)));
            self.settled.push_back(pairs.collect());
        }
        (self.settled.pop_front().unwrap_or_default(), settled.map(|_| ()))
    }

    /// Asks one case and waits for the reply.
    ///
    /// # Errors
    /// [`RunError`] if no implementation can be started.
    pub fn answer(&mut self, case: &Case) -> Result<Reply, RunError> {
        self.send(vec![case.clone()])?;
        let (mut replies, outcome) = self.receive();
        outcome?;
        replies.pop().map(|(_, reply)| reply).ok_or_else(|| RunError::unavailable("expected one reply, found none"))
    }
}

/// Returns the two halves of a range. One of them may be empty.
fn halves(range: std::ops::Range<usize>) -> [std::ops::Range<usize>; 2] {
    let middle = usize::midpoint(range.start, range.end);
    [range.start..middle, middle..range.end]
}
