//! What a run tells while it goes on, so that nothing is lost if it does not come to its end.

use super::outcome::Failure;
use crate::adapter::hello::Hello;

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// The implementation has introduced itself.
    Started(&'a Hello),
    /// So many more cases were asked.
    Asked(u64),
    /// A rule was broken for a cause that was not met before, or by another job only. The case is as it was drawn.
    Found(&'a Failure),
    /// All cases were asked, and so many failures are made small now.
    Shrinking(usize),
}

/// Who is told. Jobs call it at the same time.
pub type Listener<'a> = dyn Fn(Event<'_>) + Sync + 'a;
