//! A piece of another process's memory, in a form that is the same for every system.

/// Bytes in memory.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no other system is asked for pieces"))]
pub(super) struct Piece {
    pub(super) address: u64,
    /// In bytes.
    pub(super) size: usize,
}
