//! What a pointer view costs: what the benchmarks share. What the numbers mean is in `README.md`.
//!
//! Each group is a question, its members are the ways to answer it, the first of them by hand. The last is the first again:
//! what those two differ by is noise, and so is any smaller difference.
#![deny(unsafe_code)]

pub mod by_hand;
#[cfg(unix)]
pub mod mapped;

use criterion::Criterion;
use std::time::Duration;

/// The reference point, which all others are compared with.
pub const BY_HAND: &str = "by hand";

/// The same function, measured once more after all others.
pub const AGAIN: &str = "by hand, again";

/// The same, measured between the others: where memory is what is waited for, which the whole machine shares, the noise
/// changes from one minute to the next.
pub const BETWEEN: &str = "by hand, between";

/// How long each is measured: all of them in some minutes, on two cores. Options of the command line go first.
pub fn settings() -> Criterion {
    Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(150))
        .measurement_time(Duration::from_millis(900))
        .nresamples(2_000)
}

/// A sum by eight independent accumulators: with a single one the latency of an addition hides every difference.
pub fn sum(elements: &[f64]) -> f64 {
    sum_of(elements, |number| number)
}

/// Likewise of what `value` makes of each element.
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
