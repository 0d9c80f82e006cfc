//! The reference as an implementation: every step of a script, translated into its calls.
//!
//! It is asked like any other. Its buffers are its own; the address of a buffer is that of the memory, not of an array.

use crate::outside::Place;
use crate::{Case, Hello, Implementation, Limits, Reply, Trouble};
use array_ctypes::{
    Array, ArrayError, Buffer, CArray, ItemError, Pointer, ViewError, cast, ctype, dtype, interface, platform, shape,
};
use array_ctypes_spec::ctype::{CType, Simple};
#[cfg(unix)]
use array_ctypes_spec::memmap::{Map, Part};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{
    Address, Answer, Array as Described, Attribute, Flag, Import, Key, Member, Profile, Question, Raises, Step, Write,
};
use std::collections::VecDeque;
use std::rc::Rc;
#[cfg(unix)]
use tempfile::TempDir;

#[cfg(unix)]
mod files;

#[cfg(unix)]
use files::CaseFile;

mod ctypeslib;
mod protocols;

/// The reference implementation, in this process.
#[derive(Debug)]
pub struct Reference {
    hello: Hello,
    /// Replies to batches that were sent and not yet received.
    answered: VecDeque<Vec<Reply>>,
    #[cfg(unix)]
    files: Files,
}

/// The folder that files of mapped arrays are made in, once there is one, and how many were made.
#[cfg(unix)]
#[derive(Debug, Default)]
struct Files {
    folder: Option<TempDir>,
    count: u64,
}

#[cfg(unix)]
impl Files {
    fn make(&mut self, array: &Described, map: &Map) -> std::io::Result<CaseFile> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::tempdir()?,
        };
        let folder = self.folder.insert(folder);
        self.count += 1;
        CaseFile::new(folder.path().join(self.count.to_string()), array, map)
    }
}

impl Default for Reference {
    fn default() -> Reference {
        let hello = Hello {
            name: "array-ctypes reference".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: host(),
            profiles: profiles(),
            limits: Limits { load_library: ctypeslib::library::is_there(), ..Limits::default() },
        };
        Reference {
            hello,
            answered: VecDeque::new(),
            #[cfg(unix)]
            files: Files::default(),
        }
    }
}

/// All, but for mappings where the system has none.
fn profiles() -> Vec<Profile> {
    let has = |profile: &Profile| cfg!(unix) || *profile != Profile::Memmap;
    Profile::ALL.iter().copied().filter(has).collect()
}

/// This machine, which may have another granularity than its like.
fn host() -> Platform {
    Platform {
        #[cfg(unix)]
        granularity: platform::granularity() as u32,
        ..Platform::host()
    }
}

impl Reference {
    /// The reference implementation.
    #[must_use]
    pub fn new() -> Reference {
        Reference::default()
    }
}

impl Implementation for Reference {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), Trouble> {
        let mut replies = Vec::with_capacity(cases.len());
        for (position, case) in cases.iter().enumerate() {
            let reply = self.reply(case);
            replies.push(reply.map_err(|message| Trouble { position, ..Trouble::new(message) })?);
        }
        self.answered.push_back(replies);
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), Trouble> {
        replies.extend(self.answered.pop_front().unwrap_or_default());
        Ok(())
    }
}

impl Reference {
    fn reply(&mut self, case: &Case) -> Result<Reply, String> {
        #[cfg(unix)]
        if let Some(map) = &case.array.map {
            let file = self.files.make(&case.array, map).map_err(|error| error.to_string())?;
            let made = file.map(&case.array, map).and_then(|array| {
                let origin = files::origin(&array).unwrap_or_default();
                Ok((viewed(&case.array, array)?, origin))
            });
            return Ok(match made {
                Err(kind) => refused(case, kind, 0),
                Ok((array, origin)) => {
                    let buffer = Rc::clone(array.memory());
                    let (objects, types) = (Vec::new(), ctypeslib::Types::default());
                    let mut subject = Subject { array, buffer, read_only: false, objects, types, file: Some(file) };
                    subject.reply(case, origin)
                }
            });
        }
        over_buffer(case)
    }
}

