//! The proof that a process is the adapter's, and that its arrays are in that process's memory.
//!
//! The number that an adapter reports is a claim. In a container, behind a remote shell or on another machine it means another
//! process here, or none. Before the suite reads, writes or kills, two things must hold: the process descends from this one,
//! and bytes that the suite sent to the adapter alone are in its memory, at the address that the adapter reports. The suite
//! sends such bytes with the handshake, and with each case.

use crate::json::Reported;
use crate::transports::outside;
use crate::transports::processes::{Handle, descends};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Bytes that nobody else knows.
pub(super) fn nonce() -> [u8; 16] {
    let [low, high] = [(); 2].map(|()| RandomState::new().hash_one(std::process::id()).to_ne_bytes());
    std::array::from_fn(|at| if at < 8 { low[at] } else { high[at - 8] })
}

/// The fewest different values among the bytes of a case that prove something. Memory of zeros is everywhere.
const MIN_VALUES: usize = 6;

/// What an adapter reports of its process, and whether that is proven.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// The number that the adapter reports.
    reported: Option<i64>,
    /// The process of that number, if it descends from this one.
    descendant: Option<i32>,
    /// True if it may still be proven by the bytes of a case.
    is_open: bool,
    is_proven: bool,
    /// The process, if it is proven and the system has handles.
    handle: Option<Handle>,
}

impl Proof {
    /// What an adapter reports. `nonce` is what it was sent.
    pub(super) fn of(reported: Option<Reported>, nonce: &[u8]) -> Proof {
        let Some(Reported { process, nonce: address }) = reported else { return Proof::default() };
        let me = std::process::id().cast_signed();
        let descendant = i32::try_from(process).ok().filter(|process| *process > 0 && descends(*process, me));
        let mut proof = Proof { reported: Some(process), descendant, is_open: true, ..Proof::default() };
        if let Some(address) = address {
            proof.prove(address, nonce);
            proof.is_open = false;
        }
        proof
    }

    /// Takes bytes of a case at an address as a proof, if one is needed.
    pub(super) fn take_case(&mut self, address: u64, bytes: &[u8]) {
        if !self.is_proven && bytes.iter().collect::<HashSet<_>>().len() >= MIN_VALUES {
            self.prove(address, bytes);
        }
    }

    /// The process is proven if it descends from this one and has these bytes there.
    fn prove(&mut self, address: u64, bytes: &[u8]) {
        let Some(process) = self.descendant.filter(|_| self.is_open) else { return };
        // The handle comes first, so that it is on the process whose memory is read.
        let handle = Handle::of(process);
        if outside::holds(process, address, bytes) {
            (self.is_proven, self.handle) = (true, handle);
        }
    }

    /// The process; `None` as long as it is not proven.
    pub(super) fn process(&self) -> Option<i32> {
        self.descendant.filter(|_| self.is_proven)
    }

    /// The number that the adapter reports, if it is not proven.
    pub(super) fn ignored(&self) -> Option<i64> {
        self.reported.filter(|_| !self.is_proven)
    }

    /// Kills the process, and returns true, if it is proven and the system has handles.
    pub(super) fn kill(&self) -> bool {
        self.handle.as_ref().map(Handle::kill).is_some()
    }
}
