//! Questions about the helpers of `numpy.ctypeslib`, and their text forms.

use crate::vocabulary::argument::{Argument, Rest};
use crate::vocabulary::ctype::CType;
use crate::vocabulary::words::{forms, words};
use std::fmt;
use std::fmt::Write as _;

forms! {
    /// A question about the helpers for foreign functions.
    Ctypeslib {
        /// The name of `c_intp`.
        CIntP "c_intp",
        /// The C type of the array's element type, or of the element type that a given C type converts to.
        AsCtypesType "as_ctypes_type" (of: Option<CType> = "[T]"),
        /// The address of the ctypes object that is made of the array.
        AsCtypes "as_ctypes",
        /// The type of that object.
        TypeOfAsCtypes "as_ctypes-type",
        /// The array that is made of an object of ctypes.
        AsArray "as_array" {
            /// What the array is made of.
            source: Source = "SOURCE",
            /// The argument `shape`.
            shape: ShapeArgument = "SHAPE",
            /// The type that the pointer points to; of [`Source::Object`], its own.
            ctype: Box<CType> = "T",
        },
        /// A checked parameter type.
        NdPointer "ndpointer" (what: Use = "USE", pointer: Box<NdPointer> = "[dtype=…] [ndim=N] [shape=N,… | length=N] [flags=NAME,…]"),
        /// Asks if a library is loaded.
        LoadLibrary "load_library" (how: Library = "HOW"),
    }
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
    /// The array's own. `own`
    Own,
    /// The one of a type string.
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
        /// By its name in its folder, both as objects that are paths.
        Path "path",
        /// By its name in its folder, both as bytes.
        Bytes "bytes",
        /// By a name that no library of the folder has.
        Missing "missing",
        /// By the name of a file that is no library.
        Defective "defective",
    }
}

fn list(lengths: &[u64]) -> String {
    lengths.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

impl Argument for ShapeArgument {
    fn take(rest: &mut Rest) -> Option<Self> {
        let word = rest.word()?;
        Some(match word.split_once('=') {
            None if word == "none" => ShapeArgument::Missing,
            Some(("int", length)) => ShapeArgument::Int(length.parse().ok()?),
            Some(("shape", items)) => ShapeArgument::Lengths(lengths(items)?),
            _ => return None,
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeArgument::Missing => f.write_str(" none"),
            ShapeArgument::Int(length) => write!(f, " int={length}"),
            ShapeArgument::Lengths(lengths) => write!(f, " shape={}", list(lengths)),
        }
    }
}

impl Argument for NdPointer {
    fn take(rest: &mut Rest) -> Option<Self> {
        let mut pointer = NdPointer::default();
        while let Some(word) = rest.word() {
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
        Some(pointer)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for NdPointer {
    /// Each argument that is given, after a space.
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
    /// The C type that the question names, if it does.
    pub(super) fn ctype(&self) -> Option<&CType> {
        match self {
            Ctypeslib::AsArray { ctype, .. } => Some(ctype),
            Ctypeslib::AsCtypesType(Some(ctype)) => Some(ctype),
            _ => None,
        }
    }
}
