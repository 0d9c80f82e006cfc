//! How Python prints instances of simple C types.

use super::CType;
use super::convert::load;
use crate::vocabulary::answer::Answer;
use crate::vocabulary::platform::Platform;

/// The printed form of a simple C type with these bytes, such as `c_long(4294967296)`; `None` for types whose printed
/// form shows an address, or whose bytes do not decode.
pub fn printed(platform: &Platform, ctype: &CType, bytes: &[u8]) -> Option<String> {
    let canonical = ctype.canonical(platform);
    let CType::Simple(simple) = canonical else { return None };
    let value = match load(platform, &canonical, bytes)? {
        Answer::Nothing => "None".to_owned(),
        Answer::Bool(true) => "True".to_owned(),
        Answer::Bool(false) => "False".to_owned(),
        Answer::Integer(value) => value.to_string(),
        Answer::Float(bits) => python_float(f64::from_bits(bits)),
        Answer::Bytes(bytes) => python_bytes(&bytes),
        _ => return None,
    };
    Some(format!("{}({value})", simple.name()))
}

/// A number as Python's `repr` prints it: the fewest digits that read back as the same binary64, with an exponent below
/// 1e-4 and from 1e16 on.
///
/// ```
/// # use array_ctypes_spec::ctype::python_float;
/// assert_eq!(python_float(1.0), "1.0");
/// assert_eq!(python_float(1e16), "1e+16");
/// assert_eq!(python_float(-574.49688720703125), "-574.4968872070312");
/// assert_eq!(python_float(2.121995791e-314), "2.121995791e-314");
/// ```
pub fn python_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let shortest = format!("{value:e}");
    // Where two numbers of the fewest digits are equally near, Python takes the even one and Rust the upper.
    let digits = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{value:.*e}", digits.saturating_sub(1));
    let scientific = if even.parse() == Ok(value) { even } else { shortest };
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        exponent => {
            // In plain notation with the same digits.
            let places = digits as i32 - 1 - exponent.unwrap_or(0);
            let plain = format!("{value:.*}", usize::try_from(places).unwrap_or(0));
            if plain.contains('.') { plain } else { plain + ".0" }
        }
    }
}

/// Bytes as Python's `repr` prints them.
pub(crate) fn python_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let character = |byte: &u8| match byte {
        b'\\' => "\\\\".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\'' if quote == '\'' => "\\'".to_owned(),
        0x20..=0x7E => char::from(*byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    };
    format!("b{quote}{}{quote}", bytes.iter().map(character).collect::<String>())
}
