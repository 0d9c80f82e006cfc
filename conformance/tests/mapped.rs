//! Mapped files in process: an adapter that maps the files of the suite with the reference, and one test for each rule.
//!
//! Where its elements are it takes from the specification, so that this file shows what a mapped array needs, and nothing else.
#![deny(unsafe_code)]

use array_ctypes::Memmap;
use array_ctypes::memmap::{MemmapError, Order, close};
use array_ctypes_conformance::spec::layout::{Layout, resolve};
use array_ctypes_conformance::spec::memmap::{Mode, Part};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Flag, Profile, Question, Raises, Step, Write};
use array_ctypes_conformance::{CaseFile, Handed, Hello, InProcess, Limits, Mapped, Memory};
use std::rc::Rc;

struct Small;

impl InProcess for Small {
    fn hello(&self) -> Hello {
        let hello = Hello::core("small", "1.0", Limits { file_names: true, ..Limits::default() });
        Hello { profiles: vec![Profile::Core, Profile::Memmap], ..hello }
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let elements = Elements { layout: layout(array)?, origin: memory.address() as u64 };
        Ok(script.iter().map(|step| elements.answer(step).unwrap_or_else(Answer::Raises)).collect())
    }

    fn map<'a>(&'a mut self, array: &Array, file: &'a CaseFile) -> Result<Box<dyn Mapped + 'a>, Raises> {
        let too_wide = |_| Raises::OverflowError;
        let order = if array.is_fortran() { Order::Fortran } else { Order::C };
        let options = Memmap::options(file.map().mode, array.dtype.clone()).order(order).name(file.path());
        let mut options = options.offset(u64::try_from(array.offset).map_err(too_wide)?);
        if !file.map().deduced {
            let shape: Result<Vec<usize>, _> = array.shape.iter().map(|length| usize::try_from(*length)).collect();
            options = options.shape(&shape.map_err(too_wide)?);
        }
        let mapped = match file.handed().map_err(|_| Raises::OSError)? {
            Handed::Path(path) => options.open(path),
            Handed::File(file) => options.open_file(&file),
        };
        let whole = mapped.map_err(|error| refusal(&error))?.into_array();
        let mapping = whole.mapping().ok_or(Raises::OtherError)?;
        let origin = (mapping.address() as u64).wrapping_sub(mapping.start());
        Ok(Box::new(MappedSmall { elements: Elements { layout: layout(array)?, origin }, whole, file }))
    }
}

fn refusal(error: &MemmapError) -> Raises {
    match error {
        MemmapError::Missing | MemmapError::Directory | MemmapError::Permission { .. } | MemmapError::System(_) => {
            Raises::OSError
        }
        MemmapError::TooBig => Raises::OverflowError,
        _ => Raises::ValueError,
    }
}

/// Returns where the elements are, if there is such an array.
fn layout(array: &Array) -> Result<Layout, Raises> {
    resolve(&Platform::host(), array)
        .map_err(|invalid| invalid.refusals().last().map_or(Raises::ValueError, |(_, kinds)| kinds[0]))
}

/// The elements of an array, by their addresses.
struct Elements {
    layout: Layout,
    /// Address of the buffer, or of byte 0 of the file.
    origin: u64,
}

impl Elements {
    fn address(&self, offset: i128) -> u64 {
        self.origin.wrapping_add(offset as u64)
    }

    fn answer(&self, step: &Step) -> Result<Answer, Raises> {
        let layout = &self.layout;
        let size = layout.dtype.item_size();
        let item = |index: &Vec<u64>| {
            let there = layout.has(index).then(|| self.address(layout.element(index)));
            there.ok_or(Raises::IndexError)
        };
        Ok(match step {
            Step::Ask(Question::Data) => Answer::Address(Address::Absolute(self.address(layout.offset.into()))),
            Step::Ask(Question::Shape) => Answer::integers(layout.shape.iter().copied()),
            Step::Ask(Question::Strides) => Answer::integers(layout.strides.iter().copied()),
            Step::Ask(Question::ItemSize) => Answer::Integer(size.into()),
            Step::Ask(Question::Item(index)) => Answer::Bytes(read(item(index)?, size)),
            Step::Ask(Question::Flag(Flag::CContiguous)) => Answer::Bool(layout.is_c_contiguous()),
            Step::Ask(Question::Flag(Flag::FContiguous)) => Answer::Bool(layout.is_f_contiguous()),
            Step::Write(Write::Item { index, bytes }) => write(item(index)?, bytes),
            Step::Write(Write::Pointer { offset, bytes }) => {
                write(self.address(i128::from(layout.offset) + i128::from(*offset)), bytes)
            }
            _ => return Err(Raises::NotImplementedError),
        })
    }
}

/// An array of which the reference has mapped the memory.
struct MappedSmall<'a> {
    elements: Elements,
    /// The array before the views. It holds the mapping.
    whole: array_ctypes::Array,
    file: &'a CaseFile,
}

impl Mapped for MappedSmall<'_> {
    fn origin(&self) -> u64 {
        self.elements.origin
    }

    fn answer(&mut self, step: &Step) -> Result<Answer, Raises> {
        let mapping = self.whole.mapping().ok_or(Raises::OtherError)?;
        Ok(match step {
            Step::Ask(Question::Map(Part::Offset)) => Answer::Integer(mapping.offset().into()),
            Step::Ask(Question::Map(Part::Mode)) => Answer::Text(mapping.mode().word().to_owned()),
            Step::Ask(Question::Map(Part::Start)) => Answer::Integer(mapping.start().into()),
            Step::Ask(Question::Map(Part::Filename)) => {
                Answer::Bool(mapping.path().is_some_and(|path| self.file.is_named(path)))
            }
            Step::Ask(Question::Map(Part::Copy)) => {
                Answer::Bool(self.whole.copy().map_err(|_| Raises::ValueError)?.mapping().is_some())
            }
            Step::Write(Write::Flush) => mapping.flush().map(|()| Answer::Nothing).map_err(|_| Raises::OSError)?,
            Step::Write(Write::CloseMap) => {
                close(Rc::clone(self.whole.memory())).map(|()| Answer::Nothing).map_err(|_| Raises::BufferError)?
            }
            Step::Write(Write::Item { .. }) if mapping.mode() == Mode::R => return Err(Raises::ValueError),
            _ => self.elements.answer(step)?,
        })
    }
}

/// Raw memory.
///
/// # Invariants
/// 1. The suite asks for elements of the array and for bytes of its memory only, and the memory exists as long as the array.
///    In a copy of this process, which may end of it, it asks for others too.
mod raw {
    #![expect(unsafe_code, reason = "elements are read and written at their addresses")]

    use array_ctypes_conformance::spec::Answer;

    pub(super) fn read(address: u64, size: u64) -> Vec<u8> {
        let mut bytes = vec![0; size as usize];
        let from = std::ptr::with_exposed_provenance::<u8>(address as usize);
        // SAFETY: 1.
        unsafe { std::ptr::copy(from, bytes.as_mut_ptr(), bytes.len()) };
        bytes
    }

    pub(super) fn write(address: u64, bytes: &[u8]) -> Answer {
        let to = std::ptr::with_exposed_provenance_mut::<u8>(address as usize);
        // SAFETY: 1.
        unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
        Answer::Nothing
    }
}
use raw::{read, write};

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::Small, core, memmap; leaves_out 1);
}
