//! Questions about an array.

use super::ctypeslib::Ctypeslib;
use super::hand::{Hand, Walk};
use super::import::Import;
use super::names::{Absent, Attribute, Flag, Key, Member};
use super::protocols::{BufferMember, BufferRequest, DlpackMember, DlpackRequest};
use super::value::Value;
use crate::vocabulary::ctype::CType;
use crate::vocabulary::memmap::Part;
use crate::vocabulary::platform::Platform;
use crate::vocabulary::words::forms;

forms! {
    /// A question about an array.
    Question {
        /// The bytes that `c_uint` 0x01020304 has in memory.
        Native "native",
        /// Size and alignment of a C type, in bytes.
        SizeOf "sizeof" (ctype: CType = "T"),
        /// The name under which the platform knows a C type.
        Name "name" (ctype: CType = "T"),
        /// Size of an element in bytes.
        ItemSize "itemsize",
        /// Alignment of the element type in bytes.
        Alignment "alignment",
        /// The bytes of one element, asked of the array itself.
        Item "item" (index: Vec<u64> = "INDEX…"),
        /// A flag of the array.
        Flag "flag" (flag: Flag = "NAME"),
        /// The address.
        Data "data",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides.
        Strides "strides",
        /// Name of the C type of the items of `shape`.
        ShapeType "shape-type",
        /// Name of the C type of the items of `strides`.
        StridesType "strides-type",
        /// The memory of the shape as an array of another C type.
        ShapeAs "shape_as" (ctype: CType = "T"),
        /// The memory of the strides as an array of another C type.
        StridesAs "strides_as" (ctype: CType = "T"),
        /// The address as a pointer of that type.
        DataAs "data_as" (ctype: CType = "T"),
        /// The address in `_as_parameter_`.
        AsParameter "_as_parameter_",
        /// The name of the type of a value that the interface object yields.
        Type "type" (value: Value = "VALUE"),
        /// The raw bytes of the `T` that `data_as(POINTER(T))` points at.
        Contents "contents" (ctype: CType = "T"),
        /// The value of `data_as(POINTER(T))[i]`.
        Index "index" (at: i64 = "I", ctype: CType = "T"),
        /// `data_as(POINTER(T)).contents` as Python prints it.
        Printed "printed" (ctype: CType = "T"),
        /// The address that a foreign function receives when the interface object itself is passed for a parameter declared
        /// as `T`.
        Pass "pass" (ctype: CType = "T"),
        /// What a foreign function receives when a value of the interface object is passed to it: the address; of a C array,
        /// the memory that the function reads there. PARAMETER is the type that the parameter is declared as, or `undeclared`.
        Hand "hand" (hand: Box<Hand> = "VALUE to PARAMETER"),
        /// The memory of all elements in C order, as a foreign function sees them that walks the array by what it receives.
        Walk "walk" (walk: Box<Walk> = "POINTER by SHAPE and STRIDES"),
        /// Tries to assign to an attribute of the interface object.
        Assign "assign" (attribute: Attribute = "NAME"),
        /// Which object an attribute yields.
        Object "object" (attribute: Attribute = "NAME"),
        /// An entry of `__array_interface__`.
        Interface "interface" (key: Key = "KEY"),
        /// A member of `__array_struct__`.
        Struct "struct" (member: Member = "MEMBER"),
        /// Makes an array of a given `__array_interface__` and asks for its facts.
        Import "import" (import: Box<Import> = "NAME=VALUE…"),
        /// A fact about the mapping.
        Map "map" (part: Part = "NAME"),
        /// That many bytes of the file from that offset on, fewer at its end, read through a descriptor of its own.
        File "file" (offset: u64 = "OFFSET", length: u64 = "LENGTH"),
        /// The size of the file in bytes.
        FileSize "file-size",
        /// A helper of `numpy.ctypeslib`.
        Ctypeslib "ctypeslib" (question: Ctypeslib = "HELPER…"),
        /// The interface in a process where ctypes is missing.
        Absent "absent" (what: Absent = "NAME"),
        /// A member of the `Py_buffer` that a request of Python's buffer protocol fills in.
        Buffer "buffer" (request: BufferRequest = "REQUEST", member: BufferMember = "MEMBER"),
        /// A member of the tensor that `__dlpack__` hands out.
        Dlpack "dlpack" (request: DlpackRequest = "REQUEST", member: DlpackMember = "MEMBER"),
        /// Kind and number of the device that `__dlpack_device__` names.
        DlpackDevice "dlpack-device",
    }
}

impl Question {
    /// Returns true if the platform has all C types that the question names.
    pub(crate) fn exists_on(&self, platform: &Platform) -> bool {
        match self {
            Question::SizeOf(ctype)
            | Question::Name(ctype)
            | Question::ShapeAs(ctype)
            | Question::StridesAs(ctype)
            | Question::DataAs(ctype)
            | Question::Contents(ctype)
            | Question::Index(_, ctype)
            | Question::Printed(ctype)
            | Question::Pass(ctype) => ctype.exists_on(platform),
            Question::Hand(hand) => hand.ctypes().all(|ctype| ctype.exists_on(platform)),
            Question::Walk(walk) => walk.ctypes().all(|ctype| ctype.exists_on(platform)),
            Question::Type(value) => value.ctype().is_none_or(|ctype| ctype.exists_on(platform)),
            Question::Ctypeslib(question) => question.ctype().is_none_or(|ctype| ctype.exists_on(platform)),
            _ => true,
        }
    }
}
