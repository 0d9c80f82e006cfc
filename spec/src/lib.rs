#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

#[macro_use]
mod vocabulary;
pub mod chapters;
pub mod documentation;
mod expect;
pub mod numpy_tests;
pub mod page;
pub mod questions;
pub mod silences;
pub mod sources;
pub mod summary;
mod world;

/// The version of the specification: the first number moves where an implementation that held may be reported, the second where
/// rules change and none may. `conformance/VERSIONS.md` says more.
pub const VERSION: &str = "3.0";

pub use chapters::layout::expect_making;
pub use expect::{expect, expect_reply, expect_resolved, judges_replies};
pub use vocabulary::{
    Absent, Act, Address, Answer, Array, Attribute, Buffer, BufferMember, BufferRequest, Chapter, Consumer, Copies,
    Ctypeslib, Derive, DlpackMember, DlpackRequest, Door, ElementType, Expectation, Export, Feature, Flag, Form, Given,
    Hand, Handed, Import, ImportData, Imported, Key, Level, Library, MOST_COPIED, MOST_WALKED, Member, NdPointer,
    NdShape, Outside, Owner, ParseStepError, ParseTakenError, ParseViewError, Prediction, Producer, Profile, Protocol,
    Question, Raises, Rule, ShapeArgument, Source, Step, Take, Taken, Unaligned, Use, Value, View, Walk, Write, ctype,
    interface, platform, rules,
};

/// Element types, and the rules that their descriptions fall under. The rules are in [`chapters::dtype`].
pub mod dtype {
    pub use crate::chapters::dtype::{descr_rule, typestr_rule};
    pub use crate::vocabulary::dtype::*;
}

/// Where the elements of an array are. The rules are in [`chapters::layout`].
pub mod layout {
    pub use crate::chapters::layout::{resolve, view_rule};
    pub use crate::vocabulary::layout::*;
}

/// Mapped files. The rules are in [`chapters::memmap`].
pub mod memmap {
    pub use crate::vocabulary::Memory;
    pub use crate::vocabulary::memmap::*;
}

/// Helpers for foreign functions. The rules are in [`chapters::ctypeslib`].
pub mod ctypeslib {
    pub use crate::chapters::ctypeslib::{ctype_rule, element_type};
}

// The samples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
