//! What asking costs, as a picture in SVG: a bar for each way, on an axis of powers of ten.
//!
//! The SVG is written by hand: a few rectangles, lines and texts need no library. A bar ends at the median; the line across its
//! end goes from the first to the third quartile. Each implementation has a colour, which colour-blind people can distinguish
//! too; a bar shows the name of its implementation under the mouse.

use super::costs::{Costs, groups};
use crate::bench::Measured;
use crate::bench::compare::Row;
use array_ctypes_conformance::adapter::cost::{RESOLUTION_NANOSECONDS, Time, nanoseconds};
use std::fmt::{Display, Write as _};

const WIDTH: f64 = 900.0;
/// Where names end, bars begin, and the axis ends.
const NAMES: f64 = 350.0;
const LEFT: f64 = 360.0;
const RIGHT: f64 = 810.0;
const ROW: f64 = 19.0;
/// The most characters of a name that fit.
const FITS: usize = 50;

/// The palette of Okabe and Ito.
const COLOURS: [&str; 6] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"];

const STYLE: &str = "text { font: 12px sans-serif; fill: #222 } .title { font-size: 16px; font-weight: bold } \
                     .question { font-size: 13px; font-weight: bold } .name { font: 11px monospace; text-anchor: end } \
                     .tick { font-size: 11px; fill: #666; text-anchor: middle } .missing { font-size: 11px; fill: #777 } \
                     .figure, .missing { paint-order: stroke; stroke: #fff; stroke-width: 3px }";

/// The axis: decades, from the power of ten at its start to that at its end.
struct Axis {
    from: f64,
    to: f64,
}

impl Axis {
    fn of(costs: &Costs) -> Axis {
        let times: Vec<&Time> =
            costs.measured.iter().flat_map(|of| &of.costs).filter_map(|cost| cost.time.as_ref().ok()).collect();
        let least = times.iter().map(|time| time.median).fold(f64::INFINITY, f64::min);
        let most = times.iter().map(|time| time.high).fold(RESOLUTION_NANOSECONDS, f64::max);
        let from = if least.is_finite() { least.max(RESOLUTION_NANOSECONDS).log10().floor() } else { 0.0 };
        Axis { from, to: most.log10().ceil().max(from + 1.0) }
    }

    fn x(&self, nanoseconds: f64) -> f64 {
        if nanoseconds < RESOLUTION_NANOSECONDS {
            return LEFT; // below the resolution all times are the same
        }
        let along = (nanoseconds.log10() - self.from) / (self.to - self.from);
        LEFT + along.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn ticks(&self) -> impl Iterator<Item = i32> + use<> {
        self.from as i32..=self.to as i32
    }
}

/// The picture, as a document of its own.
pub fn svg(costs: &Costs) -> String {
    let axis = Axis::of(costs);
    let mut body = String::new();
    let mut y = 28.0;
    label(&mut body, "title", 16.0, y, "What asking about an array costs");
    y = legend(&mut body, &costs.measured, y + 22.0);
    let top = y + 10.0;
    let mut bars = String::new();
    if costs.measured.is_empty() {
        label(&mut body, "missing", 16.0, y, "no figures");
    }
    for (question, rows) in groups(costs) {
        y += 26.0;
        label(&mut bars, "question", 16.0, y, question.title());
        y += 6.0;
        for row in &rows {
            let colour = costs.measured.iter().position(|of| std::ptr::eq(of, row.of)).unwrap_or(0);
            bar(&mut bars, &axis, row, COLOURS[colour % COLOURS.len()], y);
            y += ROW;
        }
    }
    for power in axis.ticks() {
        let x = axis.x(10f64.powi(power));
        let _ = writeln!(body, r##"<path d="M{x:.1} {top:.1}V{y:.1}" stroke="#ddd"/>"##);
        label(&mut body, "tick", x, y + 16.0, unit(power));
    }
    label(
        &mut body,
        "tick",
        f64::midpoint(LEFT, RIGHT),
        y + 34.0,
        "time of a call: median, and quartiles across its end",
    );
    let height = y + 46.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">\n\
         <style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}{bars}</svg>\n"
    )
}

/// Draws the names of the implementations with their colours, and returns the y of its last line.
fn legend(out: &mut String, measured: &[Measured], mut y: f64) -> f64 {
    let mut x = 16.0;
    for (at, of) in measured.iter().enumerate() {
        let name = shortened(&of.to_string());
        let width = 30.0 + 7.0 * name.chars().count() as f64;
        if x > 16.0 && x + width > WIDTH {
            (x, y) = (16.0, y + ROW);
        }
        let colour = COLOURS[at % COLOURS.len()];
        let _ = writeln!(out, r#"<rect x="{x:.1}" y="{:.1}" width="11" height="11" fill="{colour}"/>"#, y - 10.0);
        label(out, "of", x + 16.0, y, name);
        x += width;
    }
    y
}

fn bar(out: &mut String, axis: &Axis, row: &Row, colour: &str, y: f64) {
    let base = y + 13.0;
    label(out, "name", NAMES, base, shortened(&row.cost.name));
    let time = match &row.cost.time {
        Ok(time) => time,
        Err(why) => return label(out, "missing", LEFT + 4.0, base, shortened(why)),
    };
    let [low, end, high] = [time.low, time.median, time.high].map(|time| axis.x(time));
    let title = escaped(&format!("{}: {}: {time} ns", row.of, row.cost.name));
    let _ = writeln!(
        out,
        r#"<rect x="{LEFT}" y="{:.1}" width="{:.1}" height="13" fill="{colour}"><title>{title}</title></rect>"#,
        y + 3.0,
        (end - LEFT).max(1.5)
    );
    let middle = y + 9.5;
    let _ = writeln!(out, r##"<path d="M{low:.1} {middle:.1}H{high:.1}" stroke="#222"/>"##);
    label(out, "figure", high.max(end) + 6.0, base, format!("{} ns", nanoseconds(time.median)));
}

fn label(out: &mut String, class: &str, x: f64, y: f64, text: impl Display) {
    let _ = writeln!(out, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escaped(&text.to_string()));
}

/// The label of a power of ten, in nanoseconds.
fn unit(power: i32) -> String {
    let (unit, less) = match power {
        ..3 => ("ns", 0),
        3..6 => ("µs", 3),
        6..9 => ("ms", 6),
        _ => ("s", 9),
    };
    format!("{} {unit}", 10f64.powi(power - less))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= FITS {
        return text.to_owned();
    }
    text.chars().take(FITS - 1).chain(['…']).collect()
}

/// Text as XML can hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // XML cannot hold them.
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
