//! What steps of a script read from a mapping and its file, and write to them.

use crate::vocabulary::memmap::{Mode, Part};
use crate::vocabulary::platform::DataModel;
use crate::vocabulary::{
    Answer, Expectation, MOST_READ, Outside, Question, Raises, Rule, Step, Write, rules::memmap as rules,
};
use crate::world::change::Change;
use crate::world::{Predictions, World};

/// Predicts how the suite sees a mapping from outside, and that it cannot write to a read-only one.
pub(crate) fn look(world: &World, outside: &Outside, out: &mut Predictions) {
    match outside {
        Outside::Mapping => mapping(world, out),
        Outside::Poke { index, .. } if world.layout.has(index) => poke(world, out),
        Outside::Poke { .. } | Outside::Peek(_) => {}
    }
}

/// How the address is mapped.
fn mapping(world: &World, out: &mut Predictions) {
    let Some(mode) = world.mode() else { return };
    let reach = world.array.reach(world.platform);
    if !world.is_cut() && !world.layout.is_empty() && !reach.is_empty() {
        let permissions = match mode {
            Mode::R => "r--s",
            Mode::RPlus | Mode::WPlus => "rw-s",
            Mode::C => "rw-p",
        };
        let text = format!("{permissions} file+{}", world.layout.offset);
        out.push(rules::mapping, Expectation::Is(Answer::Text(text)));
    }
}

/// Predicts a write from outside to a read-only mapping.
fn poke(world: &World, out: &mut Predictions) {
    if world.mode() == Some(Mode::R) && !world.is_cut() {
        out.push(rules::mapping, Expectation::Raises(&[Raises::OSError]));
    }
}

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let Some(map) = &world.array.map else { return };
    match question {
        // The address of an empty view is not prescribed.
        Question::Data if world.address().is_some() => {
            let modulus = world.platform.granularity.max(1);
            let remainder = i128::from(world.layout.offset).rem_euclid(i128::from(modulus)) as u32;
            out.push(rules::granularity, Expectation::Congruent { modulus, remainder });
        }
        Question::Shape if map.deduced && world.array.views.is_empty() => {
            out.push(rules::deduced, Expectation::Is(Answer::Integers(world.lengths())));
        }
        Question::FileSize => out.push(rules::size, file_size(world)),
        // No system reads a file beyond that.
        Question::File(offset, length)
            if *length <= MOST_READ && offset.checked_add(*length).is_some_and(|end| i64::try_from(end).is_ok()) =>
        {
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

/// Returns true if the file is empty and the implementation may add a byte, so that there is something to map.
fn may_be_given_a_byte(world: &World) -> bool {
    world.file_size() == 0 && !world.is_cut() && matches!(world.mode(), Some(Mode::RPlus | Mode::WPlus))
}

fn file_size(world: &World) -> Expectation {
    let integer = |size: u64| Answer::Integer(i128::from(size));
    if may_be_given_a_byte(world) {
        Expectation::OneOf(vec![integer(0), integer(1)])
    } else {
        Expectation::Is(integer(world.file_size()))
    }
}

/// The rule of what is in the file from that offset on.
fn file_rule(world: &World, offset: u64) -> Rule {
    let before = world.array.buffer.size;
    match (world.changed(), world.mode()) {
        (Some(Change::Flushed), _) => rules::flush,
        (Some(Change::Element | Change::Pointed | Change::Outside), Some(Mode::C)) => rules::private,
        (Some(Change::Element | Change::Pointed | Change::Outside), _) => rules::shared,
        (_, Some(Mode::WPlus)) => rules::emptied,
        (_, Some(Mode::RPlus)) if offset >= before => rules::grown,
        _ => rules::kept,
    }
}

fn part(world: &World, part: Part, out: &mut Predictions) {
    let Some(map) = &world.array.map else { return };
    let (rule, answer) = match part {
        Part::Offset if world.is_mapped_type() => (rules::attributes, Answer::Integer(i128::from(world.array.offset))),
        Part::Mode if world.is_mapped_type() => (rules::attributes, Answer::Text(map.mode.word().to_owned())),
        Part::Filename if world.is_mapped_type() => (rules::filename, Answer::Bool(true)),
        // Without an element nothing needs to be mapped.
        Part::Start | Part::Copy | Part::Dropped if world.array.reach(world.platform).is_empty() => return,
        Part::Start if world.layout.is_empty() => return,
        Part::Start => return start(world, out),
        Part::Copy if !world.is_cut() && is_copied(world) => (rules::copy, Answer::Bool(false)),
        Part::Dropped => (rules::unmaps, Answer::Bool(false)),
        Part::Offset | Part::Mode | Part::Filename | Part::Copy => return,
    };
    out.push(rule, Expectation::Is(answer));
}

/// Predicts where in the file the mapping begins: where it must for the array, or at the start of the file.
fn start(world: &World, out: &mut Predictions) {
    let start = world.array.reach(world.platform).start;
    if world.array.views.is_empty() {
        out.push(rules::start, Expectation::Is(Answer::Integer(start)));
    } else {
        let mut starts = vec![Answer::Integer(start), Answer::Integer(0)];
        starts.dedup();
        out.push(rules::holds, Expectation::OneOf(starts));
    }
}

/// Returns true if a copy of the array is worth making: it has elements, and no more bytes than one answer.
fn is_copied(world: &World) -> bool {
    let bytes = world.layout.elements().saturating_mul(world.layout.dtype.item_size());
    (1..=MOST_READ).contains(&bytes)
}

/// Predicts the writes that only mapped arrays have, and the refusal to write an element of a read-only one.
pub(crate) fn write(world: &mut World, write: &Write, out: &mut Predictions) {
    let Some(mode) = world.mode() else { return };
    let nothing = Expectation::Is(Answer::Nothing);
    match write {
        Write::Item { index, bytes } if mode == Mode::R && world.is_element(index, bytes) => {
            out.push(rules::refuses, Expectation::Raises(&[Raises::ValueError, Raises::TypeError]));
        }
        Write::File { offset, bytes } if world.write_file(*offset, bytes) => out.push(rules::sees_file, nothing),
        Write::Flush if world.is_mapped_type() && !world.is_cut() => {
            world.flush();
            out.push(rules::flush, nothing);
        }
        // Where long has 32 bits and pointers 64, on Windows, a mapped file is not cut.
        Write::TruncateFile(size) if world.platform.data_model != DataModel::Llp64 && *size < world.file_size() => {
            world.cut(*size);
            out.push(rules::past_end, nothing);
        }
        Write::CloseMap if !world.array.reach(world.platform).is_empty() => {
            world.close();
            out.push(rules::close, Expectation::Raises(&[Raises::BufferError]));
        }
        _ => {}
    }
}

/// Predicts memory that changed with the file.
pub(crate) fn written(seen: Expectation, out: &mut Predictions) {
    out.push(rules::sees_file, seen);
}

/// Predicts the steps that a copy of the process does because they may end it.
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
            } else if world.mode() == Some(Mode::R) && !world.is_cut() {
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
            let size = ctype.layout(world.platform).map_or(0, |layout| layout.size);
            if world.address().is_some() && inside(first, size) && world.is_behind_the_file(first) {
                out.push(rules::past_end, Expectation::Faults);
            }
        }
        Step::Ask(Question::Map(Part::Dropped)) => part(world, Part::Dropped, out),
        _ => {}
    }
}
