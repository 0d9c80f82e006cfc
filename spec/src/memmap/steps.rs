//! What the steps of a script find in a mapping and in its file, and do to them.

use super::{Mode, Part, granularity};
use crate::expect::{MOST_READ, Predictions, World};
use crate::platform::DataModel;
use crate::rule::{Rule, rules::memmap as rules};
use crate::view::View;
use crate::{Answer, Expectation, Question, Raises, Step, Write};

/// Bytes that were written, by offset, in order.
type Written = Vec<(i128, Vec<u8>)>;

/// What has become of a mapping and of its file since the array was made.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// To the memory of the mapping.
    memory: Written,
    /// To the file.
    file: Written,
    /// The file was written to behind a private mapping, which may or may not see it.
    unknown: bool,
    /// The size of the file, once that was changed under the mapping.
    cut: Option<u64>,
    /// The mapping is gone, or may be: the script ends there.
    pub(crate) over: bool,
}

/// These bytes, as changed by what was written.
fn changed(mut bytes: Vec<u8>, start: i128, written: &Written) -> Vec<u8> {
    for (from, what) in written {
        for (at, byte) in (*from..).zip(what) {
            let place = usize::try_from(at - start).ok();
            if let Some(old) = place.and_then(|place| bytes.get_mut(place)) {
                *old = *byte;
            }
        }
    }
    bytes
}

impl World<'_> {
    fn mode(&self) -> Option<Mode> {
        self.array.map.map(|map| map.mode)
    }

    fn is_shared(&self) -> bool {
        self.mode().is_some_and(|mode| mode != Mode::C)
    }

    /// The bytes in memory from that offset on, as they are now; zero outside of it. `None` where it cannot be told, or
    /// must not be touched.
    pub(crate) fn mapped(&self, start: i128, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let State { memory, unknown, cut, .. } = &self.map;
        let told = self.array.map.is_none() || !*unknown && cut.is_none();
        told.then(|| changed(bytes, start, memory))
    }

    /// Bytes of the file, as they are now, as far as it goes.
    pub(crate) fn file(&self, offset: u64, length: u64) -> Vec<u8> {
        let size = self.file_size();
        let count = size.saturating_sub(offset).min(length);
        let memory = self.array.memory();
        let bytes = (0..count).map(|at| memory.byte(offset.saturating_add(at))).collect();
        changed(bytes, i128::from(offset), &self.map.file)
    }

    fn file_size(&self) -> u64 {
        self.map.cut.unwrap_or_else(|| self.array.memory().size)
    }

    /// Writes to the memory of a mapping, and through it to its file where that is shared. `false` where it must not be.
    pub(crate) fn write_mapped(&mut self, start: i128, bytes: &[u8]) -> bool {
        let reach = self.array.reach(self.platform);
        let inside = reach.start <= start && start + bytes.len() as i128 <= reach.end;
        if !inside || self.mode() == Some(Mode::R) || self.map.cut.is_some() {
            return false;
        }
        self.map.memory.push((start, bytes.to_vec()));
        if self.is_shared() {
            self.map.file.push((start, bytes.to_vec()));
        }
        true
    }

    /// Whether the file is cut so that memory from there on is behind its last page.
    fn is_behind_the_file(&self, start: i128) -> bool {
        let unit = granularity(self.platform);
        let kept = |size: u64| (i128::from(size) + unit - 1).div_euclid(unit) * unit;
        self.map.cut.is_some_and(|size| start >= kept(size))
    }

    /// Whether the array still is the library's own mapped array: a broadcast one, or one that an empty view was taken on
    /// the way to, may be another.
    fn is_mapped_type(&self) -> bool {
        !self.layout.is_empty() && !self.array.views.iter().any(|view| matches!(view, View::Broadcast { .. }))
    }
}

