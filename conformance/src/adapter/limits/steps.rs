//! Which steps are inside the limits: what they need of the library, and the arrays that they make.

use super::{Limits, StepWord};
use array_ctypes_spec::ctypeslib::element_type;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, c_strides};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{
    Absent, Act, Address, Array, Buffer, BufferMember, Consumer, Ctypeslib, DlpackMember, ElementType, Expectation,
    Export, Handed, Import, ImportData, Key, MOST_COPIED, Member, NdPointer, NdShape, Outside, Question, ShapeArgument,
    Source, Step, Use, Value, Write, expect,
};

/// The questions whose answers say where the suite looks by itself.
const LOOKED_BY: [Question; 4] = [Question::Data, Question::Shape, Question::Strides, Question::ItemSize];

impl Limits {
    /// Returns the first step of a script that is outside the limits. `layout` is that of the array after all views; `None`
    /// if the array does not exist.
    pub fn first_step_outside(
        &self,
        platform: &Platform,
        array: &Array,
        layout: Option<&Layout>,
        script: &[Step],
    ) -> Option<usize> {
        script.iter().position(|step| match layout {
            Some(layout) => !self.allow_step(platform, array, layout, step),
            // An array that does not exist is refused, whatever is asked about it.
            None => !self.allow_word(step),
        })
    }

    /// Returns true if a step about an array with this layout is inside the limits: the step itself, and each array that it
    /// makes.
    pub fn allow_step(&self, platform: &Platform, array: &Array, layout: &Layout, step: &Step) -> bool {
        let about = About { limits: self, platform, array, layout };
        self.allow_word(step)
            && match step {
                Step::Ask(question) => about.question(question) && (self.invalid || !about.makes_invalid(step)),
                Step::Write(write) => about.write(write),
                Step::Forked(step) => self.allow_step(platform, array, layout, step),
                Step::Outside(outside) => about.outside(outside),
                Step::Act(act) => about.act(act),
                Step::Consumer(Consumer::Value(index) | Consumer::Bytes(index) | Consumer::Write { index, .. }) => {
                    about.index(index)
                }
                Step::Consumer(_) | Step::Producer(_) => true,
            }
    }

    /// Returns true if the implementation answers steps with that word. What the suite does itself needs some answers.
    pub(crate) fn allow_word(&self, step: &Step) -> bool {
        if self.steps.list().is_none() {
            return true;
        }
        let is_answered = |word: StepWord| self.steps.any(|known| *known == word);
        match StepWord::of(step) {
            Some(word) => is_answered(word),
            None => LOOKED_BY.iter().all(|question| StepWord::from_word(question.word()).is_some_and(is_answered)),
        }
    }
}

/// What a step is about.
struct About<'a> {
    limits: &'a Limits,
    platform: &'a Platform,
    array: &'a Array,
    layout: &'a Layout,
}

