//! What a run does: how many cases, of which rules, with which known deviations.

use super::deviation::Deviation;
use super::rules::Rules;
use super::shard::Shard;
use super::waiver::Waiver;
use crate::SavedCase;
use array_ctypes_spec::Profile;
use std::time::Duration;

/// What a run does.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of the run.
    pub seed: u64,
    /// How many cases are drawn.
    pub cases: u64,
    /// How long the run takes, at most, shrinking included. If a rule was broken, half of it is left for shrinking.
    pub time_limit: Option<Duration>,
    /// End the run after so many rules of the level MUST were broken.
    pub fail_fast: Option<usize>,
    /// Which part of the cases are asked.
    pub shard: Shard,
    /// The number of threads, each with an implementation of its own.
    pub jobs: usize,
    /// The rules that the run is about.
    pub rules: Rules,
    /// The profiles that the run is about, of those that the implementation claims.
    pub profiles: Vec<Profile>,
    /// Cases that are replayed before others are drawn.
    pub replay: Vec<SavedCase>,
    /// Known deviations. Those of other implementations are ignored.
    pub deviations: Vec<Deviation>,
    /// Why implementations may decline many cases of some rules. Those of other implementations are ignored.
    pub waivers: Vec<Waiver>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            cases: 100_000,
            time_limit: None,
            fail_fast: None,
            shard: Shard::WHOLE,
            jobs: 1,
            rules: Rules::all(),
            profiles: Profile::ALL.to_vec(),
            replay: Vec::new(),
            deviations: Vec::new(),
            waivers: Vec::new(),
        }
    }
}
