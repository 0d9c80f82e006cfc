//! Questions about the helpers of `numpy.ctypeslib`, and their text forms.

use crate::vocabulary::ctype::CType;
use crate::vocabulary::words::words;
use std::fmt;
use std::fmt::Write as _;

/// A question about the helpers for foreign functions. `ctypeslib …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ctypeslib {
    /// The name of `c_intp`. `c_intp`
    CIntP,
    /// The C type of the array's element type, or of the element type that is made of a C type. `as_ctypes_type [T]`
    AsCtypesType(Option<CType>),
    /// The address of the ctypes object that is made of the array. `as_ctypes`
    AsCtypes,
    /// The type of that object. `as_ctypes-type`
    TypeOfAsCtypes,
    /// The array that is made of an object of ctypes. `as_array SOURCE SHAPE T`
    AsArray {
        /// What the array is made of.
        source: Source,
        /// The argument `shape`.
        shape: ShapeArgument,
        /// The type that the pointer points to; of [`Source::Object`], its own.
        ctype: Box<CType>,
    },
    /// A checked parameter type. `ndpointer USE [dtype=…] [ndim=N] [shape=N,… | length=N] [flags=NAME,…]`
    NdPointer(Use, Box<NdPointer>),
    /// Whether a library is loaded. `load_library HOW`
    LoadLibrary(Library),
}

words! {
    /// What `as_array` is given.
    Source {
        /// The pointer `data_as(POINTER(T))`.
        Pointer "pointer",
        /// The object of type `T` at the address.
        Object "object",
        /// A NULL pointer of type `POINTER(T)`.
        Null "null",
    }
}

/// The argument `shape` of `as_array`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeArgument {
    /// None is given. `none`
    Missing,
    /// A number. `int=N`
    Int(u64),
    /// A tuple. `shape=N,…`
    Lengths(Vec<u64>),
}

words! {
    /// What is done with a checked parameter type.
    Use {
        /// Its `from_param` is given the array.
        FromParam "from_param",
        /// A foreign function with such a parameter is given the array.
        Argument "argument",
        /// A foreign function with such a result returns the address of the array.
        Result "result",
        /// Which object it is.
        Class "class",
        /// Its `from_param` is given None.
        None "none",
        /// Its `from_param` is given a list.
        List "list",
    }
}

/// What a checked parameter type asks of an array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NdPointer {
    /// Element type.
    pub dtype: Option<ElementType>,
    /// Number of dimensions.
    pub ndim: Option<u32>,
    /// Lengths of the axes.
    pub shape: Option<NdShape>,
    /// Names of flags that have to be set; empty where none is given.
    pub flags: Vec<String>,
}

/// An element type that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementType {
    /// That of the array itself. `own`
    Own,
    /// That of a type string.
    Typestr(String),
}

/// Lengths that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NdShape {
    /// A tuple. `shape=N,…`
    Lengths(Vec<u64>),
    /// A number, for a tuple of one. `length=N`
    Length(u64),
}

words! {
    /// How a library is looked for. There is one that the adapter knows of.
    Library {
        /// By its name without extension, in its folder.
        Name "name",
        /// By the name of its file, in its folder.
        File "file",
        /// By its name, beside a file of its folder.
        Beside "beside",
        /// Likewise, by names that are no text but objects of paths.
        Path "path",
        /// Likewise, by names in bytes.
        Bytes "bytes",
        /// By a name that no library of the folder has.
        Missing "missing",
        /// By the name of a file that is no library.
        Defective "defective",
    }
}

impl fmt::Display for Ctypeslib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ctypeslib ")?;
        match self {
            Ctypeslib::CIntP => f.write_str("c_intp"),
            Ctypeslib::AsCtypesType(None) => f.write_str("as_ctypes_type"),
            Ctypeslib::AsCtypesType(Some(ctype)) => write!(f, "as_ctypes_type {ctype}"),
            Ctypeslib::AsCtypes => f.write_str("as_ctypes"),
            Ctypeslib::TypeOfAsCtypes => f.write_str("as_ctypes-type"),
            Ctypeslib::AsArray { source, shape, ctype } => write!(f, "as_array {} {shape} {ctype}", source.word()),
            Ctypeslib::NdPointer(what, pointer) => write!(f, "ndpointer {}{pointer}", what.word()),
            Ctypeslib::LoadLibrary(how) => write!(f, "load_library {}", how.word()),
        }
    }
}

