//! How memory is cut into rows, and which of them are drawn.

use super::grid::{Grid, Next};

/// The bytes in a row if the layout suggests no other number.
const USUAL: i128 = 16;

/// The most rows that are drawn.
const MAX_ROWS: usize = 8;

/// Rows of equal length.
pub(super) struct Ruler {
    /// The bytes in a row.
    pub(super) width: i128,
    /// The offset at which some row starts.
    phase: i128,
}

impl Ruler {
    /// Cuts memory of that size into rows of so many bytes at most: a row for each step along an outer axis if that fits. If
    /// not, rows end between elements where they can. One row begins early enough for a mark just before the memory.
    pub(super) fn of(grid: &Grid, size: i128, most: i128, marks: &[i128]) -> Ruler {
        let most = most.max(1);
        let usual = USUAL.min(most);
        let ruler = |width: i128, unit: i128| Ruler { width, phase: grid.low.rem_euclid(unit.max(1)) };
        let strides: Vec<(i128, i128)> = grid.strides().collect();
        let outer = strides.iter().take(strides.len().saturating_sub(1));
        if let Some((stride, _)) = outer.clone().find(|(stride, behind)| stride <= &most && behind <= stride) {
            return ruler(*stride, *stride);
        }
        if size <= usual {
            let phase =
                marks.iter().copied().filter(|at| *at < 0 && size.saturating_sub(*at) <= most).min().unwrap_or(0);
            return Ruler { width: usual.max(size - phase), phase };
        }
        match strides.last() {
            // The first row begins as late as possible.
            Some((stride, _)) if *stride <= usual => {
                Ruler { width: usual / stride * stride, phase: -(-grid.low).rem_euclid(*stride) }
            }
            Some((stride, _)) if *stride <= most => ruler(*stride, *stride),
            _ if usual < grid.item && grid.item <= most => ruler(grid.item, grid.item),
            _ if grid.low.rem_euclid(usual) + grid.item.min(usual) <= usual => Ruler { width: usual, phase: 0 },
            _ => ruler(usual, usual),
        }
    }

    /// The row that has the byte.
    pub(super) fn row(&self, at: i128) -> i128 {
        at.saturating_sub(self.phase).div_euclid(self.width)
    }

    /// The offset of the first byte of a row.
    pub(super) fn start(&self, row: i128) -> i128 {
        row.saturating_mul(self.width).saturating_add(self.phase)
    }

    /// Returns true if a mark there can be drawn: in memory of that size, or so near that a row or two show it.
    pub(super) fn is_near(&self, at: i128, size: i128) -> bool {
        let margin = self.width.saturating_mul(2);
        at >= -margin && at < size.saturating_add(margin)
    }

    /// The rows to draw, the most important first: those of the marks; all others if there are few; if not, those of the lowest
    /// and of the highest byte of elements, those of landmarks, and the next rows with elements.
    pub(super) fn rows(&self, grid: &Grid, size: i128, marks: &[i128], landmarks: &[i128], end: i128) -> Vec<i128> {
        let mut rows = Vec::new();
        let mut add = |row| {
            if rows.len() < MAX_ROWS && !rows.contains(&row) {
                rows.push(row);
            }
        };
        for at in marks.iter().copied().filter(|at| self.is_near(*at, size)) {
            add(self.row(at));
        }
        let (top, bottom) = (self.row(0), self.row((size - 1).max(0)));
        if bottom.saturating_sub(top) < MAX_ROWS as i128 {
            (top..=bottom).for_each(&mut add);
            return rows;
        }
        let low = grid.low.clamp(0, size - 1);
        let high = end.saturating_sub(1).clamp(0, size - 1);
        for at in [low, high].into_iter().chain(landmarks.iter().copied()).filter(|at| self.is_near(*at, size)) {
            add(self.row(at));
        }
        let mut from = low;
        for _ in 0..MAX_ROWS {
            let row = match grid.next(from) {
                Next::At(at) => self.row(at),
                Next::Unknown => self.row(from),
                Next::Nowhere => break,
            };
            add(row);
            from = self.start(row.saturating_add(1));
        }
        rows
    }
}
