//! The rules, chapter by chapter: prose, and beside it the function that predicts what each rule expects.
//!
//! A chapter's file names the rules of its own chapter only; which chapters speak of a step is for
//! [`expect`](crate::expect) to say.

pub mod absent;
pub mod cast;
pub mod ctype;
pub mod ctypeslib;
pub mod data;
pub mod dtype;
pub mod interface;
pub mod layout;
pub mod lifetime;
pub mod memmap;
pub mod platform;
pub mod shape;
