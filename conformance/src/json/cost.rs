//! Costs as JSON.
//!
//! Costs are claims of the adapter, so impossible ones are errors, such as a call that took longer than the whole
//! reply.

use super::{Result, entry, line, list, text, wrong};
use crate::adapter::cost::{Cost, Question, Time};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// The costs that JSON describes. `took` is how long the reply took; no call can have taken longer.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_costs(value: &Value, took: Duration) -> Result<Vec<Cost>> {
    if value.get("raises").is_some() {
        return wrong("costs", "costs of the array", value);
    }
    let costs = list(entry(value, "costs")?, "costs", |cost, _| to_cost(cost, took))?;
    if costs.is_empty() {
        return wrong("costs", "at least one cost", value);
    }
    let mut names = HashSet::new();
    for Cost { question, name, .. } in &costs {
        if !names.insert((question.word(), name)) {
            return wrong("name", "each name once for each question", &name.as_str().into());
        }
    }
    Ok(costs)
}

fn to_cost(value: &Value, took: Duration) -> Result<Cost> {
    let word = entry(value, "question")?;
    let Some(question) = Question::from_word(text(word, "question")?) else {
        let words = Question::ALL.map(Question::word);
        return wrong("question", &format!("one of {}", words.join(", ")), word);
    };
    let name = line(entry(value, "name")?, "name")?;
    let time = match value.get("missing") {
        Some(missing) => Err(line(missing, "missing")?),
        None => Ok(to_time(value, took)?),
    };
    Ok(Cost { question, name, time })
}

fn to_time(value: &Value, took: Duration) -> Result<Time> {
    let longest = took.as_secs_f64() * 1e9;
    let number = |key: &str| match entry(value, key)?.as_f64() {
        Some(number) if (0.0..=longest).contains(&number) => Ok(number),
        _ => wrong(key, &format!("nanoseconds, from 0 to the {longest:.0} that the reply took"), &value[key]),
    };
    let time = Time { median: number("median")?, low: number("low")?, high: number("high")? };
    if time.low <= time.median && time.median <= time.high {
        Ok(time)
    } else {
        wrong("median", "a median from `low` to `high`", value)
    }
}
