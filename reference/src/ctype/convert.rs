//! Conversion of integers to C types, and of the bytes of C types to values.

use crate::platform::{BYTE_ORDER, LONG_DOUBLE_FORMAT, LONG_DOUBLE_SIZE, LongDoubleFormat};
use array_ctypes_spec::ctype::{CType, Class, Simple};
use std::ffi::{
    c_double, c_float, c_int, c_long, c_longlong, c_schar, c_short, c_uchar, c_uint, c_ulong, c_ulonglong, c_ushort,
};
use std::fmt;

/// The plain value of a C type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// The null pointer.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer, or an address.
    Integer(i128),
    /// A floating-point number.
    Float(f64),
    /// A byte of text.
    Char(u8),
}

/// A Rust type that is a number in C.
pub trait CNumber: Copy {
    /// Converts an integer: to integers modulo 2^n, to floating point by rounding to `double` first.
    fn from_integer(value: i64) -> Self;
    /// Appends the memory of the number.
    fn append_to(self, memory: &mut Vec<u8>);
    /// Returns the number with that memory; `None` if the length is not the size of the type.
    fn from_memory(memory: &[u8]) -> Option<Self>;
    /// Returns the number as a value.
    fn value(self) -> Value;
}

macro_rules! c_numbers {
    ($through:ty, $value:ident($wide:ty): $($type:ty)*) => { $(
        impl CNumber for $type {
            fn from_integer(value: i64) -> $type {
                value as $through as $type
            }

            fn append_to(self, memory: &mut Vec<u8>) {
                memory.extend_from_slice(&self.to_ne_bytes());
            }

            fn from_memory(memory: &[u8]) -> Option<$type> {
                memory.try_into().ok().map(<$type>::from_ne_bytes)
            }

            fn value(self) -> Value {
                Value::$value(self as $wide)
            }
        }
    )* };
}

c_numbers!(i64, Integer(i128): i8 u8 i16 u16 i32 u32 i64 u64 isize usize);
// Python's floats are binary64, so `c_float` rounds twice.
c_numbers!(f64, Float(f64): f32 f64);

/// Appends the memory of an integer stored in a C type, as an item of a ctypes array stores it. For `py_object` it
/// appends nothing: the object is the integer itself.
///
/// # Errors
/// [`TakesNoInteger`] if the type cannot store integers, or cannot store this one.
pub fn store(ctype: &CType, value: i64, memory: &mut Vec<u8>) -> Result<(), TakesNoInteger> {
    let (simple, order) = match ctype {
        CType::Simple(simple) => (*simple, BYTE_ORDER),
        CType::Swapped(simple, order) => (*simple, *order),
        CType::PointerNone => (Simple::VoidP, BYTE_ORDER),
        _ => return Err(TakesNoInteger { ctype: ctype.clone(), value }),
    };
    let start = memory.len();
    with_number!(simple, T => T::from_integer(value).append_to(memory), _ => match (simple.class(), u8::try_from(value)) {
        (Class::LongDouble, _) => {
            memory.extend_from_slice(&long_double(LONG_DOUBLE_FORMAT, value)[..LONG_DOUBLE_SIZE]);
        }
        (Class::Bool, _) => memory.push(u8::from(value != 0)),
        (Class::Char, Ok(byte)) => memory.push(byte),
        (Class::Char, Err(_)) | (Class::WChar, _) => return Err(TakesNoInteger { ctype: ctype.clone(), value }),
        (Class::Object, _) => {}
        _ => usize::from_integer(value).append_to(memory),
    });
    if order != BYTE_ORDER {
        memory[start..].reverse();
    }
    Ok(())
}

/// Returns the value of a C type with this memory, which is as long as the type. `None` if the value is behind a
/// pointer, or if there is more than one plain value.
pub fn load(ctype: &CType, memory: &[u8]) -> Option<Value> {
    match ctype {
        CType::Simple(simple) | CType::Swapped(simple, BYTE_ORDER) => load_simple(*simple, memory),
        CType::Swapped(simple, _) => {
            let mut memory = memory.to_vec();
            memory.reverse();
            load_simple(*simple, &memory)
        }
        _ => None,
    }
}

fn load_simple(simple: Simple, memory: &[u8]) -> Option<Value> {
    with_number!(simple, T => T::from_memory(memory).map(T::value), _ => match (simple.class(), memory) {
        (Class::Bool, [byte]) => Some(Value::Bool(*byte != 0)),
        (Class::Char, [byte]) => Some(Value::Char(*byte)),
        (Class::VoidP, _) => match usize::from_memory(memory)? {
            0 => Some(Value::Null),
            address => Some(address.value()),
        },
        _ => None,
    })
}

