//! The loops that measure a crate in this process, as the Python kit measures a library.
//!
//! The calls of a round double until they take long enough for the clock. The rounds of all ways take turns, so that a
//! slow moment of the machine affects all ways. The time of an empty loop is subtracted. The compiler sees neither
//! where the array
//! comes from nor where the answer goes.

use array_ctypes_conformance::adapter::cost::{Cost, Question, Time};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many rounds; the quartiles are two of them.
const ROUNDS: usize = 41;

/// The longest useful round: most rounds this short are not interrupted, even on a busy machine.
const LONG_ENOUGH: Duration = Duration::from_micros(500);

/// A way to ask, with its loop, which makes a number of calls and returns how long they took.
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

/// Ways to ask about an array, each named by its own source text, so that the name shows what is measured.
macro_rules! ways {
    ($array:ident; $($question:ident: $($asked:expr),+;)+) => {
        [$($($crate::bench::measure::way(array_ctypes_conformance::adapter::cost::Question::$question, stringify!($asked), $array, |$array| $asked)),+),+]
    };
}
pub(crate) use ways;

/// Measures each way. All calls together take about that time at most, unless a single call takes longer than a round
/// should.
pub fn measure(ways: &[Way], budget: Duration) -> Vec<Cost> {
    let nothing = way(Question::All, "", &(), |array| array);
    let ways: Vec<&Way> = std::iter::once(&nothing).chain(ways).collect();
    // A round takes up to twice its part, and finding the number of calls up to eight times.
    let part = budget / (2 * ROUNDS as u32 + 8) / ways.len() as u32;
    let calls: Vec<u32> = ways.iter().map(|way| calls(way, part.min(LONG_ENOUGH))).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for _ in 0..ROUNDS {
        for ((way, calls), times) in ways.iter().zip(&calls).zip(&mut rounds) {
            times.push((way.lap)(*calls).as_secs_f64() * 1e9 / f64::from(*calls));
        }
    }
    for times in &mut rounds {
        times.sort_by(f64::total_cmp);
    }
    let cost = |(way, times): (&&Way, &Vec<f64>)| Cost {
        question: way.question,
        name: way.name.to_owned(),
        time: Ok(without(&quartiles(times), &quartiles(&rounds[0]))),
    };
    ways.iter().zip(&rounds).skip(1).map(cost).collect()
}

/// The median and the quartiles of sorted times.
fn quartiles(times: &[f64]) -> Time {
    let (last, quarter) = (times.len() - 1, times.len() / 4);
    Time { median: times[times.len() / 2], low: times[quarter], high: times[last - quarter] }
}

/// A time without that of the empty loop, whose spread widens the spread.
fn without(time: &Time, nothing: &Time) -> Time {
    let less = |time: f64, less: f64| (time - less).max(0.0);
    Time {
        median: less(time.median, nothing.median),
        low: less(time.low, nothing.high),
        high: less(time.high, nothing.low),
    }
}

/// How many calls take that long. Each number is tried twice, since one try may be interrupted. If even the largest
/// number takes less, that is returned.
fn calls(way: &Way, long_enough: Duration) -> u32 {
    let mut calls = 1;
    while calls < 1 << 31 && (way.lap)(calls).min((way.lap)(calls)) < long_enough {
        calls *= 2;
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_loop_is_subtracted_with_its_spread_and_no_time_is_negative() {
        let time = quartiles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
        assert_eq!(time, Time { median: 6.0, low: 3.0, high: 9.0 });
        assert_eq!(
            without(&time, &Time { median: 2.0, low: 1.0, high: 4.0 }),
            Time { median: 4.0, low: 0.0, high: 8.0 }
        );
    }
}
