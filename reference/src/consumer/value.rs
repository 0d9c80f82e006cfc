//! The values of elements, from and to their bytes.

use crate::dtype;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};

/// The value of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A complex number: its real and its imaginary part.
    Complex(f64, f64),
}

impl Value {
    /// The value that these bytes have as an element of that type; `None` if it is no number, or wider than a double.
    pub fn decode(dtype: &Dtype, bytes: Vec<u8>) -> Option<Value> {
        let Dtype::Plain(plain) = dtype else { return None };
        Some(match (plain.kind, &*native_order(plain, bytes)) {
            (Kind::Bool, [byte]) => Value::Bool(*byte != 0),
            (Kind::Int, bytes) => Value::Int(match bytes.len() {
                1 => i8::from_ne_bytes(exactly(bytes)?).into(),
                2 => i16::from_ne_bytes(exactly(bytes)?).into(),
                4 => i32::from_ne_bytes(exactly(bytes)?).into(),
                _ => i64::from_ne_bytes(exactly(bytes)?).into(),
            }),
            (Kind::UInt, bytes) => Value::Int(match bytes.len() {
                1 => u8::from_ne_bytes(exactly(bytes)?).into(),
                2 => u16::from_ne_bytes(exactly(bytes)?).into(),
                4 => u32::from_ne_bytes(exactly(bytes)?).into(),
                _ => u64::from_ne_bytes(exactly(bytes)?).into(),
            }),
            (Kind::Float, bytes) => Value::Float(float(bytes)?),
            (Kind::Complex, bytes) => {
                let (real, imaginary) = bytes.split_at(bytes.len() / 2);
                Value::Complex(float(real)?, float(imaginary)?)
            }
            _ => return None,
        })
    }

    /// The bytes of an element of that type with this value; `None` if no element of that type has it.
    pub fn encode(self, dtype: &Dtype) -> Option<Vec<u8>> {
        let Dtype::Plain(plain) = dtype else { return None };
        let size = plain.size as usize;
        let bytes = match (plain.kind, self) {
            (Kind::Bool, Value::Bool(is)) => vec![u8::from(is)],
            (Kind::Int | Kind::UInt, Value::Int(value)) => match (plain.kind, size) {
                (Kind::Int, 1) => i8::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (Kind::Int, 2) => i16::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (Kind::Int, 4) => i32::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (Kind::Int, _) => i64::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (_, 1) => u8::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (_, 2) => u16::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (_, 4) => u32::try_from(value).ok()?.to_ne_bytes().to_vec(),
                (..) => u64::try_from(value).ok()?.to_ne_bytes().to_vec(),
            },
            (Kind::Float, Value::Float(value)) => float_bytes(value, size)?,
            (Kind::Complex, Value::Complex(real, imaginary)) => {
                [float_bytes(real, size / 2)?, float_bytes(imaginary, size / 2)?].concat()
            }
            _ => return None,
        };
        (bytes.len() == size).then(|| native_order(plain, bytes))
    }
}

/// Turns the bytes of each part of a number around, if they are in the other byte order.
fn native_order(plain: &Plain, mut bytes: Vec<u8>) -> Vec<u8> {
    if dtype::is_swapped(plain) {
        let parts = if plain.kind == Kind::Complex { 2 } else { 1 };
        let size = (bytes.len() / parts).max(1);
        bytes.chunks_mut(size).for_each(<[u8]>::reverse);
    }
    bytes
}

fn exactly<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn float(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        2 => Some(widened(u16::from_ne_bytes(exactly(bytes)?))),
        4 => Some(f32::from_ne_bytes(exactly(bytes)?).into()),
        _ => exactly(bytes).map(f64::from_ne_bytes),
    }
}

fn float_bytes(value: f64, size: usize) -> Option<Vec<u8>> {
    match size {
        2 => Some(narrowed(value)?.to_ne_bytes().to_vec()),
        4 => Some((value as f32).to_ne_bytes().to_vec()),
        8 => Some(value.to_ne_bytes().to_vec()),
        _ => None,
    }
}

/// The value of a half, whose bits are a sign, five of the exponent and ten of the fraction. Those of an `f32` are the same
/// with eight and 23.
fn widened(half: u16) -> f64 {
    let (sign, magnitude) = (u32::from(half >> 15) << 31, u32::from(half & 0x7FFF));
    let value = match magnitude >> 10 {
        // Halves below the normal ones count in steps of 2^-24.
        0 => return f64::from(f32::from_bits(sign | (magnitude as f32 / 16_777_216.0).to_bits())),
        31 => 0x7F80_0000 | (magnitude << 13),
        _ => (magnitude << 13) + ((127 - 15) << 23),
    };
    f32::from_bits(sign | value).into()
}

/// The half with that value; `None` if no half has it.
fn narrowed(value: f64) -> Option<u16> {
    (0..=u16::MAX).find(|half| widened(*half).to_bits() == value.to_bits() || value.is_nan() && widened(*half).is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_the_values_of_the_standard() {
        let of = |bits: u16| widened(bits);
        assert_eq!(
            [of(0x3C00), of(0xC000), of(0x7BFF), of(0x0001), of(0x03FF)].map(f64::to_bits),
            [1.0, -2.0, 65504.0, 2f64.powi(-24), 1023.0 * 2f64.powi(-24)].map(f64::to_bits)
        );
        assert_eq!([of(0x7C00), of(0xFC00)].map(f64::to_bits), [f64::INFINITY, f64::NEG_INFINITY].map(f64::to_bits));
        assert!(of(0x7E01).is_nan() && of(0x8000).is_sign_negative());
    }

    #[test]
    fn every_value_is_encoded_as_the_bytes_that_it_was_decoded_from() {
        for (typestr, bytes) in [("<i2", vec![1, 0xFF]), (">u4", vec![1, 2, 3, 0xFF]), ("<f2", vec![1, 0x3C])] {
            let dtype = dtype::parse(typestr).unwrap();
            let value = Value::decode(&dtype, bytes.clone()).unwrap();
            assert_eq!(value.encode(&dtype), Some(bytes), "{typestr}");
        }
        let dtype = dtype::parse(">c8").unwrap();
        let bytes = vec![0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0];
        assert_eq!(Value::decode(&dtype, bytes.clone()), Some(Value::Complex(1.0, -2.0)));
        assert_eq!(Value::Complex(1.0, -2.0).encode(&dtype), Some(bytes));
    }
}
