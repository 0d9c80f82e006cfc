//! Checks: when a case asks about each rule. One row per rule, in the chapter of the rule, under its name.
//!
//! A check only asks. The specification says what the answers must be, and the judge compares.

pub(crate) mod ask;
pub(crate) mod end;
pub(crate) mod row;

pub(crate) mod platform;
pub(crate) mod ctype;
pub(crate) mod dtype;
pub(crate) mod layout;
pub(crate) mod data;
pub(crate) mod shape;
pub(crate) mod cast;
pub(crate) mod lifetime;
pub(crate) mod consumer;
pub(crate) mod interface;
pub(crate) mod memmap;
pub(crate) mod ctypeslib;
pub(crate) mod absent;
