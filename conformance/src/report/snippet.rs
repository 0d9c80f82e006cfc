//! The code that repeats a case, without this project: Python with NumPy.

use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Field};
use array_ctypes_spec::memmap::{Handle, Map, Mode, Part};
use array_ctypes_spec::{
    Address, Array, Attribute, Flag, Import, ImportData, Key, Outside, Question, Step, View, Write,
};
use std::fmt::Write as _;

mod ctypeslib;
mod protocols;

/// An element type as an argument of `np.dtype`.
pub fn dtype(dtype: &Dtype) -> String {
    let Dtype::Record(record) = dtype else { return format!("'{}'", dtype.typestr()) };
    let list = |items: Vec<String>| items.join(", ");
    let names = list(record.fields.iter().map(|field| format!("'{}'", field.name)).collect());
    let offsets = list(record.fields.iter().map(|field| field.offset.to_string()).collect());
    // A type on its own, since `aligned` of the outer one would apply to the inner one too.
    let inner = |field: &Field| match &field.dtype {
        Dtype::Plain(_) => self::dtype(&field.dtype),
        Dtype::Record(_) => format!("np.dtype({})", self::dtype(&field.dtype)),
    };
    let formats = record.fields.iter().map(|field| match &field.shape[..] {
        [] => inner(field),
        shape => format!("({}, {})", inner(field), tuple(shape)),
    });
    let formats = list(formats.collect());
    let titled = record.fields.iter().any(|field| field.title.is_some());
    let title = |title: &Option<String>| title.as_ref().map_or("None".to_owned(), |title| format!("'{title}'"));
    let titles = list(record.fields.iter().map(|field| title(&field.title)).collect());
    let titles = if titled { format!(", 'titles': [{titles}]") } else { String::new() };
    let aligned = if record.aligned { ", 'aligned': True" } else { "" };
    format!(
        "{{'names': [{names}], 'formats': [{formats}], 'offsets': [{offsets}], 'itemsize': {}{titles}{aligned}}}",
        record.size
    )
}

/// A tuple.
fn tuple<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match &items[..] {
        [one] => format!("({one},)"),
        all => format!("({})", all.join(", ")),
    }
}

