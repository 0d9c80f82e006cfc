//! Property-based conformance suite for the array ctypes interface: draws arrays, asks any implementation about them, and
//! judges its answers by the [specification](spec) alone, each rule by itself.
//!
//! A Rust crate implements [`InProcess`] and gets one test for each rule from [`conformance_tests!`]; other languages
//! answer through a [child process](child). Whoever wants only the cases finds them in [`strategy`].
//!
//! How a run goes: [`generate`] makes a [`Case`] of an array and of the questions of every rule's check; an
//! [`Implementation`] answers; [`judge`] compares with what the specification expects; [`check`](mod@check) counts, and
//! makes what fails small with [`shrink`]; [`report`] tells, and [`files`] keeps it.
//!
//! What asking costs is no part of conformance; [`cost`] has implementations measure that.
//!
//! The checks stand in modules that are named as the chapters of the specification, each under the name of its rule. The
//! reference ([`adapters::Reference`]) is an implementation like any other. Nothing here depends on luck or on the clock:
//! the same seed draws the same cases.
#![deny(unsafe_code)]

pub mod adapter;
pub mod case;
#[cfg(feature = "deviations")]
pub mod deviations;
pub mod engine;
pub mod files;
pub mod json;
pub mod kit;
pub mod report;
#[cfg(feature = "strategies")]
pub mod strategy;
pub mod testing;
pub mod transports;

mod checks;
mod draw;

pub use adapter::error::RunError;
pub use adapter::hello::Hello;
pub use adapter::implementation::Implementation;
pub use adapter::limits::Limits;
pub use adapter::reply::Reply;
pub use array_ctypes_spec as spec;
pub use case::{Case, SavedCase};
pub use transports::local::{InProcess, Local};
pub use transports::memory::Memory;
