//! Known deviations: what an implementation is expected to get wrong, and why.
//!
//! A suite that everybody's library fails is one that nobody runs in CI. So a deviation that is known can be written down, in
//! a TOML file: the rule, for which versions, how it shows, the reason and a link. What it matches is told as known and fails
//! no run. It must not hide anything else, so it is narrowed by what was found, by the step, by views and traits of the case,
//! and hides no crash that it does not name. It must not outlive its cause, so each names a case that shows it: that case is
//! asked in every run that asks about its rule, and an entry whose case no longer shows it is stale, which is an error.
//! Staleness so depends on no luck.
//!
//! Expected is only that something fails, never what a wrong answer is: that would be a second specification.

use crate::engine::deviation::{Deviation, Range};
use crate::engine::version::Version;

mod error;
mod read;

pub use error::{DeviationError, Wrong};
pub use read::{parse, read};