impl About<'_> {
    /// Returns true if the address of the array means something.
    fn has_address(&self) -> bool {
        self.limits.address_if_empty || !self.layout.is_empty()
    }

    fn question(&self, question: &Question) -> bool {
        let limits = self.limits;
        (self.has_address() || !needs_address(question))
            && match question {
                Question::Item(index) => self.index(index),
                Question::Index(at, _) => limits.allow_index(*at),
                Question::Type(_) | Question::Absent(Absent::DataType | Absent::AsParameterType) => limits.types,
                Question::Hand(_) | Question::Walk(_) => limits.functions,
                Question::Struct(_) => limits.array_struct,
                Question::Dlpack(request, member) => {
                    limits.dlpack_arguments || !(request.has_arguments() || member.is_later())
                }
                Question::DlpackDevice => limits.dlpack_arguments,
                Question::Import(import) => self.import(import),
                Question::Ctypeslib(question) => self.ctypeslib(question),
                _ => true,
            }
    }

    fn write(&self, write: &Write) -> bool {
        match write {
            Write::Item { index, .. } => self.limits.assigns && self.index(index),
            Write::Pointer { .. } => self.has_address(),
            _ => true,
        }
    }

    fn outside(&self, outside: &Outside) -> bool {
        match outside {
            Outside::Peek(_) => true,
            Outside::Poke { .. } | Outside::Mapping => self.has_address(),
        }
    }

    fn act(&self, act: &Act) -> bool {
        match act {
            Act::Balance(what) => self.limits.counts_references && self.export(what),
            Act::Export { what, .. } => self.export(what),
            // Without an address of its own, an array without elements has no memory either.
            Act::Read { .. } | Act::Memory => self.has_address(),
            _ => true,
        }
    }

    fn export(&self, what: &Export) -> bool {
        self.limits.exports || !matches!(what, Export::Dlpack | Export::Buffer)
    }

    /// Returns true if the library may be asked for an array with so many dimensions. Of more dimensions than every library
    /// has, an array may be refused, so no limit excludes it.
    fn allow_dimensions(&self, dimensions: usize) -> bool {
        const MANY: usize = 32;
        self.limits.dimensions().contains(&dimensions) || dimensions > self.limits.max_dimensions.max(MANY)
    }

    fn index(&self, index: &[u64]) -> bool {
        index.iter().all(|at| *at <= self.limits.max_index)
    }

    /// Returns true if the step asks for an array that must be refused.
    fn makes_invalid(&self, step: &Step) -> bool {
        let makes_array =
            matches!(step, Step::Ask(Question::Import(_) | Question::Ctypeslib(Ctypeslib::AsArray { .. })));
        let is_refusal = |expectation: &Expectation| matches!(expectation, Expectation::Raises(_));
        makes_array
            && expect(self.platform, self.array, std::slice::from_ref(step))
                .iter()
                .any(|prediction| is_refusal(&prediction.expectation))
    }

    fn ctypeslib(&self, question: &Ctypeslib) -> bool {
        let limits = self.limits;
        match question {
            Ctypeslib::AsCtypesType(Some(ctype)) => {
                element_type(self.platform, ctype).is_none_or(|(dtype, _)| limits.allow_type(self.platform, &dtype))
            }
            Ctypeslib::AsArray { source, shape, ctype } => {
                let Some((dtype, inner)) = element_type(self.platform, ctype) else { return limits.given_memory };
                let shape = match (source, shape) {
                    (Source::Pointer | Source::Null, ShapeArgument::Lengths(lengths)) => [lengths, &inner[..]].concat(),
                    _ => inner,
                };
                self.over_memory(dtype, shape)
            }
            Ctypeslib::NdPointer(what, pointer) => self.ndpointer(*what, pointer),
            Ctypeslib::LoadLibrary(_) => limits.load_library,
            Ctypeslib::CIntP | Ctypeslib::AsCtypesType(None) | Ctypeslib::AsCtypes | Ctypeslib::TypeOfAsCtypes => true,
        }
    }

    fn ndpointer(&self, what: Use, pointer: &NdPointer) -> bool {
        let limits = self.limits;
        let own = || Some(self.layout.dtype.clone());
        let dtype = match &pointer.dtype {
            None => None,
            Some(ElementType::Own) => own(),
            Some(ElementType::Typestr(typestr)) => match self.element_type(typestr) {
                Some(dtype) => Some(dtype),
                None if limits.invalid => None,
                None => return false,
            },
        };
        let shape = pointer.shape.as_ref().map(|shape| match shape {
            NdShape::Lengths(lengths) => lengths.clone(),
            NdShape::Length(length) => vec![*length],
        });
        let are_few = |dimensions: usize| self.allow_dimensions(dimensions);
        dtype.as_ref().is_none_or(|dtype| limits.allow_type(self.platform, dtype))
            && pointer.ndim.is_none_or(|ndim| are_few(ndim as usize))
            && shape.as_ref().is_none_or(|shape| are_few(shape.len()))
            && match (what, dtype, shape) {
                (Use::Result, Some(dtype), Some(shape)) => self.over_memory(dtype, shape),
                _ => true,
            }
    }

    /// Returns true if the library makes a writeable array in C order over memory that it is given, at the address of this
    /// array.
    fn over_memory(&self, dtype: Dtype, shape: Vec<u64>) -> bool {
        let strides = c_strides(&shape, dtype.item_size());
        let layout = Layout { dtype, offset: self.layout.offset, shape, strides };
        let limits = self.limits;
        limits.given_memory
            && limits.writeable
            && (limits.address_if_empty || !layout.is_empty())
            && self.allow_dimensions(layout.shape.len())
            && limits.allow_strides(&layout.shape, &layout.strides, layout.dtype.item_size())
            && limits.allow_elements(self.platform, self.array.at(), &layout)
    }

    fn import(&self, import: &Import) -> bool {
        let limits = self.limits;
        let is_read_only = match import.data {
            ImportData::Buffer => !self.array.is_writeable(),
            _ => import.read_only,
        };
        let (at, offset) = match import.data {
            ImportData::Tuple(Address::InBuffer(offset)) => (self.array.at(), offset),
            ImportData::Tuple(Address::Absolute(address)) => ((address % u64::from(Buffer::PAGE)) as u32, 0),
            _ => (self.array.at(), import.offset.unwrap_or(0)),
        };
        let is_empty = import.shape.contains(&0);
        limits.copies_imports == import.copied
            && (!import.copied || self.is_copied(import, is_read_only))
            && (if is_read_only { limits.read_only } else { limits.writeable })
            && self.allow_dimensions(import.shape.len())
            && (limits.empty || !is_empty)
            && (limits.address_if_empty || !is_empty)
            && match self.element_type(&import.typestr) {
                Some(dtype) => {
                    let strides = import.strides.clone();
                    let strides = strides.unwrap_or_else(|| c_strides(&import.shape, dtype.item_size()));
                    let layout = Layout { dtype, offset, shape: import.shape.clone(), strides };
                    limits.allow_strides(&layout.shape, &layout.strides, layout.dtype.item_size())
                        && limits.allow_elements(self.platform, at, &layout)
                }
                None => limits.invalid,
            }
    }

    /// Returns true if a rule is about the copy that an importer makes of that array, and it is small enough for an answer, or
    /// too large to exist.
    fn is_copied(&self, import: &Import, is_read_only: bool) -> bool {
        let item = Dtype::from_typestr(&import.typestr).map_or(1, |dtype| dtype.item_size().max(1));
        let bytes = import.shape.iter().fold(item, |bytes, length| bytes.saturating_mul(*length));
        let is_elsewhere = matches!(import.data, ImportData::Tuple(Address::Absolute(1..)));
        let is_small = bytes <= MOST_COPIED || i128::from(bytes) > i128::from(self.platform.intp_max());
        !is_read_only && !is_elsewhere && is_small
    }

    /// The plain type of a type string on this platform; `None` if there is none.
    fn element_type(&self, typestr: &str) -> Option<Dtype> {
        let dtype = Dtype::from_typestr(typestr).ok()?;
        Some(dtype.with_pointers(self.platform.pointer_size()))
    }
}

