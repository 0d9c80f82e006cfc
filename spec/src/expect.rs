//! The specification as a function: [`expect`].

use crate::layout::{self, Invalid, Layout};
use crate::lifetime::Kept;
use crate::memmap::Part;
use crate::platform::Platform;
use crate::rule::{Rule, rules};
use crate::{Address, Answer, Array, Expectation, Prediction, Question, Raises, Step, Write};
use crate::{absent, cast, ctypeslib, data, dtype, interface, lifetime, memmap, platform, shape};

/// What must hold: for each step of a script, the rules that speak of it and what each expects of the answer.
///
/// Total: every platform, array and script has predictions, of which a step may have none: what it asks is the
/// implementation's choice, or outside the interface (a read outside the buffer, say), and then it must not be sent. An
/// [`Invalid`] array is predicted to be refused.
///
/// ```
/// use array_ctypes_spec::{dtype::Dtype, expect, platform::Platform, Array};
/// let bytes = [0i32, 1, 2, 3].iter().flat_map(|x| x.to_le_bytes()).collect();
/// let array = Array::contiguous(bytes, Dtype::from_typestr("<i4").unwrap(), &[2, 2]);
/// let predictions = expect(&Platform::X86_64_LINUX, &array, &["index 0 c_longlong".parse().unwrap()]);
/// assert_eq!(predictions[0].expectation.to_string(), "4294967296");
/// ```
pub fn expect(platform: &Platform, array: &Array, script: &[Step]) -> Vec<Prediction> {
    let mut predictions = Vec::new();
    expect_each(platform, array, &layout::resolve(platform, array), script, &mut |prediction| {
        predictions.push(prediction);
    });
    predictions
}

/// Likewise, for an array that was [resolved](layout::resolve) before. Each prediction is handed on as it is made, in the order
/// of the steps.
pub fn expect_each(
    platform: &Platform,
    array: &Array,
    resolved: &Result<Layout, Invalid>,
    script: &[Step],
    each: &mut dyn FnMut(Prediction),
) {
    match resolved {
        Ok(layout) => follow(platform, array, layout, script, each),
        Err(invalid) => refuse(invalid, script, each),
    }
}

/// Of an invalid array every step is refused, by the rule that it breaks.
fn refuse(invalid: &Invalid, script: &[Step], each: &mut dyn FnMut(Prediction)) {
    let (rule, kinds) = invalid.refusal();
    for step in 0..script.len() {
        each(Prediction { step, rule, expectation: Expectation::Raises(kinds) });
    }
}

fn follow(platform: &Platform, array: &Array, layout: &Layout, script: &[Step], each: &mut dyn FnMut(Prediction)) {
    let (map, kept) = (memmap::State::default(), Kept::default());
    let mut world = World { platform, array, layout, script, step: 0, written: None, memory: None, map, kept };
    let mut out = Predictions { step: 0, each };
    for (step, what) in script.iter().enumerate() {
        out.step = step;
        world.step = step;
        if world.map.over {
            break;
        }
        match what {
            Step::Act(act) => lifetime::expect(&mut world, act, &mut out),
            // An array that is dropped is nobody's to ask or to write.
            _ if world.kept.array_is_dropped() => {}
            Step::Ask(question) => {
                ask(&world, question, &mut out);
                world.kept.asked(question);
                world.map.over = matches!(question, Question::Map(Part::Dropped));
            }
            Step::Write(write) => world.write(write, &mut out),
            // A copy of the process answers as the process does, as long as it does not die of it.
            Step::Forked(step) => match &**step {
                Step::Ask(question @ (Question::Ctypeslib(_) | Question::Import(_))) => ask(&world, question, &mut out),
                step => memmap::forked(&world, step, &mut out),
            },
            Step::Outside(outside) => data::look(&mut world, outside, &mut out),
        }
    }
}

