//! An `__array_interface__` that an importer is given.

use crate::vocabulary::answer::Address;
use crate::vocabulary::argument::{Argument, Rest};
use std::fmt;
use std::str::FromStr;

/// The most bytes that an import which copies is asked about: the answer has all of them.
pub const MOST_COPIED: u64 = 4096;

/// An `__array_interface__` to be imported, well-formed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The entry `data`.
    pub data: ImportData,
    /// The read-only flag of `data`, if it has one.
    pub read_only: bool,
    /// The entry `shape`, in elements.
    pub shape: Vec<u64>,
    /// True if `shape` is given as a list, where the interface asks for a tuple.
    pub shape_is_list: bool,
    /// The entry `strides`, in bytes; `None` if it is absent.
    pub strides: Option<Vec<i64>>,
    /// The entry `typestr`.
    pub typestr: String,
    /// The entry `offset`, in bytes, where there is one.
    pub offset: Option<i64>,
    /// The entry `version`.
    pub version: i64,
    /// True if the importer makes a copy, as one does that never shares memory.
    pub copied: bool,
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

/// What stands for each kind of `data` but addresses.
const WORDS: [(ImportData, &str); 6] = [
    (ImportData::Buffer, "buffer"),
    (ImportData::List, "list"),
    (ImportData::Single, "single"),
    (ImportData::Triple, "triple"),
    (ImportData::Text, "text"),
    (ImportData::Wide, "wide"),
];

impl fmt::Display for ImportData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImportData::Tuple(Address::InBuffer(offset)) => write!(f, "at:{offset}"),
            ImportData::Tuple(Address::Absolute(address)) => write!(f, "address:{address}"),
            other => WORDS.iter().filter(|(data, _)| data == other).try_for_each(|(_, word)| f.write_str(word)),
        }
    }
}

fn data(text: &str) -> Option<ImportData> {
    match text.split_once(':') {
        Some(("at", offset)) => Some(ImportData::Tuple(Address::InBuffer(offset.parse().ok()?))),
        Some(("address", address)) => Some(ImportData::Tuple(Address::Absolute(address.parse().ok()?))),
        Some(_) => None,
        None => WORDS.iter().find(|(_, word)| *word == text).map(|(data, _)| *data),
    }
}

/// Numbers with commas between.
fn joined<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

fn numbers<T: FromStr>(text: &str) -> Option<Vec<T>> {
    if text.is_empty() { Some(Vec::new()) } else { text.split(',').map(|item| item.parse().ok()).collect() }
}

/// Entries `NAME=VALUE`. Without an entry `version` the version is 3.
impl Argument for Import {
    fn take(rest: &mut Rest) -> Option<Self> {
        let mut import = Import {
            data: ImportData::Buffer,
            read_only: false,
            shape: Vec::new(),
            shape_is_list: false,
            strides: None,
            typestr: String::new(),
            offset: None,
            version: 3,
            copied: false,
        };
        for word in rest.all()?.split(' ') {
            let (name, value) = word.split_once('=')?;
            match name {
                "data" => import.data = data(value)?,
                "read_only" => import.read_only = value == "1",
                "shape" | "shape_list" => {
                    import.shape = numbers(value)?;
                    import.shape_is_list = name == "shape_list";
                }
                "strides" => import.strides = Some(numbers(value)?),
                "typestr" => value.clone_into(&mut import.typestr),
                "offset" => import.offset = Some(value.parse().ok()?),
                "version" => import.version = value.parse().ok()?,
                "copied" => import.copied = value == "1",
                _ => return None,
            }
        }
        Some(import)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " data={} read_only={}", self.data, u8::from(self.read_only))?;
        write!(f, " {}={}", if self.shape_is_list { "shape_list" } else { "shape" }, joined(&self.shape))?;
        if let Some(strides) = &self.strides {
            write!(f, " strides={}", joined(strides))?;
        }
        write!(f, " typestr={}", self.typestr)?;
        if let Some(offset) = self.offset {
            write!(f, " offset={offset}")?;
        }
        write!(f, " version={}", self.version)?;
        if self.copied { f.write_str(" copied=1") } else { Ok(()) }
    }
}
