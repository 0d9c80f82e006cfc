//! The picture as characters.
//!
//! Below each row of bytes stand the names of the elements that own them, and below these the fields. `|` is the border of an
//! element, `:` that of a field; `<` and `>` stand where an element goes on in another row.

use super::drawing::{Drawing, Part, WIDTH};
use super::ink::{Canvas, Ink, Line, Text, fitting};
use super::lane::{Lanes, Piece};
use super::place::{Leaves, Placed};
use super::role::Role;
use super::row::{Cell, Owners, Row};

/// The lines of a drawing.
pub(super) fn lines(drawing: &Drawing) -> Text {
    let mut lines = Vec::new();
    for part in &drawing.parts {
        match part {
            Part::Gap(words) => {
                let mut canvas = Canvas::new(WIDTH);
                canvas.put(drawing.digits + 1, words, Ink::Plain);
                lines.push(canvas.line());
            }
            Part::Row(row) => Page { drawing, row }.lines(&mut lines),
        }
    }
    lines.extend(drawing.notes.iter().cloned());
    let legend = drawing.legend("/ padding", ". of no element");
    lines.extend(legend.into_iter().map(|words| Line::of(Ink::Plain, words)));
    Text { lines }
}

/// A row on its lines.
struct Page<'a> {
    drawing: &'a Drawing,
    row: &'a Row,
}

impl Page<'_> {
    fn lines(&self, lines: &mut Vec<Line>) {
        lines.push(self.bytes());
        let lanes = &self.row.lanes;
        if lanes.all.is_empty() {
            let mut canvas = Canvas::new(WIDTH);
            self.put_others(&mut canvas);
            lines.extend(Some(canvas.line()).filter(|line| !line.spans.is_empty()));
        }
        for (number, lane) in lanes.all.iter().enumerate() {
            let mut canvas = Canvas::new(WIDTH);
            if number == 0 {
                self.put_others(&mut canvas);
            }
            self.put_pieces(&mut canvas, &lane.elements, "|");
            lines.push(canvas.line());
            for fields in &lane.fields {
                let mut canvas = Canvas::new(WIDTH);
                self.put_pieces(&mut canvas, fields, ":");
                for piece in &lane.elements {
                    self.put_borders(&mut canvas, piece, "|");
                }
                lines.push(canvas.line());
            }
        }
        if !lanes.hidden.is_empty() {
            let mut canvas = Canvas::new(WIDTH);
            canvas.put(self.column(0), &hidden(lanes, WIDTH - self.column(0)), Ink::Plain);
            lines.push(canvas.line());
        }
        for line in &self.row.marks {
            let mut canvas = Canvas::new(WIDTH);
            for placed in line {
                self.put_mark(&mut canvas, placed);
            }
            lines.push(canvas.line());
        }
    }

    /// The character at which the border before that column is.
    fn column(&self, column: usize) -> usize {
        self.drawing.digits + 1 + column * self.drawing.cell
    }

    fn bytes(&self) -> Line {
        let mut canvas = Canvas::new(WIDTH);
        let label = self.row.label().to_string();
        canvas.put(self.drawing.digits.saturating_sub(label.len()), &label, Ink::Plain);
        for (column, cell) in self.row.cells.iter().enumerate() {
            canvas.put(self.column(column) + 1, &byte(cell), Ink::Plain);
        }
        for column in (0..=self.row.cells.len()).filter(|column| self.row.is_border(*column)) {
            canvas.put(self.column(column), "|", Ink::Plain);
        }
        canvas.line()
    }

    /// Marks the bytes that no element owns, and those whose owners are not known.
    fn put_others(&self, canvas: &mut Canvas) {
        for (column, cell) in self.row.cells.iter().enumerate().filter(|(_, cell)| cell.byte.is_some()) {
            let mark = match cell.owners {
                Owners::Nobody => " .",
                Owners::Unknown => " ?",
                Owners::Elements(_) => continue,
            };
            canvas.put(self.column(column) + 1, mark, Ink::Plain);
        }
    }

    fn put_pieces(&self, canvas: &mut Canvas, pieces: &[Piece], border: &str) {
        for piece in pieces {
            let (start, end) = (self.column(piece.columns.start), self.column(piece.columns.end));
            canvas.put(start + 1, &" ".repeat(end.saturating_sub(start + 1)), Ink::Plain);
            canvas.put(start + 1, &fitting(&piece.name, end.saturating_sub(start + 1)), Ink::Plain);
        }
        for piece in pieces {
            self.put_borders(canvas, piece, border);
        }
    }

    fn put_borders(&self, canvas: &mut Canvas, piece: &Piece, border: &str) {
        let left = if piece.is_continued { "<" } else { border };
        let right = if piece.goes_on { ">" } else { border };
        canvas.put(self.column(piece.columns.start), left, Ink::Plain);
        canvas.put(self.column(piece.columns.end), right, Ink::Plain);
    }

    fn put_mark(&self, canvas: &mut Canvas, placed: &Placed) {
        let base = self.column(0);
        canvas.put(base + placed.label_at, &placed.label, placed.ink);
        let Some(head) = placed.head else { return };
        let at = self.column(head) + 1;
        if let Some(tail) = placed.tail {
            let tail = self.column(tail) + 1;
            canvas.put(at.min(tail), &"-".repeat(at.abs_diff(tail) + 1), placed.ink);
        }
        let symbol = match (placed.ink, placed.tail) {
            (Ink::Expected, _) => "^",
            (Ink::Found, _) => "!",
            (Ink::Plain, _) if placed.leaves == Some(Leaves::Down) => "v",
            (Ink::Plain, _) if placed.leaves == Some(Leaves::Up) => "^",
            (Ink::Plain, None) => "'",
            (Ink::Plain, Some(tail)) if tail < head => ">",
            (Ink::Plain, Some(_)) => "<",
        };
        if placed.bytes.is_empty() {
            canvas.put(at, symbol, placed.ink);
        }
        for (number, byte) in placed.bytes.iter().enumerate() {
            let byte = byte.map_or(String::new(), |byte| format!("{byte:02x}"));
            canvas.put(self.column(head + number) + 1, &byte, placed.ink);
        }
    }
}

/// A byte with the mark of its role.
pub(super) fn byte(cell: &Cell) -> String {
    let role = match cell.role {
        Role::MostSignificant => "*",
        Role::Padding => "/",
        Role::Value => "",
    };
    cell.byte.map_or(String::new(), |byte| format!("{byte:02x}{role}"))
}

/// The names of elements for which there is no lane.
pub(super) fn hidden(lanes: &Lanes, most: usize) -> String {
    let least = if lanes.is_complete { "" } else { "at least " };
    let names = lanes.hidden.join(" ");
    fitting(&format!("and {least}{} more: {names}", lanes.hidden.len()), most)
}
