#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

pub mod absent;
mod answer;
mod array;
pub mod cast;
pub mod ctype;
pub mod ctypeslib;
pub mod data;
pub mod documentation;
pub mod dtype;
mod expect;
pub mod interface;
pub mod layout;
pub mod lifetime;
pub mod memmap;
pub mod numpy_tests;
pub mod platform;
mod rule;
mod script;
pub mod shape;
mod view;

/// The version of the specification: the first number moves where an implementation that held may be reported, the second where
/// rules change and none may. `conformance/VERSIONS.md` says more.
pub const VERSION: &str = "1.0";

pub use answer::{Address, Answer, Expectation, Imported, Prediction, Raises};
pub use array::{Array, Buffer};
pub use expect::{expect, expect_each};
pub use rule::{Chapter, Level, Profile, Rule, rules};
pub use script::{
    Absent, Act, Attribute, BufferMember, BufferRequest, Ctypeslib, Derive, DlpackMember, DlpackRequest, ElementType,
    Export, Flag, Import, ImportData, Key, Library, Member, NdPointer, NdShape, Outside, ParseStepError, Question,
    ShapeArgument, Source, Step, Use, Write,
};
pub use view::{ParseViewError, View};
