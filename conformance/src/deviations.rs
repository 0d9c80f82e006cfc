//! Known deviations: what an implementation is expected to get wrong, and why.
//!
//! Nobody runs a suite in CI that their library always fails. So a known deviation can be listed in a TOML file: the rule, for
//! which versions, how it shows, the reason and a link. A failure that matches an entry is reported as known and does not fail
//! the run.
//!
//! An entry must hide nothing else. It is narrowed by the answer that was found, by the step, and by views and traits of the
//! case, and it hides a crash only if it names `layout.answered`.
//!
//! An entry must not outlive its cause. It names a case that shows the deviation, and every run that asks about its rule runs
//! that case. If the case no longer shows the deviation, the entry is stale, which is an error. So staleness depends on no luck.
//!
//! An entry says only that something fails, never what the wrong answer is: that would be a second specification.

use crate::engine::deviation::{Deviation, Range};
use crate::engine::version::Version;

mod draft;
mod error;
mod keys;
mod read;
mod waivers;

pub use draft::{Draft, skeleton};
pub use error::{DeviationError, Wrong};
pub use read::{parse, read};
pub use waivers::read_waivers;
