//! The situations of the table of silences, each as a question about a step and its array.

use array_ctypes_conformance::spec::ctype::{CType, Class, Simple, store};
use array_ctypes_conformance::spec::dtype::{Kind, Plain};
use array_ctypes_conformance::spec::interface::format;
use array_ctypes_conformance::spec::layout::Layout;
use array_ctypes_conformance::spec::memmap::{Mode, Part};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Act, Address, Array, Consumer, Ctypeslib, Derive, DlpackMember, DlpackRequest, Export, Handed, ImportData,
    MOST_COPIED, Outside, Question, Step, Value, Write,
};
use std::collections::BTreeSet;

/// A step that is asked of an array after others.
pub(super) struct Asked<'a> {
    pub(super) platform: &'a Platform,
    pub(super) array: &'a Array,
    pub(super) layout: &'a Layout,
    pub(super) before: &'a [Step],
    pub(super) step: &'a Step,
}

/// The largest answer, in bytes.
const MOST: u64 = 1 << 20;

impl Asked<'_> {
    /// Returns true if the step is asked in the situation of that name.
    pub(super) fn is(&self, situation: &str) -> bool {
        match situation {
            "no element" => self.layout.is_empty(),
            "no axes" => self.layout.shape.is_empty(),
            "references to objects" => self.layout.dtype.has_objects() || self.array.dtype.has_objects(),
            "over a buffer" => self.array.map.is_none(),
            "in a file" => self.array.map.is_some(),
            "in a file, or memory of its own" => self.array.map.is_some() || self.array.owner.is_some(),
            "memory of its own" => self.array.owner.is_some(),
            "nothing was handed over" => {
                !self.before.iter().any(|step| matches!(step, Step::Consumer(Consumer::Take(_))))
            }
            "what no producer can do" => match self.step {
                Step::Consumer(Consumer::Take(take)) => take
                    .with
                    .iter()
                    .any(|feature| !feature.protocols().contains(&take.door.takes) || !feature.fits(self.layout)),
                _ => false,
            },
            "broadcast" => self.array.is_broadcast(),
            "mode c after a write to the file" => {
                self.array.map.as_ref().is_some_and(|map| map.mode == Mode::C) && self.wrote_file()
            }
            "after the file was cut, or the mapping closed" => self.before.iter().any(ends_mapping),
            "after the array was dropped" => self.before.contains(&Step::Act(Act::DropArray)),
            "address, shape, strides or item size not asked before" => {
                let located = [Question::Data, Question::ItemSize, Question::Shape, Question::Strides];
                located.iter().any(|question| !self.before.iter().any(|step| step.asks(question)))
            }
            "not asked before" => !self.before.contains(self.step),
            "no such element or axis" => !self.has_element(),
            "a structured type" => self.layout.dtype.plain().is_none(),
            "raw bytes" => self.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Void),
            "more than 1 MiB" => self.bytes() > i128::from(MOST) || self.layout.dtype.item_size() > MOST,
            "more bytes than are given" => self.array.buffer.size > self.array.buffer.bytes.len() as u64,
            "outside of the memory" => !self.is_inside(),
            "not an element's bytes" => self.is_of_other_size(),
            "read-only" => !self.array.is_writeable(),
            "an element type that DLPack need not describe" => !self.is_number(),
            "an argument about other members" => self.is_about_others(),
            "shared memory" => {
                matches!(self.step, Step::Ask(Question::Dlpack(request, _)) if *request != DlpackRequest::Copy)
            }
            "without a version in the request" => {
                matches!(self.step, Step::Ask(Question::Dlpack(DlpackRequest::Unversioned, _)))
            }
            "strides that are not whole elements" => {
                let size = self.layout.dtype.item_size().max(1) as i64;
                self.layout.strides.iter().any(|stride| stride % size != 0)
            }
            "a copy of more than 4096 bytes" => {
                let bytes = self.layout.elements().saturating_mul(self.layout.dtype.item_size());
                matches!(self.step, Step::Ask(Question::Dlpack(DlpackRequest::Copy, _))) && bytes > MOST_COPIED
            }
            "may be refused" => {
                if let Step::Act(Act::Export { what: Export::Buffer, .. }) = self.step {
                    !format::describes(self.platform, &self.layout.dtype)
                } else {
                    let is_sure = self.is_number() && self.array.is_writeable() && !self.array.is_broadcast();
                    !is_sure
                        || !self.layout.is_aligned(self.platform, self.array.buffer.at)
                        || self.is("strides that are not whole elements")
                }
            }
            "without shape in the request" => {
                matches!(self.step, Step::Ask(Question::Buffer(request, _)) if !request.wants_shape())
            }
            "a type that takes any object" => self.parameter().is_some_and(takes_any),
            "a type that is no number" => !self.ctype().is_some_and(is_number),
            "a type that refuses the numbers, or may" => self.may_refuse(),
            "a value that ctypes hands on in its own way" => self.is_special(),
            "nothing of that number is kept, or something is already" => self.is_misnumbered(),
            "ctypes makes nothing of the object in that way" => self.is_made_of(),
            "an object is kept that may hold it, or a cycle of ctypes" => self.may_be_held(),
            "no smaller than the file" => {
                matches!(self.step, Step::Write(Write::TruncateFile(size)) if *size >= self.array.memory().size)
            }
            "mode r" => self.array.map.as_ref().is_some_and(|map| map.mode == Mode::R),
            "the step does not end the process" => !self.before.iter().any(ends_mapping),
            "more than 64 KiB" => self.array.buffer.size > 1 << 16,
            other => panic!("expected a situation that this test knows, found {other:?}"),
        }
    }

    /// The numbers under which objects are kept before the step.
    fn kept(&self) -> BTreeSet<u8> {
        let mut kept = BTreeSet::new();
        for step in self.before {
            match step {
                Step::Act(Act::Export { name, .. } | Act::Derive { name, .. }) => {
                    kept.insert(*name);
                }
                Step::Act(Act::Drop(name)) => {
                    kept.remove(name);
                }
                _ => {}
            }
        }
        kept
    }

    /// Returns true if every exporter of DLPack has the element type.
    fn is_number(&self) -> bool {
        let sizes = |plain: &Plain| match plain.kind {
            Kind::Int | Kind::UInt => true,
            Kind::Float => plain.size <= 8,
            Kind::Complex => plain.size <= 16,
            _ => false,
        };
        self.layout.dtype.plain().is_some_and(sizes) && !self.layout.dtype.is_swapped(self.platform)
    }

    fn is_about_others(&self) -> bool {
        let Step::Ask(Question::Dlpack(request, member)) = self.step else { return false };
        let of_tensor = [DlpackMember::Address, DlpackMember::Copied, DlpackMember::Flags, DlpackMember::StridesGiven];
        match request {
            DlpackRequest::Unversioned | DlpackRequest::Versioned | DlpackRequest::Stream => false,
            DlpackRequest::Older | DlpackRequest::Minor | DlpackRequest::Newer => *member != DlpackMember::Version,
            DlpackRequest::OnCuda => *member != DlpackMember::Device,
            DlpackRequest::OnCpu | DlpackRequest::NoCopy | DlpackRequest::NoStream => !of_tensor.contains(member),
            DlpackRequest::Copy => *member != DlpackMember::Elements && !of_tensor.contains(member),
        }
    }

    fn is_misnumbered(&self) -> bool {
        let kept = self.kept();
        match self.step {
            Step::Act(Act::Export { name, .. }) => kept.contains(name),
            Step::Act(Act::Derive { name, from, .. }) => kept.contains(name) || !kept.contains(from),
            Step::Act(Act::Drop(name) | Act::Read { name, .. }) => !kept.contains(name),
            Step::Act(Act::DropArray) => self.before.contains(self.step),
            _ => false,
        }
    }

    fn is_made_of(&self) -> bool {
        matches!(self.step, Step::Act(Act::Derive { from, .. }) if self.kept().contains(from))
    }

    fn may_be_held(&self) -> bool {
        let is_cyclic =
            |step: &Step| matches!(step, Step::Act(Act::Derive { how: Derive::Cast(_) | Derive::AsArray, .. }));
        self.before.contains(&Step::Act(Act::DropArray))
            && (!self.kept().is_empty() || self.before.iter().any(is_cyclic))
            || self.before.iter().any(|step| matches!(step, Step::Ask(Question::Ctypeslib(_))))
    }

    fn wrote_file(&self) -> bool {
        self.before.iter().any(|step| matches!(step, Step::Write(Write::File { .. })))
    }

    /// The C type that the step names.
    fn ctype(&self) -> Option<&CType> {
        match self.step {
            Step::Ask(
                Question::Contents(ctype)
                | Question::Index(_, ctype)
                | Question::Printed(ctype)
                | Question::StridesAs(ctype)
                | Question::ShapeAs(ctype)
                | Question::Pass(ctype),
            ) => Some(ctype),
            Step::Ask(Question::Type(value)) => value.ctype(),
            Step::Forked(step) => match &**step {
                Step::Ask(Question::Contents(ctype)) => Some(ctype),
                _ => None,
            },
            _ => None,
        }
    }

    fn parameter(&self) -> Option<&CType> {
        match self.step {
            Step::Ask(Question::Pass(ctype)) => Some(ctype),
            Step::Ask(Question::Hand(hand)) => hand.to.as_ref(),
            _ => None,
        }
    }

    fn has_element(&self) -> bool {
        let axes = self.layout.shape.len();
        match inner(self.step) {
            Step::Ask(Question::Item(index))
            | Step::Write(Write::Item { index, .. })
            | Step::Outside(Outside::Poke { index, .. }) => self.layout.has(index),
            Step::Write(Write::Shape { axis, .. } | Write::Strides { axis, .. }) => *axis < axes,
            _ => true,
        }
    }

    fn is_of_other_size(&self) -> bool {
        match self.step {
            Step::Write(Write::Item { bytes, .. }) | Step::Outside(Outside::Poke { bytes, .. }) => {
                bytes.len() as u64 != self.layout.dtype.item_size() || bytes.is_empty()
            }
            _ => false,
        }
    }

    /// How many bytes the step reads.
    fn bytes(&self) -> i128 {
        let size = i128::from(self.layout.dtype.item_size());
        match self.step {
            Step::Ask(Question::Walk(_)) => 256 * size * i128::from(self.layout.elements()),
            Step::Ask(Question::Map(Part::Copy)) => size * i128::from(self.layout.elements()),
            Step::Ask(Question::File(_, length)) => i128::from(*length),
            _ => 0,
        }
    }

    /// Returns true if the bytes that the step reads or writes are those of the buffer or mapping.
    fn is_inside(&self) -> bool {
        let first = i128::from(self.layout.offset);
        let size = |ctype: &CType| i128::from(ctype.layout(self.platform).map_or(0, |layout| layout.size));
        let (start, count) = match inner(self.step) {
            Step::Ask(Question::Contents(ctype) | Question::Printed(ctype)) => (first, size(ctype)),
            Step::Ask(Question::Index(at, ctype)) => (first + i128::from(*at) * size(ctype), size(ctype)),
            Step::Write(Write::Pointer { offset, bytes }) => (first + i128::from(*offset), bytes.len() as i128),
            Step::Write(Write::File { offset, bytes }) => (i128::from(*offset), bytes.len() as i128),
            Step::Act(Act::Read { count, .. }) => (first, i128::from(*count)),
            // A drawn import, and an array over a pointer, are described for the array of their own case.
            Step::Ask(Question::Import(import)) => return !is_of_memory(import.data),
            Step::Ask(Question::Ctypeslib(Ctypeslib::AsArray { .. } | Ctypeslib::NdPointer(..))) => return false,
            _ => return true,
        };
        let reach = self.array.reach(self.platform);
        reach.start <= start && start + count <= reach.end && count > 0
    }

    fn may_refuse(&self) -> bool {
        let Some(ctype) = self.ctype() else { return false };
        let refuses = |number: i64| store(self.platform, ctype, number).is_err();
        let numbers = self.layout.strides.iter().copied().chain(self.layout.shape.iter().map(|length| *length as i64));
        numbers.chain([-1]).any(refuses)
    }

    fn is_special(&self) -> bool {
        match self.step {
            Step::Ask(Question::Hand(hand)) => {
                let of_object = |what: &Handed| matches!(what, Handed::Value(Value::DataAs(ctype)) if takes_any(ctype) || !ctype.is_pointer());
                let array = matches!(
                    hand.what,
                    Handed::Value(Value::Shape | Value::Strides | Value::ShapeAs(_) | Value::StridesAs(_))
                );
                let number = matches!(hand.what, Handed::Value(Value::Data));
                of_object(&hand.what)
                    || array
                    || number
                    || hand
                        .to
                        .as_ref()
                        .is_some_and(|to| takes_any(to) || matches!(to, CType::Pointer(to) if to.is_pointer()))
            }
            Step::Ask(Question::Walk(_)) => true,
            Step::Act(Act::Call(what) | Act::Export { what, .. } | Act::Balance(what)) => {
                matches!(what, Export::DataAs(_) | Export::ShapeAs(_) | Export::StridesAs(_) | Export::AsCtypes)
            }
            _ => false,
        }
    }
}

/// The step that a copy of the process does, or the step itself.
fn inner(step: &Step) -> &Step {
    if let Step::Forked(step) = step { step } else { step }
}

fn is_of_memory(data: ImportData) -> bool {
    matches!(data, ImportData::Tuple(Address::InBuffer(_) | Address::Absolute(_)) | ImportData::Buffer)
}

fn takes_any(ctype: &CType) -> bool {
    matches!(ctype, CType::Simple(simple) if matches!(simple.class(), Class::Object | Class::Bool))
        || *ctype == CType::NotACType
}

fn is_number(ctype: &CType) -> bool {
    let of = |simple: &Simple| {
        matches!(simple.class(), Class::Signed | Class::Unsigned | Class::Float | Class::Bool | Class::Char)
    };
    matches!(ctype, CType::Simple(simple) | CType::Swapped(simple, _) if of(simple))
}

fn ends_mapping(step: &Step) -> bool {
    matches!(step, Step::Write(Write::TruncateFile(_) | Write::CloseMap) | Step::Ask(Question::Map(Part::Dropped)))
}
