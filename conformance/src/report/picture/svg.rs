//! The picture as SVG: a fragment for a page, without scripts, links, identifiers and styles of its own.
//!
//! It stands on the same grid of characters as the text. Colours are classes, with attributes for pages that do not know the
//! classes; [`STYLE`] has both themes.

use super::drawing::{Drawing, Part};
use super::ink::{Ink, Line, fitting};
use super::lane::Piece;
use super::place::{Leaves, Placed};
use super::role::Role;
use super::row::{Cell, Owners, Row};
use super::text::{byte, hidden};
use std::fmt::Write as _;

/// Colours for the pictures of a page, light and dark. The contrast of texts is at least 4.5 on white, and on #111.
pub const STYLE: &str = "\
.picture { --expected: #15803d; --found: #b91c1c; max-width: 100%; height: auto }
@media (prefers-color-scheme: dark) { .picture { --expected: #4ade80; --found: #f87171 } }
.picture text.expected { fill: var(--expected) }
.picture text.found { fill: var(--found) }
.picture path.expected { stroke: var(--expected) }
.picture path.found { stroke: var(--found) }
";

/// The width of a character of 12 pixels, and the margin.
const CHARACTER: f64 = 7.25;
const MARGIN: f64 = 8.0;

/// Heights of lines.
const BYTES: f64 = 20.0;
const LANE: f64 = 18.0;
const MARKS: f64 = 20.0;
const WORDS: f64 = 18.0;
const BETWEEN: f64 = 8.0;

/// The head of an arrow that points upwards.
const UP: &str = "m-4 5l4 -5l4 5";

const FONTS: &str = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/// The drawing as SVG; words stand in its description, and also in the picture if there is nothing to draw.
pub(super) fn svg(drawing: Option<&Drawing>, words: &[String]) -> String {
    let mut pen = Pen { out: String::new(), y: MARGIN, right: 0.0 };
    let mut description = words.to_vec();
    match drawing {
        Some(drawing) => {
            pen.drawing(drawing);
            let marks = drawing.rows().flat_map(|row| &row.marks).flatten();
            description.extend(marks.map(|placed| placed.label.clone()).filter(|label| !label.is_empty()));
            description.extend(drawing.notes.iter().map(Line::to_string));
        }
        None => {
            for line in words {
                pen.words(0, &Line::of(Ink::Plain, fitting(line, super::drawing::WIDTH)));
            }
        }
    }
    let (width, height) = (pen.right + MARGIN, pen.y + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" font-family=\"{FONTS}\" font-size=\"12\">\n\
         <title>Memory of the array</title>\n<desc>{}</desc>\n{}</svg>\n",
        escaped(&description.join("\n")),
        pen.out
    )
}

/// The text for XML: markup is escaped, and characters that XML does not have are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The class and the attributes of a text.
fn text_style(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain => "fill=\"currentColor\"",
        Ink::Expected => "class=\"expected\" fill=\"#15803d\"",
        Ink::Found => "class=\"found\" fill=\"#b91c1c\"",
    }
}

/// The class and the attributes of an arrow.
fn arrow_style(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain => "class=\"axis\" fill=\"none\" stroke=\"currentColor\"",
        Ink::Expected => "class=\"expected\" fill=\"none\" stroke=\"#15803d\" stroke-width=\"1.5\"",
        Ink::Found => "class=\"found\" fill=\"none\" stroke=\"#b91c1c\" stroke-width=\"1.5\"",
    }
}

/// Writes from top to bottom.
struct Pen {
    out: String,
    /// The top of the next line.
    y: f64,
    /// How far to the right something was drawn.
    right: f64,
}

impl Pen {
    fn drawing(&mut self, drawing: &Drawing) {
        for part in &drawing.parts {
            match part {
                Part::Gap(words) => self.words(drawing.digits + 1, &Line::of(Ink::Plain, words.clone())),
                Part::Row(row) => self.row(drawing, row),
            }
        }
        drawing.notes.iter().for_each(|line| self.words(0, line));
        let legend = drawing.legend("hatched: padding", "hatched: of no element");
        for words in legend {
            self.words(0, &Line::of(Ink::Plain, words.replace("   ", "; ")));
        }
    }

    fn text(&mut self, x: f64, baseline: f64, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        self.right = self.right.max(x + text.chars().count() as f64 * CHARACTER);
        let style = text_style(ink);
        let _ = writeln!(self.out, "<text x=\"{x:.1}\" y=\"{baseline:.1}\" {style}>{}</text>", escaped(text));
    }

    fn path(&mut self, style: &str, path: &str) {
        let _ = writeln!(self.out, "<path {style} d=\"{path}\"/>");
    }

    /// A line of words that begins at a character.
    fn words(&mut self, character: usize, line: &Line) {
        let mut character = character;
        for span in &line.spans {
            self.text(at(character), self.y + 13.0, span.ink, &span.text);
            character += span.text.chars().count();
        }
        self.y += WORDS;
    }

    fn row(&mut self, drawing: &Drawing, row: &Row) {
        let grid = Columns { first: drawing.digits + 1, cell: drawing.cell };
        let label = row.label().to_string();
        let x = at(drawing.digits.saturating_sub(label.len()));
        self.text(x, self.y + 14.0, Ink::Plain, &label);
        for (column, cell) in row.cells.iter().enumerate() {
            self.cell(&grid, column, cell);
        }
        self.y += BYTES;
        for lane in &row.lanes.all {
            self.pieces(&grid, &lane.elements, "class=\"element\" fill=\"currentColor\" fill-opacity=\"0.08\"", "");
            for fields in &lane.fields {
                self.pieces(&grid, fields, "class=\"field\" fill=\"none\"", " stroke-dasharray=\"2 2\"");
            }
        }
        if !row.lanes.hidden.is_empty() {
            let names = hidden(&row.lanes, super::drawing::WIDTH - grid.first);
            self.words(grid.first, &Line::of(Ink::Plain, names));
        }
        for line in &row.marks {
            for placed in line {
                self.mark(&grid, placed);
            }
            self.y += MARKS;
        }
        self.y += BETWEEN;
    }

