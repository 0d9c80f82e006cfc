//! Platforms: byte order, widths, sizes and alignments of C types. A parameter, so one machine predicts for all of them.

/// The order of the bytes of a number in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The other one.
    #[must_use]
    pub fn swapped(self) -> ByteOrder {
        match self {
            ByteOrder::Little => ByteOrder::Big,
            ByteOrder::Big => ByteOrder::Little,
        }
    }
}

/// The widths of C's integers and pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataModel {
    /// long and pointers have 64 bits (Unix).
    Lp64,
    /// Pointers have 64 bits, long has 32 (Windows).
    Llp64,
    /// int, long and pointers have 32 bits.
    Ilp32,
}

/// The format of C's `long double`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LongDouble {
    /// That of double: 8 bytes.
    Binary64,
    /// x87 extended in 12 bytes, the last 2 padding.
    X87In12,
    /// x87 extended in 16 bytes, the last 6 padding.
    X87In16,
    /// IEEE binary128: 16 bytes.
    Binary128,
    /// A pair of doubles: 16 bytes.
    DoubleDouble,
}

impl LongDouble {
    /// Size in bytes.
    pub fn size(self) -> u64 {
        match self {
            LongDouble::Binary64 => 8,
            LongDouble::X87In12 => 12,
            LongDouble::X87In16 | LongDouble::Binary128 | LongDouble::DoubleDouble => 16,
        }
    }

    /// How many of the bytes, from the lowest address on, hold the value. The others are padding.
    pub fn value_bytes(self) -> u64 {
        match self {
            LongDouble::X87In12 | LongDouble::X87In16 => 10,
            other => other.size(),
        }
    }
}

/// The usual allocation granularity of the target; a machine may have another.
const GRANULARITY: u32 = if cfg!(windows) {
    65536
} else if cfg!(any(
    target_arch = "powerpc64",
    target_arch = "loongarch64",
    all(target_vendor = "apple", target_arch = "aarch64")
)) {
    if cfg!(target_arch = "powerpc64") { 65536 } else { 16384 }
} else {
    4096
};

/// What the specification needs to know of a platform. A parameter, so that one machine predicts for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Platform {
    /// Byte order.
    pub byte_order: ByteOrder,
    /// Data model.
    pub data_model: DataModel,
    /// Format of long double.
    pub long_double: LongDouble,
    /// Alignment in bytes of long double.
    pub long_double_align: u8,
    /// Alignment in bytes of 8-byte integers and of double inside a structure: 8, or 4 on i386.
    pub eight_byte_align: u8,
    /// Size in bytes of `wchar_t`: 4, or 2 on Windows.
    pub wchar_size: u8,
    /// What the offset of a mapping into its file is a multiple of, in bytes: that of the page, or 65536 on Windows.
    pub granularity: u32,
}

impl Platform {
    /// LP64, little-endian, x87 long double.
    pub const X86_64_LINUX: Platform = Platform {
        byte_order: ByteOrder::Little,
        data_model: DataModel::Lp64,
        long_double: LongDouble::X87In16,
        long_double_align: 16,
        eight_byte_align: 8,
        wchar_size: 4,
        granularity: 4096,
    };
    /// LP64, little-endian, binary128 long double.
    pub const AARCH64_LINUX: Platform = Platform { long_double: LongDouble::Binary128, ..Platform::X86_64_LINUX };
    /// LP64, big-endian; long double is binary128, aligned to 8.
    pub const S390X_LINUX: Platform = Platform {
        byte_order: ByteOrder::Big,
        long_double: LongDouble::Binary128,
        long_double_align: 8,
        ..Platform::X86_64_LINUX
    };
    /// ILP32, little-endian; 8-byte types are aligned to 4.
    pub const I686_LINUX: Platform = Platform {
        byte_order: ByteOrder::Little,
        data_model: DataModel::Ilp32,
        long_double: LongDouble::X87In12,
        long_double_align: 4,
        eight_byte_align: 4,
        wchar_size: 4,
        granularity: 4096,
    };
    /// ILP32, big-endian, double-double long double.
    pub const POWERPC_LINUX: Platform = Platform {
        byte_order: ByteOrder::Big,
        data_model: DataModel::Ilp32,
        long_double: LongDouble::DoubleDouble,
        long_double_align: 16,
        eight_byte_align: 8,
        wchar_size: 4,
        granularity: 4096,
    };
    /// LLP64, little-endian; long double is double.
    pub const X86_64_WINDOWS: Platform = Platform {
        byte_order: ByteOrder::Little,
        data_model: DataModel::Llp64,
        long_double: LongDouble::Binary64,
        long_double_align: 8,
        eight_byte_align: 8,
        wchar_size: 2,
        granularity: 65536,
    };

    /// Every platform named here, with its name: one or two of each data model and byte order. None is LLP64 and
    /// big-endian, because no such platform exists: LLP64 is Windows with 64 bits, which runs on little-endian machines
    /// only.
    pub const ALL: [(&'static str, Platform); 6] = [
        ("x86_64-linux", Platform::X86_64_LINUX),
        ("aarch64-linux", Platform::AARCH64_LINUX),
        ("s390x-linux", Platform::S390X_LINUX),
        ("i686-linux", Platform::I686_LINUX),
        ("powerpc-linux", Platform::POWERPC_LINUX),
        ("x86_64-windows", Platform::X86_64_WINDOWS),
    ];

    /// The platform that this code was compiled for.
    pub const fn host() -> Platform {
        let narrow = cfg!(target_pointer_width = "32");
        let x86 = cfg!(any(target_arch = "x86", target_arch = "x86_64"));
        let plain_double =
            cfg!(any(windows, target_arch = "arm", all(target_vendor = "apple", target_arch = "aarch64")));
        let double_double = cfg!(any(target_arch = "powerpc", target_arch = "powerpc64"));
        let long_double = match (plain_double, x86, double_double) {
            (true, ..) => LongDouble::Binary64,
            (_, true, _) if narrow => LongDouble::X87In12,
            (_, true, _) => LongDouble::X87In16,
            (_, _, true) => LongDouble::DoubleDouble,
            _ => LongDouble::Binary128,
        };
        let four = cfg!(all(target_arch = "x86", not(windows)));
        Platform {
            byte_order: if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little },
            data_model: match (narrow, cfg!(windows)) {
                (true, _) => DataModel::Ilp32,
                (false, true) => DataModel::Llp64,
                (false, false) => DataModel::Lp64,
            },
            long_double,
            long_double_align: match long_double {
                LongDouble::X87In12 => 4,
                LongDouble::Binary64 => 8,
                _ if cfg!(target_arch = "s390x") => 8,
                _ => 16,
            },
            eight_byte_align: if four { 4 } else { 8 },
            wchar_size: if cfg!(windows) { 2 } else { 4 },
            granularity: GRANULARITY,
        }
    }

    /// Size of a pointer, and so of `intp`, in bytes: 4 or 8.
    pub fn pointer_size(&self) -> u64 {
        match self.data_model {
            DataModel::Lp64 | DataModel::Llp64 => 8,
            DataModel::Ilp32 => 4,
        }
    }

    /// Size of `long` in bytes: 4 or 8.
    pub fn long_size(&self) -> u64 {
        match self.data_model {
            DataModel::Lp64 => 8,
            DataModel::Llp64 | DataModel::Ilp32 => 4,
        }
    }

    /// The largest `intp`: no array has more bytes, no extent and no stride is larger.
    pub fn intp_max(&self) -> i64 {
        if self.pointer_size() == 4 { i64::from(i32::MAX) } else { i64::MAX }
    }
}
