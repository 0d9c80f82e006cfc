//! The values of numbers, from their bytes in memory.

use super::answer::Answer;
use super::dtype::{Kind, Plain};
use super::platform::ByteOrder;

impl Plain {
    /// The value that an element has, from its bytes in memory; `None` if it is no number, or a long double.
    ///
    /// Floats of any width are given as a binary64, which has all their values. A boolean is true unless its byte is 0.
    pub fn value(&self, bytes: &[u8]) -> Option<Answer> {
        if bytes.len() != self.size as usize {
            return None;
        }
        let number = |bytes: &[u8]| {
            let mut wide = [0; 8];
            let place = wide.get_mut(..bytes.len())?;
            place.copy_from_slice(bytes);
            if self.order == ByteOrder::Big {
                place.reverse();
            }
            Some(u64::from_le_bytes(wide))
        };
        let float = |bytes: &[u8]| widened(number(bytes)?, bytes.len());
        Some(match self.kind {
            Kind::Bool => Answer::Bool(bytes != [0]),
            Kind::UInt => Answer::Integer(i128::from(number(bytes)?)),
            Kind::Int => {
                let unused = 64 - 8 * self.size;
                Answer::Integer(i128::from(((number(bytes)? << unused) as i64) >> unused))
            }
            Kind::Float => Answer::Float(float(bytes)?),
            Kind::Complex => {
                let (real, imaginary) = bytes.split_at(bytes.len() / 2);
                Answer::Complex([float(real)?, float(imaginary)?])
            }
            Kind::Timedelta | Kind::Datetime | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void => return None,
        })
    }
}

/// The bits of the binary64 with the value of a narrower float of that size; `None` if there is no such float.
fn widened(bits: u64, size: usize) -> Option<u64> {
    match size {
        2 => Some(half(bits as u16)),
        4 => Some(f64::from(f32::from_bits(bits as u32)).to_bits()),
        8 => Some(bits),
        _ => None,
    }
}

/// The bits of the binary64 with the value of a binary16.
fn half(bits: u16) -> u64 {
    let (exponent, fraction) = (bits >> 10 & 0x1F, f64::from(bits & 0x3FF));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    };
    (if bits >> 15 == 1 { -magnitude } else { magnitude }).to_bits()
}