/// Python that makes the array and does the steps.
pub fn python(case: &Case) -> String {
    let array = &case.array;
    let mut out = String::from("import ctypes, os, numpy as np\nfrom ctypes import *\n");
    out += &match &array.map {
        Some(map) => mapped(array, map),
        None => over_buffer(array),
    };
    for each in &array.views {
        let _ = writeln!(out, "a = {}", view(each));
    }
    let steps: Vec<String> = case.script.iter().map(step).collect();
    for (word, needed) in NEEDED {
        if steps.iter().any(|step| step.contains(word)) {
            let _ = writeln!(out, "{needed}");
        }
    }
    for step in steps {
        let _ = writeln!(out, "{step}");
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Python that makes an array over a buffer.
fn over_buffer(array: &Array) -> String {
    let mut out = String::new();
    let (size, at) = (array.buffer.size, array.buffer.at);
    let _ = writeln!(out, "room = (c_char * {})()", size.saturating_add(8192));
    let _ = writeln!(out, "start = -addressof(room) % 4096 + {at}  # the buffer is at {at} modulo 4096");
    let _ = writeln!(out, "memory = (c_char * {size}).from_buffer(room, start)");
    let _ = writeln!(out, "base = addressof(memory)");
    if !array.buffer.bytes.is_empty() {
        let (hex, count) = (hex(&array.buffer.bytes), array.buffer.bytes.len());
        let _ = writeln!(out, "memmove(memory, bytes.fromhex('{hex}'), {count})");
    }
    let read_only = if array.writeable { "" } else { ".toreadonly()" };
    let _ = writeln!(
        out,
        "a = np.ndarray({}, np.dtype({}), memoryview(memory){read_only}, {}, {})",
        tuple(&array.shape),
        dtype(&array.dtype),
        array.offset,
        tuple(&array.strides)
    );
    out
}

/// Python that makes a file and an array that is mapped from it.
fn mapped(array: &Array, map: &Map) -> String {
    let mut out = String::from("import mmap, pathlib, tempfile\nfolder = tempfile.TemporaryDirectory()\n");
    let _ = writeln!(out, "path = os.path.join(folder.name, 'file')");
    if map.file != Handle::Missing {
        let hex = hex(&array.buffer.bytes);
        let _ = writeln!(
            out,
            "with open(path, 'wb') as file: file.write(bytes.fromhex('{hex}')); file.truncate({})",
            array.buffer.size
        );
    }
    let mode = map.mode.word();
    let file = match map.file {
        Handle::Path | Handle::Missing => "path".to_owned(),
        Handle::PathLike => "pathlib.Path(path)".to_owned(),
        Handle::Relative => "os.path.relpath(path)".to_owned(),
        Handle::Object => format!("open(path, '{}b')", if map.mode == Mode::C { "r" } else { mode }),
        Handle::ReadOnly => "open(path, 'rb')".to_owned(),
        Handle::Directory => "folder.name".to_owned(),
    };
    let shape = if map.deduced { "None".to_owned() } else { tuple(&array.shape) };
    let order = if array.is_fortran() { "F" } else { "C" };
    let (dtype, offset) = (dtype(&array.dtype), array.offset);
    let _ = writeln!(out, "a = np.memmap({file}, np.dtype({dtype}), '{mode}', {offset}, {shape}, '{order}')");
    let _ = writeln!(out, "mapping = a._mmap");
    let unit = "mmap.ALLOCATIONGRANULARITY";
    let _ = writeln!(out, "base = np.frombuffer(mapping, 'B').ctypes.data - {offset} // {unit} * {unit}");
    out
}

/// What Python needs before a step that has the word.
const NEEDED: [(&str, &str); 8] = [
    ("os.fork", "import os"),
    ("ctypeslib", "from numpy import ctypeslib"),
    ("c_intp", "c_intp = c_ssize_t"),
    (
        "Structure(",
        "def Structure(*types): return type('S', (ctypes.Structure,), {'_fields_': [('f%d' % i, t) for i, t in enumerate(types)]})",
    ),
    (
        "Union(",
        "def Union(*types): return type('U', (ctypes.Union,), {'_fields_': [('f%d' % i, t) for i, t in enumerate(types)]})",
    ),
    (
        "PyArrayInterface",
        "class PyArrayInterface(ctypes.Structure):
    _fields_ = [('two', c_int), ('nd', c_int), ('typekind', c_char), ('itemsize', c_int), ('flags', c_int),
                ('shape', POINTER(c_ssize_t)), ('strides', POINTER(c_ssize_t)), ('data', c_void_p), ('descr', c_void_p)]
pythonapi.PyCapsule_GetPointer.restype = POINTER(PyArrayInterface)
pythonapi.PyCapsule_GetPointer.argtypes = [py_object, c_char_p]",
    ),
    protocols::PY_BUFFER,
    protocols::DL_TENSOR,
];

fn view(view: &View) -> String {
    let on = |axis: usize, what: &str| format!("a[{}{what}]", ":, ".repeat(axis));
    let bound = |bound: &Option<i64>| bound.map_or(String::new(), |bound| bound.to_string());
    match view {
        View::Index { axis, at } => on(*axis, &format!("{at}, ...")),
        View::Slice { axis, start, stop, step } => on(*axis, &format!("{}:{}:{step}", bound(start), bound(stop))),
        View::Reverse { axis } => on(*axis, "::-1"),
        View::Transpose { axes } => format!("a.transpose({})", tuple(axes)),
        View::NewAxis { axis } => format!("np.expand_dims(a, {axis})"),
        View::Broadcast { shape } => format!("np.broadcast_to(a, {})", tuple(shape)),
        View::Reshape { shape } => format!("a.reshape({})", tuple(shape)),
        View::Field { name } => format!("a['{name}']"),
        View::Reinterpret { dtype } => format!("a.view('{}')", dtype.typestr()),
    }
}

fn step(step: &Step) -> String {
    let question = match step {
        Step::Write(write) => return self::write(write),
        Step::Forked(step) => {
            let step = self::step(step).replace('\n', "\n        ");
            return format!(
                "pid = os.fork()\nif pid == 0:\n    try:\n        {step}\n    except Exception as error:\n        \
                 print(repr(error))\n    os._exit(0)\nprint(os.waitpid(pid, 0))"
            );
        }
        Step::Outside(outside) => return self::outside(outside),
        Step::Ask(question) => question,
    };
    let expression = match question {
        Question::Native => "bytes(c_uint(0x01020304))".to_owned(),
        Question::SizeOf(ctype) => format!("sizeof({ctype}), alignment({ctype})"),
        Question::Name(ctype) => format!("{ctype}.__name__"),
        Question::ItemSize => "a.itemsize".to_owned(),
        Question::Alignment => "a.dtype.alignment".to_owned(),
        Question::Item(index) => {
            let index: String = index.iter().map(|at| format!("{at}, ")).collect();
            format!("a[{index}...].tobytes().hex()")
        }
        Question::Flag(Flag::Writeable) => "a.flags.writeable".to_owned(),
        Question::Flag(flag) => format!("a.flags.{}", flag.word()),
        Question::Data => "a.ctypes.data - base".to_owned(),
        Question::Shape => "a.shape, a.ctypes.shape and list(a.ctypes.shape)".to_owned(),
        Question::Strides => "a.strides, a.ctypes.strides and list(a.ctypes.strides)".to_owned(),
        Question::ShapeType => "a.ctypes.shape and a.ctypes.shape._type_.__name__".to_owned(),
        Question::StridesType => "a.ctypes.strides and a.ctypes.strides._type_.__name__".to_owned(),
        Question::ShapeAs(ctype) => format!("a.ctypes.shape and bytes(a.ctypes.shape_as({ctype})).hex()"),
        Question::StridesAs(ctype) => format!("a.ctypes.strides and bytes(a.ctypes.strides_as({ctype})).hex()"),
        Question::DataAs(ctype) => {
            format!("c_void_p.from_buffer(a.ctypes.data_as({ctype})).value - base")
        }
        Question::AsParameter => "a.ctypes._as_parameter_.value - base".to_owned(),
        Question::Contents(ctype) => format!("bytes(a.ctypes.data_as(POINTER({ctype})).contents).hex()"),
        Question::Index(at, ctype) => format!("a.ctypes.data_as(POINTER({ctype}))[{at}]"),
        Question::Printed(ctype) => format!("a.ctypes.data_as(POINTER({ctype})).contents"),
        Question::Pass(ctype) => {
            format!("CFUNCTYPE(c_void_p, {ctype})(lambda p: p)(a.ctypes) - base")
        }
        Question::Assign(Attribute::Ctypes) => "setattr(a, 'ctypes', 0)".to_owned(),
        Question::Assign(attribute) => format!("setattr(a.ctypes, '{}', 0)", attribute.word()),
        Question::Object(attribute) => {
            let object = match attribute {
                Attribute::Ctypes => "a.ctypes".to_owned(),
                Attribute::Interface => "a.__array_interface__".to_owned(),
                other => format!("a.ctypes.{}", other.word()),
            };
            return format!("keep = {object}, {object}; print(keep[0] is keep[1])");
        }
        Question::Interface(Key::Keys) => "sorted(a.__array_interface__)".to_owned(),
        Question::Interface(Key::Data) => "a.__array_interface__['data'][0] - base".to_owned(),
        Question::Interface(Key::ReadOnly) => "a.__array_interface__['data'][1]".to_owned(),
        Question::Interface(key) => format!("a.__array_interface__['{}']", key.word()),
        Question::Struct(member) => {
            let member = member.word();
            let items = if matches!(member, "shape" | "strides") { "[:a.ndim]" } else { "" };
            return format!(
                "capsule = a.__array_struct__  # a PyArrayInterface\n\
                 print(pythonapi.PyCapsule_GetPointer(capsule, None).contents.{member}{items})"
            );
        }
        Question::Import(import) => return self::import(import),
        Question::Map(Part::Start) => "base".to_owned(),
        Question::Map(Part::Copy) => "np.may_share_memory(a.copy(), np.frombuffer(mapping, 'B'))".to_owned(),
        Question::Map(Part::Dropped) => {
            return "del a, mapping; print(path in open('/proc/self/maps').read())".to_owned();
        }
        Question::Map(part) => format!("a.{}", part.word()),
        Question::File(offset, length) => format!("os.pread(os.open(path, os.O_RDONLY), {length}, {offset}).hex()"),
        Question::FileSize => "os.stat(path).st_size".to_owned(),
        Question::Ctypeslib(question) => return ctypeslib::python(question),
        Question::Absent(what) => return ctypeslib::absent(*what),
        Question::Buffer(request, member) => return protocols::buffer(*request, *member),
        Question::Dlpack(request, member) => return protocols::dlpack(*request, *member),
    };
    format!("print({expression})")
}

/// What the suite does from another process, done by address in this one.
fn outside(outside: &Outside) -> String {
    match outside {
        Outside::Peek(count) => format!(
            "for i in list(np.ndindex(a.shape))[:{count}]: \
             print(string_at(a.ctypes.data + sum(map(int.__mul__, i, a.strides)), a.itemsize).hex())"
        ),
        Outside::Poke { index, bytes } => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!(
                "memmove(a.ctypes.data + sum(map(int.__mul__, {}, a.strides)), bytes.fromhex('{hex}'), {})",
                tuple(index),
                bytes.len()
            )
        }
        Outside::Mapping => "print(open('/proc/self/maps').read(), hex(a.ctypes.data))".to_owned(),
    }
}

fn import(import: &Import) -> String {
    let flag = if import.read_only { "True" } else { "False" };
    let data = match import.data {
        ImportData::Tuple(Address::InBuffer(offset)) => format!("(base + {offset}, {flag})"),
        ImportData::Tuple(Address::Absolute(address)) => format!("({address}, {flag})"),
        ImportData::Buffer => "memoryview(memory)".to_owned(),
        ImportData::List => format!("[base, {flag}]"),
        ImportData::Single => "(base,)".to_owned(),
        ImportData::Triple => format!("(base, {flag}, {flag})"),
        ImportData::Text => format!("(str(base), {flag})"),
        ImportData::Wide => format!("(1 << 8 * sizeof(c_void_p), {flag})"),
    };
    let shape = if import.shape_is_list { format!("list({})", tuple(&import.shape)) } else { tuple(&import.shape) };
    let strides = import.strides.as_ref().map_or(String::new(), |strides| format!(", 'strides': {}", tuple(strides)));
    let offset = import.offset.map_or(String::new(), |offset| format!(", 'offset': {offset}"));
    format!(
        "class Exporter: __array_interface__ = {{'data': {data}, 'shape': {shape}{strides}, 'typestr': '{}'{offset}, \
         'version': {}}}\n\
         b = np.asarray(Exporter())\n\
         print(b.__array_interface__['data'][0] - base, b.flags.writeable, b.shape, b.strides, b.dtype.str)",
        import.typestr, import.version
    )
}

fn write(write: &Write) -> String {
    let bytes = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    match write {
        Write::Pointer { offset, bytes: what } => format!(
            "for i, byte in enumerate(b'{}'): a.ctypes.data_as(POINTER(c_ubyte))[{offset} + i] = byte",
            bytes(what)
        ),
        Write::Item { index, bytes: what } => {
            let index: String = index.iter().map(|at| format!("{at}, ")).collect();
            format!("a[{index}...] = np.frombuffer(b'{}', a.dtype)[0]", bytes(what))
        }
        Write::Shape { axis, value } => format!("a.ctypes.shape[{axis}] = {value}"),
        Write::Strides { axis, value } => format!("a.ctypes.strides[{axis}] = {value}"),
        Write::File { offset, bytes: what } => {
            format!("os.pwrite(os.open(path, os.O_RDWR), b'{}', {offset})", bytes(what))
        }
        Write::Flush => "a.flush()".to_owned(),
        Write::TruncateFile(size) => format!("os.truncate(path, {size})"),
        Write::CloseMap => "mapping.close()".to_owned(),
    }
}

/// Rust that asks an in-process implementation the case.
pub fn rust(case: &Case) -> String {
    let json = crate::json::from_case(case);
    format!("    array_ctypes_conformance::testing::repeat(\n        subject(),\n        r#\"{json}\"#,\n    );\n")
}