    fn cell(&mut self, grid: &Columns, column: usize, cell: &Cell) {
        if cell.byte.is_none() {
            return;
        }
        let (x, end, y) = (grid.x(column), grid.x(column + 1), self.y);
        self.right = self.right.max(end);
        let _ = writeln!(
            self.out,
            "<rect class=\"byte\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BYTES:.1}\" fill=\"none\" \
             stroke=\"currentColor\" stroke-opacity=\"0.4\"/>",
            end - x
        );
        if is_hatched(cell) {
            // Lines that rise to the right, cut at the borders.
            let mut path = String::new();
            let mut from = x - BYTES + CHARACTER / 2.0;
            while from < end {
                let start = from.max(x);
                let rise = (end - start).min(BYTES - (start - from));
                let _ = write!(path, "M{start:.1} {:.1}l{rise:.1} {:.1}", y + BYTES - (start - from), -rise);
                from += CHARACTER;
            }
            self.path("class=\"hatch\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.3\"", &path);
        }
        let mut text = byte(cell).replace('/', "");
        if cell.owners == Owners::Unknown {
            text.push('?');
        }
        self.text(grid.x(column) + CHARACTER, y + 14.0, Ink::Plain, &text);
    }

    /// Boxes with names: elements, or fields below them. A box is open where it goes on in another row.
    fn pieces(&mut self, grid: &Columns, pieces: &[Piece], class: &str, dashes: &str) {
        let (top, bottom) = (self.y + 1.0, self.y + LANE - 1.0);
        for piece in pieces {
            let (left, right) = (grid.x(piece.columns.start) + 1.0, grid.x(piece.columns.end) - 1.0);
            let outline = |is_open: bool, is_continued: bool| {
                let side = |is_open: bool| if is_open { 'M' } else { 'L' };
                format!(
                    "M{left:.1} {top:.1}L{right:.1} {top:.1}{}{right:.1} {bottom:.1}L{left:.1} {bottom:.1}{}{left:.1} {top:.1}",
                    side(is_open),
                    side(is_continued)
                )
            };
            let mut fill = class;
            // An outline with a gap would be filled in part.
            if piece.goes_on || piece.is_continued {
                self.path(&format!("{class} stroke=\"none\""), &outline(false, false));
                fill = "fill=\"none\"";
            }
            self.path(&format!("{fill} stroke=\"currentColor\"{dashes}"), &outline(piece.goes_on, piece.is_continued));
            let room = (piece.columns.len() * grid.cell).saturating_sub(1);
            self.text(left + CHARACTER / 2.0 + 1.0, bottom - 4.0, Ink::Plain, &fitting(&piece.name, room));
        }
        self.y += LANE;
    }

    fn mark(&mut self, grid: &Columns, placed: &Placed) {
        let (y, ink) = (self.y, placed.ink);
        let label_x = at(grid.first + placed.label_at) + CHARACTER / 2.0;
        self.text(label_x, y + 14.0, ink, &placed.label);
        let Some(head) = placed.head else { return };
        for (number, byte) in placed.bytes.iter().enumerate() {
            let byte = byte.map_or(String::new(), |byte| format!("{byte:02x}"));
            self.text(grid.x(head + number) + CHARACTER, y + 14.0, ink, &byte);
        }
        if !placed.bytes.is_empty() {
            return;
        }
        let (tip, middle, top) = (grid.tip(head), y + 10.0, y + 2.0);
        let (shaft, head) = match (placed.tail.map(|tail| grid.tip(tail)), placed.leaves) {
            (Some(tail), _) if ink == Ink::Plain => {
                let back = if tail < tip { -5.0 } else { 5.0 };
                (format!("M{tail:.1} {middle:.1}H{tip:.1}"), format!("m{back:.1} -4l{:.1} 4l{back:.1} 4", -back))
            }
            (Some(tail), _) => (format!("M{tail:.1} {middle:.1}H{tip:.1}V{top:.1}"), UP.to_owned()),
            (None, Some(Leaves::Down)) => (format!("M{tip:.1} {top:.1}v14"), "m-4 -5l4 5l4 -5".to_owned()),
            (None, _) => (format!("M{tip:.1} {:.1}V{top:.1}", y + 16.0), UP.to_owned()),
        };
        self.right = self.right.max(tip + 5.0);
        let style = arrow_style(ink);
        if ink == Ink::Found {
            // Dashed, for those who do not see the colour.
            self.path(&format!("{style} stroke-dasharray=\"4 2\""), &shaft);
            let end = if placed.leaves == Some(Leaves::Down) { top + 14.0 } else { top };
            self.path(style, &format!("M{tip:.1} {end:.1}{head}"));
        } else {
            self.path(style, &(shaft + &head));
        }
    }
}

/// Where the columns of bytes are.
struct Columns {
    /// The character of the first border.
    first: usize,
    /// The characters of a column.
    cell: usize,
}

impl Columns {
    /// The left border of a column.
    fn x(&self, column: usize) -> f64 {
        at(self.first + column * self.cell)
    }

    /// The point below a byte at which arrows end.
    fn tip(&self, column: usize) -> f64 {
        self.x(column) + 2.0 * CHARACTER
    }
}

/// The left side of a character.
fn at(character: usize) -> f64 {
    MARGIN + character as f64 * CHARACTER
}

fn is_hatched(cell: &Cell) -> bool {
    cell.role == Role::Padding || cell.owners == Owners::Nobody
}