/// How the address is mapped.
pub(crate) fn mapping(world: &World, out: &mut Predictions) {
    let Some(mode) = world.mode() else { return };
    let reach = world.array.reach(world.platform);
    if world.map.cut.is_none() && !world.layout.is_empty() && !reach.is_empty() {
        let permissions = match mode {
            Mode::R => "r--s",
            Mode::RPlus | Mode::WPlus => "rw-s",
            Mode::C => "rw-p",
        };
        let text = format!("{permissions} file+{}", world.layout.offset);
        out.push(rules::mapping, Expectation::Is(Answer::Text(text)));
    }
}

/// A write from outside to a mapping that nobody can write to.
pub(crate) fn poke(world: &World, out: &mut Predictions) {
    if world.map.cut.is_none() {
        out.push(rules::mapping, Expectation::Raises(&[Raises::OSError]));
    }
}

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let Some(map) = &world.array.map else { return };
    match question {
        // Of an empty view the address is prescribed nowhere.
        Question::Data if world.address().is_some() => {
            let modulus = world.platform.granularity.max(1);
            let remainder = i128::from(world.layout.offset).rem_euclid(i128::from(modulus)) as u32;
            out.push(rules::granularity, Expectation::Congruent { modulus, remainder });
        }
        Question::Shape if map.deduced && world.array.views.is_empty() => {
            let shape = world.layout.shape.iter().map(|length| *length as i64).collect();
            out.push(rules::deduced, Expectation::Is(Answer::Integers(shape)));
        }
        Question::FileSize => out.push(rules::size, file_size(world)),
        Question::File(offset, length) if *length <= MOST_READ => {
            let bytes = Answer::Bytes(world.file(*offset, *length));
            let given = *offset == 0 && *length > 0 && may_be_given_a_byte(world);
            out.push(
                file_rule(world, *offset),
                if given { Expectation::OneOf(vec![bytes, Answer::Bytes(vec![0])]) } else { Expectation::Is(bytes) },
            );
        }
        Question::Map(part) => self::part(world, *part, out),
        _ => {}
    }
}

/// Whether the file has no byte and may be given one, so that there is something to map.
fn may_be_given_a_byte(world: &World) -> bool {
    world.file_size() == 0 && world.map.cut.is_none() && matches!(world.mode(), Some(Mode::RPlus | Mode::WPlus))
}

fn file_size(world: &World) -> Expectation {
    let integer = |size: u64| Answer::Integer(i128::from(size));
    if may_be_given_a_byte(world) {
        Expectation::OneOf(vec![integer(0), integer(1)])
    } else {
        Expectation::Is(integer(world.file_size()))
    }
}

/// Which rule tells what is in the file from that offset on.
fn file_rule(world: &World, offset: u64) -> Rule {
    let before = world.array.buffer.size;
    match (world.last_write(), world.mode()) {
        (None, Some(Mode::C)) if world.is_written_outside() => rules::private,
        (None, _) if world.is_written_outside() => rules::shared,
        (Some(Write::Flush), _) => rules::flush,
        (Some(Write::Pointer { .. } | Write::Item { .. }), Some(Mode::C)) => rules::private,
        (Some(Write::Pointer { .. } | Write::Item { .. }), _) => rules::shared,
        (_, Some(Mode::WPlus)) => rules::emptied,
        (_, Some(Mode::RPlus)) if offset >= before => rules::grown,
        _ => rules::kept,
    }
}

fn part(world: &World, part: Part, out: &mut Predictions) {
    let Some(map) = &world.array.map else { return };
    let answer = match part {
        Part::Offset if world.is_mapped_type() => Answer::Integer(i128::from(world.array.offset)),
        Part::Mode if world.is_mapped_type() => Answer::Text(map.mode.word().to_owned()),
        Part::Filename if world.is_mapped_type() => Answer::Bool(true),
        // Of no element nothing needs to be mapped.
        Part::Start | Part::Copy | Part::Dropped if world.array.reach(world.platform).is_empty() => return,
        Part::Start if world.layout.is_empty() => return,
        Part::Start => Answer::Integer(world.array.reach(world.platform).start),
        Part::Copy if world.map.cut.is_some() || !is_copied(world) => return,
        Part::Copy | Part::Dropped => Answer::Bool(false),
        _ => return,
    };
    let rule = match part {
        Part::Offset | Part::Mode => rules::attributes,
        Part::Filename => rules::filename,
        Part::Start if world.array.views.is_empty() => rules::start,
        Part::Start => rules::holds,
        Part::Copy => rules::copy,
        Part::Dropped => rules::unmaps,
    };
    out.push(rule, Expectation::Is(answer));
}

