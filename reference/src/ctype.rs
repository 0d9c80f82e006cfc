//! C types: their sizes, conversions from integers, the values of their bytes, and their names.
//!
//! Each simple type is mapped to a Rust type, so the compiler provides sizes, alignments and conversions. Structures
//! are laid out by [`std::alloc::Layout`], which follows C. Sizes and alignments are in bytes.
//!
//! ```
//! use array_ctypes::ctype;
//! let layout = ctype::layout(&"Structure(c_byte, c_short)".parse()?).ok_or("no layout")?;
//! assert_eq!((layout.size(), layout.align()), (4, 2));
//! assert_eq!(ctype::load(&"c_short".parse()?, &(-2i16).to_ne_bytes()), Some(ctype::Value::Integer(-2)));
//!
//! let mut memory = Vec::new();
//! ctype::store(&"c_byte".parse()?, 300, &mut memory)?;
//! assert_eq!(memory, [44]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::platform::{self, alignment};
use array_ctypes_spec::ctype::{CType, Class, Simple};
use std::alloc::Layout;
use std::ffi::{
    c_char, c_double, c_float, c_int, c_long, c_longlong, c_schar, c_short, c_uchar, c_uint, c_ulong, c_ulonglong,
    c_ushort, c_void,
};

/// Runs code in which `$T` is the Rust type of a simple C type. If the C type is not a number, runs other code.
macro_rules! with_number {
    ($simple:expr, $T:ident => $number:expr, _ => $other:expr) => {{
        macro_rules! with {
            ($rust:ty) => {{
                type $T = $rust;
                $number
            }};
        }
        match $simple {
            Simple::Byte => with!(c_schar),
            Simple::UByte => with!(c_uchar),
            Simple::Short => with!(c_short),
            Simple::UShort => with!(c_ushort),
            Simple::Int => with!(c_int),
            Simple::UInt => with!(c_uint),
            Simple::Long => with!(c_long),
            Simple::ULong => with!(c_ulong),
            Simple::LongLong => with!(c_longlong),
            Simple::ULongLong => with!(c_ulonglong),
            Simple::Int8 => with!(i8),
            Simple::UInt8 => with!(u8),
            Simple::Int16 => with!(i16),
            Simple::UInt16 => with!(u16),
            Simple::Int32 => with!(i32),
            Simple::UInt32 => with!(u32),
            Simple::Int64 => with!(i64),
            Simple::UInt64 => with!(u64),
            Simple::SizeT => with!(usize),
            Simple::SSizeT | Simple::IntP => with!(isize),
            Simple::Float => with!(c_float),
            Simple::Double => with!(c_double),
            _ => $other,
        }
    }};
}

mod convert;
mod print;

pub use convert::{CNumber, TakesNoInteger, Value, load, store};
pub use print::printed;

/// Returns size and alignment of a C type, in bytes. `None` if it is not a C type, or if it has more bytes than an
/// `isize` can count.
pub fn layout(ctype: &CType) -> Option<Layout> {
    match ctype {
        CType::Simple(simple) | CType::Swapped(simple, _) => layout_of_simple(*simple),
        CType::Pointer(_) | CType::PointerNone => layout_of::<*mut c_void>(),
        CType::Function => layout_of::<extern "C" fn()>(),
        CType::Array(item, length) => {
            let item = layout(item)?;
            Layout::from_size_align(item.size().checked_mul(usize::try_from(*length).ok()?)?, item.align()).ok()
        }
        CType::Structure(fields) => {
            let mut whole = layout_of::<()>()?;
            for field in fields {
                whole = whole.extend(layout(field)?).ok()?.0;
            }
            Some(whole.pad_to_align())
        }
        CType::Union(members) => {
            let mut whole = layout_of::<()>()?;
            for member in members {
                let member = layout(member)?;
                let (size, align) = (whole.size().max(member.size()), whole.align().max(member.align()));
                whole = Layout::from_size_align(size, align).ok()?;
            }
            Some(whole.pad_to_align())
        }
        CType::NotACType => None,
    }
}

