//! What the command `array-ctypes` is made of, beside the suite's library: adapters, faults, reports, measurements, vectors.
//!
//! It is a library only so that the program, its tests and the benchmarks share it. A Rust crate that validates itself needs
//! `array-ctypes-conformance` alone.
#![deny(unsafe_code)]

pub mod adapters;
pub mod bench;
pub mod deviations;
pub mod found;
pub mod report;
pub mod vectors;

mod commands;
mod faults;
mod program;

pub use program::main;
