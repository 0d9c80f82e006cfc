//! What asking costs, for people and for machines. Each form is made of the figures alone.

use crate::bench::compare::{Ratio, Row, advice, keep, rows};
use crate::bench::{Measured, SHAPE};
use array_ctypes_conformance::adapter::cost::{Question, nanoseconds};
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
    "Nanoseconds a call, of a C-contiguous array of 3 by 4 integers of 4 bytes, without the loop around it.";

/// How they were found, and what they say.
const METHOD: [&str; 3] = [
    "Each implementation measures itself, in many short rounds: median and quartiles.",
    "`× cheapest`: beside the cheapest of all; `× own`: of the same implementation. Behind `#`: made once, not measured.",
    "`≈ 1`: the spreads touch, so nobody can tell. Compare within one run only.",
];

/// Each question that has an answer, with what answers it.
pub(super) fn groups(costs: &Costs) -> impl Iterator<Item = (Question, Vec<Row<'_>>)> {
    let all = Question::ALL.into_iter().map(|question| (question, rows(&costs.measured, question)));
    all.filter(|(_, rows)| !rows.is_empty())
}

/// A row in words: whose, which way, nanoseconds, spread, and times the cheapest of all and of its own; or why it was not
/// measured.
fn cells(row: &Row) -> [String; 6] {
    let (of, name) = (row.of.to_string(), row.cost.name.clone());
    match &row.cost.time {
        Ok(time) => {
            let spread = format!("{} – {}", nanoseconds(time.low), nanoseconds(time.high));
            let [ratio, own] = [row.ratio, row.own].map(|ratio| ratio.map_or(String::new(), |ratio| ratio.to_string()));
            [of, name, time.to_string(), spread, ratio, own]
        }
        Err(why) => [of, name, "–".to_owned(), why.clone(), String::new(), String::new()],
    }
}

const HEADER: [&str; 6] = ["implementation", "asked as", "ns a call", "quartiles, ns", "× cheapest", "× own"];

/// The table, and what follows from it. Who was not measured is no part of it: the command says so elsewhere.
pub fn text(costs: &Costs) -> String {
    let groups: Vec<(Question, Vec<[String; 6]>)> =
        groups(costs).map(|(question, rows)| (question, rows.iter().map(cells).collect())).collect();
    let width = |column: usize| {
        // Why something was not measured may be longer than any spread: nothing stands behind it.
        let rows = groups.iter().flat_map(|(_, rows)| rows).filter(|row| column < 3 || !row[4].is_empty());
        let cells = rows.map(|row| row[column].chars().count());
        cells.chain([HEADER[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let line = |cells: [&str; 6]| {
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
        out.extend(question.remark().map(|remark| format!("  {remark}\n")));
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

/// Advice, then notes.
fn remarks(costs: &Costs) -> Vec<String> {
    let advice = advice(&costs.measured).into_iter().map(|advice| advice.to_string());
    let keep = keep(&costs.measured).into_iter().map(|keep| keep.to_string());
    let others = costs.measured.iter().filter(|of| of.shape != SHAPE);
    let others =
        others.map(|of| format!("{of} was asked about an array of shape {:?}: its limits forbid 3 by 4", of.shape));
    advice.chain(keep).chain(costs.notes.iter().cloned().chain(others).map(|note| format!("note: {note}"))).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// The same in Markdown, with the chart beside it, and who was not measured.
pub fn markdown(costs: &Costs) -> String {
    let mut out =
        format!("# What asking about an array costs\n\n{ABOUT} {}\n\n![chart](costs.svg)\n", METHOD.join(" "));
    for (question, rows) in groups(costs) {
        let _ = write!(out, "\n## {}\n\n", question.title());
        out.extend(question.remark().map(|remark| format!("{remark}\n\n")));
        let _ = write!(out, "| {} |\n|---|---|---:|---:|---:|---:|\n", HEADER.join(" | "));
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
    let troubles = costs.troubles.iter().map(|(name, why)| format!("not measured: {name}: {}", first_line(why)));
    let remarks: Vec<String> = remarks(costs).into_iter().chain(troubles).collect();
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

/// One object for each cost, each advice, each thing to keep and each implementation without figures, told apart by `kind`; a
/// summary last. Times are in nanoseconds. `ratio` is to the cheapest of the question, `ratio_above` where it is at least that;
/// neither is there where the spreads touch. `own_ratio` and `own_ratio_above` are to the cheapest of the same implementation.
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
    let keep = keep(&costs.measured);
    let keep = keep.iter().map(|keep| {
        let mut value = json!({
            "kind": "keep", "implementation": keep.of.implementation, "version": keep.of.version,
            "question": keep.cost.question.word(), "name": keep.cost.name, "kept": keep.kept, "beside": keep.beside,
            "text": keep.to_string(),
        });
        put_ratio(&mut value, "ratio", Some(keep.ratio));
        value
    });
    let troubles = costs.troubles.iter();
    let troubles = troubles.map(|(name, why)| json!({ "kind": "trouble", "implementation": name, "message": why }));
    let timed = costs.measured.iter().flat_map(|of| &of.costs).filter(|cost| cost.time.is_ok()).count();
    let summary = json!({
        "kind": "summary", "implementations": costs.measured.len(), "costs": timed, "notes": costs.notes,
        "troubles": costs.troubles.len(), "about": ABOUT,
    });
    all.chain(advice).chain(keep).chain(troubles).chain([summary]).collect()
}

fn of_row(row: &Row) -> Value {
    let mut value = json!({
        "kind": "cost", "implementation": row.of.implementation, "version": row.of.version,
        "question": row.cost.question.word(), "name": row.cost.name, "shape": row.of.shape,
    });
    match &row.cost.time {
        Ok(time) => {
            (value["median"], value["low"], value["high"]) = (time.median.into(), time.low.into(), time.high.into());
            put_ratio(&mut value, "ratio", row.ratio);
            put_ratio(&mut value, "own_ratio", row.own);
        }
        Err(why) => value["missing"] = why.as_str().into(),
    }
    value
}

fn put_ratio(value: &mut Value, key: &str, ratio: Option<Ratio>) {
    match ratio {
        Some(Ratio::Cheapest) => value[key] = 1.into(),
        Some(Ratio::Times(times)) => value[key] = times.into(),
        Some(Ratio::MoreThan(times)) => value[format!("{key}_above")] = times.into(),
        Some(Ratio::Same) | None => {}
    }
}

/// The lines as one document of JSON: a list.
pub fn document(costs: &Costs) -> String {
    let lines: Vec<String> = lines(costs).iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