fn ask(world: &World, question: &Question, out: &mut Predictions) {
    if question.ctype().is_some_and(|ctype| !ctype.exists_on(world.platform)) {
        return;
    }
    match question {
        Question::Native | Question::SizeOf(_) | Question::Name(_) => platform::expect(world, question, out),
        Question::ItemSize | Question::Alignment => dtype::expect(world, question, out),
        Question::Item(_) | Question::Flag(_) => layout::expect(world, question, out),
        Question::Data => {
            data::expect(world, question, out);
            memmap::expect(world, question, out);
        }
        Question::Assign(_) => data::expect(world, question, out),
        Question::Shape => {
            shape::expect(world, question, out);
            memmap::expect(world, question, out);
        }
        Question::Strides
        | Question::ShapeType
        | Question::StridesType
        | Question::ShapeAs(_)
        | Question::StridesAs(_)
        | Question::Object(_) => shape::expect(world, question, out),
        Question::DataAs(_)
        | Question::AsParameter
        | Question::Contents(_)
        | Question::Index(..)
        | Question::Printed(_)
        | Question::Pass(_) => cast::expect(world, question, out),
        Question::Interface(_) | Question::Struct(_) | Question::Import(_) => {
            interface::expect(world, question, out);
            dtype::expect(world, question, out);
        }
        Question::Map(_) | Question::File(..) | Question::FileSize => memmap::expect(world, question, out),
        Question::Ctypeslib(question) => ctypeslib::expect(world, question, out),
        Question::Absent(what) => absent::expect(world, *what, out),
        Question::Buffer(..) | Question::Dlpack(..) => interface::expect(world, question, out),
    }
}

/// The most bytes that one step reads, so that reserved memory is never predicted as a whole.
pub(crate) const MOST_READ: u64 = 1 << 20;

/// Who wrote last.
#[derive(Clone, Copy)]
enum Written<'a> {
    Implementation(&'a Write),
    /// The suite, from outside.
    Outside,
}

/// The abstract state that a script is folded over.
pub(crate) struct World<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) array: &'a Array,
    /// Of the array after all its views.
    pub(crate) layout: &'a Layout,
    script: &'a [Step],
    step: usize,
    /// The last write.
    written: Option<Written<'a>>,
    /// The first bytes of the buffer, once something has been written.
    memory: Option<Vec<u8>>,
    /// What has become of a mapping and its file.
    pub(crate) map: memmap::State,
    /// Who keeps what.
    pub(crate) kept: Kept<'a>,
}

impl World<'_> {
    /// So many bytes of the buffer or mapping from that offset on, as they are now; zero outside. `None` where that
    /// cannot be told.
    pub(crate) fn read(&self, start: i128, size: u64) -> Option<Vec<u8>> {
        let bytes = self.memory.as_deref().unwrap_or(self.array.memory().bytes);
        let at = |i: u64| usize::try_from(start + i128::from(i)).ok().and_then(|at| bytes.get(at).copied());
        let whole = usize::try_from(start).ok().and_then(|start| bytes.get(start..start.checked_add(size as usize)?));
        let now = whole.map_or_else(|| (0..size).map(|i| at(i).unwrap_or(0)).collect(), <[u8]>::to_vec);
        self.mapped(start, now)
    }

    /// Whether the memory refers to objects, which nobody may read or write but the implementation.
    pub(crate) fn has_objects(&self) -> bool {
        self.array.dtype.has_objects()
    }

    /// The address of the first element; `None` for a view without elements, which may have it elsewhere.
    pub(crate) fn address(&self) -> Option<Answer> {
        let free = self.layout.is_empty() && !self.array.views.is_empty();
        (!free).then_some(Answer::Address(Address::InBuffer(self.layout.offset)))
    }

    /// Which strides are prescribed, as a [mask](Expectation::masked): all of an array that was described directly over a
    /// buffer; of others, those that tell where elements are.
    pub(crate) fn prescribed_strides(&self) -> Vec<bool> {
        let direct = self.array.views.is_empty() && self.array.map.is_none();
        if direct { Vec::new() } else { self.layout.telling_strides() }
    }

    /// The steps before this one.
    pub(crate) fn earlier(&self) -> &[Step] {
        &self.script[..self.step]
    }

    /// The latest earlier step that asked this.
    pub(crate) fn asked_before(&self, question: &Question) -> Option<usize> {
        self.earlier().iter().rposition(|step| step.asks(question))
    }

    /// The rule of what is read through the pointer: another one after a write.
    pub(crate) fn after_write(&self, rule: Rule) -> Rule {
        match self.written {
            Some(Written::Implementation(Write::Item { .. })) => rules::cast::sees_writes,
            Some(Written::Implementation(Write::File { .. })) => rules::memmap::sees_file,
            Some(Written::Implementation(Write::Pointer { .. })) if !self.array.is_writeable() => {
                rules::cast::read_only_memory
            }
            Some(Written::Implementation(Write::Pointer { .. })) => rules::cast::write_through,
            Some(Written::Outside) => rules::data::memory_written,
            _ => rule,
        }
    }

    /// Whether the suite wrote last, from outside.
    pub(crate) fn is_written_outside(&self) -> bool {
        matches!(self.written, Some(Written::Outside))
    }

    /// The last write, if the implementation did it.
    pub(crate) fn last_write(&self) -> Option<&Write> {
        match self.written {
            Some(Written::Implementation(write)) => Some(write),
            _ => None,
        }
    }

    /// The rule of shape and strides: another one after a write into the C array that an earlier question yielded.
    pub(crate) fn after_copy_write(&self, rule: Rule) -> Rule {
        match self.written {
            Some(Written::Implementation(Write::Shape { .. } | Write::Strides { .. })) => rules::shape::copy,
            _ => rule,
        }
    }
}

