//! The array of a case, and the answers to the steps of a script.

use super::answer::{address, c_array, integer, integers, item_type, pointer, value};
use super::files;
use super::library::Folder;
use super::raises::{import_error, item_error, read_error, too_wide, type_error};
use super::scenario::{Reading, Scenario};
use super::{ctypeslib, hand, protocols, types};
use array_ctypes::{Array, Buffer, ctype, dtype, interface, platform};
use array_ctypes_conformance::CaseFile;
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::transports::outside::Place;
use array_ctypes_conformance::{Case, Reply};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::memmap::Part;
use array_ctypes_spec::{Answer, Attribute, Flag, Import, Question, Raises, Step, Write};
use std::rc::Rc;

/// The state that a script works on: the array, its memory, and the objects made so far.
pub(super) struct Subject<'a> {
    /// `None` after it was dropped.
    pub(super) array: Option<Rc<Array>>,
    /// `None` after it was dropped.
    pub(super) buffer: Option<Rc<Buffer>>,
    /// Size of the buffer in bytes.
    pub(super) size: usize,
    /// True if the object that exposes the buffer refuses writes.
    read_only: bool,
    /// The C arrays that were returned. They stay alive, so that each has an address of its own.
    pub(super) objects: Vec<Box<[isize]>>,
    types: ctypeslib::Types,
    libraries: &'a Folder,
    pub(super) scenario: Scenario,
    /// The file that the array is mapped from.
    pub(super) file: Option<CaseFile>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        array: Array,
        buffer: Rc<Buffer>,
        read_only: bool,
        reading: Reading,
        libraries: &'a Folder,
    ) -> Subject<'a> {
        let array = Rc::new(array);
        Subject {
            size: buffer.size(),
            scenario: Scenario::new(reading, &array, &buffer),
            array: Some(array),
            buffer: Some(buffer),
            read_only,
            objects: Vec::new(),
            types: ctypeslib::Types::default(),
            libraries,
            file: None,
        }
    }

    /// Does the script of a case. The suite counts addresses from `origin`.
    pub(super) fn reply(mut self, case: &Case, origin: u64) -> Reply {
        let answers = Vec::with_capacity(case.script.len());
        let mut so_far = Answers { buffer: Some(origin), answers, ..Answers::default() };
        let place = self.place();
        for step in &case.script {
            match step {
                Step::Outside(_) => place.look(step, &case.script, &mut so_far),
                _ => so_far.answers.push(self.answer(step)),
            }
        }
        Reply::Answered(so_far)
    }

    /// Returns where the suite may look: at the memory of the buffer or mapping, and at the file.
    fn place(&self) -> Place {
        let start = self.buffer.as_ref().map_or(0, |buffer| buffer.address() as u64);
        let file = self.file.as_ref().map(|file| file.path().to_owned());
        Place { file, ..Place::here(start, self.size as u64) }
    }

    fn answer(&mut self, step: &Step) -> Answer {
        if let Some(answer) = self.file.as_ref().and_then(|file| file.answer(step)) {
            return answer;
        }
        let answer = match step {
            Step::Ask(question) => self.ask(question),
            Step::Write(write) => self.write(write),
            Step::Act(act) => self.act(act),
            #[cfg(unix)]
            Step::Forked(step) => Ok(array_ctypes_conformance::transports::forked::in_copy(|| self.answer(step))),
            // No step that faults is asked for where there are no copies of a process.
            #[cfg(not(unix))]
            Step::Forked(step) => Ok(self.answer(step)),
            // The suite does these steps itself.
            Step::Outside(_) | Step::Consumer(_) | Step::Producer(_) => Err(Raises::NotImplementedError),
        };
        answer.unwrap_or_else(Answer::Raises)
    }

    /// Returns the array, unless it was dropped.
    pub(super) fn array(&self) -> Result<&Rc<Array>, Raises> {
        self.array.as_ref().ok_or(Raises::OtherError)
    }

    /// Returns its memory, unless it was dropped.
    fn buffer(&self) -> Result<&Rc<Buffer>, Raises> {
        self.buffer.as_ref().ok_or(Raises::OtherError)
    }

    fn file(&self) -> Result<&CaseFile, Raises> {
        self.file.as_ref().ok_or(Raises::AttributeError)
    }

    fn ask(&mut self, question: &Question) -> Result<Answer, Raises> {
        let array = self.array.as_ref().ok_or(Raises::OtherError)?;
        let ctypes = array.ctypes();
        Ok(match question {
            Question::Native => Answer::Bytes(platform::native().to_vec()),
            Question::SizeOf(ctype) => {
                let layout = ctype::layout(ctype).ok_or(Raises::TypeError)?;
                Answer::Integers(vec![layout.size() as i64, layout.align() as i64])
            }
            Question::Name(ctype) => Answer::Text(ctype::named(ctype).to_string()),
            Question::ItemSize => integer(dtype::size(array.dtype()) as i64),
            Question::Alignment => integer(dtype::alignment(array.dtype()) as i64),
            Question::Item(index) => Answer::Bytes(array.item(&indices(index)?).map_err(item_error)?),
            Question::Flag(Flag::CContiguous) => Answer::Bool(array.is_c_contiguous()),
            Question::Flag(Flag::FContiguous) => Answer::Bool(array.is_f_contiguous()),
            Question::Flag(Flag::Aligned) => Answer::Bool(array.is_aligned()),
            Question::Flag(Flag::Writeable) => Answer::Bool(array.is_writeable()),
            Question::Data => address(ctypes.data()),
            Question::Shape => integers(&ctypes.shape().unwrap_or_default()),
            Question::Strides => integers(&ctypes.strides().unwrap_or_default()),
            Question::ShapeType => ctypes.shape().map_or(Answer::Nothing, |_| item_type()),
            Question::StridesType => ctypes.strides().map_or(Answer::Nothing, |_| item_type()),
            Question::ShapeAs(ctype) => c_array(ctypes.shape_as(ctype).map_err(type_error)?),
            Question::StridesAs(ctype) => c_array(ctypes.strides_as(ctype).map_err(type_error)?),
            Question::DataAs(ctype) => pointer(ctypes.data_as(ctype).map_err(type_error)?),
            Question::AsParameter => pointer(ctypes.as_parameter()),
            Question::Pass(ctype) => pointer(ctypes.pass(ctype).map_err(type_error)?),
            Question::Hand(how) => hand::hand(array, how)?,
            Question::Walk(how) => hand::walk_array(array, how)?,
            Question::Type(value) => Answer::Text(types::of(ctypes, value)?),
            Question::Contents(ctype) => {
                let to = CType::Pointer(Box::new(ctype.clone()));
                Answer::Bytes(ctypes.data_as(&to).map_err(type_error)?.contents().map_err(read_error)?)
            }
            Question::Index(at, ctype) => {
                let to = CType::Pointer(Box::new(ctype.clone()));
                let at = isize::try_from(*at).map_err(too_wide)?;
                value(ctypes.data_as(&to).map_err(type_error)?.index(at).map_err(read_error)?)
            }
            Question::Printed(ctype) => {
                let to = CType::Pointer(Box::new(ctype.clone()));
                Answer::Text(ctypes.data_as(&to).map_err(type_error)?.printed().map_err(read_error)?)
            }
            // There is no setter: an assignment does not compile in Rust.
            Question::Assign(_) => return Err(Raises::AttributeError),
            Question::Object(attribute) => {
                let lengths = match attribute {
                    Attribute::Shape => ctypes.shape(),
                    Attribute::Strides => ctypes.strides(),
                    // These are plain values, so each access is a new object.
                    Attribute::Ctypes | Attribute::Data | Attribute::AsParameter | Attribute::Interface => None,
                };
                // An array without axes has no C array, so its objects are new, too. The number of an object is the
                // position of the first one at its address.
                self.objects.push(lengths.unwrap_or_else(|| Box::new([0])));
                let last = self.objects.last().map(|kept| kept.as_ptr());
                let first = self.objects.iter().position(|kept| Some(kept.as_ptr()) == last);
                Answer::Object(first.unwrap_or_default() as u64)
            }
            Question::Interface(key) => super::interface::dictionary(array, *key),
            Question::Struct(member) => super::interface::structure(array, *member),
            Question::Import(import) => self.import(import)?,
            Question::Map(Part::Dropped) => {
                (self.array, self.buffer) = (None, None);
                self.file()?.mapped()
            }
            Question::Map(part) => files::part(self.file()?, array, *part)?,
            // The file answers them.
            Question::File(..) | Question::FileSize => return Err(Raises::AttributeError),
            Question::Ctypeslib(question) => {
                let buffer = self.buffer.as_ref().ok_or(Raises::OtherError)?;
                ctypeslib::ask(array, buffer, &mut self.types, self.libraries, question)?
            }
            Question::Absent(what) => ctypeslib::absent(array, *what)?,
            Question::Buffer(request, member) => protocols::buffer(array, *request, *member)?,
            Question::Dlpack(request, member) => protocols::dlpack(array, *request, *member)?,
            Question::DlpackDevice => protocols::device(array),
        })
    }

    fn import(&self, import: &Import) -> Result<Answer, Raises> {
        // The reference shares memory, so it is not asked for copies.
        if import.copied {
            return Err(Raises::NotImplementedError);
        }
        // The suite counts addresses from the start of the file, the reference from that of the mapping.
        let import = &files::from_mapping(import, self.array()?);
        let array = interface::import(import, self.buffer()?, self.read_only).map_err(import_error)?;
        Ok(ctypeslib::imported(&array))
    }

    fn write(&mut self, write: &Write) -> Result<Answer, Raises> {
        let array = self.array()?;
        let ctypes = array.ctypes();
        match write {
            Write::Pointer { offset, bytes } => {
                let to_bytes = CType::Pointer(Box::new(CType::Simple(Simple::UByte)));
                let offset = isize::try_from(*offset).map_err(too_wide)?;
                ctypes.data_as(&to_bytes).map_err(type_error)?.write(offset, bytes).map_err(|_| Raises::IndexError)?;
            }
            Write::Item { index, bytes } => array.set_item(&indices(index)?, bytes).map_err(item_error)?,
            Write::Shape { axis, value } => {
                *ctypes.shape().as_deref_mut().and_then(|items| items.get_mut(*axis)).ok_or(Raises::IndexError)? =
                    *value as isize;
            }
            Write::Strides { axis, value } => {
                *ctypes.strides().as_deref_mut().and_then(|items| items.get_mut(*axis)).ok_or(Raises::IndexError)? =
                    *value as isize;
            }
            Write::Flush => return files::flush(array),
            Write::CloseMap => return files::close_map(self.buffer()?),
            // The file does them.
            Write::File { .. } | Write::TruncateFile(_) => return Err(Raises::AttributeError),
        }
        Ok(Answer::Nothing)
    }
}

/// Returns indices in the type that the reference takes.
fn indices(index: &[u64]) -> Result<Vec<usize>, Raises> {
    index.iter().map(|at| usize::try_from(*at).map_err(|_| Raises::IndexError)).collect()
}
