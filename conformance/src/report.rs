//! A failure as text: the rule, the smallest case with a picture of its memory, and code that repeats it. Used by the
//! command; not stable.
//!
//! It is in the library because failing tests of a Rust crate print it too. Reports of whole runs are the command's.

pub mod failure;
mod flags;
pub mod picture;
pub mod snippet;
pub(crate) mod verdict;
