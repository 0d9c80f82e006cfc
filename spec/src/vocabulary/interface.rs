//! Flags and formats of the interfaces that describe an array without ctypes.

pub mod format;

/// Flags of the C structure behind `__array_struct__`.
pub mod flags {
    /// Elements follow each other in C order.
    pub const C_CONTIGUOUS: i64 = 0x1;
    /// Elements follow each other in Fortran order.
    pub const F_CONTIGUOUS: i64 = 0x2;
    /// Every element is aligned.
    pub const ALIGNED: i64 = 0x100;
    /// Numbers are in the platform's byte order.
    pub const NOTSWAPPED: i64 = 0x200;
    /// Writing is allowed.
    pub const WRITEABLE: i64 = 0x400;
    /// The member `descr` is valid.
    pub const HAS_DESCR: i64 = 0x800;
}
