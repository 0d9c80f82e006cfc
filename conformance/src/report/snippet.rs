//! The code that repeats a case, without this project: Python with NumPy.

use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Field};
use array_ctypes_spec::{Address, Attribute, Flag, Import, ImportData, Key, Question, Step, View, Write};
use std::fmt::Write as _;

mod lifetime;

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
    let mut out = String::from("import ctypes, numpy as np\nfrom ctypes import *\n");
    let hex: String = array.buffer.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (size, at) = (array.buffer.size, array.buffer.at);
    let _ = writeln!(out, "room = (c_char * {})()", size.saturating_add(8192));
    let _ = writeln!(out, "start = -addressof(room) % 4096 + {at}  # the buffer is at {at} modulo 4096");
    let _ = writeln!(out, "memory = (c_char * {size}).from_buffer(room, start)");
    if !hex.is_empty() {
        let _ = writeln!(out, "memmove(memory, bytes.fromhex('{hex}'), {})", array.buffer.bytes.len());
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
    for each in &array.views {
        let _ = writeln!(out, "a = {}", view(each));
    }
    let steps: Vec<String> = case.script.iter().map(|each| step(each, case)).collect();
    for (word, needed) in NEEDED {
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

/// What Python needs before a step that has the word.
const NEEDED: [(&str, &str); 4] = [
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

fn step(step: &Step, case: &Case) -> String {
    let question = match step {
        Step::Write(write) => return self::write(write),
        Step::Forked(step) => {
            return format!("if not os.fork(): {}; os._exit(0)\nprint(os.wait())", self::step(step, case));
        }
        Step::Act(act) => return lifetime::act(act, case),
        Step::Outside(outside) => return format!("# from outside: {outside}"),
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
        Question::Data => "a.ctypes.data - addressof(memory)".to_owned(),
        Question::Shape => "a.shape, a.ctypes.shape and list(a.ctypes.shape)".to_owned(),
        Question::Strides => "a.strides, a.ctypes.strides and list(a.ctypes.strides)".to_owned(),
        Question::ShapeType => "a.ctypes.shape and a.ctypes.shape._type_.__name__".to_owned(),
        Question::StridesType => "a.ctypes.strides and a.ctypes.strides._type_.__name__".to_owned(),
        Question::ShapeAs(ctype) => format!("a.ctypes.shape and bytes(a.ctypes.shape_as({ctype})).hex()"),
        Question::StridesAs(ctype) => format!("a.ctypes.strides and bytes(a.ctypes.strides_as({ctype})).hex()"),
        Question::DataAs(ctype) => {
            format!("c_void_p.from_buffer(a.ctypes.data_as({ctype})).value - addressof(memory)")
        }
        Question::AsParameter => "a.ctypes._as_parameter_.value - addressof(memory)".to_owned(),
        Question::Contents(ctype) => format!("bytes(a.ctypes.data_as(POINTER({ctype})).contents).hex()"),
        Question::Index(at, ctype) => format!("a.ctypes.data_as(POINTER({ctype}))[{at}]"),
        Question::Printed(ctype) => format!("a.ctypes.data_as(POINTER({ctype})).contents"),
        Question::Pass(ctype) => {
            format!("CFUNCTYPE(c_void_p, {ctype})(lambda p: p)(a.ctypes) - addressof(memory)")
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
        Question::Interface(Key::Data) => "a.__array_interface__['data'][0] - addressof(memory)".to_owned(),
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
    };
    format!("print({expression})")
}

fn import(import: &Import) -> String {
    let flag = if import.read_only { "True" } else { "False" };
    let data = match import.data {
        ImportData::Tuple(Address::InBuffer(offset)) => format!("(addressof(memory) + {offset}, {flag})"),
        ImportData::Tuple(Address::Absolute(address)) => format!("({address}, {flag})"),
        ImportData::Buffer => "memoryview(memory)".to_owned(),
        ImportData::List => format!("[addressof(memory), {flag}]"),
        ImportData::Single => "(addressof(memory),)".to_owned(),
        ImportData::Triple => format!("(addressof(memory), {flag}, {flag})"),
        ImportData::Text => format!("(str(addressof(memory)), {flag})"),
        ImportData::Wide => format!("(1 << 8 * sizeof(c_void_p), {flag})"),
    };
    let shape = if import.shape_is_list { format!("list({})", tuple(&import.shape)) } else { tuple(&import.shape) };
    let strides = import.strides.as_ref().map_or(String::new(), |strides| format!(", 'strides': {}", tuple(strides)));
    let offset = import.offset.map_or(String::new(), |offset| format!(", 'offset': {offset}"));
    format!(
        "class Exporter: __array_interface__ = {{'data': {data}, 'shape': {shape}{strides}, 'typestr': '{}'{offset}, \
         'version': {}}}\n\
         b = np.asarray(Exporter())\n\
         print(b.__array_interface__['data'][0] - addressof(memory), b.flags.writeable, b.shape, b.strides, b.dtype.str)",
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
    }
}

/// Rust that asks an in-process implementation the case.
pub fn rust(case: &Case) -> String {
    let json = crate::json::from_case(case);
    format!("    array_ctypes_conformance::testing::repeat(\n        subject(),\n        r#\"{json}\"#,\n    );\n")
}
