//! An implementation whose faults end nothing: what crashes, hangs, exits or says garbage is a verdict on one case, and
//! the next case is asked of another.
//!
//! Replies come in order, one for each case, so the case without one is the suspect. It is asked again, alone: a fault that
//! came of an earlier case, or replies that were not flushed, would name the wrong one. Where it answers then, halves of the
//! others are asked until the culprit is known; where nobody fails again, the suspect stays named, and it is said.
//! Only silence after other replies to the same batch is not asked again, since that takes as long again.

use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::adapter::reply::Reply;
use std::collections::VecDeque;

/// How many cases in a row may be lost before the run ends: it answers nothing then.
const MOST_IN_A_ROW: usize = 50;

/// How many cases may be lost to silence before the run ends: each takes its time.
const MOST_SILENT: usize = 50;

/// An implementation, and the means to make another.
pub struct Contained<'a> {
    make: &'a Make<'a>,
    /// `None` where it was lost, until another is needed.
    now: Option<Box<dyn Implementation>>,
    /// Batches that were sent and not received.
    sent: VecDeque<Vec<Case>>,
    /// Batches that are not received yet, and were asked again with their replies.
    settled: VecDeque<Vec<(Case, Reply)>>,
    in_a_row: usize,
    /// Cases lost to silence.
    silent: usize,
    /// Cases lost.
    lost: usize,
}

impl<'a> Contained<'a> {
    /// Contains an implementation, and makes another where it is lost.
    pub fn new(first: Box<dyn Implementation>, make: &'a Make<'a>) -> Contained<'a> {
        Contained {
            make,
            now: Some(first),
            sent: VecDeque::new(),
            settled: VecDeque::new(),
            in_a_row: 0,
            silent: 0,
            lost: 0,
        }
    }

    /// How many cases were lost, and how many of them to silence.
    pub fn losses(&self) -> (usize, usize) {
        (self.lost, self.silent)
    }

    /// The implementation, made anew where it was lost.
    fn alive(&mut self) -> Result<&mut Box<dyn Implementation>, RunError> {
        if self.now.is_none() {
            self.now = Some((self.make)()?);
        }
        self.now.as_mut().ok_or_else(|| RunError::unavailable("expected an implementation, found none"))
    }

    /// Asks cases together; fills in the replies as far as they come. Where it is lost, another takes its place.
    fn ask(&mut self, cases: &[Case], replies: &mut [Option<Reply>]) -> Result<Option<RunError>, RunError> {
        if cases.is_empty() {
            return Ok(None);
        }
        let mut received = Vec::with_capacity(cases.len());
        let now = self.alive()?;
        let done = now.send(cases).and_then(|()| now.receive(&mut received));
        self.answered(received.len());
        replies.iter_mut().zip(received).for_each(|(place, reply)| *place = Some(reply));
        if done.is_err() {
            self.renew();
        }
        Ok(done.err())
    }

    fn answered(&mut self, count: usize) {
        if count > 0 {
            self.in_a_row = 0;
        }
    }

    fn renew(&mut self) {
        if self.now.as_mut().is_some_and(|now| now.revive().is_err()) {
            self.now = None;
        }
    }

    /// Fills in the replies to cases that were asked together, after the error with the one at its position. Whether it came
    /// again.
    fn settle(&mut self, cases: &[Case], replies: &mut [Option<Reply>], error: RunError) -> Result<bool, RunError> {
        let suspect = error.position().min(cases.len().saturating_sub(1));
        let Some(case) = cases.get(suspect) else { return Ok(false) };
        let again = if error.is_timeout() && suspect > 0 {
            Some(error.clone())
        } else {
            self.ask(std::slice::from_ref(case), &mut replies[suspect..=suspect])?
        };
        let mut found = again.is_some();
        if let Some(again) = again {
            replies[suspect] = Some(self.record_lost(&again)?);
        }
        let (before, after) = (0..suspect, suspect + 1..cases.len());
        // Where the suspect is innocent, the culprit is looked for in halves of the others.
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
            let error = error.with_note("\n  asked again, alone and then without it, nobody failed");
            replies[suspect] = Some(self.record_lost(&error)?);
        }
        Ok(true)
    }

    /// The verdict on a case that an implementation was lost on.
    fn record_lost(&mut self, error: &RunError) -> Result<Reply, RunError> {
        self.lost += 1;
        self.in_a_row += 1;
        self.silent += usize::from(error.is_timeout());
        let gave_up = |what: &str| {
            Err(RunError::unavailable(format!("{error}\n  the run ends here: {what}, so there is no use in going on")))
        };
        if self.in_a_row >= MOST_IN_A_ROW {
            return gave_up(&format!("{MOST_IN_A_ROW} cases in a row were not answered"));
        }
        if self.silent >= MOST_SILENT {
            return gave_up(&format!("{MOST_SILENT} cases met silence"));
        }
        Ok(Reply::Lost(error.message().to_owned()))
    }

    /// Asks a batch of cases. More than one batch may be asked before the first is received.
    ///
    /// # Errors
    /// [`RunError`] where none can be asked.
    pub fn send(&mut self, cases: Vec<Case>) -> Result<(), RunError> {
        self.alive()?.send(&cases)?;
        self.sent.push_back(cases);
        Ok(())
    }

    /// The cases of the oldest batch that was sent, with their replies.
    ///
    /// # Errors
    /// [`RunError`] where it cannot go on, beside the cases that were settled before.
    pub fn receive(&mut self) -> (Vec<(Case, Reply)>, Result<(), RunError>) {
        if let Some(settled) = self.settled.pop_front() {
            return (settled, Ok(()));
        }
        let mut received = Vec::new();
        let outcome = match self.alive() {
            Ok(now) => now.receive(&mut received),
            Err(error) => return (Vec::new(), Err(error)),
        };
        self.answered(received.len());
        let Err(error) = outcome else {
            let cases = self.sent.pop_front().unwrap_or_default();
            return (cases.into_iter().zip(received).collect(), Ok(()));
        };
        self.renew();
        // All that was under way is lost.
        let batches: Vec<Vec<Case>> = self.sent.drain(..).collect();
        let cases = batches.concat();
        let mut replies: Vec<Option<Reply>> = received.into_iter().map(Some).collect();
        let answered = replies.len();
        replies.resize(cases.len(), None);
        let position = error.position().saturating_sub(answered);
        let settled = self.settle(&cases[answered..], &mut replies[answered..], error.at(position));
        let mut replies = replies.into_iter();
        for batch in batches {
            // Where the run ends here, the first without a reply and those after it are left out.
            let replies: Vec<Option<Reply>> = replies.by_ref().take(batch.len()).collect();
            let pairs = batch.into_iter().zip(replies).map_while(|(case, reply)| Some((case, reply?)));
            self.settled.push_back(pairs.collect());
        }
        (self.settled.pop_front().unwrap_or_default(), settled.map(|_| ()))
    }

    /// Asks one case and waits.
    ///
    /// # Errors
    /// [`RunError`] where none can be asked.
    pub fn answer(&mut self, case: &Case) -> Result<Reply, RunError> {
        self.send(vec![case.clone()])?;
        let (mut replies, outcome) = self.receive();
        outcome?;
        replies.pop().map(|(_, reply)| reply).ok_or_else(|| RunError::unavailable("expected one reply, found none"))
    }
}

/// A range in two halves; of one or none, itself.
fn halves(range: std::ops::Range<usize>) -> [std::ops::Range<usize>; 2] {
    let middle = usize::midpoint(range.start, range.end);
    [range.start..middle, middle..range.end]
}
