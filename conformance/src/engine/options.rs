//! What to run.

use super::deviation::Deviation;
use super::rules::Rules;
use crate::SavedCase;
use array_ctypes_spec::Profile;
use std::time::Duration;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of the run.
    pub seed: u64,
    /// How many cases to make.
    pub cases: u64,
    /// When to stop making more.
    pub time_limit: Option<Duration>,
    /// How many threads, each with an implementation of its own.
    pub jobs: usize,
    /// Which rules to ask about.
    pub rules: Rules,
    /// Which profiles to hold it to, of those that it claims.
    pub profiles: Vec<Profile>,
    /// Cases to run before those that are drawn.
    pub replay: Vec<SavedCase>,
    /// Deviations that are known; those that do not concern the implementation do not count.
    pub deviations: Vec<Deviation>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            cases: 100_000,
            time_limit: None,
            jobs: 1,
            rules: Rules::all(),
            profiles: Profile::ALL.to_vec(),
            replay: Vec::new(),
            deviations: Vec::new(),
        }
    }
}