/// Whether the array is one to make a copy of: not without elements, nor larger than what is read at once.
fn is_copied(world: &World) -> bool {
    let bytes = world.layout.elements().saturating_mul(world.layout.dtype.item_size());
    (1..=MOST_READ).contains(&bytes)
}

/// What only mapped arrays are asked to do. Whether anything is expected of it.
pub(crate) fn write(world: &mut World, write: &Write, out: &mut Predictions) -> bool {
    let Some(mode) = world.mode() else { return false };
    let nothing = Expectation::Is(Answer::Nothing);
    let (rule, expectation) = match write {
        Write::File { offset, bytes } => {
            let end = offset.checked_add(bytes.len() as u64);
            if end.is_none_or(|end| end > world.file_size()) {
                return false;
            }
            world.map.file.push((i128::from(*offset), bytes.clone()));
            if mode == Mode::C {
                world.map.unknown = true;
            } else {
                world.map.memory.push((i128::from(*offset), bytes.clone()));
            }
            (rules::sees_file, nothing)
        }
        Write::Flush if world.is_mapped_type() && world.map.cut.is_none() => (rules::flush, nothing),
        // Where long has 32 bits and pointers 64, on Windows, a mapped file is not cut.
        Write::TruncateFile(size) if world.platform.data_model != DataModel::Llp64 && *size < world.file_size() => {
            world.map.cut = Some(*size);
            (rules::past_end, nothing)
        }
        Write::CloseMap if !world.array.reach(world.platform).is_empty() => {
            world.map.over = true;
            (rules::close, Expectation::Raises(&[Raises::BufferError]))
        }
        _ => return false,
    };
    out.push(rule, expectation);
    true
}

/// What a copy of the process does that would end the process itself.
pub(crate) fn forked(world: &World, step: &Step, out: &mut Predictions) {
    if world.mode().is_none() || world.has_objects() || world.platform.data_model == DataModel::Llp64 {
        return;
    }
    let reach = world.array.reach(world.platform);
    let inside = |start: i128, length: u64| {
        length > 0 && reach.start <= start && start.saturating_add(i128::from(length)) <= reach.end
    };
    let first = i128::from(world.layout.offset);
    match step {
        Step::Write(Write::Pointer { offset, bytes }) => {
            let (start, length) = (first + i128::from(*offset), bytes.len() as u64);
            if !inside(start, length) || world.address().is_none() {
            } else if world.is_behind_the_file(start) {
                out.push(rules::past_end, Expectation::Faults);
            } else if world.mode() == Some(Mode::R) && world.map.cut.is_none() {
                out.push(rules::faults, Expectation::Faults);
            }
        }
        Step::Ask(Question::Item(index)) => {
            let layout = world.layout;
            let touched = layout.has(index) && layout.dtype.item_size() > 0;
            if touched && world.is_behind_the_file(layout.element(index)) {
                out.push(rules::past_end, Expectation::Faults);
            }
        }
        Step::Ask(Question::Contents(ctype)) => {
            let size = ctype.layout(world.platform).map_or(0, |(size, _)| size);
            if world.address().is_some() && inside(first, size) && world.is_behind_the_file(first) {
                out.push(rules::past_end, Expectation::Faults);
            }
        }
        Step::Ask(Question::Map(Part::Dropped)) => part(world, Part::Dropped, out),
        _ => {}
    }
}
