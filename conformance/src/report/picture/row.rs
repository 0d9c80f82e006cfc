//! One row of memory: its bytes, the elements that own them, and the marks below.

use super::grid::{Element, Grid, Touching};
use super::lane::Lanes;
use super::mark::Mark;
use super::name::Names;
use super::place::{PlacedLine, place};
use super::role::Role;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::memmap::Memory;
use array_ctypes_spec::platform::Platform;
use std::ops::Range;

/// Who owns a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    /// These elements. `:` stands for every index of an axis.
    Elements(Vec<String>),
    /// No element.
    Nobody,
    /// So many elements share these bytes that not all were found.
    Unknown,
}

/// A place in a row.
pub(super) struct Cell {
    /// Its offset.
    pub(super) at: i128,
    /// What the memory has there before the script; `None` outside of the memory.
    pub(super) byte: Option<u8>,
    /// What it is to the elements that own it.
    pub(super) role: Role,
    /// Who owns it.
    pub(super) owners: Owners,
}

/// A row of memory.
pub(super) struct Row {
    /// The offset of the first place.
    pub(super) start: i128,
    /// The places from left to right.
    pub(super) cells: Vec<Cell>,
    /// The elements.
    pub(super) lanes: Lanes,
    /// The marks below, in lines.
    pub(super) marks: Vec<PlacedLine>,
}

/// What the rows of a picture have in common.
pub(super) struct Sheet<'a> {
    pub(super) memory: Memory<'a>,
    pub(super) dtype: &'a Dtype,
    pub(super) platform: &'a Platform,
    pub(super) grid: Grid,
    pub(super) names: Names,
    /// The characters of a place, the border before it included.
    pub(super) cell: usize,
    /// The characters of a line.
    pub(super) width: usize,
}

impl Sheet<'_> {
    /// Draws these bytes, with marks that belong here.
    pub(super) fn row(&self, range: Range<i128>, marks: &[Mark]) -> Row {
        let touching = self.grid.touching(range.start, range.end);
        let cells: Vec<Cell> = range.clone().map(|at| self.cell(at, &touching)).collect();
        let lanes = Lanes::of(&touching, &self.names, self.dtype, &range);
        let marks = place(marks, range.start, cells.len(), self.cell, self.width);
        Row { start: range.start, cells, lanes, marks }
    }

    fn cell(&self, at: i128, touching: &Touching) -> Cell {
        let byte = u64::try_from(at).ok().filter(|at| *at < self.memory.size).map(|at| self.memory.byte(at));
        let inside = |element: &Element| {
            let inside = u64::try_from(at.saturating_sub(element.start)).ok();
            inside.filter(|inside| *inside < self.dtype.item_size())
        };
        let owning = touching.elements.iter().filter_map(|element| Some((element, inside(element)?)));
        let role = owning.clone().map(|(_, inside)| Role::of(self.dtype, self.platform, inside)).max();
        let owners = match role {
            _ if !touching.is_complete => Owners::Unknown,
            None => Owners::Nobody,
            Some(_) => Owners::Elements(owning.map(|(element, _)| self.names.name(element)).collect()),
        };
        Cell { at, byte, role: role.unwrap_or(Role::Value), owners }
    }
}

impl Row {
    /// The number of lines that the row takes as characters.
    pub(super) fn lines(&self) -> usize {
        1 + self.lanes.lines().max(1) + usize::from(!self.lanes.hidden.is_empty()) + self.marks.len()
    }

    /// The offset of the first byte that there is; that of the row if there is none.
    pub(super) fn label(&self) -> i128 {
        self.cells.iter().find(|cell| cell.byte.is_some()).map_or(self.start, |cell| cell.at)
    }

    /// Returns true if an element begins or ends between the places before and at that column.
    pub(super) fn is_border(&self, column: usize) -> bool {
        let mut pieces = self.lanes.all.iter().flat_map(|lane| &lane.elements);
        pieces.any(|piece| {
            piece.columns.start == column && !piece.is_continued || piece.columns.end == column && !piece.goes_on
        })
    }
}
