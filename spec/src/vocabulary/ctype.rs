//! C types by the names that ctypes gives them: size, alignment, aliases, and their text form.

use super::platform::{ByteOrder, Platform};

mod convert;
mod passed;
mod print;
mod text;

pub(crate) use convert::load;
pub use convert::{Number, Stored, store};
pub(crate) use passed::{Argument, is_passed};
pub(crate) use print::python_bytes;
pub use print::{printed, python_float};
pub use text::ParseCTypeError;

/// What values a simple C type holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Two's complement integers.
    Signed,
    /// Unsigned integers.
    Unsigned,
    /// IEEE floating point.
    Float,
    /// `long double`, whatever the platform makes of it.
    LongDouble,
    /// `_Bool`.
    Bool,
    /// One byte, read and written as a byte string.
    Char,
    /// One `wchar_t`, read and written as text.
    WChar,
    /// `void *`, read and written as an unsigned integer.
    VoidP,
    /// `char *` and `wchar_t *`: read as text, so reading follows the pointer.
    Text,
    /// `PyObject *`.
    Object,
}

/// Width of a simple C type: bytes, or a width that the platform decides.
#[derive(Clone, Copy)]
enum Width {
    Bytes(u64),
    Long,
    Pointer,
    WChar,
    LongDouble,
}

macro_rules! simple {
    ($($variant:ident $name:literal $class:ident $width:expr;)*) => {
        /// The simple types of ctypes, by the names that ctypes gives them; and `c_intp`, which NumPy adds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is the C type of that name in ctypes")]
        pub enum Simple { $($variant,)* }

        impl Simple {
            /// All of them, in order.
            pub const ALL: &'static [Simple] = &[$(Simple::$variant),*];

            /// The name in ctypes.
            pub fn name(self) -> &'static str {
                match self { $(Simple::$variant => $name,)* }
            }

            /// What values it holds.
            pub fn class(self) -> Class {
                match self { $(Simple::$variant => Class::$class,)* }
            }

            fn width(self) -> Width {
                match self { $(Simple::$variant => $width,)* }
            }
        }
    };
}

simple! {
    Byte "c_byte" Signed Width::Bytes(1);
    UByte "c_ubyte" Unsigned Width::Bytes(1);
    Short "c_short" Signed Width::Bytes(2);
    UShort "c_ushort" Unsigned Width::Bytes(2);
    Int "c_int" Signed Width::Bytes(4);
    UInt "c_uint" Unsigned Width::Bytes(4);
    Long "c_long" Signed Width::Long;
    ULong "c_ulong" Unsigned Width::Long;
    LongLong "c_longlong" Signed Width::Bytes(8);
    ULongLong "c_ulonglong" Unsigned Width::Bytes(8);
    Int8 "c_int8" Signed Width::Bytes(1);
    UInt8 "c_uint8" Unsigned Width::Bytes(1);
    Int16 "c_int16" Signed Width::Bytes(2);
    UInt16 "c_uint16" Unsigned Width::Bytes(2);
    Int32 "c_int32" Signed Width::Bytes(4);
    UInt32 "c_uint32" Unsigned Width::Bytes(4);
    Int64 "c_int64" Signed Width::Bytes(8);
    UInt64 "c_uint64" Unsigned Width::Bytes(8);
    SizeT "c_size_t" Unsigned Width::Pointer;
    SSizeT "c_ssize_t" Signed Width::Pointer;
    IntP "c_intp" Signed Width::Pointer;
    Float "c_float" Float Width::Bytes(4);
    Double "c_double" Float Width::Bytes(8);
    LongDouble "c_longdouble" LongDouble Width::LongDouble;
    Bool "c_bool" Bool Width::Bytes(1);
    Char "c_char" Char Width::Bytes(1);
    WChar "c_wchar" WChar Width::WChar;
    VoidP "c_void_p" VoidP Width::Pointer;
    CharP "c_char_p" Text Width::Pointer;
    WCharP "c_wchar_p" Text Width::Pointer;
    PyObject "py_object" Object Width::Pointer;
}

impl Simple {
    /// Size in bytes.
    pub fn size(self, platform: &Platform) -> u64 {
        match self.width() {
            Width::Bytes(bytes) => bytes,
            Width::Long => platform.long_size(),
            Width::Pointer => platform.pointer_size(),
            Width::WChar => u64::from(platform.wchar_size),
            Width::LongDouble => platform.long_double.size(),
        }
    }

    /// Alignment in bytes, as inside a structure.
    pub fn alignment(self, platform: &Platform) -> u64 {
        match (self.width(), self.size(platform)) {
            (Width::LongDouble, _) => u64::from(platform.long_double_align),
            (_, 8) => u64::from(platform.eight_byte_align),
            (_, size) => size,
        }
    }

    /// Returns true if the type is specified in both byte orders: integers and floats of more than one byte.
    pub fn has_orders(self, platform: &Platform) -> bool {
        matches!(self.class(), Class::Signed | Class::Unsigned | Class::Float) && self.size(platform) > 1
    }