/// Returns true if the answer says, or depends on, where the array is.
fn needs_address(question: &Question) -> bool {
    match question {
        Question::Data
        | Question::DataAs(_)
        | Question::AsParameter
        | Question::Contents(_)
        | Question::Index(..)
        | Question::Printed(_)
        | Question::Pass(_)
        | Question::Interface(Key::Data)
        | Question::Struct(Member::Data)
        | Question::Buffer(_, BufferMember::Address)
        | Question::Dlpack(_, DlpackMember::Address)
        | Question::Absent(Absent::Data | Absent::AsParameter | Absent::DataAs) => true,
        Question::Hand(hand) => match &hand.what {
            Handed::Interface => true,
            Handed::Value(value) => matches!(value, Value::Data | Value::DataAs(_) | Value::AsParameter),
        },
        Question::Ctypeslib(question) => match question {
            Ctypeslib::AsCtypes => true,
            Ctypeslib::AsArray { source, .. } => *source != Source::Null,
            Ctypeslib::NdPointer(what, _) => matches!(what, Use::FromParam | Use::Argument | Use::Result),
            Ctypeslib::CIntP | Ctypeslib::AsCtypesType(_) | Ctypeslib::TypeOfAsCtypes | Ctypeslib::LoadLibrary(_) => {
                false
            }
        },
        _ => false,
    }
}
