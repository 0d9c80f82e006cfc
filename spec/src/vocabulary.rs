//! The vocabulary of the specification: plain types, their text forms, and pure functions over them. It predicts nothing.
//!
//! The modules form no circle, here and in the whole crate. Functions that yield a rule belong to the chapter of that rule.

mod answer;
mod argument;
mod array;
pub mod ctype;
pub(crate) mod dtype;
pub mod interface;
pub(crate) mod layout;
pub(crate) mod memmap;
mod memory;
mod number;
mod owner;
pub mod platform;
mod rule;
mod script;
mod view;
mod words;

pub(crate) use answer::MOST_READ;
pub use answer::{Address, Answer, Expectation, Given, Imported, Prediction, Raises};
pub use array::{Array, Buffer};
pub use memory::Memory;
pub(crate) use memory::{described, granularity};
pub use owner::Owner;
pub use rule::{Chapter, Level, Profile, Rule, rules};
pub use script::{
    Absent, Act, Attribute, BufferMember, BufferRequest, Consumer, Copies, Ctypeslib, Derive, DlpackMember,
    DlpackRequest, Door, ElementType, Export, Feature, Flag, Hand, Handed, Import, ImportData, Key, Library,
    MOST_COPIED, MOST_WALKED, Member, NdPointer, NdShape, Outside, ParseStepError, ParseTakenError, Producer, Protocol,
    Question, ShapeArgument, Source, Step, Take, Taken, Unaligned, Use, Value, Walk, Write,
};
pub use view::{ParseViewError, View};
pub use words::Form;
