//! What writes do to memory, to a mapping and to its file.

use super::World;
use super::change::Change;
use crate::vocabulary::Write;
use crate::vocabulary::memmap::Mode;

impl World<'_> {
    /// Writes memory through the pointer or the array, if the write stays inside the buffer and fits the array; or a C
    /// array that `shape` or `strides` yielded. Returns true if it wrote.
    pub(crate) fn write(&mut self, write: &Write) -> bool {
        let (start, bytes, change): (i128, &[u8], Change) = match write {
            Write::Pointer { offset, bytes } => {
                (i128::from(self.layout.offset) + i128::from(*offset), bytes, Change::Pointed)
            }
            Write::Item { index, bytes } => {
                // The implementation chooses if a broadcast array takes writes.
                if !self.is_element(index, bytes) || !self.array.is_writeable() || self.array.is_broadcast() {
                    return false;
                }
                (self.layout.element(index), bytes, Change::Element)
            }
            Write::Shape { axis, .. } | Write::Strides { axis, .. } if *axis >= self.layout.shape.len() => {
                return false;
            }
            Write::Shape { .. } | Write::Strides { .. } => (0, &[], Change::Copy),
            Write::File { .. } | Write::Flush | Write::TruncateFile(_) | Write::CloseMap => return false,
        };
        // References are the implementation's own; and memory past the given bytes is reserved, and stays untouched.
        if self.has_objects() && !bytes.is_empty() || !self.put(start, bytes) {
            return false;
        }
        self.changed = Some(change);
        true
    }

    /// Returns true if these are the bytes of an element that the array has, and that any implementation can write.
    pub(crate) fn is_element(&self, index: &[u64], bytes: &[u8]) -> bool {
        let dtype = &self.layout.dtype;
        self.layout.has(index) && dtype.plain().is_some() && bytes.len() as u64 == dtype.item_size()
    }

    /// Writes an element from outside, if its memory is given and refers to no objects. Returns true if it wrote.
    pub(crate) fn poke(&mut self, index: &[u64], bytes: &[u8]) -> bool {
        let done = !self.has_objects() && self.put(self.layout.element(index), bytes);
        if done {
            self.changed = Some(Change::Outside);
        }
        done
    }

    /// Writes bytes from outside, from that offset to the start of the memory on, if they may be touched. Returns true if it
    /// wrote.
    pub(crate) fn poke_at(&mut self, start: i128, bytes: &[u8]) -> bool {
        !self.has_objects() && self.put(start, bytes)
    }

    /// Changes bytes of the buffer, if they are all among those given, or of the mapping. Returns true if it did.
    fn put(&mut self, start: i128, bytes: &[u8]) -> bool {
        if self.array.map.is_some() {
            return bytes.is_empty() || self.put_mapped(start, bytes);
        }
        let end = start + bytes.len() as i128;
        if start < 0 || end > self.array.buffer.bytes.len() as i128 {
            return false;
        }
        if !bytes.is_empty() {
            let memory = self.memory.get_or_insert_with(|| self.array.buffer.bytes.clone());
            memory[start as usize..end as usize].copy_from_slice(bytes);
        }
        true
    }

    /// Changes bytes of a mapping, and through it of its file where that is shared. Returns false if the write is not
    /// allowed.
    fn put_mapped(&mut self, start: i128, bytes: &[u8]) -> bool {
        let reach = self.array.reach(self.platform);
        let inside = reach.start <= start && start + bytes.len() as i128 <= reach.end;
        if !inside || self.mode() == Some(Mode::R) || self.mapping.cut.is_some() {
            return false;
        }
        self.mapping.memory.push((start, bytes.to_vec()));
        if self.mode().is_some_and(|mode| mode != Mode::C) {
            self.mapping.file.push((start, bytes.to_vec()));
        }
        true
    }

    /// Writes to the file of a mapped array, if the write stays inside. Returns true if it wrote.
    pub(crate) fn write_file(&mut self, offset: u64, bytes: &[u8]) -> bool {
        let end = offset.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| end > self.file_size()) {
            return false;
        }
        self.mapping.file.push((i128::from(offset), bytes.to_vec()));
        if self.mode() == Some(Mode::C) {
            self.mapping.unknown = true;
        } else {
            self.mapping.memory.push((i128::from(offset), bytes.to_vec()));
        }
        self.changed = Some(Change::File);
        true
    }

    /// Flushes the mapping.
    pub(crate) fn flush(&mut self) {
        self.changed = Some(Change::Flushed);
    }

    /// Cuts the file under the mapping to that size in bytes.
    pub(crate) fn cut(&mut self, size: u64) {
        self.mapping.cut = Some(size);
        self.changed = Some(Change::Mapping);
    }

    /// Closes the mapping, as far as that is possible; the script ends there.
    pub(crate) fn close(&mut self) {
        self.mapping.over = true;
        self.changed = Some(Change::Mapping);
    }
}
