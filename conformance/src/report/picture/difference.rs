//! The marks that show how what was found differs from what was expected, with the distance in bytes.

use super::facts::Fact;
use super::ink::{Ink, Line};
use super::mark::{Mark, distance};
use array_ctypes_spec::Address;
use array_ctypes_spec::layout::Layout;

/// The most axes whose strides are compared by arrows.
const MAX_AXES: usize = 2;

/// Marks, and lines of words where there is nothing to mark.
#[derive(Default)]
pub(super) struct Difference {
    pub(super) marks: Vec<Mark>,
    pub(super) notes: Vec<Line>,
}

impl Difference {
    /// How the facts of a broken prediction about an array differ.
    pub(super) fn of(layout: &Layout, facts: &[Fact]) -> Difference {
        let mut difference = Difference::default();
        for fact in facts {
            match fact {
                Fact::Address { expected, found } => difference.address(*expected, *found),
                Fact::Shape { expected, found } => difference.shape(layout, expected, found),
                Fact::Strides { expected, found } => difference.strides(layout, expected, found),
                Fact::ItemSize { expected, found } => difference.item_size(layout, *expected, *found),
                Fact::Bytes { places, expected, found } => {
                    difference.bytes(Ink::Expected, places, expected, "expected");
                    difference.bytes(Ink::Found, places, found, "found");
                }
            }
        }
        difference
    }

    fn note(&mut self, ink: Ink, text: String) {
        self.notes.push(Line::of(ink, text));
    }

    fn address(&mut self, expected: Address, found: Address) {
        let Address::InBuffer(expected) = expected else { return };
        let expected = i128::from(expected);
        self.marks.push(Mark::place(Ink::Expected, expected, format!("expected: byte {expected}")));
        match found {
            Address::InBuffer(found) => {
                let found = i128::from(found);
                let label = format!("found: byte {found}, {}", distance(found.saturating_sub(expected)));
                self.marks.push(Mark::place(Ink::Found, found, label));
            }
            Address::Absolute(_) => self.note(Ink::Found, format!("! found: {found}, far from this memory")),
        }
    }

    fn strides(&mut self, layout: &Layout, expected: &[Option<i128>], found: &[i128]) {
        if expected.len() != found.len() {
            let (expected, found) = (counted(expected.len(), "stride"), counted(found.len(), "stride"));
            return self.note(Ink::Found, format!("! found: {found}, expected: {expected}"));
        }
        let start = i128::from(layout.offset);
        let axes = expected.iter().zip(found).enumerate();
        let differing = axes.filter_map(|(axis, (expected, found))| Some((axis, (*expected)?, *found)));
        let differing: Vec<_> = differing.filter(|(_, expected, found)| expected != found).collect();
        for (axis, expected, found) in differing.iter().copied().take(MAX_AXES) {
            let is_moving = !layout.is_empty() && layout.shape.get(axis).is_some_and(|length| *length > 1);
            let apart = distance(found.saturating_sub(expected));
            if is_moving {
                let next = next(layout, axis);
                let arrow = |ink, stride: i128, label| Mark::arrow(ink, start, start.saturating_add(stride), label);
                self.marks.push(arrow(Ink::Expected, expected, format!("{next} expected: stride {expected}")));
                self.marks.push(arrow(Ink::Found, found, format!("{next} found: stride {found}, {apart}")));
            } else {
                let text = format!("! axis {axis}, which moves no element: expected stride {expected}, found {found}");
                self.note(Ink::Found, text);
            }
        }
        if differing.len() > MAX_AXES {
            self.note(Ink::Found, format!("! the strides of {} more axes differ", differing.len() - MAX_AXES));
        }
    }

    fn shape(&mut self, layout: &Layout, expected: &[i64], found: &[i64]) {
        let last = |shape: &[i64]| {
            let has_last = shape.len() == layout.strides.len() && shape.iter().all(|length| *length > 0);
            let steps = shape.iter().zip(&layout.strides);
            let steps = steps.map(|(length, stride)| i128::from(*length - 1).saturating_mul(i128::from(*stride)));
            has_last.then(|| steps.fold(i128::from(layout.offset), i128::saturating_add))
        };
        match (last(expected), last(found)) {
            (Some(expected), Some(found)) if expected != found => {
                let apart = distance(found.saturating_sub(expected));
                self.marks.push(Mark::place(Ink::Expected, expected, "last element expected".to_owned()));
                self.marks.push(Mark::place(Ink::Found, found, format!("last element found, {apart}")));
            }
            _ if expected.len() != found.len() => {
                let (expected, found) = (axes(expected.len()), axes(found.len()));
                self.note(Ink::Found, format!("! found: {found}, expected: {expected}"));
            }
            _ => {}
        }
    }

    fn item_size(&mut self, layout: &Layout, expected: i128, found: i128) {
        let start = i128::from(layout.offset);
        let last = |size: i128| start.saturating_add(size.max(1) - 1);
        let apart = distance(found.saturating_sub(expected));
        let label = format!("expected: {} an element", bytes(expected));
        self.marks.push(Mark::arrow(Ink::Expected, start, last(expected), label));
        let label = format!("found: {} an element, {apart}", bytes(found));
        self.marks.push(Mark::arrow(Ink::Found, start, last(found), label));
    }

    /// Marks each byte.
    fn bytes(&mut self, ink: Ink, places: &[i128], bytes: &[u8], label: &str) {
        let marks = places
            .iter()
            .zip(bytes)
            .map(|(place, byte)| Mark { bytes: vec![Some(*byte)], ..Mark::place(ink, *place, label.to_owned()) });
        self.marks.extend(marks);
    }
}

/// The element after the first along an axis.
fn next(layout: &Layout, axis: usize) -> String {
    if layout.shape.len() > 4 {
        return format!("axis {axis}");
    }
    let index = (0..layout.shape.len()).map(|each| if each == axis { "1" } else { "0" });
    format!("[{}]", index.collect::<Vec<_>>().join(","))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn axes(count: usize) -> String {
    format!("{count} {}", if count == 1 { "axis" } else { "axes" })
}

fn bytes(count: i128) -> String {
    format!("{count} {}", if count == 1 { "byte" } else { "bytes" })
}
