//! Which way is cheaper, and by how much. Two ways differ only if their spreads do not touch.

use super::Measured;
use array_ctypes_conformance::adapter::cost::{Cost, Question, RESOLUTION_NANOSECONDS, Time};
use std::fmt;

/// How a cost compares with the cheapest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// It is the cheapest.
    Cheapest,
    /// The spreads touch, so the two cannot be distinguished.
    Same,
    /// This many times as much.
    Times(f64),
    /// At least this many times as much: the cheapest can hardly be distinguished from nothing.
    MoreThan(f64),
}

impl Ratio {
    /// The ratio of a time to the cheapest, which may be the same time.
    pub fn of(time: &Time, cheapest: &Time) -> Ratio {
        if time == cheapest {
            Ratio::Cheapest
        } else if time.low <= cheapest.high.max(RESOLUTION_NANOSECONDS) {
            Ratio::Same
        } else if cheapest.low >= RESOLUTION_NANOSECONDS {
            Ratio::Times(time.median / cheapest.median)
        } else {
            Ratio::MoreThan(time.low / cheapest.high.max(RESOLUTION_NANOSECONDS))
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Ratio::Cheapest => "1".to_owned(),
            Ratio::Same => "≈ 1".to_owned(),
            Ratio::Times(times) => two_digits(*times, f64::round),
            Ratio::MoreThan(times) => format!("> {}", two_digits(*times, f64::floor)),
        })
    }
}

/// A ratio of at least 1, to two digits: the figures are no more exact.
fn two_digits(number: f64, cut: fn(f64) -> f64) -> String {
    let unit = 10f64.powi(number.log10().floor() as i32 - 1);
    let cut = cut(number / unit) * unit;
    if cut < 10.0 { format!("{cut:.1}") } else { format!("{cut:.0}") }
}

/// A cost among all costs of the same question.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Whose it is.
    pub of: &'a Measured,
    /// The cost.
    pub cost: &'a Cost,
    /// How it compares with the cheapest; `None` if it was not measured.
    pub ratio: Option<Ratio>,
    /// How it compares with the cheapest of the same implementation.
    pub own: Option<Ratio>,
}

/// The costs of a question, the cheapest first, those without figures last.
pub fn rows(measured: &[Measured], question: Question) -> Vec<Row<'_>> {
    let all = measured.iter().flat_map(|of| of.costs.iter().map(move |cost| (of, cost)));
    let mut all: Vec<(&Measured, &Cost)> = all.filter(|(_, cost)| cost.question == question).collect();
    let key = |cost: &Cost| cost.time.as_ref().map_or(f64::INFINITY, |time| time.median);
    all.sort_by(|(_, one), (_, other)| key(one).total_cmp(&key(other)));
    let beside = |cost: &Cost, cheapest: Option<&(&Measured, &Cost)>| {
        Some(Ratio::of(cost.time.as_ref().ok()?, cheapest?.1.time.as_ref().ok()?))
    };
    let row = |&(of, cost)| Row {
        of,
        cost,
        ratio: beside(cost, all.first()),
        own: beside(cost, all.iter().find(|(other, _)| std::ptr::eq(*other, of))),
    };
    all.iter().map(row).collect()
}

/// The way of an implementation that is cheapest for a question, among those that keep nothing between calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice<'a> {
    /// Whose ways.
    pub of: &'a Measured,
    /// The question.
    pub question: Question,
    /// The cheapest way, and after it those that cannot be distinguished from it.
    pub cheapest: Vec<&'a str>,
    /// The others, the cheapest first, each with its ratio to the cheapest.
    pub dearer: Vec<(&'a str, Ratio)>,
}

