//! The figures as JSON Lines: one object for each cost, each advice, each thing to keep and each implementation without figures,
//! with its kind as `kind`; a summary last.

use super::compare::{Advice, Keep, Ratio, Row, advice, keep};
use super::costs::{ABOUT, Costs, NotMeasured, groups};
use serde::Serialize;
use serde_json::Value;

/// A line of the output. Times are in nanoseconds.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Cost {
        implementation: &'a str,
        version: &'a str,
        question: &'a str,
        name: &'a str,
        shape: &'a [u64],
        #[serde(flatten)]
        time: Time<'a>,
    },
    Advice {
        implementation: &'a str,
        version: &'a str,
        question: &'a str,
        cheapest: &'a [&'a str],
        text: String,
    },
    Keep {
        implementation: &'a str,
        version: &'a str,
        question: &'a str,
        name: &'a str,
        kept: &'a str,
        beside: &'a str,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        ratio: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ratio_above: Option<f64>,
    },
    #[serde(rename = "trouble")]
    NotMeasured(&'a NotMeasured),
    Summary {
        implementations: usize,
        costs: usize,
        notes: &'a [String],
        #[serde(rename = "troubles")]
        not_measured: usize,
        about: &'a str,
    },
}

/// The time of a call, or the reason why it was not measured.
#[derive(Serialize)]
#[serde(untagged)]
enum Time<'a> {
    /// `ratio` is to the cheapest way of the question, `ratio_above` if it is at least that; neither is there if the spreads
    /// touch. `own_ratio` and `own_ratio_above` are to the cheapest way of the same implementation.
    Measured {
        median: f64,
        low: f64,
        high: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        ratio: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ratio_above: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        own_ratio: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        own_ratio_above: Option<f64>,
    },
    NotMeasured {
        missing: &'a str,
    },
}

/// A ratio as two entries: the ratio, or a number that it is above. Neither is there if it is not known.
fn entries(ratio: Option<Ratio>) -> (Option<Value>, Option<f64>) {
    match ratio {
        Some(Ratio::Cheapest) => (Some(1.into()), None),
        Some(Ratio::Times(times)) => (Some(times.into()), None),
        Some(Ratio::MoreThan(times)) => (None, Some(times)),
        Some(Ratio::Same) | None => (None, None),
    }
}

/// The lines.
pub fn lines(costs: &Costs) -> Vec<Value> {
    let groups: Vec<_> = groups(costs).collect();
    let rows = groups.iter().flat_map(|(_, rows)| rows).map(of_row);
    let (advice, keep) = (advice(&costs.measured), keep(&costs.measured));
    let advice = advice.iter().map(of_advice);
    let keep = keep.iter().map(of_keep);
    let not_measured = costs.not_measured.iter().map(Line::NotMeasured);
    let summary = Line::Summary {
        implementations: costs.measured.len(),
        costs: costs.measured.iter().flat_map(|of| &of.costs).filter(|cost| cost.time.is_ok()).count(),
        notes: &costs.notes,
        not_measured: costs.not_measured.len(),
        about: ABOUT,
    };
    let lines = rows.chain(advice).chain(keep).chain(not_measured).chain([summary]);
    // By way of a value, whose keys are in alphabetical order.
    lines.map(|line| serde_json::to_value(line).unwrap_or_default()).collect()
}

fn of_row<'a>(row: &Row<'a>) -> Line<'a> {
    let time = match &row.cost.time {
        Ok(time) => {
            let (ratio, ratio_above) = entries(row.ratio);
            let (own_ratio, own_ratio_above) = entries(row.own);
            let (median, low, high) = (time.median, time.low, time.high);
            Time::Measured { median, low, high, ratio, ratio_above, own_ratio, own_ratio_above }
        }
        Err(missing) => Time::NotMeasured { missing },
    };
    Line::Cost {
        implementation: &row.of.implementation,
        version: &row.of.version,
        question: row.cost.question.word(),
        name: &row.cost.name,
        shape: &row.of.shape,
        time,
    }
}

fn of_advice<'a>(advice: &'a Advice) -> Line<'a> {
    Line::Advice {
        implementation: &advice.of.implementation,
        version: &advice.of.version,
        question: advice.question.word(),
        cheapest: &advice.cheapest,
        text: advice.to_string(),
    }
}

fn of_keep<'a>(keep: &'a Keep) -> Line<'a> {
    let (ratio, ratio_above) = entries(Some(keep.ratio));
    Line::Keep {
        implementation: &keep.of.implementation,
        version: &keep.of.version,
        question: keep.cost.question.word(),
        name: &keep.cost.name,
        kept: keep.kept,
        beside: keep.beside,
        text: keep.to_string(),
        ratio,
        ratio_above,
    }
}

/// The lines as one text.
pub(crate) fn text(costs: &Costs) -> String {
    lines(costs).iter().map(|line| format!("{line}\n")).collect()
}

/// The lines as one JSON document: a list.
pub fn document(costs: &Costs) -> String {
    let lines: Vec<String> = lines(costs).iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
