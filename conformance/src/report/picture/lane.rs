//! Elements of a row, side by side. Elements that share bytes are in different lanes.

use super::grid::Touching;
use super::name::Names;
use array_ctypes_spec::dtype::{Dtype, Field};
use std::ops::Range;

/// The most lines of the lanes of a row, with the lines of fields below them.
const MAX_LINES: usize = 10;

/// The most lines of fields below a lane.
const MAX_FIELD_LINES: usize = 3;

/// The most characters of a field's name.
const MAX_NAME: usize = 40;

/// A part of a row that has a name: an element or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The columns that it covers.
    pub(super) columns: Range<usize>,
    /// Its name.
    pub(super) name: String,
    /// True if it begins before the row.
    pub(super) is_continued: bool,
    /// True if it goes on after the row.
    pub(super) goes_on: bool,
}

/// Elements that share no byte, and their fields.
#[derive(Default)]
pub(super) struct Lane {
    /// The elements from left to right.
    pub(super) elements: Vec<Piece>,
    /// Lines of fields. Fields that share bytes are in different lines.
    pub(super) fields: Vec<Vec<Piece>>,
}

/// The lanes of a row.
#[derive(Default)]
pub(super) struct Lanes {
    /// The lanes from top to bottom.
    pub(super) all: Vec<Lane>,
    /// The names of the elements for which there is no lane.
    pub(super) hidden: Vec<String>,
    /// False if there may be more elements.
    pub(super) is_complete: bool,
    /// True if there is no line for some field.
    pub(super) hides_fields: bool,
}

impl Lanes {
    /// Arranges elements in a row of these bytes.
    pub(super) fn of(touching: &Touching, names: &Names, dtype: &Dtype, row: &Range<i128>) -> Lanes {
        let item = i128::from(dtype.item_size());
        let mut lanes = Lanes { is_complete: touching.is_complete, ..Lanes::default() };
        for element in &touching.elements {
            let Some(piece) = piece(row, element.start, item, || names.name(element)) else { continue };
            let room = lanes.all.iter().position(|lane| has_room(&lane.elements, &piece));
            let place = match room {
                Some(place) => place,
                None if lanes.lines() < MAX_LINES => {
                    lanes.all.push(Lane::default());
                    lanes.all.len() - 1
                }
                None => {
                    lanes.hidden.push(piece.name);
                    continue;
                }
            };
            let room = MAX_LINES.saturating_sub(lanes.lines());
            if let Some(lane) = lanes.all.get_mut(place) {
                lanes.hides_fields |= !lane.add_fields(dtype, element.start, row, room);
                lane.elements.push(piece);
            }
        }
        lanes
    }

    /// The number of lines.
    pub(super) fn lines(&self) -> usize {
        self.all.iter().map(|lane| 1 + lane.fields.len()).sum()
    }
}

impl Lane {
    /// Adds the fields of an element, on so many new lines at most. Returns false if there is no line for one of them.
    fn add_fields(&mut self, dtype: &Dtype, start: i128, row: &Range<i128>, room: usize) -> bool {
        let Dtype::Record(record) = dtype else { return true };
        let most = MAX_FIELD_LINES.min(self.fields.len() + room);
        let mut all = true;
        for field in &record.fields {
            let offset = start.saturating_add(i128::from(field.offset));
            let Some(piece) = piece(row, offset, i128::from(field.size()), || name(field)) else { continue };
            let lines = self.fields.len();
            match self.fields.iter_mut().find(|line| line.iter().all(|other| is_apart(other, &piece))) {
                Some(line) => line.push(piece),
                None if lines < most => self.fields.push(vec![piece]),
                None => all = false,
            }
        }
        all
    }
}

/// The part of something that lies in a row; `None` if no byte of it does.
fn piece(row: &Range<i128>, start: i128, size: i128, name: impl Fn() -> String) -> Option<Piece> {
    let end = start.saturating_add(size);
    let column = |at: i128| usize::try_from(at.clamp(row.start, row.end) - row.start).unwrap_or(0);
    let columns = column(start)..column(end);
    let piece =
        || Piece { columns: columns.clone(), name: name(), is_continued: start < row.start, goes_on: end > row.end };
    (!columns.is_empty()).then(piece)
}

fn has_room(pieces: &[Piece], piece: &Piece) -> bool {
    pieces.last().is_none_or(|last| last.columns.end <= piece.columns.start)
}

fn is_apart(one: &Piece, other: &Piece) -> bool {
    one.columns.end <= other.columns.start || other.columns.end <= one.columns.start
}

/// The name of a field, with its shape if it is a sub-array. Characters that may be wider than one column become `?`.
fn name(field: &Field) -> String {
    let shape = if field.shape.is_empty() { String::new() } else { format!("{:?}", field.shape) };
    let narrow = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
    field.name.chars().map(narrow).chain(shape.chars().filter(|c| *c != ' ')).take(MAX_NAME).collect()
}
