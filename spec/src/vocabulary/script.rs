//! What is done to an array and asked about it: steps, with one-line text forms.
//!
//! A question is a one-step script; a full case asks many. The text forms are those of case files and of the protocol;
//! C types are spelled as in Python's ctypes.

use super::answer::Address;
use super::ctype::CType;
use super::memmap::Part;
use super::words::words;
use std::mem::discriminant;

pub use act::{Act, Derive, Export};
pub use ctypeslib::{Ctypeslib, ElementType, Library, NdPointer, NdShape, ShapeArgument, Source, Use};
pub use protocols::{BufferMember, BufferRequest, DlpackMember, DlpackRequest};
pub use text::ParseStepError;

mod act;
mod ctypeslib;
mod protocols;
mod text;

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asks; changes nothing.
    Ask(Question),
    /// Writes; the answer is [`crate::Answer::Nothing`].
    Write(Write),
    /// A step that a copy of the implementation's process does: its answer there, or the signal that the copy dies of.
    /// What the step changes in memory of its own is gone with the copy. `forked STEP`
    Forked(Box<Step>),
    /// What the suite does itself, from outside of the implementation's process.
    Outside(Outside),
    /// Takes, keeps and drops objects, and looks after the array.
    Act(Act),
}

impl Step {
    /// Whether it asks this. Few questions are of one kind: comparing kinds first, where it is called, costs a fifth of
    /// comparing all of a step.
    #[inline]
    pub fn asks(&self, question: &Question) -> bool {
        matches!(self, Step::Ask(asked) if discriminant(asked) == discriminant(question) && asked == question)
    }

    /// Whether a copy of the process can do it: questions and writes, once.
    pub fn may_be_forked(&self) -> bool {
        matches!(self, Step::Ask(_) | Step::Write(_))
    }

    /// The question, if it asks one.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Step::Ask(question) => Some(question),
            Step::Write(_) | Step::Forked(_) | Step::Outside(_) | Step::Act(_) => None,
        }
    }
}

/// A question about an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The bytes that `c_uint` 0x01020304 has in memory. `native`
    Native,
    /// Size and alignment of a C type, in bytes. `sizeof T`
    SizeOf(CType),
    /// The name under which the platform knows a C type. `name T`
    Name(CType),
    /// Size of an element in bytes. `itemsize`
    ItemSize,
    /// Alignment of the element type in bytes. `alignment`
    Alignment,
    /// The bytes of one element, asked of the array itself. `item INDEX…`
    Item(Vec<u64>),
    /// A flag of the array. `flag NAME`
    Flag(Flag),
    /// The address. `data`
    Data,
    /// Lengths of the axes. `shape`
    Shape,
    /// Byte strides. `strides`
    Strides,
    /// Name of the C type of the items of `shape`. `shape-type`
    ShapeType,
    /// Name of the C type of the items of `strides`. `strides-type`
    StridesType,
    /// The memory of the shape as an array of another C type. `shape_as T`
    ShapeAs(CType),
    /// The memory of the strides as an array of another C type. `strides_as T`
    StridesAs(CType),
    /// The address as a pointer of that type. `data_as T`
    DataAs(CType),
    /// The address in `_as_parameter_`. `_as_parameter_`
    AsParameter,
    /// The raw bytes of the `T` that `data_as(POINTER(T))` points at. `contents T`
    Contents(CType),
    /// The value of `data_as(POINTER(T))[i]`. `index I T`
    Index(i64, CType),
    /// `data_as(POINTER(T)).contents` as Python prints it. `printed T`
    Printed(CType),
    /// The address that a foreign function receives when the interface object itself is passed for a parameter declared
    /// as `T`. `pass T`
    Pass(CType),
    /// Tries to assign to an attribute of the interface object. `assign NAME`
    Assign(Attribute),
    /// Which object an attribute yields. `object NAME`
    Object(Attribute),
    /// An entry of `__array_interface__`. `interface KEY`
    Interface(Key),
    /// A member of `__array_struct__`. `struct MEMBER`
    Struct(Member),
    /// Makes an array of a given `__array_interface__` and tells what came of it. `import NAME=VALUE…`
    Import(Box<Import>),
    /// A fact about the mapping. `map NAME`
    Map(Part),
    /// So many bytes of the file from that offset on, fewer at its end, read through a descriptor of its own.
    /// `file OFFSET LENGTH`
    File(u64, u64),
    /// The size of the file in bytes. `file-size`
    FileSize,
    /// A helper of `numpy.ctypeslib`. `ctypeslib …`
    Ctypeslib(Ctypeslib),
    /// The interface in a process where ctypes is missing. `absent NAME`
    Absent(Absent),
    /// A member of the `Py_buffer` that a request of Python's buffer protocol fills in. `buffer REQUEST MEMBER`
    Buffer(BufferRequest, BufferMember),
    /// A member of the tensor that `__dlpack__` hands out. `dlpack REQUEST MEMBER`
    Dlpack(DlpackRequest, DlpackMember),
}

impl Question {
    /// The C type that the question names, if it does.
    pub fn ctype(&self) -> Option<&CType> {
        match self {
            Question::SizeOf(ctype)
            | Question::Name(ctype)
            | Question::ShapeAs(ctype)
            | Question::StridesAs(ctype)
            | Question::DataAs(ctype)
            | Question::Contents(ctype)
            | Question::Index(_, ctype)
            | Question::Printed(ctype)
            | Question::Pass(ctype) => Some(ctype),
            Question::Ctypeslib(question) => question.ctype(),
            _ => None,
        }
    }
}