/// In words; of the dearer ways only the first and the last.
impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cheapest, ties @ ..] = &self.cheapest[..] else { return Ok(()) };
        let beside = |(name, ratio): &(&str, Ratio)| cheaper(name, ratio);
        let comparison = match &self.dearer[..] {
            [] => String::new(),
            [only] => format!(" is {}", beside(only)),
            [next, .., dearest] => format!(" is {}, and {}", beside(next), beside(dearest)),
        };
        write!(f, "{}: {}: `{cheapest}`{comparison}", self.of, self.question.noun())?;
        if !ties.is_empty() {
            let ties: Vec<String> = ties.iter().map(|name| format!("`{name}`")).collect();
            let start = if comparison.is_empty() { "" } else { "; it" };
            write!(f, "{start} cannot be distinguished from {}", ties.join(", "))?;
        }
        Ok(())
    }
}

/// Advice for each implementation and question with more than one way that keeps nothing.
pub fn advice(measured: &[Measured]) -> Vec<Advice<'_>> {
    let advice = asked(measured).map(|(of, question)| {
        let (_, anew) = timed(of, question);
        let (mut cheapest, mut dearer) = (Vec::new(), Vec::new());
        for (cost, time) in &anew {
            match Ratio::of(time, anew[0].1) {
                Ratio::Cheapest | Ratio::Same => cheapest.push(cost.name.as_str()),
                ratio => dearer.push((cost.name.as_str(), ratio)),
            }
        }
        Advice { of, question, cheapest, dearer }
    });
    advice.filter(|advice| advice.cheapest.len() + advice.dearer.len() > 1).collect()
}

/// The saving from making an object once and keeping it.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep<'a> {
    /// Whose way.
    pub of: &'a Measured,
    /// The way.
    pub cost: &'a Cost,
    /// What is kept.
    pub kept: &'a str,
    /// The way that keeps nothing.
    pub beside: &'a str,
    /// The ratio of that way to this one.
    pub ratio: Ratio,
}

impl fmt::Display for Keep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (noun, kept, expression) = (self.cost.question.noun(), self.kept, self.cost.expression());
        write!(f, "{}: {noun}: keep `{kept}`: `{expression}` is {}", self.of, cheaper(self.beside, &self.ratio))
    }
}

/// Each way that keeps something and is cheaper than all ways that keep nothing. It is compared with the same way made
/// anew each time, or, if that was not measured, with the cheapest way that keeps nothing.
pub fn keep(measured: &[Measured]) -> Vec<Keep<'_>> {
    let apart = |ratio: &Ratio| matches!(ratio, Ratio::Times(_) | Ratio::MoreThan(_));
    let all = asked(measured).flat_map(|(of, question)| {
        let (kept, anew) = timed(of, question);
        let keep = kept.into_iter().filter_map(move |(cost, time)| {
            let cheapest = anew.first().filter(|(_, least)| apart(&Ratio::of(least, time)))?;
            let same = cost.anew().and_then(|name| anew.iter().find(|(other, _)| other.name == name));
            let (other, dearer) = same.unwrap_or(cheapest);
            Some(Keep { of, cost, kept: cost.kept()?, beside: &other.name, ratio: Ratio::of(dearer, time) })
        });
        keep.filter(|keep| apart(&keep.ratio))
    });
    all.collect()
}

/// Each implementation with each question that advice is given on.
fn asked(measured: &[Measured]) -> impl Iterator<Item = (&Measured, Question)> {
    let questions = || Question::ALL.into_iter().filter(|question| question.remark().is_none());
    measured.iter().flat_map(move |of| questions().map(move |question| (of, question)))
}

type Timed<'a> = Vec<(&'a Cost, &'a Time)>;

/// The ways that keep something and those that do not, the cheapest first.
fn timed(of: &Measured, question: Question) -> (Timed<'_>, Timed<'_>) {
    let rows = rows(std::slice::from_ref(of), question);
    let timed = rows.into_iter().filter_map(|row| Some((row.cost, row.cost.time.as_ref().ok()?)));
    timed.partition(|(cost, _)| cost.kept().is_some())
}

/// A ratio in words.
fn cheaper(name: &str, ratio: &Ratio) -> String {
    format!("{} times cheaper than `{name}`", ratio.to_string().replace("> ", "more than "))
}