impl<'a> World<'a> {
    /// Carries out a write that stays inside the buffer and fits the array; predicts nothing for any other.
    fn write(&mut self, write: &'a Write, out: &mut Predictions) {
        let (start, bytes): (i128, &[u8]) = match write {
            Write::Pointer { offset, bytes } => (i128::from(self.layout.offset) + i128::from(*offset), bytes),
            Write::Item { index, bytes } => {
                let inside = self.layout.has(index);
                let plain = self.layout.dtype.plain().is_some();
                let whole = bytes.len() as u64 == self.layout.dtype.item_size();
                // Whether a broadcast array takes writes is the implementation's choice.
                if self.array.map.is_some() && inside && plain && whole && !self.array.is_writeable() {
                    let kinds = &[Raises::ValueError, Raises::TypeError];
                    return out.push(rules::memmap::refuses, Expectation::Raises(kinds));
                }
                if !(inside && plain && whole && self.array.is_writeable()) || self.array.is_broadcast() {
                    return;
                }
                (self.layout.element(index), bytes)
            }
            Write::Shape { axis, .. } | Write::Strides { axis, .. } if *axis >= self.layout.shape.len() => return,
            Write::Shape { .. } | Write::Strides { .. } => (0, &[]),
            Write::File { .. } | Write::Flush | Write::TruncateFile(_) | Write::CloseMap => {
                if memmap::write(self, write, out) {
                    self.written = Some(Written::Implementation(write));
                }
                return;
            }
        };
        // References are the implementation's own; and memory past the given bytes is reserved, and stays untouched.
        if self.has_objects() && !bytes.is_empty() {
            return;
        }
        if !self.put(start, bytes) {
            return;
        }
        self.written = Some(Written::Implementation(write));
        let rule = match write {
            Write::Shape { .. } | Write::Strides { .. } => rules::shape::copy,
            _ => self.after_write(rules::cast::write_through),
        };
        out.push(rule, Expectation::Is(Answer::Nothing));
    }

    /// Writes an element from outside; only where its memory is given and refers to no objects. Whether it did.
    pub(crate) fn poke(&mut self, index: &[u64], bytes: &[u8]) -> bool {
        let done = !self.has_objects() && self.put(self.layout.element(index), bytes);
        if done {
            self.written = Some(Written::Outside);
        }
        done
    }

    /// Changes bytes of the buffer, if they are all among those given, or of the mapping. Whether it did.
    fn put(&mut self, start: i128, bytes: &[u8]) -> bool {
        if self.array.map.is_some() {
            return bytes.is_empty() || self.write_mapped(start, bytes);
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
}

/// Where the predictions of a script go.
pub(crate) struct Predictions<'a> {
    step: usize,
    each: &'a mut dyn FnMut(Prediction),
}

impl Predictions<'_> {
    pub(crate) fn push(&mut self, rule: Rule, expectation: Expectation) {
        (self.each)(Prediction { step: self.step, rule, expectation });
    }
}
