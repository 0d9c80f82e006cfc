//! A piece of another process's memory, in a form that is the same for every system.

/// Bytes in memory.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) address: u64,
    /// In bytes.
    pub(super) size: usize,
}
