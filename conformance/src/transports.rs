//! How cases reach an implementation and replies come back. Used by the command; not stable.
//!
//! A Rust crate answers in process ([`InProcess`](crate::InProcess)), any other program as a [`child`] process, which may
//! be one of this project's own ([`serve`]). Both are [`contained`]: a crash, a hang or garbage costs one case, not the run.
//! What the suite can look up itself, it does not believe ([`outside`]): it reads a child's memory once `child::proof` has
//! shown whose it is. What a run starts and makes it ends and removes (`group`, `processes`, [`folder`], [`leftovers`]).
//! Nothing here judges an answer.

pub mod child;
pub mod contained;
pub mod doors;
pub mod file;
pub mod folder;
#[cfg(unix)]
pub mod forked;
mod group;
pub mod leftovers;
pub(crate) mod local;
pub(crate) mod memory;
pub mod outside;
mod panics;
mod processes;
pub mod producer;
pub mod serve;
