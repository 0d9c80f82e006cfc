//! The cost of a pointer view: code that the benchmarks share. `README.md` explains the numbers.
//!
//! A group is a question, and its members are ways to answer it. The first one is by hand. The last one is the first again: the
//! difference between these two is noise, and so is any smaller difference.
#![deny(unsafe_code)]

pub mod by_hand;
#[cfg(unix)]
pub mod mapped;

use criterion::Criterion;
use std::time::Duration;

/// The first member of a group, with which all others are compared.
pub const BY_HAND: &str = "by hand";

/// The same function as [`BY_HAND`], measured once more after all others.
pub const AGAIN: &str = "by hand, again";

/// The same function, measured between the others. Where the time goes into memory, which the whole machine shares, the noise
/// changes from minute to minute.
pub const BETWEEN: &str = "by hand, between";

/// Returns how long each benchmark is measured. All of them take some minutes on two cores. Options of the command line go
/// first.
pub fn settings() -> Criterion {
    Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(150))
        .measurement_time(Duration::from_millis(900))
        .nresamples(2_000)
}

/// Returns a sum, made with eight independent accumulators: with one, the latency of additions hides every difference.
pub fn sum(elements: &[f64]) -> f64 {
    sum_of(elements, |number| number)
}

/// Returns the sum of `value` of each element, made likewise.
pub fn sum_of<T: Copy>(elements: &[T], value: impl Fn(T) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let (eights, rest) = elements.as_chunks::<8>();
    for eight in eights {
        for (sum, element) in sums.iter_mut().zip(eight) {
            *sum += value(*element);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|element| value(*element)).sum::<f64>()
}
