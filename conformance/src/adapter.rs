//! What an implementation is to the suite: its handshake, its limits, its replies, its errors.
//!
//! These are the types that both sides share: whoever implements [`Implementation`](implementation::Implementation) or
//! [`InProcess`](crate::InProcess), and the engine that asks them. [`cost`] is used by the command, and is not stable.

pub mod cost;
pub mod error;
pub mod hello;
pub mod implementation;
pub mod limits;
pub mod reply;
