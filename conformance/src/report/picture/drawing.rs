//! The picture of memory as data: rows, what is left out between them, and what the marks mean.

use super::difference::Difference;
use super::facts::Fact;
use super::grid::{Grid, Next};
use super::ink::{Ink, Line, fitting};
use super::landmark;
use super::mark::Mark;
use super::name::Names;
use super::role::Role;
use super::row::{Owners, Row, Sheet};
use super::ruler::Ruler;
use array_ctypes_spec::Array;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use std::collections::BTreeMap;

/// The most characters of a line: 80 with the indentation of reports.
pub(super) const WIDTH: usize = 76;

/// The most lines of rows.
const MAX_LINES: usize = 20;

/// The most lines of words below.
const MAX_NOTES: usize = 4;

/// The most bytes of an element that are looked at for padding and byte order, to see how wide a byte has to be.
const LOOKED_AT: u64 = 64;

/// The picture of memory.
pub(super) struct Drawing {
    /// The rows, and words for what is left out before, between and after them.
    pub(super) parts: Vec<Part>,
    /// The characters of a place, the border before it included.
    pub(super) cell: usize,
    /// The characters of an offset.
    pub(super) digits: usize,
    /// Lines of words below.
    pub(super) notes: Vec<Line>,
    /// How to read the names of elements, if they are not plain indices.
    pub(super) names: Option<&'static str>,
}

/// A part of the picture, from top to bottom.
pub(super) enum Part {
    Row(Box<Row>),
    /// What is left out.
    Gap(String),
}

impl Drawing {
    /// Draws the memory of an array that exists, and how what was found there differs.
    pub(super) fn of(array: &Array, layout: &Layout, platform: &Platform, facts: &[Fact]) -> Drawing {
        let memory = array.memory();
        let size = i128::from(memory.size);
        let (grid, names) = (Grid::of(layout), Names::of(layout));
        let digits = size.checked_ilog10().map_or(1, |log| log as usize + 1).max(4);
        let width = WIDTH - digits - 1;
        let cell = cell(layout, platform, &names);
        let most = ((width - 1) / cell) as i128;
        let Difference { marks, mut notes } = Difference::of(layout, facts);
        let anchors: Vec<i128> = marks.iter().map(Mark::anchor).collect();
        let ruler = Ruler::of(&grid, size, most, &anchors);
        let mut all = join(marks, &ruler);
        // Arrows of the strides would only hide what differs.
        let mut landmarks = if all.is_empty() { landmark::axes(layout) } else { Vec::new() };
        landmarks.extend(landmark::mapping(array, platform));
        let mut places = vec![i128::from(layout.offset)];
        places.extend(landmarks.iter().map(Mark::anchor));
        let order = ruler.rows(&grid, size, &anchors, &places, layout.extent().1);
        all.extend(landmarks.into_iter().map(|mark| in_rows(mark, &ruler)));
        let sheet = Sheet { memory, dtype: &layout.dtype, platform, grid, names, cell, width };
        let mut rows = BTreeMap::new();
        let mut lines = 0;
        for number in order {
            let (start, end) = (ruler.start(number), ruler.start(number.saturating_add(1)));
            let mut here: Vec<Mark> =
                all.iter().filter(|mark| (start..end).contains(&mark.anchor())).cloned().collect();
            here.extend(landmark::pages(array, start, end.min(size)));
            let last = here.iter().map(|mark| mark.anchor().saturating_add(1)).max().unwrap_or(start);
            let row = sheet.row(start..end.min(size.max(last)), &here);
            if rows.is_empty() || lines + row.lines() <= MAX_LINES {
                lines += row.lines() + 1;
                rows.insert(number, row);
            }
        }
        let is_drawn = |mark: &Mark| rows.contains_key(&ruler.row(mark.anchor()));
        notes.extend(all.iter().filter(|mark| mark.ink != Ink::Plain && !is_drawn(mark)).map(in_words));
        for span in notes.iter_mut().flat_map(|line| &mut line.spans) {
            span.text = fitting(&span.text, WIDTH);
        }
        if notes.len() > MAX_NOTES {
            let more = notes.len() + 1 - MAX_NOTES;
            notes.truncate(MAX_NOTES - 1);
            notes.push(Line::of(Ink::Plain, format!("… {more} more differences")));
        }
        Drawing { parts: parts(rows, &sheet.grid, size), cell, digits, notes, names: sheet.names.legend(layout) }
    }

