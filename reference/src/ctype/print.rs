//! The printed form of simple C types in Python.

use super::{Value, load, named};
use array_ctypes_spec::ctype::CType;
use std::fmt::Write;

/// Returns the printed form of a simple C type with this memory, such as `c_short(-2)`. `None` if [`load`] returns no
/// value, or if Python prints an address instead of the value.
///
/// ```
/// use array_ctypes::ctype::printed;
/// assert_eq!(printed(&"c_int16".parse()?, &(-2i16).to_ne_bytes()).as_deref(), Some("c_short(-2)"));
/// assert_eq!(printed(&"c_double".parse()?, &1e-5f64.to_ne_bytes()).as_deref(), Some("c_double(1e-05)"));
/// assert_eq!(printed(&"c_char".parse()?, b"'").as_deref(), Some("c_char(b\"'\")"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn printed(ctype: &CType, memory: &[u8]) -> Option<String> {
    // Python prints types in the other byte order as objects with an address.
    let name @ CType::Simple(_) = named(ctype) else { return None };
    let value = match load(&name, memory)? {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float(value),
        Value::Char(byte) => character(byte),
    };
    Some(format!("{name}({value})"))
}

/// Prints a number as Python does.
///
/// Rust prints as few digits as Python, and switches to an exponent at the same magnitudes. But if two numbers with so
/// few digits are equally near, Rust prints the upper one and Python the even one. Rust prints `1e-5`, Python `1e-05`.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let text = format!("{value:?}");
    let (digits, exponent) = text.split_once('e').map_or((&*text, None), |(digits, exponent)| (digits, Some(exponent)));
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    let Some(exponent) = exponent else {
        let even = format!("{value:.places$}");
        return if even.parse() == Ok(value) { even } else { text };
    };
    // With a given number of places, Rust prints the even one.
    let even = format!("{value:.places$e}");
    let digits = if even.parse() == Ok(value) { even.split('e').next().unwrap_or(digits) } else { digits };
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

fn character(byte: u8) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = match byte {
        b'\'' => write!(text, "b\"'\""),
        b'\\' => write!(text, "b'\\\\'"),
        b'\n' => write!(text, "b'\\n'"),
        b'\r' => write!(text, "b'\\r'"),
        b'\t' => write!(text, "b'\\t'"),
        b' '..=b'~' => write!(text, "b'{}'", char::from(byte)),
        _ => write!(text, "b'\\x{byte:02x}'"),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (-574.496_887_207_031_3, "-574.4968872070312"),
            (5e-324, "5e-324"),
            (2f64.powi(-44), "5.684341886080802e-14"),
            (9_007_199_254_740_994.0, "9007199254740994.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (2.121_995_791e-314, "2.121995791e-314"),
            (-1.5e300, "-1.5e+300"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ];
        for (value, text) in cases {
            assert_eq!(float(value), text);
        }
    }

    #[test]
    fn characters_print_as_in_python() {
        let cases = [
            (b'a', "b'a'"),
            (b' ', "b' '"),
            (b'~', "b'~'"),
            (b'"', "b'\"'"),
            (b'\'', "b\"'\""),
            (b'\\', "b'\\\\'"),
            (b'\n', "b'\\n'"),
            (b'\r', "b'\\r'"),
            (b'\t', "b'\\t'"),
            (0, "b'\\x00'"),
            (0x1f, "b'\\x1f'"),
            (0x7f, "b'\\x7f'"),
            (0xff, "b'\\xff'"),
        ];
        for (byte, text) in cases {
            assert_eq!(character(byte), text);
        }
    }
}
