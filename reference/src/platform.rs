//! The properties of C on this machine, as the compiler knows them.
//!
//! Sizes and alignments are in bytes. Rust has every C type except `wchar_t` and `long double`. Size, alignment and
//! format of `long double` are listed here for each target that the specification names; on other targets it is assumed
//! to be `double`.
//!
//! ```
//! use array_ctypes::platform;
//! assert_eq!(platform::native(), 0x0102_0304u32.to_ne_bytes());
//! ```

#[cfg(feature = "memmap")]
use crate::memory::system;
use array_ctypes_spec::platform::ByteOrder;
use std::ffi::c_uint;
use std::mem::offset_of;

/// The byte order of numbers.
pub const BYTE_ORDER: ByteOrder = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };

/// `wchar_t`: a type of its width.
#[cfg(windows)]
pub type WChar = u16;
/// `wchar_t`: a type of its width.
#[cfg(not(windows))]
pub type WChar = u32;

/// A format of `long double`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongDoubleFormat {
    /// The format of `double`.
    Binary64,
    /// A mantissa of 64 bits, whose highest bit is stored; 10 bytes and padding.
    X87,
    /// IEEE binary128.
    Binary128,
    /// The sum of two doubles, the larger one first.
    DoubleDouble,
}

const X86: bool = cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), not(windows)));
const POWER: bool = cfg!(any(target_arch = "powerpc", target_arch = "powerpc64"));
const QUAD: bool = cfg!(any(
    all(target_arch = "aarch64", not(windows), not(target_vendor = "apple")),
    target_arch = "s390x",
    target_arch = "riscv64",
    target_arch = "loongarch64"
));

/// The format of `long double` on this machine.
pub const LONG_DOUBLE_FORMAT: LongDoubleFormat = if X86 {
    LongDoubleFormat::X87
} else if POWER {
    LongDoubleFormat::DoubleDouble
} else if QUAD {
    LongDoubleFormat::Binary128
} else {
    LongDoubleFormat::Binary64
};

/// The size of `long double`.
pub const LONG_DOUBLE_SIZE: usize = match LONG_DOUBLE_FORMAT {
    LongDoubleFormat::Binary64 => 8,
    LongDoubleFormat::X87 if cfg!(target_arch = "x86") => 12,
    _ => 16,
};

/// The alignment of `long double`.
pub const LONG_DOUBLE_ALIGNMENT: usize = match LONG_DOUBLE_FORMAT {
    LongDoubleFormat::Binary64 => alignment::<f64>(),
    LongDoubleFormat::X87 if cfg!(target_arch = "x86") => 4,
    _ if cfg!(target_arch = "s390x") => 8,
    _ => 16,
};

/// The alignment of a type inside a C structure: its offset after a member of one byte.
pub const fn alignment<T>() -> usize {
    #[repr(C)]
    struct AfterByte<T> {
        byte: u8,
        value: T,
    }
    offset_of!(AfterByte<T>, value)
}

/// The memory of the C `unsigned int` 0x01020304.
pub fn native() -> [u8; size_of::<c_uint>()] {
    let number: c_uint = 0x0102_0304;
    number.to_ne_bytes()
}

/// Allocation granularity in bytes: the offset of a mapping in its file is a multiple of it.
#[cfg(feature = "memmap")]
pub fn granularity() -> usize {
    system::granularity()
}

#[cfg(test)]
mod tests {
    use super::*;
    use array_ctypes_spec::platform::Platform;

    #[test]
    fn the_properties_of_this_machine_are_those_that_the_specification_assumes() {
        let host = Platform::host();
        assert_eq!(BYTE_ORDER, host.byte_order);
        assert_eq!(LONG_DOUBLE_SIZE as u64, host.long_double.size());
        assert_eq!(LONG_DOUBLE_ALIGNMENT, usize::from(host.long_double_align));
        assert_eq!(size_of::<WChar>(), size_of::<libc::wchar_t>());
        assert_eq!(alignment::<f64>(), usize::from(host.eight_byte_align));
        assert_eq!(alignment::<u64>(), usize::from(host.eight_byte_align));
        #[cfg(feature = "memmap")]
        assert!(granularity().is_power_of_two());
    }
}