    /// The rows that are drawn.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.parts.iter().filter_map(|part| match part {
            Part::Row(row) => Some(&**row),
            Part::Gap(_) => None,
        })
    }

    /// What the signs mean that occur, line by line, with the signs for padding and for bytes of no element.
    pub(super) fn legend(&self, padding: &'static str, nobody: &'static str) -> Vec<String> {
        let cells = || self.rows().flat_map(|row| &row.cells).filter(|cell| cell.byte.is_some());
        let has_role = |role: Role| cells().any(|cell| cell.role == role);
        let has_owners = |owners: &Owners| cells().any(|cell| cell.owners == *owners);
        let parts = [
            (has_role(Role::MostSignificant), "* most significant byte"),
            (has_role(Role::Padding), padding),
            (has_owners(&Owners::Nobody), nobody),
            (has_owners(&Owners::Unknown), "? shared by too many to find all"),
            (self.rows().any(|row| row.lanes.hides_fields), "some fields are left out"),
        ];
        let parts = parts.into_iter().filter(|(occurs, _)| *occurs).map(|(_, words)| words);
        let mut lines: Vec<String> = Vec::new();
        for words in parts.chain(self.names) {
            match lines.last_mut() {
                Some(line) if line.chars().count() + 3 + words.chars().count() <= WIDTH => line.extend(["   ", words]),
                _ => lines.push(words.to_owned()),
            }
        }
        lines
    }
}

/// The characters that a byte takes: enough that the names of elements fit.
fn cell(layout: &Layout, platform: &Platform, names: &Names) -> usize {
    let item = if layout.is_empty() { 0 } else { layout.dtype.item_size() };
    let is_marked = (0..item.min(LOOKED_AT)).any(|at| Role::of(&layout.dtype, platform, at) != Role::Value);
    let least = if is_marked || matches!(layout.dtype, Dtype::Record(_)) { 4 } else { 3 };
    let per_byte = usize::try_from(item).ok().filter(|item| *item > 0);
    let per_byte = per_byte.map_or(1, |item| (names.longest() + 1).div_ceil(item));
    per_byte.clamp(least, WIDTH / 3)
}

/// The marks, with those of single bytes of a row joined.
fn join(marks: Vec<Mark>, ruler: &Ruler) -> Vec<Mark> {
    let mut joined: Vec<Mark> = Vec::new();
    for mark in marks {
        let is_same = |other: &&mut Mark| {
            !mark.bytes.is_empty()
                && !other.bytes.is_empty()
                && other.ink == mark.ink
                && ruler.row(other.at) == ruler.row(mark.at)
        };
        match joined.iter_mut().find(is_same) {
            Some(other) => other.add(&mark),
            None => joined.push(mark),
        }
    }
    joined
}

/// An arrow that ends in another row says how many rows it crosses.
fn in_rows(mark: Mark, ruler: &Ruler) -> Mark {
    let apart = mark.at.saturating_sub(mark.from.unwrap_or(mark.at));
    let rows = apart / ruler.width;
    if apart % ruler.width != 0 || rows == 0 {
        return mark;
    }
    let (count, way) = (rows.unsigned_abs(), if rows > 0 { "down" } else { "up" });
    let label = format!("{}, {count} {} {way}", mark.label, if count == 1 { "row" } else { "rows" });
    Mark { label, ..mark }
}

/// A mark that no row shows.
fn in_words(mark: &Mark) -> Line {
    let symbol = if mark.ink == Ink::Found { "!" } else { "^" };
    let at = if mark.label.contains("byte ") { String::new() } else { format!(", at byte {}", mark.at) };
    Line::of(mark.ink, format!("{symbol} {}{at}, not drawn", mark.label))
}

/// The rows from top to bottom, with words for what is left out.
fn parts(rows: BTreeMap<i128, Row>, grid: &Grid, size: i128) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut done = 0;
    for row in rows.into_values() {
        let end = row.start.saturating_add(row.cells.len() as i128);
        parts.extend(gap(grid, done, row.start.min(size)));
        done = end.max(done);
        parts.push(Part::Row(Box::new(row)));
    }
    parts.extend(gap(grid, done, size));
    parts
}

/// Words for the bytes from one offset until before another that are not drawn.
fn gap(grid: &Grid, from: i128, until: i128) -> Option<Part> {
    let count = until.saturating_sub(from);
    if count <= 0 {
        return None;
    }
    let whose = match grid.next(from) {
        Next::At(at) if at < until => "",
        Next::Unknown => "",
        Next::At(_) | Next::Nowhere => " of no element",
    };
    let bytes = if count == 1 { "byte" } else { "bytes" };
    Some(Part::Gap(format!("… {count} {bytes}{whose}")))
}