/// A write, or what else changes the memory. Offsets and bytes lie inside the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Bytes through `data_as(POINTER(c_ubyte))`, from that offset to the address on. `write-pointer OFFSET HEX`
    Pointer {
        /// Bytes after the address of the first element.
        offset: i64,
        /// What is written.
        bytes: Vec<u8>,
    },
    /// One element, through the array itself. `write-item HEX INDEX…`
    Item {
        /// The index, one number for each axis.
        index: Vec<u64>,
        /// The element in memory; as long as the item size.
        bytes: Vec<u8>,
    },
    /// One item of the C array that `shape` yields. `write-shape AXIS VALUE`
    Shape {
        /// Which.
        axis: usize,
        /// What is written.
        value: i64,
    },
    /// One item of the C array that `strides` yields. `write-strides AXIS VALUE`
    Strides {
        /// Which.
        axis: usize,
        /// What is written.
        value: i64,
    },
    /// Bytes into the file of a mapped array, through a descriptor of its own. `write-file OFFSET HEX`
    File {
        /// Where, in bytes from the start of the file.
        offset: u64,
        /// What is written.
        bytes: Vec<u8>,
    },
    /// Has the mapping's changes written to the file. `flush`
    Flush,
    /// Cuts the file, through a descriptor of its own, to so many bytes. `truncate-file SIZE`
    TruncateFile(u64),
    /// Closes the mapping under the array. `close-map`
    CloseMap,
}

/// What the suite does from outside, at the address, shape and byte strides that the implementation told in the latest
/// answers of the script to `data`, `shape`, `strides` and `itemsize`. Without one of those it looks nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// The memory of the elements in C order, of so many of them at most. `peek COUNT`
    Peek(u64),
    /// Writes one element. `poke HEX INDEX…`
    Poke {
        /// The index, one number for each axis.
        index: Vec<u64>,
        /// The element in memory; as long as the item size.
        bytes: Vec<u8>,
    },
    /// How the address is mapped: permissions, and the place in the file of the case if it is that, as in
    /// `rw-s file+4106`. `mapping`
    Mapping,
}

words! {
    /// A flag of an array.
    Flag {
        /// Elements follow each other in C order without gaps.
        CContiguous "c_contiguous",
        /// Elements follow each other in Fortran order without gaps.
        FContiguous "f_contiguous",
        /// Every element is aligned as its type asks.
        Aligned "aligned",
        /// Writing is allowed.
        Writeable "writeable",
    }
}

words! {
    /// An attribute of the array or of its interface object, that yields an object.
    Attribute {
        /// `a.ctypes`
        Ctypes "ctypes",
        /// `a.ctypes.data`
        Data "data",
        /// `a.ctypes.shape`
        Shape "shape",
        /// `a.ctypes.strides`
        Strides "strides",
        /// `a.ctypes._as_parameter_`
        AsParameter "_as_parameter_",
        /// `a.__array_interface__`
        Interface "__array_interface__",
    }
}

words! {
    /// What is asked of the interface where ctypes is missing.
    Absent {
        /// Whether there is an interface object.
        Ctypes "ctypes",
        /// The address.
        Data "data",
        /// The address in `_as_parameter_`.
        AsParameter "_as_parameter_",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides.
        Strides "strides",
        /// The address as another type. There is no C type to name, so it is Python's `int`.
        DataAs "data_as",
        /// Lengths of the axes in another type, likewise.
        ShapeAs "shape_as",
        /// Byte strides in another type, likewise.
        StridesAs "strides_as",
    }
}

words! {
    /// An entry of `__array_interface__`.
    Key {
        /// The names of all entries, sorted, as text with spaces between.
        Keys "keys",
        /// The address, `data[0]`.
        Data "data",
        /// The read-only flag, `data[1]`.
        ReadOnly "read_only",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides, or nothing.
        Strides "strides",
        /// Type string.
        Typestr "typestr",
        /// Type description, as Python prints the list.
        Descr "descr",
        /// Version number.
        Version "version",
    }
}

words! {
    /// A member of the C structure behind `__array_struct__`.
    Member {
        /// The number two.
        Two "two",
        /// Number of dimensions.
        Nd "nd",
        /// Kind character, as text.
        TypeKind "typekind",
        /// Size of an element in bytes.
        ItemSize "itemsize",
        /// Flags.
        Flags "flags",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides.
        Strides "strides",
        /// The address.
        Data "data",
        /// Type description, as Python prints the list; nothing where flags say that there is none.
        Descr "descr",
    }
}

/// An `__array_interface__` to be imported, well-formed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The entry `data`.
    pub data: ImportData,
    /// The read-only flag of `data`, where it has one.
    pub read_only: bool,
    /// The entry `shape`, in elements.
    pub shape: Vec<u64>,
    /// Whether `shape` is given as a list, where a tuple is asked for.
    pub shape_is_list: bool,
    /// The entry `strides`, in bytes; `None` where it is absent.
    pub strides: Option<Vec<i64>>,
    /// The entry `typestr`.
    pub typestr: String,
    /// The entry `offset`, in bytes, where there is one.
    pub offset: Option<i64>,
    /// The entry `version`.
    pub version: i64,
}

/// The entry `data` of an interface to be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportData {
    /// `(address, read-only flag)`. `at:OFFSET` from the buffer or `address:N`
    Tuple(Address),
    /// The object that exposes the buffer's memory. `buffer`
    Buffer,
    /// `[address, flag]`. `list`
    List,
    /// `(address,)`. `single`
    Single,
    /// `(address, flag, flag)`. `triple`
    Triple,
    /// `("address", flag)`. `text`
    Text,
    /// An address wider than a pointer. `wide`
    Wide,
}
