//! The examples of NumPy's documentation page about the interface, each as a case with a name: `page:1`, `page:2`, ….
//!
//! This is the only table of them. An example is what a user types, line by line, with the step that asks the same. Its
//! number is its place in the table; new examples come last, so that numbers stay. Predictions come from
//! [`expect`](crate::expect) as for any other case: the table says what is asked, never what is right.
//!
//! ```
//! use array_ctypes_spec::{expect, page::Example, platform::Platform};
//!
//! let example = Example::named("page:4").unwrap();
//! assert_eq!(example.lines()[0].typed, "x.ctypes.data_as(POINTER(c_longlong)).contents");
//! let platform = Platform::S390X_LINUX;
//! let predictions = expect(&platform, &example.array(&platform), &example.script());
//! assert_eq!(predictions[0].expectation.to_string(), "\"c_long(1)\"");
//! ```

use crate::vocabulary::dtype::{Dtype, Kind, Plain};
use crate::vocabulary::platform::{ByteOrder, Platform};
use crate::vocabulary::{Array, Owner, Step};
use std::fmt;

mod print;

pub use print::output;

/// An example of the page: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Example(usize);

/// A row of the table.
struct Row {
    about: &'static str,
    of: &'static Subject,
    lines: &'static [Line],
}

/// An array of the page.
#[derive(Debug)]
pub struct Subject {
    /// The statement that makes it.
    pub typed: &'static str,
    array: fn(&Platform) -> Array,
}

/// A line that a user types.
#[derive(Debug)]
pub struct Line {
    /// The line, in Python.
    pub typed: &'static str,
    /// The text form of the step that asks the same.
    pub step: &'static str,
}

/// The array of the page: int32 in the byte order of the platform.
const X: Subject = Subject { typed: "x = numpy.array([[0, 1], [2, 3]], dtype=numpy.int32)", array: x };

fn x(platform: &Platform) -> Array {
    let order = platform.byte_order;
    let bytes = |value: i32| match order {
        ByteOrder::Little => value.to_le_bytes(),
        ByteOrder::Big => value.to_be_bytes(),
    };
    let int32 = Dtype::Plain(Plain { kind: Kind::Int, size: 4, order, unit: None });
    Array::contiguous((0..4).flat_map(bytes).collect(), int32, &[2, 2])
}

/// A result that nothing but a variable keeps, and which owns its memory.
const SUM: Subject = Subject { typed: "a, b = x, 0 * x; s = a + b; alive = weakref.ref(s)", array: sum };

fn sum(platform: &Platform) -> Array {
    let Array { buffer, dtype, shape, .. } = x(platform);
    Array::owned(Owner::Sum, buffer.bytes, dtype, &shape)
}

/// Declares the table.
macro_rules! examples {
    ($($subject:ident: $about:literal { $($typed:literal => $step:literal,)* })*) => {
        const EXAMPLES: &[Row] =
            &[$(Row { about: $about, of: &$subject, lines: &[$(Line { typed: $typed, step: $step }),*] }),*];
    };
}

