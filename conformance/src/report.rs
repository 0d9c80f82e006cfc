//! A failure as a person reads it: the rule, the smallest case with a picture of its memory, and code that repeats it.

pub mod failure;
pub mod picture;
pub mod snippet;
