//! Checks of the chapter `memmap`.

use crate::checks::ask::Ask;
use crate::checks::row::{act, nothing, once, rows};
use array_ctypes_spec::memmap::{Mode, Part};
use array_ctypes_spec::platform::DataModel;
use array_ctypes_spec::{Outside, Question, Step, Write};

rows! {
    granularity: once(&[Question::Data]).when(|ask| ask.array.map.is_some());
    start: once(&[Question::Map(Part::Start)]).one_in(3).when(|ask| ask.has_mapped_element() && ask.array.views.is_empty());
    mapping: act(add_mapping);
    deduced: once(&[Question::Shape]).when(|ask| ask.array.map.is_some_and(|map| map.deduced));
    size: once(&[Question::FileSize]).one_in(2).when(|ask| ask.array.map.is_some());
    kept: act(add_kept).one_in(2).when(|ask| !matches!(ask.mode(), None | Some(Mode::WPlus)));
    grown: act(add_grown);
    emptied: act(add_emptied).one_in(2).when(|ask| ask.mode() == Some(Mode::WPlus));
    empty: once(&[Question::Data]).when(|ask| ask.array.map.is_some());
    missing: nothing();
    directory: nothing();
    read_only_file: nothing();
    too_short: nothing();
    whole_items: nothing();
    shape_needed: nothing();
    offset: nothing();
    too_big: nothing();
    refuses: act(add_refuses).one_in(2).when(|ask| ask.mode() == Some(Mode::R) && ask.layout.dtype.plain().is_some());
    faults: act(add_faults).one_in(3).when(|ask| ask.mode() == Some(Mode::R) && ask.has_copies());
    shared: act(add_shared).one_in(2).when(|ask| matches!(ask.mode(), Some(Mode::RPlus | Mode::WPlus)));
    private: act(add_private).one_in(2).when(|ask| ask.mode() == Some(Mode::C));
    sees_file: act(add_sees_file).one_in(3).when(|ask| !matches!(ask.mode(), None | Some(Mode::C)));
    flush: act(add_flush).one_in(4).when(|ask| ask.has_mapped_element() && !ask.array.is_broadcast());
    past_end: act(add_past_end);
    holds: once(&[Question::Map(Part::Start)]).one_in(4).when(|ask| ask.has_mapped_element() && !ask.array.views.is_empty());
    unmaps: act(add_unmaps);
    close: act(add_close).one_in(3).when(|ask| ask.has_mapped_element());
    copy: act(add_copy);
    attributes: once(&[Question::Map(Part::Offset), Question::Map(Part::Mode)]).one_in(4).when(|ask| ask.has_mapped_element() && !ask.array.is_broadcast());
    filename: once(&[Question::Map(Part::Filename)]).one_in(4).when(|ask| ask.has_mapped_element() && !ask.array.is_broadcast());
}

/// The most bytes of a file that are asked for at once.
const MOST: u64 = 32;

impl Ask<'_> {
    fn mode(&self) -> Option<Mode> {
        self.array.map.map(|map| map.mode)
    }

    /// Asks for bytes of the file before anything else, so that nothing has been written.
    fn first_file(&mut self, offset: u64, length: u64) {
        self.script.insert(0, Step::Ask(Question::File(offset, length)));
    }

    /// Whether a copy of the process can be asked, and a mapped file be cut: on Windows neither.
    fn has_copies(&self) -> bool {
        self.platform.data_model != DataModel::Llp64
    }

    /// Whether there is an element in a mapped file.
    fn has_mapped_element(&self) -> bool {
        self.array.map.is_some() && !self.layout.is_empty() && !self.array.reach(self.platform).is_empty()
    }

    /// Where an element is in the file and how many bytes it has, none too large; with its index.
    fn element_in_file(&mut self) -> Option<(Vec<u64>, u64, u64)> {
        if !self.has_mapped_element() {
            return None;
        }
        let index = self.index()?;
        let start = u64::try_from(self.layout.element(&index)).ok()?;
        Some((index, start, self.layout.dtype.item_size().clamp(1, MOST)))
    }

    /// Some bytes for an element of that size.
    fn few_bytes(&mut self, size: u64) -> Vec<u8> {
        let count = 1 + self.draw.below(size.min(8) as u32);
        (0..count).map(|_| self.draw.word() as u8).collect()
    }

    /// A write to an element, through the pointer or, where it can be, by the library; then its file is looked at.
    fn write_element(&mut self) {
        let Some((index, start, size)) = self.element_in_file() else { return };
        let whole = self.layout.dtype.plain().is_some() && !self.array.is_broadcast();
        if whole && self.draw.one_in(2) {
            let bytes = (0..self.layout.dtype.item_size()).map(|_| self.draw.word() as u8).collect();
            self.write(Write::Item { index, bytes });
        } else {
            let offset = i128::from(start) - i128::from(self.layout.offset);
            let bytes = self.few_bytes(self.layout.dtype.item_size());
            self.write(Write::Pointer { offset: offset as i64, bytes });
        }
        self.ask(Question::File(start, size));
    }
}