/// The memory of an integer, rounded to `double`, in a format of `long double`. Zeros follow it.
fn long_double(format: LongDoubleFormat, value: i64) -> [u8; 16] {
    let double = value as f64;
    // Exact, because it is at most 2^63 and has no fraction.
    let magnitude = double.abs() as u64;
    let sign = u16::from(double < 0.0) << 15;
    let zeros = magnitude.leading_zeros() as u16;
    let head = if magnitude == 0 { sign } else { sign | (16383 + 63 - zeros) };
    // The leading one is bit 63.
    let mantissa = magnitude.checked_shl(u32::from(zeros)).unwrap_or(0);
    let mut memory = [0; 16];
    match format {
        LongDoubleFormat::Binary64 | LongDoubleFormat::DoubleDouble => {
            memory[..8].copy_from_slice(&double.to_ne_bytes());
        }
        LongDoubleFormat::X87 => {
            memory[..8].copy_from_slice(&mantissa.to_le_bytes());
            memory[8..10].copy_from_slice(&head.to_le_bytes());
        }
        // The leading one is not stored; the other bits follow the exponent.
        LongDoubleFormat::Binary128 => {
            memory = (u128::from(head) << 112 | u128::from(mantissa << 1) << 48).to_ne_bytes();
        }
    }
    memory
}

/// An integer that a C type cannot store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakesNoInteger {
    ctype: CType,
    value: i64,
}

impl fmt::Display for TakesNoInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TakesNoInteger { ctype, value } = self;
        write!(
            f,
            "expected a C type that can store the integer {value}, found {ctype}; use an integer type such as c_intp"
        )
    }
}

impl std::error::Error for TakesNoInteger {}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(ctype: &str, value: i64) -> Result<Vec<u8>, TakesNoInteger> {
        let mut memory = Vec::new();
        store(&ctype.parse().unwrap(), value, &mut memory).map(|()| memory)
    }

    #[test]
    fn integers_wrap_around() {
        assert_eq!(stored("c_byte", 300), Ok(vec![44]));
        assert_eq!(stored("c_ubyte", -2), Ok(vec![254]));
        assert_eq!(stored("c_void_p", -1), Ok(vec![255; size_of::<usize>()]));
    }

    #[test]
    fn a_type_with_a_byte_order_is_stored_and_loaded_in_that_order() {
        assert_eq!(stored("c_int.__ctype_be__", 1), Ok(vec![0, 0, 0, 1]));
        assert_eq!(stored("c_int.__ctype_le__", 1), Ok(vec![1, 0, 0, 0]));
        assert_eq!(load(&"c_short.__ctype_be__".parse().unwrap(), &[1, 2]), Some(Value::Integer(258)));
    }

    #[test]
    fn a_float_is_rounded_twice() {
        // Rounded once, it is 2^60 + 2^37. Rounded to binary64 first, it is a tie, which rounds to even.
        let value = (1 << 60) + (1 << 36) + 1;
        assert_eq!(stored("c_float", value), Ok(((1i64 << 60) as f32).to_ne_bytes().to_vec()));
    }

    #[test]
    fn a_type_that_cannot_store_an_integer_is_refused() {
        for (ctype, value) in [("c_char", 256), ("c_char", -1), ("c_wchar", 65), ("POINTER(c_int)", 0), ("int", 0)] {
            assert!(stored(ctype, value).is_err(), "{ctype}");
        }
        let message = stored("c_wchar", 65).unwrap_err().to_string();
        assert_eq!(
            message,
            "expected a C type that can store the integer 65, found c_wchar; use an integer type such as c_intp"
        );
    }

    #[test]
    fn long_doubles_are_written_in_each_format() {
        // -3 is -1.1 in binary, times 2.
        let x87 = long_double(LongDoubleFormat::X87, -3);
        assert_eq!(x87, [0, 0, 0, 0, 0, 0, 0, 0xC0, 0x00, 0xC0, 0, 0, 0, 0, 0, 0]);
        let quad = u128::from_ne_bytes(long_double(LongDoubleFormat::Binary128, -3));
        assert_eq!(quad, 0xC000_8000_0000_0000_0000_0000_0000_0000);
        assert_eq!(long_double(LongDoubleFormat::Binary128, 0), [0; 16]);
        assert_eq!(long_double(LongDoubleFormat::X87, i64::MIN)[7..10], [0x80, 0x3E, 0xC0]);
        assert_eq!(long_double(LongDoubleFormat::Binary64, -3)[..8], (-3.0f64).to_ne_bytes());
        let one = long_double(LongDoubleFormat::Binary128, 1);
        assert_eq!(u128::from_ne_bytes(one), 0x3FFF << 112);
    }
}