fn refused(case: &Case, kind: Raises, buffer: u64) -> Reply {
    let answers = vec![Answer::Raises(kind); case.script.len()];
    Reply { buffer, answers, refused: true, ..Reply::default() }
}

fn over_buffer(case: &Case) -> Result<Reply, String> {
    let wanted = &case.array.buffer;
    let size = usize::try_from(wanted.size).map_err(|error| error.to_string())?;
    let buffer = Buffer::new(size, wanted.at as usize, &wanted.bytes).map_err(|error| error.to_string())?;
    let buffer = Rc::new(buffer);
    let address = buffer.address() as u64;
    Ok(match make(&case.array, &buffer) {
        Err(kind) => refused(case, kind, address),
        Ok(array) => {
            let read_only = !case.array.writeable;
            let mut subject = Subject {
                array,
                buffer,
                read_only,
                objects: Vec::new(),
                types: ctypeslib::Types::default(),
                #[cfg(unix)]
                file: None,
            };
            subject.reply(case, address)
        }
    })
}

/// The array of a case, after all its views.
fn make(described: &Described, buffer: &Rc<Buffer>) -> Result<Array, Raises> {
    let offset = isize::try_from(described.offset).map_err(too_wide)?;
    let shape = described.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<Vec<_>, _>>();
    let strides = described.strides.iter().map(|stride| isize::try_from(*stride)).collect::<Result<Vec<_>, _>>();
    let (shape, strides) = (shape.map_err(too_wide)?, strides.map_err(too_wide)?);
    let dtype = described.dtype.clone();
    let array = Array::new(buffer, dtype, offset, &shape, &strides, described.writeable).map_err(array_error)?;
    viewed(described, array)
}

fn viewed(described: &Described, array: Array) -> Result<Array, Raises> {
    described.views.iter().try_fold(array, |array, view| array.view(view).map_err(view_error))
}

/// What the steps of a script are put to.
struct Subject {
    array: Array,
    buffer: Rc<Buffer>,
    /// Whether the object that exposes the buffer refuses writes.
    read_only: bool,
    /// What was yielded, kept so that it can be told apart.
    objects: Vec<Box<[isize]>>,
    /// Likewise the parameter types.
    types: ctypeslib::Types,
    /// The file that the array is mapped from.
    #[cfg(unix)]
    file: Option<CaseFile>,
}

impl Subject {
    fn reply(&mut self, case: &Case, buffer: u64) -> Reply {
        let mut reply = Reply { buffer, ..Reply::default() };
        let place = self.place();
        for step in &case.script {
            match step {
                Step::Outside(_) => place.look(step, &case.script, &mut reply),
                _ => reply.answers.push(self.answer(step)),
            }
        }
        reply
    }

    /// Where the suite looks for itself: at the memory of the buffer or mapping, and at the file.
    fn place(&self) -> Place {
        let place = Place::here(self.buffer.address() as u64, self.buffer.size() as u64);
        #[cfg(unix)]
        let place = Place { file: self.file.as_ref().map(|file| file.path().to_owned()), ..place };
        place
    }

    fn answer(&mut self, step: &Step) -> Answer {
        let answer = match step {
            Step::Ask(question) => self.ask(question),
            Step::Write(write) => self.write(write),
            #[cfg(unix)]
            Step::Forked(step) => Ok(crate::forked::in_copy(|| self.answer(step))),
            #[cfg(not(unix))]
            Step::Forked(_) => Err(Raises::NotImplementedError),
            // Those are the suite's own.
            Step::Outside(_) => Err(Raises::NotImplementedError),
        };
        answer.unwrap_or_else(Answer::Raises)
    }

    #[cfg(unix)]
    fn file(&self) -> Result<&CaseFile, Raises> {
        self.file.as_ref().ok_or(Raises::AttributeError)
    }

