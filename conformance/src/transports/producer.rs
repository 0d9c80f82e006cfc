//! The producer of the arrays that consumers in this process are handed: it makes the memory of a case, hands out the array
//! in it, and knows who holds it.
//!
//! It is honest: where its array is and what it is, [`resolve`] says. What its protocol has no words for it refuses to hand
//! out. Once it lets go of an array that nobody holds, it overwrites the memory, so that whoever looks on sees other values.
//! The memory itself stays until the case is over; if somebody still holds the array then, it is never freed.

mod capsule;
mod hold;
mod offered;

pub use capsule::{Capsule, Named};
pub use hold::Hold;
pub use offered::{Data, Interface, Object, Offered, Pointer};

use super::file::{CaseFile, Files};
use super::memory::Memory;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Feature, Protocol, Question, Raises, Step, Take};
use capsule::Label;
use hold::Count;
use std::fmt::Debug;
use std::ptr;

/// The most bytes that are shown or overwritten.
const MOST_SHOWN: usize = 1 << 20;

/// The one element of every mask: it hides what it stands for.
static FALSE: u8 = 0;

/// An array to hand out, and its memory.
#[derive(Debug)]
pub(crate) struct Producer {
    memory: Memory,
    file: Option<CaseFile>,
    layout: Layout,
    is_read_only: bool,
    is_swapped: bool,
    /// The same lengths and strides as C arrays.
    shape: Box<[isize]>,
    strides: Box<[isize]>,
    /// For each time that it was handed out, how many times it is held.
    counts: Vec<Count>,
    /// The tensors that were handed out.
    lent: Vec<Box<dyn Debug>>,
    /// The name of the first capsule.
    label: Option<Label>,
    /// True if it was handed out without a way to let go of it.
    is_given: bool,
}

impl Producer {
    /// Makes the memory of a case.
    ///
    /// # Errors
    /// What the system or the array does not allow.
    pub(crate) fn new(platform: &Platform, array: &Array, files: &mut Files) -> Result<Producer, String> {
        let layout = resolve(platform, array).map_err(|invalid| invalid.to_string())?;
        let (memory, file) = match &array.map {
            None => (Memory::of(&array.buffer).map_err(|error| error.to_string())?, None),
            Some(map) => {
                let file = files.make(array, map).map_err(|error| error.to_string())?;
                (Memory::of_file(file.path(), map.mode, array.memory().size)?, Some(file))
            }
        };
        Ok(Producer {
            memory,
            file,
            is_read_only: !array.is_writeable(),
            is_swapped: layout.dtype.is_swapped(platform),
            shape: layout.shape.iter().map(|length| *length as isize).collect(),
            strides: layout.strides.iter().map(|stride| *stride as isize).collect(),
            layout,
            counts: Vec::new(),
            lent: Vec::new(),
            label: None,
            is_given: false,
        })
    }

    /// The address of the first byte of the memory.
    pub(crate) fn address(&self) -> u64 {
        self.memory.address() as u64
    }

