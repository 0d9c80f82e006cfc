//! How cases reach an implementation and answers come back: in process, or through a child process.

pub mod child;
pub mod contained;
pub mod leftovers;
pub mod local;
pub mod memory;
pub mod outside;