fn list(lengths: &[u64]) -> String {
    lengths.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

impl fmt::Display for ShapeArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeArgument::Missing => f.write_str("none"),
            ShapeArgument::Int(length) => write!(f, "int={length}"),
            ShapeArgument::Lengths(lengths) => write!(f, "shape={}", list(lengths)),
        }
    }
}

impl fmt::Display for NdPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.dtype {
            Some(ElementType::Own) => f.write_str(" dtype=own")?,
            Some(ElementType::Typestr(typestr)) => write!(f, " dtype={typestr}")?,
            None => {}
        }
        if let Some(ndim) = self.ndim {
            write!(f, " ndim={ndim}")?;
        }
        match &self.shape {
            Some(NdShape::Lengths(lengths)) => write!(f, " shape={}", list(lengths))?,
            Some(NdShape::Length(length)) => write!(f, " length={length}")?,
            None => {}
        }
        if self.flags.is_empty() {
            return Ok(());
        }
        f.write_str(" flags=")?;
        self.flags.iter().enumerate().try_for_each(|(at, flag)| {
            if at > 0 {
                f.write_char(',')?;
            }
            f.write_str(flag)
        })
    }
}

fn lengths(text: &str) -> Option<Vec<u64>> {
    if text.is_empty() { Some(Vec::new()) } else { text.split(',').map(|item| item.parse().ok()).collect() }
}

impl Ctypeslib {
    /// Reads what stands after `ctypeslib`.
    pub(super) fn parse(text: &str) -> Option<Ctypeslib> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match (word, rest) {
            ("c_intp", "") => Ctypeslib::CIntP,
            ("as_ctypes_type", "") => Ctypeslib::AsCtypesType(None),
            ("as_ctypes_type", ctype) => Ctypeslib::AsCtypesType(Some(ctype.parse().ok()?)),
            ("as_ctypes", "") => Ctypeslib::AsCtypes,
            ("as_ctypes-type", "") => Ctypeslib::TypeOfAsCtypes,
            ("load_library", how) => Ctypeslib::LoadLibrary(Library::from_word(how)?),
            ("as_array", rest) => {
                let (source, rest) = rest.split_once(' ')?;
                let (shape, ctype) = rest.split_once(' ')?;
                let shape = match shape.split_once('=') {
                    None if shape == "none" => ShapeArgument::Missing,
                    Some(("int", length)) => ShapeArgument::Int(length.parse().ok()?),
                    Some(("shape", items)) => ShapeArgument::Lengths(lengths(items)?),
                    _ => return None,
                };
                Ctypeslib::AsArray { source: Source::from_word(source)?, shape, ctype: Box::new(ctype.parse().ok()?) }
            }
            ("ndpointer", rest) => {
                let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let mut pointer = NdPointer::default();
                for word in rest.split(' ').filter(|_| !rest.is_empty()) {
                    match word.split_once('=')? {
                        ("dtype", "own") => pointer.dtype = Some(ElementType::Own),
                        ("dtype", typestr) => pointer.dtype = Some(ElementType::Typestr(typestr.to_owned())),
                        ("ndim", ndim) => pointer.ndim = Some(ndim.parse().ok()?),
                        ("shape", items) => pointer.shape = Some(NdShape::Lengths(lengths(items)?)),
                        ("length", length) => pointer.shape = Some(NdShape::Length(length.parse().ok()?)),
                        ("flags", flags) => pointer.flags = flags.split(',').map(str::to_owned).collect(),
                        _ => return None,
                    }
                }
                Ctypeslib::NdPointer(Use::from_word(what)?, Box::new(pointer))
            }
            _ => return None,
        })
    }

    /// The C type that the question names, if it does.
    pub(super) fn ctype(&self) -> Option<&CType> {
        match self {
            Ctypeslib::AsArray { ctype, .. } => Some(ctype),
            Ctypeslib::AsCtypesType(Some(ctype)) => Some(ctype),
            _ => None,
        }
    }
}
