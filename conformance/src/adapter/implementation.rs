//! The one trait of everything that is validated.

use super::cost::Cost;
use super::error::RunError;
use super::hello::Hello;
use super::reply::Reply;
use crate::Case;
use array_ctypes_spec::Array;
use std::time::Duration;

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
        replies.pop().ok_or_else(|| RunError::unavailable("expected one reply, found none"))
    }

    /// Makes it fit to be asked again after [`RunError`]; all that was asked before is forgotten. Not all can.
    ///
    /// # Errors
    /// [`RunError`] where another has to be made.
    fn revive(&mut self) -> Result<(), RunError> {
        Err(RunError::unavailable("it cannot be asked again"))
    }

    /// What its ways to ask about that array cost, as it measures them itself in about that time, with no batch under
    /// way. Not all can.
    ///
    /// # Errors
    /// [`RunError`] where it offers no costs, or is lost while it measures.
    fn costs(&mut self, _array: &Array, _budget: Duration) -> Result<Vec<Cost>, RunError> {
        let name = &self.hello().name;
        Err(RunError::unavailable(format!("expected costs, found that {name} offers none")))
    }
}

/// Makes an implementation; called once for each job, and again after a run error.
pub type Make<'a> = dyn Fn() -> Result<Box<dyn Implementation>, RunError> + Sync + 'a;
