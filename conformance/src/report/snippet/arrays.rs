//! Python that makes the array of a case: over a buffer or a mapped file, or in memory of its own; and its views.

use super::tuple::tuple;
use array_ctypes_spec::dtype::{Dtype, Field};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::{Array, Owner, View};
use std::fmt::Write as _;

/// An element type as an argument of `np.dtype`.
pub fn dtype(dtype: &Dtype) -> String {
    let Dtype::Record(record) = dtype else { return format!("'{}'", dtype.typestr()) };
    let list = |items: Vec<String>| items.join(", ");
    let names = list(record.fields.iter().map(|field| format!("'{}'", field.name)).collect());
    let offsets = list(record.fields.iter().map(|field| field.offset.to_string()).collect());
    // As a type of its own, since otherwise `aligned` of the outer type would apply to the inner one too.
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

/// Python that makes the array.
pub(super) fn array(array: &Array) -> String {
    let mut out = match (&array.map, array.owner) {
        (Some(map), _) => mapped(array, map),
        (None, Some(owner)) => owned(array, owner),
        (None, None) => over_buffer(array),
    };
    for each in &array.views {
        let _ = writeln!(out, "a = {}", view(each));
    }
    out
}

/// Bytes in Python. Long ones that shrinking has made simple are not written out.
fn content(bytes: &[u8]) -> String {
    const SHORT: usize = 32;
    let count = bytes.len();
    if count > SHORT && bytes.iter().all(|byte| *byte == 0) {
        return format!("bytes({count})");
    }
    if count > SHORT && bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8) {
        return format!("bytes(n % 256 for n in range({count}))");
    }
    format!("bytes.fromhex('{}')", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The most bytes of a buffer that the code allocates. A larger one is reserved, as the kit does; 0x4000 is `MAP_NORESERVE`,
/// which Python names only since 3.11.
const MAX_ALLOCATED: u64 = 1 << 20;

/// Python that makes an array over a buffer.
fn over_buffer(array: &Array) -> String {
    let mut out = String::new();
    let (size, at) = (array.buffer.size, array.buffer.at);
    let room = size.saturating_add(8192);
    if size > MAX_ALLOCATED {
        let _ = writeln!(out, "import mmap  # the buffer is only reserved");
        let _ = writeln!(
            out,
            "room = (c_char * {room}).from_buffer(mmap.mmap(-1, {room}, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000))"
        );
    } else {
        let _ = writeln!(out, "room = (c_char * {room})()");
    }
    let _ = writeln!(out, "start = -addressof(room) % 4096 + {at}  # the buffer is at {at} modulo 4096");
    let _ = writeln!(out, "memory = (c_char * {size}).from_buffer(room, start)");
    let _ = writeln!(out, "base = addressof(memory)");
    if !array.buffer.bytes.is_empty() {
        let (content, count) = (content(&array.buffer.bytes), array.buffer.bytes.len());
        let _ = writeln!(out, "memmove(memory, {content}, {count})");
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

/// Python that makes an array that owns its memory.
fn owned(array: &Array, owner: Owner) -> String {
    let (shape, dtype) = (tuple(&array.shape), dtype(&array.dtype));
    let over = |bytes: &[u8]| format!("np.ndarray({shape}, np.dtype({dtype}), bytearray({}))", content(bytes));
    let (given, zeros) = (over(&array.buffer.bytes), || over(&vec![0; array.buffer.bytes.len()]));
    let made = match owner {
        Owner::Copy => format!("{given}.copy()"),
        Owner::Sum => format!("np.asarray({given} + {})", zeros()),
        Owner::Zeros => format!("np.zeros({shape}, np.dtype({dtype}))"),
    };
    format!("a = memory = room = {made}\nbase = a.ctypes.data\n")
}

/// A text in Python, in ASCII only.
fn text(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_ascii() => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    });
    format!("'{}'", escaped.collect::<String>())
}

/// Python that makes a file and an array that is mapped from it.
fn mapped(array: &Array, map: &Map) -> String {
    let mut out = String::from("import mmap, pathlib, tempfile\nfolder = tempfile.TemporaryDirectory()\n");
    let name = map.name.as_ref().map_or("'file'".to_owned(), |name| text(name));
    let _ = writeln!(out, "path = os.path.join(folder.name, {name})");
    if map.file != Handle::Missing {
        let (content, size) = (content(&array.buffer.bytes), array.buffer.size);
        let _ = writeln!(out, "with open(path, 'wb') as file: file.write({content}); file.truncate({size})");
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
    let _ = writeln!(out, "memory = mapping = a._mmap");
    let unit = "mmap.ALLOCATIONGRANULARITY";
    let _ = writeln!(out, "base = np.frombuffer(mapping, 'B').ctypes.data - {offset} // {unit} * {unit}");
    out
}

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