    fn ask(&mut self, question: &Question) -> Result<Answer, Raises> {
        let array = &self.array;
        let ctypes = array.ctypes();
        Ok(match question {
            Question::Native => Answer::Bytes(platform::native().to_vec()),
            Question::SizeOf(ctype) => {
                let (size, alignment) = ctype::layout(ctype).ok_or(Raises::TypeError)?;
                Answer::Integers(vec![size as i64, alignment as i64])
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
            // There is no setter: in Rust an assignment does not compile.
            Question::Assign(_) => return Err(Raises::AttributeError),
            Question::Object(attribute) => {
                let lengths = match attribute {
                    Attribute::Shape => ctypes.shape(),
                    Attribute::Strides => ctypes.strides(),
                    // Plain values, so each is another; without axes there is nothing to tell apart either.
                    _ => None,
                };
                // Memory that is kept has an address of its own; the first object there tells its number.
                self.objects.push(lengths.unwrap_or_else(|| Box::new([0])));
                let last = self.objects.last().map(|kept| kept.as_ptr());
                let first = self.objects.iter().position(|kept| Some(kept.as_ptr()) == last);
                Answer::Object(first.unwrap_or_default() as u64)
            }
            Question::Interface(key) => dictionary(array, *key),
            Question::Struct(member) => structure(array, *member),
            Question::Import(import) => self.import(import)?,
            #[cfg(unix)]
            Question::Map(Part::Dropped) => {
                let nothing = files::nothing()?;
                self.buffer = Rc::clone(nothing.memory());
                self.array = nothing;
                self.file()?.is_mapped().map(Answer::Bool)?
            }
            #[cfg(unix)]
            Question::Map(part) => self.file()?.part(array, *part)?,
            #[cfg(unix)]
            Question::File(offset, length) => self.file()?.read(*offset, *length)?,
            #[cfg(unix)]
            Question::FileSize => self.file()?.size()?,
            #[cfg(not(unix))]
            Question::Map(_) | Question::File(..) | Question::FileSize => return Err(Raises::NotImplementedError),
            Question::Ctypeslib(question) => ctypeslib::ask(array, &self.buffer, &mut self.types, question)?,
            Question::Absent(what) => ctypeslib::absent(array, *what)?,
            Question::Buffer(request, member) => protocols::buffer(array, *request, *member)?,
            Question::Dlpack(request, member) => protocols::dlpack(array, *request, *member)?,
        })
    }

    fn import(&self, import: &Import) -> Result<Answer, Raises> {
        // An address from the start of a file is one from where its mapping begins, for the reference.
        #[cfg(unix)]
        let import = &files::from_start(import, &self.array);
        let array = interface::import(import, &self.buffer, self.read_only).map_err(import_error)?;
        Ok(ctypeslib::seen(&array))
    }

    fn write(&mut self, write: &Write) -> Result<Answer, Raises> {
        let ctypes = self.array.ctypes();
        match write {
            Write::Pointer { offset, bytes } => {
                let to_bytes = CType::Pointer(Box::new(CType::Simple(Simple::UByte)));
                let offset = isize::try_from(*offset).map_err(too_wide)?;
                ctypes.data_as(&to_bytes).map_err(type_error)?.write(offset, bytes).map_err(|_| Raises::IndexError)?;
            }
            Write::Item { index, bytes } => self.array.set_item(&indices(index)?, bytes).map_err(item_error)?,
            Write::Shape { axis, value } => {
                *ctypes.shape().as_deref_mut().and_then(|items| items.get_mut(*axis)).ok_or(Raises::IndexError)? =
                    *value as isize;
            }
            Write::Strides { axis, value } => {
                *ctypes.strides().as_deref_mut().and_then(|items| items.get_mut(*axis)).ok_or(Raises::IndexError)? =
                    *value as isize;
            }
            #[cfg(unix)]
            Write::File { offset, bytes } => return self.file()?.write(*offset, bytes),
            #[cfg(unix)]
            Write::Flush => return files::flush(&self.array),
            #[cfg(unix)]
            Write::TruncateFile(size) => return self.file()?.truncate(*size),
            #[cfg(unix)]
            Write::CloseMap => return files::close_map(&self.buffer),
            #[cfg(not(unix))]
            Write::File { .. } | Write::Flush | Write::TruncateFile(_) | Write::CloseMap => {
                return Err(Raises::NotImplementedError);
            }
        }
        Ok(Answer::Nothing)
    }
}

fn dictionary(array: &Array, key: Key) -> Answer {
    let interface = array.interface();
    match key {
        Key::Keys => Answer::Text(interface::ArrayInterface::KEYS.join(" ")),
        Key::Data => address(interface.data.0),
        Key::ReadOnly => Answer::Bool(interface.data.1),
        Key::Shape => Answer::Integers(interface.shape.iter().map(|length| *length as i64).collect()),
        Key::Strides => interface.strides.map_or(Answer::Nothing, integers),
        Key::Typestr => Answer::Text(interface.typestr),
        Key::Descr => Answer::Text(interface.descr),
        Key::Version => integer(i64::from(interface.version)),
    }
}

fn structure(array: &Array, member: Member) -> Answer {
    let owner = array.array_struct();
    let structure = owner.as_c();
    match member {
        Member::Two => integer(i64::from(structure.two)),
        Member::Nd => integer(i64::from(structure.nd)),
        Member::TypeKind => Answer::Text(char::from(structure.typekind as u8).to_string()),
        Member::ItemSize => integer(i64::from(structure.itemsize)),
        Member::Flags => integer(i64::from(structure.flags)),
        Member::Shape => integers(owner.shape()),
        Member::Strides => integers(owner.strides()),
        Member::Data => address(structure.data.addr()),
        Member::Descr => {
            owner.descr().map_or(Answer::Nothing, |text| Answer::Text(text.to_string_lossy().into_owned()))
        }
    }
}

fn item_type() -> Answer {
    Answer::Text(ctype::named(&shape::ITEM).to_string())
}

fn indices(index: &[u64]) -> Result<Vec<usize>, Raises> {
    index.iter().map(|at| usize::try_from(*at).map_err(|_| Raises::IndexError)).collect()
}

fn address(address: usize) -> Answer {
    Answer::Address(Address::Absolute(address as u64))
}

fn pointer(pointer: Pointer) -> Answer {
    address(pointer.address())
}

fn integer(value: i64) -> Answer {
    Answer::Integer(i128::from(value))
}

fn integers(values: &[isize]) -> Answer {
    Answer::Integers(values.iter().map(|value| *value as i64).collect())
}

fn c_array(array: Option<CArray>) -> Answer {
    match array {
        None => Answer::Nothing,
        Some(CArray::Memory(memory)) => Answer::Bytes(memory),
        Some(CArray::Objects(values)) => integers(&values),
    }
}

fn value(value: ctype::Value) -> Answer {
    match value {
        ctype::Value::Null => Answer::Nothing,
        ctype::Value::Bool(value) => Answer::Bool(value),
        ctype::Value::Integer(value) => Answer::Integer(value),
        ctype::Value::Float(value) => Answer::Float(value.to_bits()),
        ctype::Value::Char(byte) => Answer::Bytes(vec![byte]),
    }
}

// Errors, by the names that Python has for such.

fn too_wide(_: std::num::TryFromIntError) -> Raises {
    Raises::ValueError
}

fn type_error<E>(_: E) -> Raises {
    Raises::TypeError
}

fn array_error(error: ArrayError) -> Raises {
    match error {
        ArrayError::ElementType { .. } => Raises::TypeError,
        ArrayError::Memory(_) => Raises::OtherError,
        _ => Raises::ValueError,
    }
}

fn view_error(error: ViewError) -> Raises {
    match error {
        ViewError::Axis { .. } | ViewError::Index { .. } | ViewError::Field { .. } => Raises::IndexError,
        ViewError::Array(error) => array_error(error),
        _ => Raises::ValueError,
    }
}

fn item_error(error: ItemError) -> Raises {
    match error {
        ItemError::Index { .. } => Raises::IndexError,
        _ => Raises::ValueError,
    }
}

fn read_error(error: cast::ReadError) -> Raises {
    match error {
        cast::ReadError::NoType => Raises::TypeError,
        cast::ReadError::NoValue { .. } => Raises::NotImplementedError,
        cast::ReadError::Far { .. } | cast::ReadError::Outside(_) => Raises::IndexError,
    }
}

fn import_error(error: interface::ImportError) -> Raises {
    match error {
        interface::ImportError::Wide => Raises::OverflowError,
        interface::ImportError::Array(error) => array_error(error),
        _ => Raises::TypeError,
    }
}
