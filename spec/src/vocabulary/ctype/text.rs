//! The text form of C types, both ways: as Python's ctypes spells them.

use super::{CType, Simple};
use crate::vocabulary::argument::{Argument, Rest};
use crate::vocabulary::platform::ByteOrder;
use std::fmt;
use std::str::FromStr;

impl fmt::Display for CType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, types: &[CType]| {
            let types: Vec<String> = types.iter().map(CType::to_string).collect();
            write!(f, "{name}({})", types.join(", "))
        };
        match self {
            CType::Simple(simple) => f.write_str(simple.name()),
            CType::Swapped(simple, ByteOrder::Little) => write!(f, "{}.__ctype_le__", simple.name()),
            CType::Swapped(simple, ByteOrder::Big) => write!(f, "{}.__ctype_be__", simple.name()),
            CType::Pointer(to) => write!(f, "POINTER({to})"),
            CType::PointerNone => f.write_str("POINTER(None)"),
            CType::Array(item, length) => write!(f, "{item} * {length}"),
            CType::Structure(fields) => list(f, "Structure", fields),
            CType::Union(members) => list(f, "Union", members),
            CType::Function => f.write_str("CFUNCTYPE(None)"),
            CType::NotACType => f.write_str("int"),
        }
    }
}

/// A text that names no C type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseCTypeError {
    text: String,
}

impl fmt::Display for ParseCTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no C type: expected a name of ctypes such as `c_int` or `c_int.__ctype_be__`, `POINTER(T)`, `T * N`, \
             `Structure(T, …)`, `Union(T, …)`, `CFUNCTYPE(None)`, or `int` for a thing that is no C type",
            self.text
        )
    }
}

impl std::error::Error for ParseCTypeError {}

impl FromStr for CType {
    type Err = ParseCTypeError;

    fn from_str(text: &str) -> Result<CType, ParseCTypeError> {
        parse(text, 0).ok_or_else(|| ParseCTypeError { text: text.to_owned() })
    }
}

/// Nesting past this depth is refused, so that no text can exhaust the stack.
const DEEPEST: u32 = 32;

fn parse(text: &str, depth: u32) -> Option<CType> {
    let text = text.trim();
    if depth > DEEPEST {
        return None;
    }
    if let Some((item, length)) = text.rsplit_once(" * ") {
        if let Ok(length) = length.parse() {
            return Some(CType::Array(Box::new(parse(item, depth + 1)?), length));
        }
    }
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    match text {
        "POINTER(None)" => return Some(CType::PointerNone),
        "CFUNCTYPE(None)" => return Some(CType::Function),
        "int" => return Some(CType::NotACType),
        _ => {}
    }
    if let Some(to) = inside("POINTER") {
        return Some(CType::Pointer(Box::new(parse(to, depth + 1)?)));
    }
    let all = |list: &str| split(list).into_iter().map(|item| parse(item, depth + 1)).collect::<Option<Vec<_>>>();
    if let Some(fields) = inside("Structure") {
        return Some(CType::Structure(all(fields)?));
    }
    if let Some(members) = inside("Union") {
        return Some(CType::Union(all(members)?));
    }
    let simple = |name: &str| Simple::ALL.iter().copied().find(|simple| simple.name() == name);
    if let Some(name) = text.strip_suffix(".__ctype_le__") {
        return Some(CType::Swapped(simple(name)?, ByteOrder::Little));
    }
    if let Some(name) = text.strip_suffix(".__ctype_be__") {
        return Some(CType::Swapped(simple(name)?, ByteOrder::Big));
    }
    Some(CType::Simple(simple(text)?))
}

/// Splits at the commas that are outside parentheses.
fn split(list: &str) -> Vec<&str> {
    let mut depth = 0i32;
    list.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
    .filter(|item| !item.trim().is_empty())
    .collect()
}

/// The rest of the line.
impl Argument for CType {
    fn take(rest: &mut Rest) -> Option<Self> {
        rest.all()?.parse().ok()
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {self}")
    }
}

/// The rest of the line, if there is any.
impl Argument for Option<CType> {
    fn take(rest: &mut Rest) -> Option<Self> {
        if rest.is_read() { Some(None) } else { CType::take(rest).map(Some) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|ctype| ctype.show(f))
    }
}