    /// The array in the form of a protocol. `None` if this producer does not have that form.
    ///
    /// # Errors
    /// [`Raises::BufferError`] if the protocol has no words for the array.
    pub(crate) fn offer(&mut self, take: &Take) -> Result<Option<Offered<'_>>, Raises> {
        let first = self.memory.as_ptr().wrapping_offset(self.layout.offset as isize);
        let count = Count::default();
        self.counts.push(count.clone());
        self.is_given |= take.with.contains(&Feature::NoDeleter);
        let dtype = &self.layout.dtype;
        Ok(Some(match take.door.takes {
            Protocol::Pointer => {
                Offered::Pointer(Pointer { data: first, shape: &self.shape, strides: &self.strides, dtype })
            }
            Protocol::Object => Offered::Object(Object {
                data: first,
                shape: self.layout.shape.iter().map(|length| *length as usize).collect(),
                strides: self.strides.to_vec(),
                dtype: dtype.clone(),
                is_read_only: self.is_read_only,
                hold: Hold::of(&count),
            }),
            Protocol::Interface => Offered::Interface(self.interface(first, &take.with, &count)),
            Protocol::Dlpack => {
                let says = !self.is_swapped && !self.is_read_only;
                let made = says.then(|| capsule::unversioned(&self.layout, first, &take.with, &count)).flatten();
                let (capsule, lent) = made.ok_or(Raises::BufferError)?;
                self.lent.push(Box::new(lent));
                self.label.get_or_insert(capsule.label());
                Offered::Dlpack(capsule)
            }
            Protocol::DlpackVersioned => {
                let make = || capsule::versioned(&self.layout, first, self.is_read_only, &take.with, &count);
                let made = (!self.is_swapped).then(make).flatten();
                let (capsule, lent) = made.ok_or(Raises::BufferError)?;
                self.lent.push(Box::new(lent));
                self.label.get_or_insert(capsule.label());
                Offered::DlpackVersioned(capsule)
            }
            Protocol::Struct | Protocol::Buffer => return Ok(None),
        }))
    }

    /// The array as the entries of an array interface.
    fn interface(&self, first: *mut u8, with: &[Feature], count: &Count) -> Interface {
        let asks = |feature: Feature| with.contains(&feature);
        let Layout { dtype, offset, .. } = &self.layout;
        let shape: Vec<usize> = self.layout.shape.iter().map(|length| *length as usize).collect();
        let typestr = match dtype {
            Dtype::Plain(_) => dtype.typestr(),
            Dtype::Record(record) => format!("|V{}", record.size),
        };
        let mask = asks(Feature::Mask).then(|| {
            Box::new(Interface {
                shape: shape.clone(),
                typestr: "|b1".to_owned(),
                descr: None,
                data: Data::Address(ptr::from_ref(&FALSE).cast_mut(), true),
                strides: Some(vec![0; shape.len()]),
                mask: None,
                offset: 0,
                hold: Hold::of(count),
            })
        });
        let (start, size) = (self.memory.as_ptr(), self.memory.size());
        let (data, offset) = if asks(Feature::Memory) {
            (Data::Memory { start, size, is_read_only: self.is_read_only }, *offset as usize)
        } else {
            (Data::Address(first, self.is_read_only), 0)
        };
        Interface {
            shape,
            typestr,
            descr: (dtype.plain().is_none() || asks(Feature::Descr)).then(|| dtype.descr()),
            data,
            strides: (!asks(Feature::NoStrides)).then(|| self.strides.to_vec()),
            mask,
            offset,
            hold: Hold::of(count),
        }
    }

    /// Does a step of the producer.
    pub(crate) fn answer(&self, step: &array_ctypes_spec::Producer) -> Answer {
        use array_ctypes_spec::Producer as Of;
        match step {
            Of::Memory => match self.memory.size() {
                size if size > MOST_SHOWN => Answer::Declined("the memory is too large to show".to_owned()),
                size => Answer::Bytes(self.memory.read(0, size)),
            },
            Of::File => {
                let whole = Step::Ask(Question::File(0, MOST_SHOWN as u64));
                let of_file = self.file.as_ref().and_then(|file| file.answer(&whole));
                of_file.unwrap_or(Answer::Raises(Raises::AttributeError))
            }
            Of::Write { .. } if self.is_locked() => Answer::Raises(Raises::OSError),
            Of::Write { offset, bytes } => {
                self.memory.write(*offset as usize, bytes);
                Answer::Nothing
            }
            Of::Drop => {
                if !self.is_held() && !self.is_given {
                    self.overwrite();
                }
                Answer::Nothing
            }
            Of::Held => Answer::Bool(self.is_held()),
            Of::Exports => Answer::Integer(self.counts.iter().map(|count| i128::from(count.get())).sum()),
            Of::Capsule => self.label.as_ref().map_or(Answer::Nothing, |label| Answer::Text(label.name().to_owned())),
        }
    }

    fn is_held(&self) -> bool {
        self.counts.iter().any(|count| count.get() > 0)
    }

    /// Changes every byte of the memory, if that may be written to.
    fn overwrite(&self) {
        if !self.is_locked() {
            let bytes = self.memory.read(0, self.memory.size().min(MOST_SHOWN));
            self.memory.write(0, &bytes.iter().map(|byte| !byte).collect::<Vec<_>>());
        }
    }

    /// Returns true if the system refuses writes to the memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.file.is_some() && self.is_read_only
    }
}

/// The memory of an array that somebody holds is never freed, nor are its tensors and counts.
impl Drop for Producer {
    fn drop(&mut self) {
        if self.counts.iter().any(|count| count.get() != 0) {
            std::mem::forget(std::mem::take(&mut self.lent));
            // A function in C may still count there.
            std::mem::forget(std::mem::take(&mut self.counts));
            self.memory.leak();
        }
    }
}
