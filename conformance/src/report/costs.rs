//! What asking costs, for people and for machines. Each form is made of the figures alone.

use crate::cost::compare::{Ratio, Row, advice, rows};
use crate::cost::{Measured, Question, nanoseconds};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What came of measuring.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// Who was measured.
    pub measured: Vec<Measured>,
    /// Who could not be, and why.
    pub troubles: Vec<(String, String)>,
    /// What a reader has to know beside the figures.
    pub notes: Vec<String>,
}

/// What the figures are of.
pub const ABOUT: &str =
    "Nanoseconds a call, of a C-contiguous array of 12 integers of 4 bytes, without the loop around it.";

/// How they were found, and what they say.
const METHOD: [&str; 2] = [
    "Each implementation measures itself, in many short rounds: median and quartiles.",
    "`≈ 1`: the spreads touch, so nobody can tell. Compare within one run only.",
];

/// Each question that has an answer, with what answers it.
pub(super) fn groups(costs: &Costs) -> impl Iterator<Item = (Question, Vec<Row<'_>>)> {
    let all = Question::ALL.into_iter().map(|question| (question, rows(&costs.measured, question)));
    all.filter(|(_, rows)| !rows.is_empty())
}

/// A row in words: whose, which way, nanoseconds, spread, and times the cheapest; or why it was not measured.
fn cells(row: &Row) -> [String; 5] {
    let (of, name) = (row.of.to_string(), row.cost.name.clone());
    match &row.cost.time {
        Ok(time) => {
            let spread = format!("{} – {}", nanoseconds(time.low), nanoseconds(time.high));
            [of, name, time.to_string(), spread, row.ratio.map_or(String::new(), |ratio| ratio.to_string())]
        }
        Err(why) => [of, name, "–".to_owned(), why.clone(), String::new()],
    }
}

const HEADER: [&str; 5] = ["implementation", "asked as", "ns a call", "quartiles, ns", "× cheapest"];

/// The table, and what follows from it.
pub fn text(costs: &Costs) -> String {
    let groups: Vec<(Question, Vec<[String; 5]>)> =
        groups(costs).map(|(question, rows)| (question, rows.iter().map(cells).collect())).collect();
    let width = |column: usize| {
        // Why something was not measured may be longer than any spread: nothing stands behind it.
        let rows = groups.iter().flat_map(|(_, rows)| rows).filter(|row| column < 3 || !row[4].is_empty());
        let cells = rows.map(|row| row[column].chars().count());
        cells.chain([HEADER[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |cells: [&str; 5]| {
        let mut line = String::new();
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
            // Words on the left, numbers on the right.
            let _ = if at < 2 { write!(line, "  {cell:width$}") } else { write!(line, "  {cell:>width$}") };
        }
        line.trim_end().to_owned() + "\n"
    };
    let mut out = String::new();
    if !groups.is_empty() {
        let _ = write!(out, "{ABOUT}\n{}\n\n{}", METHOD.join("\n"), line(HEADER));
    }
    for (question, rows) in &groups {
        let _ = writeln!(out, "{}", question.title());
        for row in rows {
            out.push_str(&line(row.each_ref().map(String::as_str)));
        }
    }
    let remarks = remarks(costs);
    if !remarks.is_empty() {
        out.push('\n');
        out.extend(remarks.iter().flat_map(|remark| [remark, "\n"]));
    }
    out
}

/// Advice, then notes, then who is missing.
fn remarks(costs: &Costs) -> Vec<String> {
    let advice = advice(&costs.measured).into_iter().map(|advice| advice.to_string());
    let troubles = costs.troubles.iter().map(|(name, why)| format!("not measured: {name}: {}", first_line(why)));
    advice.chain(costs.notes.iter().map(|note| format!("note: {note}"))).chain(troubles).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// The same in Markdown, with the chart beside it.
pub fn markdown(costs: &Costs) -> String {
    let mut out =
        format!("# What asking about an array costs\n\n{ABOUT} {}\n\n![chart](costs.svg)\n", METHOD.join(" "));
    for (question, rows) in groups(costs) {
        let _ = write!(out, "\n## {}\n\n| {} |\n|---|---|---:|---:|---:|\n", question.title(), HEADER.join(" | "));
        for row in &rows {
            let [of, name, others @ ..] = cells(row);
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                escaped(&of),
                code(&name),
                others.map(|cell| escaped(&cell)).join(" | ")
            );
        }
    }
    let remarks = remarks(costs);
    if !remarks.is_empty() {
        out.push('\n');
        out.extend(remarks.iter().flat_map(|remark| ["- ", remark, "\n"]));
    }
    out
}

/// Text as a cell of a table of Markdown.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('*', "\\*")
        .replace('_', "\\_")
        .replace('`', "\\`")
}

/// Code as such a cell. What holds the mark of code itself gets a longer one.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// One object for each cost, each advice and each implementation without figures, told apart by `kind`; a summary last.
/// Times are in nanoseconds. `ratio` is to the cheapest of the question, `ratio_above` where it is at least that; neither is
/// there where the spreads touch.
pub fn lines(costs: &Costs) -> Vec<Value> {
    let all = groups(costs).flat_map(|(_, rows)| rows.into_iter().map(|row| of_row(&row)).collect::<Vec<_>>());
    let advice = advice(&costs.measured);
    let advice = advice.iter().map(|advice| {
        json!({
            "kind": "advice", "implementation": advice.of.implementation, "version": advice.of.version,
            "question": advice.question.word(), "cheapest": advice.cheapest,
            "text": advice.to_string(),
        })
    });
    let troubles = costs.troubles.iter();
    let troubles = troubles.map(|(name, why)| json!({ "kind": "trouble", "implementation": name, "message": why }));
    let timed = costs.measured.iter().flat_map(|of| &of.costs).filter(|cost| cost.time.is_ok()).count();
    let summary = json!({
        "kind": "summary", "implementations": costs.measured.len(), "costs": timed, "notes": costs.notes,
        "troubles": costs.troubles.len(), "about": ABOUT,
    });
    all.chain(advice).chain(troubles).chain([summary]).collect()
}

fn of_row(row: &Row) -> Value {
    let mut value = json!({
        "kind": "cost", "implementation": row.of.implementation, "version": row.of.version,
        "question": row.cost.question.word(), "name": row.cost.name,
    });
    match &row.cost.time {
        Ok(time) => {
            (value["median"], value["low"], value["high"]) = (time.median.into(), time.low.into(), time.high.into());
            match row.ratio {
                Some(Ratio::Cheapest) => value["ratio"] = 1.into(),
                Some(Ratio::Times(times)) => value["ratio"] = times.into(),
                Some(Ratio::MoreThan(times)) => value["ratio_above"] = times.into(),
                Some(Ratio::Same) | None => {}
            }
        }
        Err(why) => value["missing"] = why.as_str().into(),
    }
    value
}

/// The lines as one document of JSON: a list.
pub fn document(costs: &Costs) -> String {
    let lines: Vec<String> = lines(costs).iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
