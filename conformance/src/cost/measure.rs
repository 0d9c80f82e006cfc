//! The loops that measure a crate in this process, as the Python kit measures a library.
//!
//! The calls of a round double until they take long enough for the clock. The rounds of all ways take turns, so that a slow
//! moment of the machine is not one way's alone; the median of what a loop takes that asks nothing is taken off. The compiler
//! sees neither where the array comes from nor where the answer goes.

use super::{Cost, Question, Time};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many rounds; the quartiles are two of them.
pub const ROUNDS: usize = 11;

/// No round has to take longer.
const LONG_ENOUGH: Duration = Duration::from_millis(5);

/// A way to ask, with its loop: so many calls, and how long they took.
pub struct Way<'a> {
    question: Question,
    name: &'static str,
    lap: Box<dyn Fn(u32) -> Duration + 'a>,
}

/// A way to ask something of an array. Its loop is compiled for it alone.
pub fn way<'a, A, T>(question: Question, name: &'static str, array: &'a A, asked: impl Fn(&'a A) -> T + 'a) -> Way<'a> {
    let lap = move |calls| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(asked(black_box(array)));
        }
        start.elapsed()
    };
    Way { question, name, lap: Box::new(lap) }
}

/// Ways to ask about an array, each named as it is written, so that what is shown is what is measured.
macro_rules! ways {
    ($array:ident; $($question:ident: $($asked:expr),+;)+) => {
        [$($($crate::cost::measure::way($crate::cost::Question::$question, stringify!($asked), $array, |$array| $asked)),+),+]
    };
}
pub(crate) use ways;

/// What each way costs, in about that time.
pub fn measure(ways: &[Way], budget: Duration) -> Vec<Cost> {
    let nothing = way(Question::All, "", &(), |array| array);
    let ways: Vec<&Way> = std::iter::once(&nothing).chain(ways).collect();
    // A round takes up to twice as long, and so do all that it takes to find that out.
    let part = budget / (2 * ROUNDS as u32 + 4) / ways.len() as u32;
    let calls: Vec<u32> = ways.iter().map(|way| calls(way, part.min(LONG_ENOUGH))).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for _ in 0..ROUNDS {
        for ((way, calls), times) in ways.iter().zip(&calls).zip(&mut rounds) {
            times.push((way.lap)(*calls).as_secs_f64() * 1e9 / f64::from(*calls));
        }
    }
    let loops = spread(&mut rounds[0], 0.0).median;
    let cost = |(way, times): (&&Way, &mut Vec<f64>)| Cost {
        question: way.question,
        name: way.name.to_owned(),
        time: Ok(spread(times, loops)),
    };
    ways.iter().zip(&mut rounds).skip(1).map(cost).collect()
}

/// Median and quartiles, less that and not negative.
fn spread(times: &mut [f64], less: f64) -> Time {
    times.sort_by(f64::total_cmp);
    let (last, half, quarter) = (times.len() - 1, times.len() / 2, times.len() / 4);
    let [low, median, high] = [quarter, half, last - quarter].map(|at| (times[at] - less).max(0.0));
    Time { median, low, high }
}

/// How many calls take that long; the most that can be counted, where so many do not.
fn calls(way: &Way, long_enough: Duration) -> u32 {
    let mut calls = 1;
    while calls < 1 << 31 && (way.lap)(calls) < long_enough {
        calls *= 2;
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_median_and_quartiles_and_never_negative() {
        let mut times = [5.0, 1.0, 2.0, 9.0, 3.0, 4.0, 7.0, 8.0, 6.0, 10.0, 11.0];
        assert_eq!(spread(&mut times, 4.0), Time { median: 2.0, low: 0.0, high: 5.0 });
        assert_eq!(spread(&mut [1.0], 2.0), Time { median: 0.0, low: 0.0, high: 0.0 });
    }
}
