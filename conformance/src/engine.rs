//! The engine: makes cases, judges replies, shrinks failing cases, and runs all of that. Used by the command; not
//! stable.
//!
//! [`run::check`] is the way through it: [`generate`] makes a case, an implementation answers, [`judge`] compares each
//! answer with the predictions of the specification, [`outcome`] counts, [`shrink`] makes failing cases small. The
//! engine does not know how cases reach an implementation: `transports` does. What a rule asks is in `checks`.

pub mod applicable;
pub mod chosen;
pub mod constrained;
pub mod declined;
pub mod deviation;
pub mod domain;
pub mod doors;
pub mod event;
pub mod excluded;
pub mod generate;
pub(crate) mod history;
pub mod judge;
pub(crate) mod kept;
pub mod cause;
pub mod causes;
pub mod observed;
pub(crate) mod minimise;
pub mod options;
pub mod outcome;
pub(crate) mod pace;
pub mod page;
pub(crate) mod pattern;
pub(crate) mod results;
pub mod rules;
pub mod run;
pub mod shard;
pub mod shrink;
pub mod standing;
pub mod table;
pub mod tallies;
pub mod traits;
pub mod version;
pub mod waiver;
pub(crate) mod worker;