fn layout_of_simple(simple: Simple) -> Option<Layout> {
    with_number!(simple, T => layout_of::<T>(), _ => match simple.class() {
        Class::Bool => layout_of::<bool>(),
        Class::Char => layout_of::<c_char>(),
        Class::WChar => layout_of::<platform::WChar>(),
        Class::LongDouble => {
            Layout::from_size_align(platform::LONG_DOUBLE_SIZE, platform::LONG_DOUBLE_ALIGNMENT).ok()
        }
        _ => layout_of::<*mut c_void>(),
    })
}

fn layout_of<T>() -> Option<Layout> {
    Layout::from_size_align(size_of::<T>(), alignment::<T>()).ok()
}

/// Returns the type that a name stands for on this machine.
///
/// Integers of the same width and sign are one type. If `long` has that width, the type is named after it, as in
/// ctypes. A byte order is named only if it is not the machine's.
#[must_use]
pub fn named(ctype: &CType) -> CType {
    let all = |types: &[CType]| types.iter().map(named).collect();
    match ctype {
        CType::Simple(simple) | CType::Swapped(simple, platform::BYTE_ORDER) => CType::Simple(named_simple(*simple)),
        CType::Swapped(simple, order) => CType::Swapped(named_simple(*simple), *order),
        CType::Pointer(to) => CType::Pointer(Box::new(named(to))),
        CType::PointerNone => CType::Simple(Simple::VoidP),
        CType::Array(item, length) => CType::Array(Box::new(named(item)), *length),
        CType::Structure(fields) => CType::Structure(all(fields)),
        CType::Union(members) => CType::Union(all(members)),
        CType::Function | CType::NotACType => ctype.clone(),
    }
}

fn named_simple(simple: Simple) -> Simple {
    use Simple::{Byte, Double, Int, Long, LongDouble, LongLong, Short, UByte, UInt, ULong, ULongLong, UShort};
    let size = |simple| layout_of_simple(simple).map(|layout| layout.size());
    let names: &[Simple] = match simple.class() {
        Class::Signed => &[Long, Byte, Short, Int, LongLong],
        Class::Unsigned => &[ULong, UByte, UShort, UInt, ULongLong],
        Class::LongDouble => &[Double, LongDouble],
        _ => &[],
    };
    names.iter().copied().find(|name| size(*name) == size(simple)).unwrap_or(simple)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> CType {
        text.parse().unwrap()
    }

    #[test]
    fn structures_and_unions_have_the_layout_that_the_compiler_gives_them() {
        #[repr(C)]
        struct Struct(c_schar, c_double, c_short);
        #[repr(C)]
        union Union {
            _double: c_double,
            _chars: [c_char; 9],
        }
        let structure = parsed("Structure(c_byte, c_double, c_short)");
        assert_eq!(layout(&structure), Some(Layout::new::<Struct>()));
        let union = parsed("Union(c_double, c_char * 9)");
        assert_eq!(layout(&union), Some(Layout::new::<Union>()));
        assert_eq!(layout(&parsed("Structure()")), Some(Layout::new::<()>()));
    }

    #[test]
    fn a_type_without_a_size_has_no_layout() {
        assert_eq!(layout(&parsed("int")), None);
        assert_eq!(layout(&parsed("Structure(c_byte, int)")), None);
        assert_eq!(layout(&parsed("c_longlong * 4294967295 * 4294967295")), None);
    }

    #[test]
    fn integers_as_wide_as_long_are_named_long() {
        let long = if size_of::<c_long>() == 8 { "c_int64" } else { "c_int32" };
        assert_eq!(named(&parsed(long)), CType::Simple(Simple::Long));
        assert_eq!(named(&parsed("POINTER(None)")).to_string(), "c_void_p");
        assert_eq!(named(&parsed("c_uint8 * 2")).to_string(), "c_ubyte * 2");
    }
}
