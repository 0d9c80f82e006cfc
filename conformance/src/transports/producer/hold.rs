//! Who holds an array that was handed out.

use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};

/// How many times somebody took hold of an array that was handed out once, less how many times somebody let go of it.
/// Any thread may count. PowerPC with 32 bits has no atomic integers of 64.
#[derive(Clone, Debug, Default)]
pub(super) struct Count(Arc<AtomicIsize>);

impl Count {
    pub(super) fn get(&self) -> i64 {
        self.0.load(Ordering::SeqCst) as i64
    }

    pub(super) fn add(&self, times: isize) {
        self.0.fetch_add(times, Ordering::SeqCst);
    }

    /// The number itself. It stays where it is as long as `self` or a clone of it exists.
    pub(super) fn number(&self) -> &AtomicIsize {
        &self.0
    }
}

/// A hold on an array, as a reference to a Python object is one. Whoever has it may use the memory; dropping it lets go.
#[derive(Debug)]
pub struct Hold(Count);

impl Hold {
    /// The number of times that the array is held. Who cannot keep a `Hold`, as a function in C, counts here, and may use the
    /// memory while the number is not 0. It stays where it is as long as the array is held.
    pub fn counter(&self) -> &AtomicIsize {
        self.0.number()
    }

    pub(super) fn of(count: &Count) -> Hold {
        count.add(1);
        Hold(count.clone())
    }
}

impl Clone for Hold {
    fn clone(&self) -> Hold {
        Hold::of(&self.0)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.add(-1);
    }
}
