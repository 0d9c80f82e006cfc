//! Puts marks on as few lines as they need, so that none covers another.

use super::ink::Ink;
use super::mark::Mark;
use std::ops::Range;

/// A mark on a line. Columns of bytes count bytes, all others characters.
pub(super) struct Placed {
    /// Who says it.
    pub(super) ink: Ink,
    /// The column of the byte that it points at; `None` if this is only the label of the mark on the line before.
    pub(super) head: Option<usize>,
    /// The column of the byte where its arrow begins.
    pub(super) tail: Option<usize>,
    /// Where the arrow leads if it leaves the row.
    pub(super) leaves: Option<Leaves>,
    /// The bytes that are said to be there.
    pub(super) bytes: Vec<Option<u8>>,
    /// What it means.
    pub(super) label: String,
    /// The first character of the label.
    pub(super) label_at: usize,
    /// The characters of the line that it takes.
    taken: Range<usize>,
}

/// Where an arrow leads that leaves its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    Up,
    Down,
}

/// The most lines of marks below a row.
const MAX_LINES: usize = 10;

/// Marks from left to right or not; none covers another.
pub(super) type PlacedLine = Vec<Placed>;

/// Places the marks of a row that begins at an offset and has so many columns, each of `cell` characters, of a line of `width`.
pub(super) fn place(marks: &[Mark], start: i128, columns: usize, cell: usize, width: usize) -> Vec<PlacedLine> {
    let mut lines: Vec<PlacedLine> = Vec::new();
    for mark in marks {
        let column = |at: i128| usize::try_from(at.saturating_sub(start)).ok().filter(|column| *column < columns);
        let Some(head) = column(mark.at).or_else(|| column(mark.anchor())) else { continue };
        let leaves = match column(mark.at) {
            Some(_) => None,
            None if mark.at < start => Some(Leaves::Up),
            None => Some(Leaves::Down),
        };
        let tail = mark.from.and_then(column).filter(|tail| *tail != head);
        let characters = |column: usize| column * cell + 1;
        let bytes = mark.bytes.iter().take(columns - head).copied().collect::<Vec<_>>();
        let (left, right) = (head.min(tail.unwrap_or(head)), head.max(tail.unwrap_or(head)));
        let begin = characters(left);
        let end = characters(right) + if bytes.is_empty() { 1 } else { (bytes.len() - 1) * cell + 2 };
        let length = mark.label.chars().count();
        let placed = |head, label: &str, label_at, taken| Placed {
            ink: mark.ink,
            head,
            tail,
            leaves,
            bytes: bytes.clone(),
            label: label.to_owned(),
            label_at,
            taken,
        };
        if end + 1 + length <= width {
            add(&mut lines, placed(Some(head), &mark.label, end + 1, begin..end + 1 + length));
        } else if length < begin {
            let label_at = begin - 1 - length;
            add(&mut lines, placed(Some(head), &mark.label, label_at, label_at..end));
        } else {
            // There is room on neither side.
            let label_at = begin.min(width.saturating_sub(length));
            lines.push(vec![placed(Some(head), "", 0, 0..width)]);
            lines.push(vec![placed(None, &mark.label, label_at, 0..width)]);
        }
    }
    let more: usize = lines.iter().skip(MAX_LINES).map(Vec::len).sum();
    if more > 0 {
        lines.truncate(MAX_LINES);
        let label = format!("… {more} more marks");
        let (ink, head, tail, leaves) = (Ink::Plain, None, None, None);
        lines.push(vec![Placed { ink, head, tail, leaves, bytes: Vec::new(), label, label_at: 0, taken: 0..width }]);
    }
    lines
}

/// Adds a mark to the first line where it covers no other, and two columns remain between them.
fn add(lines: &mut Vec<PlacedLine>, placed: Placed) {
    let is_free =
        |other: &Placed| other.taken.end + 2 <= placed.taken.start || placed.taken.end + 2 <= other.taken.start;
    match lines.iter_mut().find(|line| line.iter().all(is_free)) {
        Some(line) => line.push(placed),
        None => lines.push(vec![placed]),
    }
}
