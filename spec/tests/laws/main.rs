//! Laws of the specification itself, which hold for every array, type and script, whatever a library does.
//!
//! Each law is held against an oracle of a few lines that enumerates. The draws are the same in every run.

use proptest::test_runner::{Config, RngSeed};

mod arrays;
mod consumer;
mod conversion;
mod ctype;
mod ctypeslib;
mod descr;
mod dtype;
mod format;
mod interface;
mod layout;
mod lifetime;
mod memmap;
mod numbers;
mod owner;
mod platform;
mod refused;
mod shape;
mod slice;
mod text;
mod total;
mod types;
mod view;
mod views;

/// A number of cases, the same in every run, on any machine.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(0x00C7_79E5), ..Config::default() }
}
