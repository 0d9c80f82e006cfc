#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod answer;
mod array;
pub mod cast;
pub mod ctype;
pub mod data;
pub mod documentation;
pub mod dtype;
mod expect;
pub mod interface;
pub mod layout;
pub mod lifetime;
pub mod platform;
mod rule;
mod script;
pub mod shape;
mod view;

pub use answer::{Address, Answer, Expectation, Prediction, Raises, Seen};
pub use array::{Array, Buffer};
pub use expect::expect;
pub use rule::{Chapter, Level, Profile, Rule, rules};
pub use script::{
    Act, Attribute, Derive, Export, Flag, Import, ImportData, Key, Member, Outside, ParseStepError, Question, Step,
    Write,
};
pub use view::{ParseViewError, View};
