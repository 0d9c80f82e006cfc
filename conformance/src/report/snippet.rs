//! Code that repeats a case without this project: Python with NumPy.
//!
//! It is for people who report a bug, so it uses the plainest expression for each step, also for implementations other
//! than NumPy.

use crate::Case;
use array_ctypes_spec::memmap::Part;
use array_ctypes_spec::{Address, Attribute, Flag, Import, ImportData, Key, Outside, Question, Step, Value, Write};
use std::fmt::Write as _;

mod arrays;
mod consumer;
mod ctypeslib;
mod hand;
mod lifetime;
mod protocols;
mod tuple;

pub use arrays::dtype;
use tuple::tuple;

/// Python that makes the array and does the steps.
pub fn python(case: &Case) -> String {
    let mut out = String::from("import ctypes, os, numpy as np\nfrom ctypes import *\n");
    out += &arrays::array(&case.array);
    let steps: Vec<String> = case.script.iter().map(|each| step(each, case)).collect();
    for (word, needed) in PRELUDES {
        if steps.iter().any(|step| step.contains(word)) {
            let _ = writeln!(out, "{needed}");
        }
    }
    out.push_str(lifetime::prelude(case));
    for step in steps {
        let _ = writeln!(out, "{step}");
    }
    out
}

/// The most cases before another that are shown as code.
const MAX_BEFORE: usize = 5;

/// Python that does these cases and then the last one.
pub fn sequence(before: &[Case], case: &Case) -> String {
    if before.len() > MAX_BEFORE {
        return format!("# {} cases come first; the case file has them under `before`\n{}", before.len(), python(case));
    }
    before.iter().chain([case]).map(python).collect::<Vec<_>>().join("# the next case\n")
}

/// Code to insert before a step that contains the word.
const PRELUDES: [(&str, &str); 10] = [
    ("os.fork", "import os"),
    ("ctypeslib", "from numpy import ctypeslib"),
    ("c_intp", "c_intp = c_ssize_t"),
    (
        "Structure(",
        "import functools\n\
         @functools.lru_cache()  # one type for the same fields\n\
         def Structure(*types): return type('S', (ctypes.Structure,), \
         {'_fields_': [('f%d' % i, t) for i, t in enumerate(types)]})",
    ),
    (
        "Union(",
        "import functools\n\
         @functools.lru_cache()  # one type for the same fields\n\
         def Union(*types): return type('U', (ctypes.Union,), \
         {'_fields_': [('f%d' % i, t) for i, t in enumerate(types)]})",
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
    hand::WALK,
    consumer::GIVEN,
];

fn step(step: &Step, case: &Case) -> String {
    let question = match step {
        Step::Write(write) => return self::write(write),
        Step::Forked(step) => {
            let step = self::step(step, case).replace('\n', "\n        ");
            return format!(
                "pid = os.fork()\nif pid == 0:\n    try:\n        {step}\n    except Exception as error:\n        \
                 print(repr(error))\n    os._exit(0)\nprint(os.waitpid(pid, 0))"
            );
        }
        Step::Act(act) => return lifetime::act(act, case),
        Step::Consumer(step) => return consumer::step(step),
        Step::Producer(step) => return consumer::producer(step),
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
        Question::Type(value) => format!("type({})", self::value(value)),
        Question::Contents(ctype) => format!("bytes(a.ctypes.data_as(POINTER({ctype})).contents).hex()"),
        Question::Index(at, ctype) => format!("a.ctypes.data_as(POINTER({ctype}))[{at}]"),
        Question::Printed(ctype) => format!("a.ctypes.data_as(POINTER({ctype})).contents"),
        Question::Pass(ctype) => {
            format!("CFUNCTYPE(c_void_p, {ctype})(lambda p: p)(a.ctypes) - base")
        }
        Question::Hand(hand) => return hand::hand(hand),
        Question::Walk(walk) => return hand::walk(walk),
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
        Question::Interface(Key::DataType) => "type(a.__array_interface__['data'][0])".to_owned(),
        Question::Interface(Key::ShapeType) => types_in("shape"),
        Question::Interface(Key::StridesType) => types_in("strides"),
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
        Question::DlpackDevice => "a.__dlpack_device__()".to_owned(),
    };
    format!("print({expression})")
}

/// Python that names the types of an entry and of its items.
fn types_in(key: &str) -> String {
    format!("(lambda them: (type(them), [*map(type, them or ())]))(a.__array_interface__['{key}'])")
}

/// The expression of a value that the interface object yields.
fn value(value: &Value) -> String {
    let call = value.ctype().map(|ctype| format!("({ctype})")).unwrap_or_default();
    format!("a.ctypes.{}{call}", value.word())
}

/// Python that does the suite's own step by address, in its own process.
fn outside(outside: &Outside) -> String {
    match outside {
        Outside::Peek(count) => format!(
            "for n in range(min({count}, a.size)):\n    \
             at = sum(int(i) * stride for i, stride in zip(np.unravel_index(n, a.shape), a.strides))\n    \
             print(string_at(a.ctypes.data + at, a.itemsize).hex())"
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
    let (make, elements) = if import.copied { ("array", ", b.tobytes().hex()") } else { ("asarray", "") };
    format!(
        "class Exporter: __array_interface__ = {{'data': {data}, 'shape': {shape}{strides}, 'typestr': '{}'{offset}, \
         'version': {}}}\n\
         b = np.{make}(Exporter())\n\
         print(b.__array_interface__['data'][0] - base, b.flags.writeable, b.shape, b.strides, b.dtype.str{elements})",
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
            format!("a[{index}...] = np.frombuffer(b'{}', a.dtype).reshape(())", bytes(what))
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

/// Rust that asks an in-process implementation the same case, after those before it, to paste into a test.
pub fn rust(before: &[Case], case: &Case) -> String {
    let json = crate::json::from_sequence(before, case);
    format!("    array_ctypes_conformance::testing::repeat(\n        subject(),\n        r#\"{json}\"#,\n    );\n")
}