    /// The one type that all types of the same width and class are names of: ctypes defines `c_longlong` as `c_long`
    /// where they are as wide, `c_int` as `c_long` in the same way, and the fixed-width names and `c_size_t` as one of
    /// those.
    #[must_use]
    pub fn canonical(self, platform: &Platform) -> Simple {
        let signed = match self.class() {
            Class::Signed => true,
            Class::Unsigned => false,
            Class::LongDouble if platform.long_double.size() == 8 => return Simple::Double,
            _ => return self,
        };
        let (byte, short, int, long, long_long) = if signed {
            (Simple::Byte, Simple::Short, Simple::Int, Simple::Long, Simple::LongLong)
        } else {
            (Simple::UByte, Simple::UShort, Simple::UInt, Simple::ULong, Simple::ULongLong)
        };
        match self.size(platform) {
            1 => byte,
            2 => short,
            size if size == platform.long_size() => long,
            4 => int,
            _ => long_long,
        }
    }
}

/// A C type as ctypes spells it.
///
/// ```
/// use array_ctypes_spec::ctype::CType;
/// for text in ["c_short", "c_int.__ctype_be__", "POINTER(c_char * 3)", "Structure(c_byte, c_double)", "int"] {
///     assert_eq!(text.parse::<CType>().unwrap().to_string(), text);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CType {
    /// A simple type, `c_int`.
    Simple(Simple),
    /// A simple type in a byte order of its own, `c_int.__ctype_be__`.
    Swapped(Simple, ByteOrder),
    /// `POINTER(c_int)`.
    Pointer(Box<CType>),
    /// `POINTER(None)`, another name of `c_void_p`.
    PointerNone,
    /// `c_int * 3`.
    Array(Box<CType>, u32),
    /// A structure with fields of these types, in order.
    Structure(Vec<CType>),
    /// A union of these types.
    Union(Vec<CType>),
    /// The type of a function without arguments and result, `CFUNCTYPE(None)`.
    Function,
    /// A thing that is no ctypes type: Python's `int`.
    NotACType,
}

impl From<Simple> for CType {
    fn from(simple: Simple) -> CType {
        CType::Simple(simple)
    }
}

/// How much memory a C type takes, and where it may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLayout {
    /// Size in bytes, with padding.
    pub size: u64,
    /// Alignment in bytes, as inside a structure.
    pub alignment: u64,
}

impl CType {
    /// Returns size and alignment, with padding as C's compilers add it; `None` if the type has neither, or if its size
    /// passes 2^63.
    pub fn layout(&self, platform: &Platform) -> Option<MemoryLayout> {
        let (size, alignment) = match self {
            CType::Simple(simple) | CType::Swapped(simple, _) => (simple.size(platform), simple.alignment(platform)),
            CType::Pointer(_) | CType::PointerNone | CType::Function => {
                (platform.pointer_size(), platform.pointer_size())
            }
            CType::Array(item, length) => {
                let item = item.layout(platform)?;
                let size = item.size.checked_mul(u64::from(*length)).filter(|size| i64::try_from(*size).is_ok())?;
                (size, item.alignment)
            }
            CType::Structure(fields) => {
                let mut end: u64 = 0;
                let mut most = 1;
                for field in fields {
                    let MemoryLayout { size, alignment } = field.layout(platform)?;
                    end = end.checked_next_multiple_of(alignment)?.checked_add(size)?;
                    most = most.max(alignment);
                }
                (end.checked_next_multiple_of(most)?, most)
            }
            CType::Union(members) => {
                let layouts: Vec<_> = members.iter().map(|member| member.layout(platform)).collect::<Option<_>>()?;
                let most = layouts.iter().map(|layout| layout.alignment).max().unwrap_or(1);
                let size = layouts.iter().map(|layout| layout.size).max().unwrap_or(0);
                (size.checked_next_multiple_of(most)?, most)
            }
            CType::NotACType => return None,
        };
        Some(MemoryLayout { size, alignment })
    }

    /// The type that this name stands for on the platform: aliases resolved, also inside other types, and the native
    /// byte order unnamed.
    #[must_use]
    pub fn canonical(&self, platform: &Platform) -> CType {
        let all = |types: &[CType]| types.iter().map(|ctype| ctype.canonical(platform)).collect();
        match self {
            CType::Simple(simple) => CType::Simple(simple.canonical(platform)),
            CType::Swapped(simple, order) if *order == platform.byte_order => CType::Simple(simple.canonical(platform)),
            CType::Swapped(simple, order) => CType::Swapped(simple.canonical(platform), *order),
            CType::PointerNone => CType::Simple(Simple::VoidP),
            CType::Pointer(to) => CType::Pointer(Box::new(to.canonical(platform))),
            CType::Array(item, length) => CType::Array(Box::new(item.canonical(platform)), *length),
            CType::Structure(fields) => CType::Structure(all(fields)),
            CType::Union(members) => CType::Union(all(members)),
            CType::Function | CType::NotACType => self.clone(),
        }
    }

    /// Returns true if the platform has the type: only integers and floats of more than one byte have a byte order of their own.
    pub fn exists_on(&self, platform: &Platform) -> bool {
        match self {
            CType::Swapped(simple, _) => simple.has_orders(platform),
            CType::Pointer(inner) | CType::Array(inner, _) => inner.exists_on(platform),
            CType::Structure(types) | CType::Union(types) => types.iter().all(|ctype| ctype.exists_on(platform)),
            CType::Simple(_) | CType::PointerNone | CType::Function | CType::NotACType => true,
        }
    }

    /// Returns true if `data_as` takes it: pointers of any kind, and the types that hold an address.
    pub fn is_pointer(&self) -> bool {
        match self {
            CType::Simple(simple) => matches!(simple.class(), Class::VoidP | Class::Text | Class::Object),
            CType::Pointer(_) | CType::PointerNone | CType::Function => true,
            _ => false,
        }
    }
}