fn add_mapping(ask: &mut Ask) {
    if !ask.has_mapped_element() || !ask.one_in(2) || !ask.has_last_word() {
        return;
    }
    let (Some(peek), Some((index, start, size))) = (crate::checks::data::peek(ask), ask.element_in_file()) else {
        return;
    };
    let bytes = (0..ask.layout.dtype.item_size()).map(|_| ask.draw.word() as u8).collect();
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
        2 => before.saturating_sub(MOST / 2),
        _ => near,
    };
    if from < before {
        ask.first_file(from, MOST.min(before - from));
    }
}

fn add_grown(ask: &mut Ask) {
    let (before, now) = (ask.array.buffer.size, ask.array.memory().size);
    if ask.mode() == Some(Mode::RPlus) && before < now {
        let from = if ask.draw.one_in(2) { before } else { now.saturating_sub(MOST).max(before) };
        ask.first_file(from, MOST);
    }
}

fn add_emptied(ask: &mut Ask) {
    let most = ask.array.memory().size.saturating_sub(1).min(1 << 14) as u32;
    let from = if ask.draw.one_in(2) { 0 } else { u64::from(ask.draw.below(most)) };
    ask.first_file(from, MOST);
}

fn add_refuses(ask: &mut Ask) {
    if let Some(index) = ask.index() {
        let bytes = (0..ask.layout.dtype.item_size()).map(|_| ask.draw.word() as u8).collect();
        ask.write(Write::Item { index, bytes });
    }
}

fn add_faults(ask: &mut Ask) {
    if let Some((_, start, size)) = ask.element_in_file() {
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
    if let Some((index, start, size)) = ask.element_in_file() {
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
    if let Some((index, start, size)) = ask.element_in_file() {
        ask.ask(Question::File(start, size));
        ask.ask(Question::Item(index));
    }
}

fn add_past_end(ask: &mut Ask) {
    if !ask.has_copies() || !ask.one_in(4) || !ask.has_last_word() {
        return;
    }
    let Some((index, ..)) = ask.element_in_file() else { return };
    let reach = ask.array.reach(ask.platform).start;
    let size = if ask.draw.one_in(2) { 0 } else { reach as u64 };
    let item = Step::Ask(Question::Item(index));
    let last = [Step::Write(Write::TruncateFile(size)), Step::Ask(Question::FileSize), Step::Forked(Box::new(item))];
    ask.last.extend(last);
}

fn add_unmaps(ask: &mut Ask) {
    if !ask.has_mapped_element() || !ask.one_in(6) {
        return;
    }
    let dropped = Step::Ask(Question::Map(Part::Dropped));
    if ask.last.is_empty() {
        ask.last.push(dropped);
    } else if ask.has_copies() {
        ask.script.push(Step::Forked(Box::new(dropped)));
    }
}

fn add_close(ask: &mut Ask) {
    if ask.has_last_word() {
        ask.last.push(Step::Write(Write::CloseMap));
    }
}

fn add_copy(ask: &mut Ask) {
    // Nothing is expected of a copy that would be large.
    let bytes = ask.layout.elements().saturating_mul(ask.layout.dtype.item_size());
    if ask.has_mapped_element() && bytes <= 1 << 16 && ask.one_in(4) {
        ask.once(Question::Map(Part::Copy));
    }
}
