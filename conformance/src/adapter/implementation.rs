//! The trait of everything that is validated.
//!
//! A Rust crate implements the simpler [`InProcess`](crate::InProcess) instead. Implement this one for another
//! transport.

use super::cost::Cost;
use super::error::RunError;
use super::hello::Hello;
use super::reply::Reply;
use crate::Case;
use array_ctypes_spec::Array;
use std::time::Duration;

/// Anything that answers cases.
pub trait Implementation {
    /// Name, version, platform, profiles and limits. The same each time.
    fn hello(&self) -> &Hello;

    /// Sends a batch of cases. More than one batch may be sent before the first is received.
    ///
    /// # Errors
    /// [`RunError`] if they cannot be sent.
    fn send(&mut self, cases: &[Case]) -> Result<(), RunError>;

    /// Waits for the replies to the oldest batch that was sent, and pushes them in order.
    ///
    /// # Errors
    /// [`RunError`] if the implementation is lost. The replies before that are pushed all the same; those to later
    /// batches are lost.
    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError>;

    /// Asks one case and waits for the reply.
    ///
    /// # Errors
    /// [`RunError`] if the implementation cannot be asked or is lost.
    fn answer(&mut self, case: &Case) -> Result<Reply, RunError> {
        let mut replies = Vec::with_capacity(1);
        self.send(std::slice::from_ref(case))?;
        self.receive(&mut replies)?;
        replies.pop().ok_or_else(|| RunError::unavailable("expected one reply, found none"))
    }

    /// The process number that the handshake reports, if the suite does not look at that process, since nothing has shown that
    /// it is one that the suite started and that has the arrays in its memory.
    fn ignored_process(&self) -> Option<i64> {
        None
    }

    /// Makes it ready for cases again after a [`RunError`]; batches that were sent are forgotten. Not every
    /// implementation can.
    ///
    /// # Errors
    /// [`RunError`] if another has to be started.
    fn revive(&mut self) -> Result<(), RunError> {
        Err(RunError::unavailable("it cannot be asked again"))
    }

    /// Ends it in order, after its last case. What was spoilt before may show only there.
    ///
    /// # Errors
    /// [`RunError`] if it does not end, or not in order.
    fn end(&mut self) -> Result<(), RunError> {
        Ok(())
    }

    /// Measures what its ways to ask about that array cost, in about the time of `budget`. No batch may be unreceived.
    /// Not every implementation can.
    ///
    /// # Errors
    /// [`RunError`] if it offers no costs, or is lost while it measures.
    fn costs(&mut self, _array: &Array, _budget: Duration) -> Result<Vec<Cost>, RunError> {
        let name = &self.hello().name;
        Err(RunError::unavailable(format!("expected costs, found that {name} offers none")))
    }
}

/// Starts an implementation; called once for each job, and again after a loss.
pub type Make<'a> = dyn Fn() -> Result<Box<dyn Implementation>, RunError> + Sync + 'a;