examples! {
    X: "the address of the first element, as a number" {
        "x.ctypes.data" => "data",
    }
    X: "the same address, as a pointer" {
        "x.ctypes.data_as(POINTER(c_long))" => "data_as POINTER(c_long)",
    }
    X: "the long there: one element, or two where long has 64 bits" {
        "x.ctypes.data_as(POINTER(c_long)).contents" => "printed c_long",
        "x.ctypes.data_as(POINTER(c_long))[0]" => "index 0 c_long",
    }
    X: "the first two elements as one long long: 1 * 2^32 + 0, or 0 * 2^32 + 1 in big-endian" {
        "x.ctypes.data_as(POINTER(c_longlong)).contents" => "printed c_longlong",
        "x.ctypes.data_as(POINTER(c_longlong))[0]" => "index 0 c_longlong",
        "bytes(x.ctypes.data_as(POINTER(c_longlong)).contents)" => "contents c_longlong",
    }
    X: "the shape, in elements" {
        "x.ctypes.shape[:]" => "shape",
    }
    X: "the integer that is as wide as a pointer" {
        "print(x.ctypes.shape._type_.__name__)" => "shape-type",
    }
    X: "the shape as another type" {
        "x.ctypes.shape_as(c_long)[:]" => "shape_as c_long",
    }
    X: "the strides, in bytes" {
        "x.ctypes.strides[:]" => "strides",
    }
    X: "the same type as that of the shape" {
        "print(x.ctypes.strides._type_.__name__)" => "strides-type",
    }
    X: "the strides as another type" {
        "x.ctypes.strides_as(c_longlong)[:]" => "strides_as c_longlong",
    }
    X: "the address is the one in the array interface" {
        "x.__array_interface__['data'][0]" => "interface data",
        "x.ctypes.data" => "data",
    }
    X: "_as_parameter_ is data_as(c_void_p)" {
        "x.ctypes.data_as(c_void_p)" => "data_as c_void_p",
        "x.ctypes._as_parameter_" => "_as_parameter_",
    }
    X: "the memory as a double: the least one, 2^-1074, times 2^32, or times 1 in big-endian" {
        "x.ctypes.data_as(POINTER(c_double))" => "data_as POINTER(c_double)",
        "x.ctypes.data_as(POINTER(c_double)).contents" => "printed c_double",
        "x.ctypes.data_as(POINTER(c_double))[0]" => "index 0 c_double",
    }
    X: "the shape as a narrow type" {
        "x.ctypes.shape_as(c_short)[:]" => "shape_as c_short",
    }
    X: "the first element, as the newer page reads it" {
        "x.ctypes.data_as(POINTER(c_uint32)).contents" => "printed c_uint32",
        "x.ctypes.data_as(POINTER(c_uint32))[0]" => "index 0 c_uint32",
    }
    X: "the first two elements, as the newer page reads them" {
        "x.ctypes.data_as(POINTER(c_uint64)).contents" => "printed c_uint64",
        "x.ctypes.data_as(POINTER(c_uint64))[0]" => "index 0 c_uint64",
    }
    X: "the address is an integer of Python" {
        "print(type(x.ctypes.data).__name__)" => "type data",
    }
    X: "pointers are of the type that was asked for" {
        "type(x.ctypes.data_as(POINTER(c_long)))" => "type data_as POINTER(c_long)",
        "type(x.ctypes._as_parameter_)" => "type _as_parameter_",
    }
    X: "shape and strides are C arrays, one item for each axis" {
        "type(x.ctypes.shape)" => "type shape",
        "type(x.ctypes.shape_as(c_long))" => "type shape_as c_long",
        "type(x.ctypes.strides)" => "type strides",
        "type(x.ctypes.strides_as(c_longlong))" => "type strides_as c_longlong",
    }
    SUM: "the pointer of an array that nothing else keeps: it keeps the array since NumPy 1.16; before, it dangles" {
        "p = s.ctypes.data_as(c_void_p)" => "export 0 data_as c_void_p",
        "del s" => "drop array",
        "_ = gc.collect()" => "collect",
        "alive() is not None" => "alive",
    }
    SUM: "ct = (a + b).ctypes keeps the array, until ct is deleted" {
        "ct = s.ctypes" => "export 0 ctypes",
        "del s" => "drop array",
        "alive() is not None" => "alive",
        "string_at(ct.data, 8)" => "read 0 8",
        "del ct" => "drop 0",
        "_ = gc.collect()" => "collect",
        "alive() is not None" => "alive",
    }
    SUM: "c = a + b keeps the array, whatever becomes of its pointers" {
        "p = s.ctypes.data_as(c_void_p)" => "export 0 data_as c_void_p",
        "del p" => "drop 0",
        "_ = gc.collect()" => "collect",
        "alive() is not None" => "alive",
    }
}

/// Every example, in order.
pub fn examples() -> impl Iterator<Item = Example> {
    (0..EXAMPLES.len()).map(Example)
}

/// What the name of an example begins with; its number, from 1 on, follows.
const PREFIX: &str = "page:";

impl Example {
    /// The example of that name, such as `page:4`.
    pub fn named(name: &str) -> Option<Example> {
        name.starts_with(PREFIX).then(|| examples().find(|example| example.to_string() == name))?
    }

    fn row(self) -> &'static Row {
        &EXAMPLES[self.0]
    }

    /// What it is about.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// The array that it asks.
    pub fn of(self) -> &'static Subject {
        self.row().of
    }

    /// What a user types, in order.
    pub fn lines(self) -> &'static [Line] {
        self.row().lines
    }

    /// The array on a platform.
    pub fn array(self, platform: &Platform) -> Array {
        (self.of().array)(platform)
    }

    /// The steps, one for each line.
    pub fn script(self) -> Vec<Step> {
        self.lines().iter().filter_map(|line| line.step.parse().ok()).collect()
    }
}

/// The name, such as `page:4`.
impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0 + 1)
    }
}
