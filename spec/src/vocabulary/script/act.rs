//! The steps of a scenario of lifetimes: objects are taken from the array, kept and dropped, and the array is looked after.
//!
//! Objects go by numbers that the scenario gives them, so that a scenario with a step less still means what it meant.

use crate::vocabulary::ctype::CType;
use std::fmt;

/// A step of a scenario of lifetimes. The garbage collector, where there is one, runs only where a step says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes an object from the array and keeps it. `export N WHAT`
    Export {
        /// Its number.
        name: u8,
        /// What is taken.
        what: Export,
    },
    /// Makes an object of one that is kept, and keeps it too. `derive N FROM HOW`
    Derive {
        /// Its number.
        name: u8,
        /// The number of the object that it is made of.
        from: u8,
        /// How.
        how: Derive,
    },
    /// Lets go of the array, and of everything that earlier steps other than these made. `drop array`
    DropArray,
    /// Lets go of an object. `drop N`
    Drop(u8),
    /// Runs the garbage collector. `collect`
    Collect,
    /// Allocates memory of the size of the buffer a few times and fills it with other bytes. `overwrite`
    Overwrite,
    /// Whether the array is still there. `alive`
    Alive,
    /// Whether the buffer is still there. `memory`
    Memory,
    /// The first bytes at the address that an object holds. `read N COUNT`
    Read {
        /// The number of the object.
        name: u8,
        /// How many bytes.
        count: u64,
    },
    /// By how much the number of references to the array has changed after this was taken and dropped. `balance WHAT`
    Balance(Export),
    /// Whether a temporary array, another one over the same memory, is still there while a foreign function runs that is
    /// given this of it. `call WHAT`
    Call(Export),
}

/// What is taken from an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// The interface object, `a.ctypes`. `ctypes`
    Ctypes,
    /// The bound method `a.ctypes.data_as`. `method`
    Method,
    /// `data`
    Data,
    /// `shape`
    Shape,
    /// `strides`
    Strides,
    /// `shape_as T`
    ShapeAs(CType),
    /// `strides_as T`
    StridesAs(CType),
    /// `data_as T`
    DataAs(CType),
    /// `_as_parameter_`
    AsParameter,
    /// The dictionary `a.__array_interface__`. `interface`
    Interface,
    /// The capsule `a.__array_struct__`. `struct`
    Struct,
    /// Another array over the same memory, `a[...]`. `view`
    View,
    /// The array as an object of ctypes, `as_ctypes(a)`. `as_ctypes`
    AsCtypes,
}

impl Export {
    /// The C type that it names, if it does.
    pub fn ctype(&self) -> Option<&CType> {
        match self {
            Export::ShapeAs(ctype) | Export::StridesAs(ctype) | Export::DataAs(ctype) => Some(ctype),
            _ => None,
        }
    }
}

/// What is made of a pointer `p`, or of an object that `as_ctypes` yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derive {
    /// `p.contents`. `contents`
    Contents,
    /// `p[0]`. `item`
    Item,
    /// `byref(p)`. `byref`
    ByRef,
    /// `pointer(p)`. `pointer`
    Pointer,
    /// `c_void_p(p.value)`: the address, copied. `value`
    Value,
    /// `cast(p, T)`. `cast T`
    Cast(CType),
    /// An array of one item, `as_array(p, (1,))`; of an object, of what is in it. `as_array`
    AsArray,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Export { name, what } => write!(f, "export {name} {what}"),
            Act::Derive { name, from, how } => write!(f, "derive {name} {from} {how}"),
            Act::DropArray => f.write_str("drop array"),
            Act::Drop(name) => write!(f, "drop {name}"),
            Act::Collect => f.write_str("collect"),
            Act::Overwrite => f.write_str("overwrite"),
            Act::Alive => f.write_str("alive"),
            Act::Memory => f.write_str("memory"),
            Act::Read { name, count } => write!(f, "read {name} {count}"),
            Act::Balance(what) => write!(f, "balance {what}"),
            Act::Call(what) => write!(f, "call {what}"),
        }
    }
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Export::Ctypes => "ctypes",
            Export::Method => "method",
            Export::Data => "data",
            Export::Shape => "shape",
            Export::Strides => "strides",
            Export::ShapeAs(ctype) => return write!(f, "shape_as {ctype}"),
            Export::StridesAs(ctype) => return write!(f, "strides_as {ctype}"),
            Export::DataAs(ctype) => return write!(f, "data_as {ctype}"),
            Export::AsParameter => "_as_parameter_",
            Export::Interface => "interface",
            Export::Struct => "struct",
            Export::View => "view",
            Export::AsCtypes => "as_ctypes",
        })
    }
}

impl fmt::Display for Derive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Derive::Contents => "contents",
            Derive::Item => "item",
            Derive::ByRef => "byref",
            Derive::Pointer => "pointer",
            Derive::Value => "value",
            Derive::Cast(ctype) => return write!(f, "cast {ctype}"),
            Derive::AsArray => "as_array",
        })
    }
}

pub(super) fn parse(word: &str, rest: &str) -> Option<Act> {
    let number = |text: &str| text.parse().ok();
    Some(match (word, rest) {
        ("export", _) => {
            let (name, what) = rest.split_once(' ')?;
            Act::Export { name: number(name)?, what: parse_export(what)? }
        }
        ("derive", _) => {
            let (name, rest) = rest.split_once(' ')?;
            let (from, how) = rest.split_once(' ')?;
            Act::Derive { name: number(name)?, from: number(from)?, how: parse_derive(how)? }
        }
        ("drop", "array") => Act::DropArray,
        ("drop", name) => Act::Drop(number(name)?),
        ("collect", "") => Act::Collect,
        ("overwrite", "") => Act::Overwrite,
        ("alive", "") => Act::Alive,
        ("memory", "") => Act::Memory,
        ("read", _) => {
            let (name, count) = rest.split_once(' ')?;
            Act::Read { name: number(name)?, count: count.parse().ok()? }
        }
        ("balance", what) => Act::Balance(parse_export(what)?),
        ("call", what) => Act::Call(parse_export(what)?),
        _ => return None,
    })
}

fn parse_export(text: &str) -> Option<Export> {
    Some(match text.split_once(' ') {
        Some(("shape_as", ctype)) => Export::ShapeAs(ctype.parse().ok()?),
        Some(("strides_as", ctype)) => Export::StridesAs(ctype.parse().ok()?),
        Some(("data_as", ctype)) => Export::DataAs(ctype.parse().ok()?),
        Some(_) => return None,
        None => match text {
            "ctypes" => Export::Ctypes,
            "method" => Export::Method,
            "data" => Export::Data,
            "shape" => Export::Shape,
            "strides" => Export::Strides,
            "_as_parameter_" => Export::AsParameter,
            "interface" => Export::Interface,
            "struct" => Export::Struct,
            "view" => Export::View,
            "as_ctypes" => Export::AsCtypes,
            _ => return None,
        },
    })
}

fn parse_derive(text: &str) -> Option<Derive> {
    Some(match text.split_once(' ') {
        Some(("cast", ctype)) => Derive::Cast(ctype.parse().ok()?),
        Some(_) => return None,
        None => match text {
            "contents" => Derive::Contents,
            "item" => Derive::Item,
            "byref" => Derive::ByRef,
            "pointer" => Derive::Pointer,
            "value" => Derive::Value,
            "as_array" => Derive::AsArray,
            _ => return None,
        },
    })
}
