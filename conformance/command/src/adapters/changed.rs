//! The reference with a mistake, for tests and benchmarks: a function changes each of its replies.

use super::Reference;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, RunError};

/// The reference, with a function that changes each of its replies.
#[derive(Debug)]
pub struct Changed<F> {
    reference: Reference,
    hello: Hello,
    change: F,
    /// Cases that were sent and not yet answered.
    sent: Vec<Case>,
}

impl<F: FnMut(&Case, &mut Reply)> Changed<F> {
    /// The reference, whose replies `change` changes.
    pub fn new(reference: Reference, change: F) -> Changed<F> {
        Changed { hello: reference.hello().clone(), reference, change, sent: Vec::new() }
    }

    /// The same with another handshake, such as one with limits.
    #[must_use]
    pub fn with_hello(self, hello: Hello) -> Changed<F> {
        Changed { hello, ..self }
    }
}

impl<F: FnMut(&Case, &mut Reply)> Implementation for Changed<F> {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        self.sent.extend_from_slice(cases);
        self.reference.send(cases)
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        let before = replies.len();
        self.reference.receive(replies)?;
        let received = &mut replies[before..];
        for (case, reply) in self.sent.drain(..received.len()).zip(received) {
            (self.change)(&case, reply);
        }
        Ok(())
    }
}
