//! How long a job goes on, and how many cases it sends together.

use crate::transports::leftovers;
use std::time::{Duration, Instant};

/// The number of cases in a batch. The time limit is checked once for each batch, so batches are smaller if that many
/// cases take long.
pub(super) const CASES_PER_BATCH: u64 = 64;

/// The number of cases in the first batch if the time is limited.
const FIRST_CASES_IF_LIMITED: u64 = 4;

/// The share of the time limit that a batch may take, as a divisor.
const BATCHES_IN_LIMIT: u32 = 20;

/// The share of the time limit that is left for shrinking if a rule was broken, as a divisor.
const SHRINKING_IN_LIMIT: u32 = 2;

/// The pace of a job.
pub(super) struct Pace {
    limit: Option<Duration>,
    /// When the run began.
    started: Instant,
    /// When the last batch was received.
    received: Instant,
    /// The number of cases in the next batch.
    pub(super) size: u64,
}

impl Pace {
    pub(super) fn new(limit: Option<Duration>, started: Instant) -> Pace {
        let size = if limit.is_some() { FIRST_CASES_IF_LIMITED } else { CASES_PER_BATCH };
        Pace { limit, started, received: Instant::now(), size }
    }

    /// Returns true if the time for asking is up, or the run interrupted. If a rule was broken, some of the time is left for shrinking.
    pub(super) fn is_late(&self, has_failures: bool) -> bool {
        let is_up = self.limit.is_some_and(|limit| {
            let limit = if has_failures { limit / SHRINKING_IN_LIMIT } else { limit };
            self.started.elapsed() >= limit
        });
        is_up || leftovers::interrupted().is_some()
    }

    /// Notes that a batch was received, which decides how large the next one is.
    pub(super) fn note_batch(&mut self) {
        let took = self.received.elapsed();
        self.received = Instant::now();
        self.size = match self.limit {
            Some(limit) if took > limit / BATCHES_IN_LIMIT => (self.size / 2).max(1),
            Some(_) => (2 * self.size).min(CASES_PER_BATCH),
            None => self.size,
        };
    }
}
