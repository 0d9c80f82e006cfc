//! Checks: when a case asks about each rule. One row per rule, in the chapter of the rule, under its name.

pub(crate) mod ask;
pub(crate) mod row;

pub(crate) mod absent;
pub(crate) mod cast;
pub(crate) mod ctype;
pub(crate) mod ctypeslib;
pub(crate) mod data;
pub(crate) mod dtype;
pub(crate) mod interface;
pub(crate) mod layout;
pub(crate) mod lifetime;
pub(crate) mod memmap;
pub(crate) mod platform;
pub(crate) mod shape;
