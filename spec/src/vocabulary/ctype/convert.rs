//! How integers convert into C types, and how the bytes of C types decode.

use super::{CType, Class, Simple};
use crate::vocabulary::answer::{Answer, Raises};
use crate::vocabulary::platform::{ByteOrder, LongDouble, Platform};

/// What storing an integer in a C type leaves in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// A number.
    Number(Number),
    /// A reference to an object that has the value.
    Object,
}

/// The memory of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    bytes: [u8; 16],
    size: usize,
    value_bytes: usize,
}

impl Number {
    /// Returns a number of that many bytes, least significant first. The bytes after the given ones are zero.
    fn little(given: &[u8], size: usize) -> Number {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(given).take(size).for_each(|(byte, given)| *byte = *given);
        Number { bytes, size, value_bytes: size }
    }

    /// As many bytes as the type is large, in memory order.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    /// How many of them, from the first on, hold the value; the others are padding.
    pub fn value_bytes(&self) -> usize {
        self.value_bytes
    }
}

/// Stores an integer in a C type, as an item of a ctypes array takes it.
///
/// # Errors
/// [`Raises::TypeError`] where the type takes no integer, or not this one.
pub fn store(platform: &Platform, ctype: &CType, value: i64) -> Result<Stored, Raises> {
    let (simple, order) = match ctype {
        CType::Simple(simple) => (*simple, platform.byte_order),
        CType::PointerNone => (Simple::VoidP, platform.byte_order),
        CType::Swapped(simple, order) => (*simple, *order),
        _ => return Err(Raises::TypeError),
    };
    let size = simple.size(platform) as usize;
    let mut number = match simple.class() {
        // The low bytes of two's complement: wrapping modulo 2^n is dropping the others.
        Class::Signed | Class::Unsigned | Class::VoidP | Class::Text => Number::little(&value.to_le_bytes(), size),
        // By way of binary64, as Python's floats are: for c_float that rounds twice.
        Class::Float if size == 4 => Number::little(&((value as f64) as f32).to_le_bytes(), 4),
        Class::Float => Number::little(&(value as f64).to_le_bytes(), 8),
        Class::LongDouble => long_double(platform.long_double, value as f64),
        Class::Bool => Number::little(&[u8::from(value != 0)], 1),
        Class::Char => Number::little(&[u8::try_from(value).map_err(|_| Raises::TypeError)?], 1),
        Class::WChar => return Err(Raises::TypeError),
        Class::Object => return Ok(Stored::Object),
    };
    if order == ByteOrder::Big {
        let bytes = &mut number.bytes[..number.size];
        match (simple.class(), platform.long_double) {
            // The high double comes first in both byte orders.
            (Class::LongDouble, LongDouble::DoubleDouble) => bytes.chunks_mut(8).for_each(<[u8]>::reverse),
            _ => bytes.reverse(),
        }
    }
    Ok(Stored::Number(number))
}

/// A finite binary64 that is an integer, in a format of long double, least significant byte first.
fn long_double(format: LongDouble, value: f64) -> Number {
    let bits = value.to_bits();
    let sign = bits >> 63;
    let fraction = bits & ((1 << 52) - 1);
    // An integer is 0 or at least 1 in magnitude, so never subnormal. Biases: 1023, and 16383 in the wider formats.
    let exponent = if bits == 0 { 0 } else { ((bits >> 52) & 0x7FF) - 1023 + 16383 };
    let wide = match format {
        LongDouble::Binary64 | LongDouble::DoubleDouble => u128::from(bits),
        LongDouble::Binary128 => u128::from(sign) << 127 | u128::from(exponent) << 112 | u128::from(fraction) << 60,
        LongDouble::X87In12 | LongDouble::X87In16 => {
            let explicit = u64::from(exponent != 0) << 63;
            u128::from(sign << 15 | exponent) << 64 | u128::from(explicit | fraction << 11)
        }
    };
    let number = Number::little(&wide.to_le_bytes(), format.size() as usize);
    Number { value_bytes: format.value_bytes() as usize, ..number }
}

/// The value that reading a C type yields, from its bytes in memory order; `None` if reading follows a pointer, or
/// yields something that is no plain number (long double, wide characters, compound types).
pub(crate) fn load(platform: &Platform, ctype: &CType, bytes: &[u8]) -> Option<Answer> {
    let (simple, order) = match ctype {
        CType::Simple(simple) => (*simple, platform.byte_order),
        CType::Swapped(simple, order) => (*simple, *order),
        _ => return None,
    };
    if bytes.len() as u64 != simple.size(platform) {
        return None;
    }
    let mut wide = [0; 8];
    let little = wide.get_mut(..bytes.len())?;
    little.copy_from_slice(bytes);
    if order == ByteOrder::Big {
        little.reverse();
    }
    let unsigned = u64::from_le_bytes(wide);
    let unused = 64 - 8 * bytes.len() as u32;
    Some(match simple.class() {
        Class::Signed => Answer::Integer(i128::from(((unsigned << unused) as i64) >> unused)),
        Class::Unsigned => Answer::Integer(i128::from(unsigned)),
        Class::Float if bytes.len() == 4 => Answer::Float(f64::from(f32::from_bits(unsigned as u32)).to_bits()),
        Class::Float => Answer::Float(unsigned),
        Class::Bool => Answer::Bool(unsigned != 0),
        Class::Char => Answer::Bytes(bytes.to_vec()),
        Class::VoidP if unsigned == 0 => Answer::Nothing,
        Class::VoidP => Answer::Integer(i128::from(unsigned)),
        Class::LongDouble | Class::WChar | Class::Text | Class::Object => return None,
    })
}
