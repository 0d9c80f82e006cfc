//! The parts of the command `array-ctypes` beside the suite's library: adapters, faults, reports, measurements, vectors.
//!
//! It is a library only so that the program, its tests and the benchmarks share it. A Rust crate that validates itself needs
//! `array-ctypes-conformance` alone.
#![deny(unsafe_code)]

pub mod adapters;
pub mod bench;
pub mod deviations;
pub mod found;
pub mod page;
pub mod report;
pub mod results;
pub mod shares;
pub mod vectors;

mod arguments;
mod commands;
mod doctor;
mod drawn;
mod error;
mod exit;
mod faults;
mod hunt;
mod init;
mod live;
mod manifest;
mod output;
mod pattern;
mod printed;
mod program;
mod site;
mod skeleton;
mod styled;
mod target;

pub use program::main;

// The samples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
