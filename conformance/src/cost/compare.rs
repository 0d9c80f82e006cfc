//! Which way is cheaper, and by how much: said only where the spreads are apart.

use super::{Cost, LEAST, Measured, Question, Time};
use std::fmt;

/// How a cost compares with the cheapest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// It is the cheapest.
    Cheapest,
    /// The spreads touch: nobody can tell.
    Same,
    /// So many times as much.
    Times(f64),
    /// At least so many times as much: the cheapest is hardly told apart from nothing.
    MoreThan(f64),
}

impl Ratio {
    /// That of a time to the cheapest, which may be itself.
    pub fn of(time: &Time, cheapest: &Time) -> Ratio {
        if time == cheapest {
            Ratio::Cheapest
        } else if time.low <= cheapest.high.max(LEAST) {
            Ratio::Same
        } else if cheapest.low >= LEAST {
            Ratio::Times(time.median / cheapest.median)
        } else {
            Ratio::MoreThan(time.low / cheapest.high.max(LEAST))
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

/// A ratio of at least 1 to two digits: more would say more than is known.
fn two_digits(number: f64, cut: fn(f64) -> f64) -> String {
    let unit = 10f64.powi(number.log10().floor() as i32 - 1);
    let cut = cut(number / unit) * unit;
    if cut < 10.0 { format!("{cut:.1}") } else { format!("{cut:.0}") }
}

/// A cost among all that answer the same question.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Whose it is.
    pub of: &'a Measured,
    /// The cost.
    pub cost: &'a Cost,
    /// How it compares with the cheapest; nothing where it was not measured.
    pub ratio: Option<Ratio>,
}

/// What answers a question, the cheapest first and what could not be measured last.
pub fn rows(measured: &[Measured], question: Question) -> Vec<Row<'_>> {
    let all = measured.iter().flat_map(|of| of.costs.iter().map(move |cost| Row { of, cost, ratio: None }));
    let mut rows: Vec<Row> = all.filter(|row| row.cost.question == question).collect();
    let key = |row: &Row| row.cost.time.as_ref().map_or(f64::INFINITY, |time| time.median);
    rows.sort_by(|one, other| key(one).total_cmp(&key(other)));
    let cheapest = rows.first().and_then(|row| row.cost.time.as_ref().ok()).copied();
    for row in &mut rows {
        row.ratio = row.cost.time.as_ref().ok().zip(cheapest.as_ref()).map(|(time, least)| Ratio::of(time, least));
    }
    rows
}

/// Which way of an implementation to take for a question, among several.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice<'a> {
    /// Whose ways.
    pub of: &'a Measured,
    /// The question.
    pub question: Question,
    /// The cheapest way, and after it those that cannot be told from it.
    pub cheapest: Vec<&'a str>,
    /// The others, the cheapest first, with what they cost beside the cheapest.
    pub dearer: Vec<(&'a str, Ratio)>,
}

/// In words: of the dearer ones the first and the last.
impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cheapest, ties @ ..] = &self.cheapest[..] else { return Ok(()) };
        let beside = |(name, ratio): &(&str, Ratio)| {
            format!("{} times cheaper than `{name}`", ratio.to_string().replace("> ", "more than "))
        };
        let said = match &self.dearer[..] {
            [] => String::new(),
            [only] => format!(" is {}", beside(only)),
            [next, .., dearest] => format!(" is {}, and {}", beside(next), beside(dearest)),
        };
        write!(f, "{}: {}: `{cheapest}`{said}", self.of, self.question.noun())?;
        if !ties.is_empty() {
            let ties: Vec<String> = ties.iter().map(|name| format!("`{name}`")).collect();
            let start = if said.is_empty() { "" } else { "; it" };
            write!(f, "{start} cannot be told from {}", ties.join(", "))?;
        }
        Ok(())
    }
}

/// Advice for each implementation and question that has more than one way.
pub fn advice(measured: &[Measured]) -> Vec<Advice<'_>> {
    let mut all = Vec::new();
    for of in measured {
        for question in Question::ALL {
            let (mut cheapest, mut dearer) = (Vec::new(), Vec::new());
            for row in rows(std::slice::from_ref(of), question) {
                let name = row.cost.name.as_str();
                match row.ratio {
                    Some(Ratio::Cheapest | Ratio::Same) => cheapest.push(name),
                    Some(ratio) => dearer.push((name, ratio)),
                    None => {}
                }
            }
            if cheapest.len() + dearer.len() > 1 {
                all.push(Advice { of, question, cheapest, dearer });
            }
        }
    }
    all
}
