//! What asking costs, as a table for people: plain, or in Markdown.

use super::SHAPE;
use super::compare::{Row, advice, keep};
use super::costs::{ABOUT, Costs, NotMeasured, groups};
use array_ctypes_conformance::adapter::cost::{Question, nanoseconds};
use std::fmt::Write as _;

/// How they were measured, and how to read them.
const METHOD: [&str; 3] = [
    "Each implementation measures itself, in many short rounds: median and quartiles.",
    "`× cheapest`: beside the cheapest of all; `× own`: of the same implementation. Behind `#`: made once, not measured.",
    "`≈ 1`: the spreads touch, so the two cannot be distinguished. Compare within one run only.",
];

/// The cells of a row: implementation, way, nanoseconds, spread, and times the cheapest of all and of its own; or the reason
/// why it was not measured.
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

/// The table, and what follows from it. It does not list implementations that were not measured: the command prints those to
/// standard error.
pub fn text(costs: &Costs) -> String {
    let groups: Vec<(Question, Vec<[String; 6]>)> =
        groups(costs).map(|(question, rows)| (question, rows.iter().map(cells).collect())).collect();
    let width = |column: usize| {
        // The reason why a way was not measured may be longer than any spread; no cell follows it.
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

/// The same in Markdown, with a link to the chart, and with the implementations that were not measured.
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
    let not_measured = costs.not_measured.iter().map(|NotMeasured { implementation, message }| {
        format!("not measured: {implementation}: {}", message.lines().next().unwrap_or(""))
    });
    let remarks: Vec<String> = remarks(costs).into_iter().chain(not_measured).collect();
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

/// Code as such a cell. Code that contains the mark of code gets a longer mark.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
