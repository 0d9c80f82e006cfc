//! Memory that an exclusive view claims, so that no other exclusive view is made of it.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The claimed memory of this process, by addresses.
static CLAIMED: Mutex<Vec<Range<usize>>> = Mutex::new(Vec::new());

/// Claimed memory. Dropping it gives the claim up.
#[derive(Debug)]
pub(super) struct Claim(Range<usize>);

fn claimed() -> MutexGuard<'static, Vec<Range<usize>>> {
    CLAIMED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Claim {
    /// Claims memory. `None` if a part of it is claimed already.
    pub(super) fn of(memory: Range<usize>) -> Option<Claim> {
        let mut claimed = claimed();
        if claimed.iter().any(|other| other.start < memory.end && memory.start < other.end) {
            return None;
        }
        claimed.push(memory.clone());
        Some(Claim(memory))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        claimed().retain(|other| *other != self.0);
    }
}
