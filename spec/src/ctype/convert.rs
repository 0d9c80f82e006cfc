//! How integers convert into C types, and how the bytes of C types decode.

use super::{CType, Class, Simple};
use crate::expect::{Predictions, World};
use crate::platform::{ByteOrder, LongDouble, Platform};
use crate::rule::{Rule, rules::ctype as rules};
use crate::{Answer, Expectation, Raises};

/// What storing an integer in a C type leaves in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// These bytes, in memory order, of which the first `value_bytes` count.
    Bytes {
        /// As many as the type is large.
        bytes: Vec<u8>,
        /// How many hold the value; the others are padding.
        value_bytes: usize,
    },
    /// A reference to an object that has the value.
    Object,
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
    // The low bytes of two's complement: wrapping modulo 2^n is dropping the others.
    let low = || value.to_le_bytes()[..size].to_vec();
    let (little, value_bytes) = match simple.class() {
        Class::Signed | Class::Unsigned | Class::VoidP | Class::Text => (low(), size),
        // By way of binary64, as Python's floats are: for c_float that rounds twice.
        Class::Float if size == 4 => (((value as f64) as f32).to_le_bytes().to_vec(), 4),
        Class::Float => ((value as f64).to_le_bytes().to_vec(), 8),
        Class::LongDouble => {
            (long_double(platform.long_double, value as f64), platform.long_double.value_bytes() as usize)
        }
        Class::Bool => (vec![u8::from(value != 0)], 1),
        Class::Char => (vec![u8::try_from(value).map_err(|_| Raises::TypeError)?], 1),
        Class::WChar => return Err(Raises::TypeError),
        Class::Object => return Ok(Stored::Object),
    };
    let bytes = match (order, simple.class(), platform.long_double) {
        (ByteOrder::Little, ..) => little,
        // The high double comes first in both byte orders.
        (ByteOrder::Big, Class::LongDouble, LongDouble::DoubleDouble) => {
            little.chunks(8).flat_map(|half| half.iter().rev().copied()).collect()
        }
        (ByteOrder::Big, ..) => little.into_iter().rev().collect(),
    };
    Ok(Stored::Bytes { bytes, value_bytes })
}

/// A finite binary64 that is an integer, in a format of long double, least significant byte first.
fn long_double(format: LongDouble, value: f64) -> Vec<u8> {
    let bits = value.to_bits();
    let sign = bits >> 63;
    let fraction = bits & ((1 << 52) - 1);
    // An integer is 0 or at least 1 in magnitude, so never subnormal. Biases: 1023, and 16383 in the wider formats.
    let exponent = if bits << 1 == 0 { 0 } else { ((bits >> 52) & 0x7FF) - 1023 + 16383 };
    match format {
        LongDouble::Binary64 => bits.to_le_bytes().to_vec(),
        LongDouble::DoubleDouble => [bits.to_le_bytes(), [0; 8]].concat(),
        LongDouble::Binary128 => {
            let wide = u128::from(sign) << 127 | u128::from(exponent) << 112 | u128::from(fraction) << 60;
            wide.to_le_bytes().to_vec()
        }
        LongDouble::X87In12 | LongDouble::X87In16 => {
            let explicit = u64::from(exponent != 0) << 63;
            let mut bytes = (explicit | fraction << 11).to_le_bytes().to_vec();
            bytes.extend((sign << 15 | exponent).to_le_bytes()[..2].iter());
            bytes.resize(format.size() as usize, 0);
            bytes
        }
    }
}

/// The value that reading a C type yields, from its bytes in memory order; `None` where reading follows a pointer, or
/// yields something that is no plain number (long double, wide characters, compound types).
pub(crate) fn load(platform: &Platform, ctype: &CType, bytes: &[u8]) -> Option<Answer> {
    let (simple, order) = match ctype {
        CType::Simple(simple) => (*simple, platform.byte_order),
        CType::Swapped(simple, order) => (*simple, *order),
        _ => return None,
    };
    if bytes.len() as u64 != simple.size(platform) || bytes.is_empty() {
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

/// The rule that decoding a C type falls under.
pub(crate) fn decode_rule(ctype: &CType) -> Rule {
    match ctype {
        CType::Simple(simple) => match simple.class() {
            Class::Float | Class::LongDouble => rules::decode_float,
            Class::Bool | Class::Char => rules::decode_byte,
            _ => rules::decode_integer,
        },
        _ => rules::decode_byte_order,
    }
}

/// Predicts the memory of `(T * n)(*values)`, naming the rule of the conversion; `plain` is the rule where every value
/// fits an integer type. Values whose mask is false are free.
pub(crate) fn predict_store(
    world: &World,
    ctype: &CType,
    values: &[i64],
    mask: &[bool],
    plain: Rule,
    out: &mut Predictions,
) {
    let platform = world.platform;
    let rule = conversion_rule(platform, ctype, values, plain);
    let stored: Result<Vec<Stored>, Raises> = values.iter().map(|value| store(platform, ctype, *value)).collect();
    let free = mask.contains(&false);
    match stored {
        // Which of the free values would be refused, nobody knows.
        _ if free && rule == rules::character => {}
        Err(_) => out.push(rule, Expectation::Raises(&[Raises::TypeError])),
        Ok(items) if items.contains(&Stored::Object) => {
            out.push(rule, Expectation::masked(Answer::Integers(values.to_vec()), mask.to_vec()));
        }
        Ok(items) => {
            let mut memory = Vec::new();
            let mut counts = Vec::new();
            for (item, counts_at_all) in items.into_iter().zip(mask) {
                if let Stored::Bytes { bytes, value_bytes } = item {
                    counts.extend((0..bytes.len()).map(|at| *counts_at_all && at < value_bytes));
                    memory.extend(bytes);
                }
            }
            out.push(rule, Expectation::masked(Answer::Bytes(memory), counts));
        }
    }
}

fn conversion_rule(platform: &Platform, ctype: &CType, values: &[i64], plain: Rule) -> Rule {
    let simple = match ctype {
        CType::Simple(simple) => *simple,
        CType::PointerNone => Simple::VoidP,
        CType::Swapped(..) => return rules::byte_order,
        _ => return rules::refused,
    };
    let bits = 8 * simple.size(platform) as u32;
    match simple.class() {
        Class::Signed | Class::Unsigned => {
            let (least, most) = if simple.class() == Class::Signed {
                (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
            } else {
                (0, (1i128 << bits) - 1)
            };
            let fits = values.iter().all(|value| (least..=most).contains(&i128::from(*value)));
            if fits { plain } else { rules::integer_wraps }
        }
        Class::Float | Class::LongDouble => rules::float_rounds,
        Class::Bool => rules::boolean,
        Class::Char => rules::character,
        Class::WChar => rules::wide_character,
        Class::VoidP => rules::void_pointer,
        Class::Text => rules::text_pointer,
        Class::Object => rules::object,
    }
}
