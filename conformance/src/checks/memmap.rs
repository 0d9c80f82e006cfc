//! Checks of the chapter `memmap`: arrays in files that are mapped to memory.
//!
//! A file is asked about before anything is written to it, so some checks put their question first in the script.

use crate::checks::ask::{Ask, is_mapped, is_plain};
use crate::checks::data::peek;
use crate::checks::end::End;
use crate::checks::row::{Need, act, nothing, once, rows};
use array_ctypes_spec::memmap::{Mode, Part};
use array_ctypes_spec::platform::DataModel;
use array_ctypes_spec::{Outside, Profile, Question, Step, Write};

rows! {
    granularity: once(&[Question::Data]).when(is_mapped);
    start: once(&[Question::Map(Part::Start)]).one_in(2).when(has_mapped_element_without_views);
    mapping: act(add_mapping);
    deduced: once(&[Question::Shape]).when(|ask| ask.array.map.as_ref().is_some_and(|map| map.deduced));
    size: once(&[Question::FileSize]).one_in(2).when(is_mapped);
    kept: act(add_kept).when(|ask| !matches!(ask.mode(), None | Some(Mode::WPlus)));
    grown: act(add_grown);
    emptied: act(add_emptied).when(|ask| ask.mode() == Some(Mode::WPlus));
    empty: once(&[Question::Data]).when(is_mapped);
    missing: nothing();
    directory: nothing();
    read_only_file: nothing();
    too_short: nothing();
    whole_items: nothing();
    shape_needed: nothing();
    offset: nothing();
    too_big: nothing();
    refuses: act(add_refuses).when(|ask| ask.mode() == Some(Mode::R) && is_plain(ask));
    faults: act(add_faults)
        .one_in(3)
        .when(|ask| ask.mode() == Some(Mode::R) && ask.can_fork())
        .needs(Need::Profile(Profile::Ctypes));
    shared: act(add_shared).one_in(2).when(|ask| matches!(ask.mode(), Some(Mode::RPlus | Mode::WPlus)));
    private: act(add_private).when(|ask| ask.mode() == Some(Mode::C));
    sees_file: act(add_sees_file).one_in(3).when(|ask| !matches!(ask.mode(), None | Some(Mode::C)));
    flush: act(add_flush).one_in(2).when(has_mapped_element_once);
    past_end: act(add_past_end);
    holds: once(&[Question::Map(Part::Start)]).one_in(4).when(has_mapped_element_of_view);
    unmaps: act(add_unmaps);
    close: act(add_close).when(has_mapped_element);
    copy: act(add_copy);
    attributes: once(&[Question::Map(Part::Offset), Question::Map(Part::Mode)])
        .one_in(2)
        .when(has_mapped_element_once);
    filename: act(add_filename).when(has_mapped_element_once);
    error: nothing();
}

/// The most bytes of a file that one question asks for.
const MAX_FILE_BYTES: u64 = 32;

/// The most bytes of an array that is copied.
const MAX_COPIED_BYTES: u64 = 1 << 16;

/// Returns true if the array has an element in a mapped file.
fn has_mapped_element(ask: &Ask) -> bool {
    is_mapped(ask) && !ask.layout.is_empty() && !ask.array.reach(ask.platform).is_empty()
}

fn has_mapped_element_without_views(ask: &Ask) -> bool {
    has_mapped_element(ask) && ask.array.views.is_empty()
}

fn has_mapped_element_of_view(ask: &Ask) -> bool {
    has_mapped_element(ask) && !ask.array.views.is_empty()
}

/// Returns true if the array has an element in a mapped file, and no broadcast repeats elements.
fn has_mapped_element_once(ask: &Ask) -> bool {
    has_mapped_element(ask) && !ask.array.is_broadcast()
}

/// An element of the array, as bytes of the mapped file.
struct InFile {
    index: Vec<u64>,
    /// Offset in the file, in bytes.
    start: u64,
    /// How many of its bytes are asked for.
    size: u64,
}

impl Ask<'_> {
    fn mode(&self) -> Option<Mode> {
        self.array.map.as_ref().map(|map| map.mode)
    }

    /// Asks for bytes of the file before all other steps, so that nothing has been written yet.
    fn first_file(&mut self, offset: u64, length: u64) {
        self.first.push(Step::Ask(Question::File(offset, length)));
    }

    /// Returns true if a copy of the process can answer, a mapped file can be truncated, and the system lists what is mapped:
    /// none of that is possible on Windows.
    fn can_fork(&self) -> bool {
        self.platform.data_model != DataModel::Llp64
    }

    /// Draws an element in a mapped file; `None` if there is none.
    fn element_in_file(&mut self) -> Option<InFile> {
        if !has_mapped_element(self) {
            return None;
        }
        let index = self.index()?;
        let start = u64::try_from(self.layout.element(&index)).ok()?;
        Some(InFile { index, start, size: self.layout.dtype.item_size().clamp(1, MAX_FILE_BYTES) })
    }

    /// Draws up to 8 bytes for an element of that size.
    fn few_bytes(&mut self, size: u64) -> Vec<u8> {
        let count = 1 + self.draw.below(size.min(8) as u32);
        (0..count).map(|_| self.draw.word() as u8).collect()
    }

    /// Adds a write to an element, through the pointer or by the library, then asks for those bytes of the file.
    fn write_element(&mut self) {
        let Some(InFile { index, start, size }) = self.element_in_file() else { return };
        let can_write_item = is_plain(self) && !self.array.is_broadcast();
        if can_write_item && (self.draw.one_in(2) || !self.has_pointers) {
            let bytes = self.element_bytes();
            self.write(Write::Item { index, bytes });
        } else if !self.has_pointers {
            return;
        } else {
            let offset = i128::from(start) - i128::from(self.layout.offset);
            let bytes = self.few_bytes(self.layout.dtype.item_size());
            self.write(Write::Pointer { offset: offset as i64, bytes });
        }
        self.ask(Question::File(start, size));
    }
}

