//! The engine: makes cases, judges replies, makes failing cases small, and runs all of that.

pub mod applicable;
pub mod constrained;
pub mod deviation;
pub mod generate;
pub mod hash;
pub mod judge;
pub(crate) mod minimise;
pub mod options;
pub mod outcome;
pub mod pattern;
pub mod rows;
pub mod rules;
pub mod run;
pub mod shrink;
pub mod standing;
pub mod traits;
pub mod version;
pub(crate) mod worker;
