//! The rules, chapter by chapter: prose, and beside it the function that predicts what each rule expects.
//!
//! A chapter's file names the rules of its own chapter only. [`expect`](crate::expect) decides which chapters a step
//! concerns.

pub mod platform;
pub mod ctype;
pub mod dtype;
pub mod layout;
pub mod data;
pub mod shape;
pub mod cast;
pub mod lifetime;
pub mod consumer;
pub mod interface;
pub mod memmap;
pub mod ctypeslib;
pub mod absent;