fn add_mapping(ask: &mut Ask) {
    if !has_mapped_element(ask) || !ask.ends(End::Mapping) {
        return;
    }
    let (Some(peek), Some(InFile { index, start, size })) = (peek(ask), ask.element_in_file()) else { return };
    let bytes = ask.element_bytes();
    let poke = Step::Outside(Outside::Poke { index: index.clone(), bytes });
    let mut last = vec![peek, Step::Outside(Outside::Mapping), poke, Step::Ask(Question::Item(index))];
    last.push(Step::Ask(Question::File(start, size)));
    ask.last = last;
}

fn add_kept(ask: &mut Ask) {
    let near = ask.array.offset.clamp(0, i64::MAX - 64) as u64;
    let before = ask.array.buffer.size;
    let from = match ask.draw.below(4) {
        0 => 0,
        1 => near.saturating_sub(8),
        2 => before.saturating_sub(MAX_FILE_BYTES / 2),
        _ => near,
    };
    if from < before {
        ask.first_file(from, MAX_FILE_BYTES.min(before - from));
    }
}

fn add_grown(ask: &mut Ask) {
    let (before, now) = (ask.array.buffer.size, ask.array.memory().size);
    if ask.mode() == Some(Mode::RPlus) && before < now {
        let from = if ask.draw.one_in(2) { before } else { now.saturating_sub(MAX_FILE_BYTES).max(before) };
        ask.first_file(from, MAX_FILE_BYTES);
    }
}

fn add_emptied(ask: &mut Ask) {
    let most = ask.array.memory().size.saturating_sub(1).min(1 << 14) as u32;
    let from = if ask.draw.one_in(2) { 0 } else { u64::from(ask.draw.below(most)) };
    ask.first_file(from, MAX_FILE_BYTES);
}

fn add_refuses(ask: &mut Ask) {
    if let Some(index) = ask.index() {
        let bytes = ask.element_bytes();
        ask.write(Write::Item { index, bytes });
    }
}

fn add_faults(ask: &mut Ask) {
    if let Some(InFile { start, size, .. }) = ask.element_in_file() {
        let offset = i128::from(start) - i128::from(ask.layout.offset);
        let write = Write::Pointer { offset: offset as i64, bytes: ask.few_bytes(size) };
        ask.script.push(Step::Forked(Box::new(Step::Write(write))));
    }
}

fn add_shared(ask: &mut Ask) {
    ask.write_element();
}

fn add_private(ask: &mut Ask) {
    ask.write_element();
}

fn add_sees_file(ask: &mut Ask) {
    if let Some(InFile { index, start, size }) = ask.element_in_file() {
        let bytes = ask.few_bytes(size);
        ask.write(Write::File { offset: start, bytes });
        ask.ask(Question::Item(index));
    }
}

fn add_flush(ask: &mut Ask) {
    if ask.mode() != Some(Mode::R) && ask.draw.one_in(2) {
        ask.write_element();
    }
    ask.write(Write::Flush);
    if let Some(InFile { index, start, size }) = ask.element_in_file() {
        ask.ask(Question::File(start, size));
        ask.ask(Question::Item(index));
    }
}

fn add_past_end(ask: &mut Ask) {
    if !ask.can_fork() || !ask.ends(End::Truncated) {
        return;
    }
    let Some(InFile { index, .. }) = ask.element_in_file() else { return };
    let reach = ask.array.reach(ask.platform).start;
    let size = if ask.draw.one_in(2) { 0 } else { reach as u64 };
    let item = Step::Ask(Question::Item(index));
    let last = [Step::Write(Write::TruncateFile(size)), Step::Ask(Question::FileSize), Step::Forked(Box::new(item))];
    ask.last.extend(last);
}

fn add_unmaps(ask: &mut Ask) {
    if !has_mapped_element(ask) || !ask.can_fork() {
        return;
    }
    let dropped = Step::Ask(Question::Map(Part::Dropped));
    if ask.ends(End::Unmaps) {
        ask.last.push(dropped);
    } else if ask.one_in(16) {
        ask.script.push(Step::Forked(Box::new(dropped)));
    }
}

fn add_filename(ask: &mut Ask) {
    // Names are seldom given, and few mistakes are about all of them.
    let is_named = ask.array.map.as_ref().is_some_and(|map| map.name.is_some());
    if is_named || ask.one_in(4) {
        ask.once(Question::Map(Part::Filename));
    }
}

fn add_close(ask: &mut Ask) {
    if ask.ends(End::Close) {
        ask.last.push(Step::Write(Write::CloseMap));
    }
}

fn add_copy(ask: &mut Ask) {
    // The specification leaves large copies unconstrained.
    let bytes = ask.layout.elements().saturating_mul(ask.layout.dtype.item_size());
    if has_mapped_element(ask) && bytes <= MAX_COPIED_BYTES && ask.one_in(4) {
        ask.once(Question::Map(Part::Copy));
    }
}
