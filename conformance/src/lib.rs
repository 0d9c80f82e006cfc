//! Conformance suite for the array ctypes interface: draws arrays, asks any implementation about them, and judges its
//! answers by the [specification](spec) alone, each rule by itself.
//!
//! `GLOSSARY.md` beside the manifest defines the words used here, and `DESIGN.md` shows the path of a case; on GitHub
//! they are in the folder `conformance`.
//!
//! # Check a Rust crate
//!
//! Implement [`InProcess`], and get one test for each rule from [`conformance_tests!`]. [`Hello`] names the profiles
//! that the crate claims, [`Limits`] what it cannot do, and [`Memory`] is the memory that it makes its arrays over.
//! A crate that maps files claims the profile `memmap` and has the method [`InProcess::map`]: the suite makes a [`CaseFile`]
//! in a folder of its own, and asks the [`Mapped`] array step by step. `tests/mapped.rs` is an example.
//! A crate that is handed arrays, rather than making them, implements [`Doors`] and [`Seen`] instead, and gets its tests from
//! [`consumer_tests!`]: the suite's own producer makes the memory, and hands an [`Offered`] array to each door that
//! [`Hello`] declares. `tests/doors.rs` is an example.
//! With the feature `strategies`, the module `strategy` offers the generators as proptest strategies; with the feature
//! `deviations`, a file lists rules that the crate is known to break.
//!
//! # The modules
//!
//! | module | what it has |
//! |---|---|
//! | [`adapter`] | what an implementation is to the suite: handshake, limits, replies, errors |
//! | [`testing`] | one `#[test]` for each rule |
//! | `strategy` | proptest strategies |
//! | `deviations` | files of known deviations |
//! | `draw` | arrays, drawn from (seed, index) |
//! | `checks` | one row per rule: when a case asks about it, how often, and what |
//! | [`engine`] | generates cases, judges replies, runs, shrinks failures |
//! | [`transports`] | how cases reach an implementation: in process or a child process, contained, looked at from outside |
//! | [`report`], [`files`] | failures as text, pictures of memory, case files |
//! | [`json`], [`words`] | the form of case files and of the protocol; texts of others, cut and without control characters |
//! | [`kit`] | the Python kit, as files |
//!
//! The types at the root, [`adapter`], [`testing`], `strategy` and `deviations` are for crates that validate
//! themselves. The other public modules are there for the command `array-ctypes`, which is a package of its own, and
//! are not stable.
//!
//! The same seed draws the same cases on every platform; nothing depends on the clock. The suite does
//! not consult a reference implementation; the one of this project is validated like any other.
#![deny(unsafe_code)]

pub mod adapter;
#[cfg(feature = "deviations")]
pub mod deviations;
pub mod engine;
pub mod files;
pub mod hash;
pub mod json;
pub mod kit;
pub mod report;
#[cfg(feature = "strategies")]
pub mod strategy;
pub mod testing;
pub mod transports;
pub mod words;

mod case;
mod checks;
mod draw;

pub use adapter::error::RunError;
pub use adapter::hello::Hello;
pub use adapter::implementation::Implementation;
pub use adapter::limits::{Allowed, Limits, Order, RecordFeature, Records, StepWord, ViewWord};
pub use adapter::reply::Reply;
pub use array_ctypes_spec as spec;
pub use case::{Case, SavedCase};
pub use transports::doors::{Doors, LocalDoors, Number, Seen};
pub use transports::file::{CaseFile, Handed};
pub use transports::local::{InProcess, Local, Mapped};
pub use transports::memory::{Memory, NoMemory};
pub use transports::producer::{Capsule, Data, Hold, Interface, Object, Offered, Pointer};
