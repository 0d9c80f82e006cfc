//! Reads of memory, of a mapping and of its file.

use super::World;
use super::mapping::changed;
use crate::vocabulary::ctype::{CType, load};
use crate::vocabulary::{Answer, Expectation, MOST_READ, Question, granularity};

impl World<'_> {
    /// Returns that many bytes of the buffer or mapping from that offset on, as they are now; zero outside. `None` if
    /// they are unknown, or must not be touched.
    pub(crate) fn read(&self, start: i128, size: u64) -> Option<Vec<u8>> {
        let bytes = self.memory.as_deref().unwrap_or(self.array.memory().bytes);
        let at = |i: u64| usize::try_from(start + i128::from(i)).ok().and_then(|at| bytes.get(at).copied());
        let whole = usize::try_from(start).ok().and_then(|start| bytes.get(start..start.checked_add(size as usize)?));
        let now = whole.map_or_else(|| (0..size).map(|i| at(i).unwrap_or(0)).collect(), <[u8]>::to_vec);
        let known = self.array.map.is_none() || self.mapping.is_known();
        known.then(|| changed(now, start, &self.mapping.memory))
    }

    /// The same as the memory was at first, but for what was written to a copy of it since.
    pub(crate) fn read_first(&self, start: i128, size: u64, written: &[(i128, Vec<u8>)]) -> Vec<u8> {
        let memory = self.array.memory();
        let at = |i: u64| u64::try_from(start + i128::from(i)).map_or(0, |at| memory.byte(at));
        changed((0..size).map(at).collect(), start, written)
    }

    /// Returns what a question reads of the memory of elements; `None` if it reads none, or if nothing is prescribed.
    pub(crate) fn seen(&self, question: &Question) -> Option<Expectation> {
        match question {
            Question::Item(index) => self.element(index),
            Question::Contents(ctype) => Some(Expectation::Is(Answer::Bytes(self.pointed_at(0, ctype)?))),
            Question::Index(at, ctype) => {
                load(self.platform, ctype, &self.pointed_at(*at, ctype)?).map(Expectation::Is)
            }
            _ => None,
        }
    }

    fn element(&self, index: &[u64]) -> Option<Expectation> {
        let (layout, size) = (self.layout, self.layout.dtype.item_size());
        if !layout.has(index) || self.has_objects() || size > MOST_READ {
            return None;
        }
        let bytes = self.read(layout.element(index), size)?;
        Some(Expectation::bytes(bytes, layout.dtype.value_mask(self.platform)))
    }

    /// The memory of the elements in C order, of that many at most.
    pub(crate) fn peeked(&self, count: u64) -> Option<Expectation> {
        let size = self.layout.dtype.item_size();
        if self.has_objects() || count > MOST_READ / size.max(1) {
            return None;
        }
        let elements = self.layout.offsets().take(count as usize).map(|offset| self.read(offset, size));
        let elements = elements.collect::<Option<Vec<_>>>()?;
        let mask = self.layout.dtype.value_mask(self.platform).repeat(elements.len());
        Some(Expectation::bytes(elements.concat(), mask))
    }

    /// The bytes of item `at` of a pointer to that type; `None` if they are not all inside the buffer or mapping.
    pub(crate) fn pointed_at(&self, at: i64, ctype: &CType) -> Option<Vec<u8>> {
        // A pointer whose address is not prescribed is not to be read through.
        self.address()?;
        let size = ctype.layout(self.platform)?.size;
        let start = i128::from(self.layout.offset) + i128::from(at) * i128::from(size);
        let end = start + i128::from(size);
        let reach = self.array.reach(self.platform);
        let inside = reach.start <= start && end <= reach.end && size > 0 && size <= MOST_READ;
        (inside && !self.has_objects()).then(|| self.read(start, size))?
    }

    /// That many bytes of the file from that offset on, as they are now, as far as the file goes.
    pub(crate) fn file(&self, offset: u64, length: u64) -> Vec<u8> {
        let count = self.file_size().saturating_sub(offset).min(length);
        let memory = self.array.memory();
        let bytes = (0..count).map(|at| memory.byte(offset.saturating_add(at))).collect();
        changed(bytes, i128::from(offset), &self.mapping.file)
    }

    /// Returns true if the file is cut so that memory from that offset on is behind its last page.
    pub(crate) fn is_behind_the_file(&self, start: i128) -> bool {
        let unit = granularity(self.platform);
        let kept = |size: u64| (i128::from(size) + unit - 1).div_euclid(unit) * unit;
        self.mapping.cut.is_some_and(|size| start >= kept(size))
    }
}
