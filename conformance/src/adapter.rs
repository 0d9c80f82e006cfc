//! Who is asked: how an implementation introduces itself, what it cannot do, and what it replies.

pub mod cost;
pub mod error;
pub mod hello;
pub mod implementation;
pub mod limits;
pub mod reply;
