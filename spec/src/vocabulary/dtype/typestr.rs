//! Type strings of the array interface, both ways.

use super::kind::Sizes;
use super::{Dtype, Kind, Plain, Unit};
use crate::vocabulary::platform::ByteOrder;
use std::fmt;

/// A text that is no type string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypestrError {
    text: String,
}

impl fmt::Display for TypestrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no type string: expected a byte order (`<`, `>`, or `|` where there is none), a kind (one of {}) \
             and a size in bytes (for U in characters), as in `<i4`, `|S3` or `<M8[ns]`",
            self.text,
            Kind::CODES
        )
    }
}

impl std::error::Error for TypestrError {}

impl Dtype {
    /// The type string. A structured type's is that of as many raw bytes.
    pub fn typestr(&self) -> String {
        let plain = match self {
            Dtype::Plain(plain) => plain,
            Dtype::Record(record) => return format!("|V{}", record.size),
        };
        let order = match (plain.has_order(), plain.order) {
            (false, _) => '|',
            (true, ByteOrder::Little) => '<',
            (true, ByteOrder::Big) => '>',
        };
        let code = plain.kind.code();
        let size = match plain.kind.sizes() {
            Sizes::Pointer => String::new(),
            Sizes::Characters { bytes } => (plain.size / bytes).to_string(),
            Sizes::Numbers { .. } => plain.size.to_string(),
        };
        let unit = match plain.unit {
            None => String::new(),
            Some(Unit { count: 1, name }) => format!("[{name}]"),
            Some(Unit { count, name }) => format!("[{count}{name}]"),
        };
        format!("{order}{code}{size}{unit}")
    }

    /// The type strings that mean the type: NumPy's first, then those with another byte order where none matters, those
    /// without a unit, and for a structured type as large as a number those of that number.
    pub fn spellings(&self) -> Vec<String> {
        let typestr = self.typestr();
        let Some(tail) = typestr.strip_prefix('|') else {
            // The unit of a time is NumPy's own.
            let bare = typestr.split_once('[').map(|(bare, _)| bare.to_owned());
            return [typestr.clone()].into_iter().chain(bare).collect();
        };
        let size = self.item_size();
        let other = match self.plain().map(|plain| plain.kind) {
            Some(Kind::Object) => Some(format!("O{size}")),
            None if [1, 2, 4, 8].contains(&size) => Some(format!("u{size}")),
            _ => None,
        };
        let tails = [tail.to_owned()].into_iter().chain(other);
        tails.flat_map(|tail| ['|', '<', '>'].map(|order| format!("{order}{tail}"))).collect()
    }

    /// Returns true if the text is one of the [spellings](Dtype::spellings).
    pub fn is_spelled(&self, text: &str) -> bool {
        self.spellings().iter().any(|spelling| spelling == text)
    }

    /// The plain type of that type string. `|O` is taken to be 8 bytes wide; [`Dtype::object`] makes others.
    ///
    /// # Errors
    /// [`TypestrError`] where there is none.
    pub fn from_typestr(text: &str) -> Result<Dtype, TypestrError> {
        parse(text).map(Dtype::Plain).ok_or_else(|| TypestrError { text: text.to_owned() })
    }

    /// References to objects, with pointers of that size in bytes.
    pub fn object(pointer_size: u64) -> Dtype {
        Dtype::Plain(Plain { kind: Kind::Object, size: pointer_size as u32, order: ByteOrder::Little, unit: None })
    }
}

/// Returns true if a text certainly names no type: an unknown kind, a number of a size that no number has, or a unit where there
/// is no time. What implementations understand beyond the type strings specified here is their own.
pub(crate) fn names_nothing(text: &str) -> bool {
    let bare = text.trim_start_matches(['<', '>', '|', '=']);
    let mut chars = bare.chars();
    let Some(kind) = chars.next() else { return true };
    let rest = chars.as_str();
    match kind {
        'i' | 'u' | 'f' | 'c' => {
            rest.ends_with(']')
                || rest.parse().is_ok_and(|size: u32| !matches!(size, 1 | 2 | 4 | 8 | 12 | 16 | 24 | 32))
        }
        _ => !"?abBcdDefFgGhHiIlLmMnNOpPqQsStTuUvVw".contains(kind),
    }
}

/// The sizes in bytes of a long double that is wider than a double, on any platform.
const LONG_DOUBLES: [u32; 2] = [12, 16];

fn parse(text: &str) -> Option<Plain> {
    let mut chars = text.chars();
    let order = chars.next()?;
    let code = chars.next()?;
    let kind = Kind::from_code(code)?;
    let rest = chars.as_str();
    let (digits, unit) = match rest.split_once('[') {
        Some((digits, unit)) => (digits, Some(parse_unit(unit.strip_suffix(']')?)?)),
        None => (rest, None),
    };
    let number: Option<u32> = if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None };
    let size = match kind.sizes() {
        Sizes::Pointer if digits.is_empty() => 8,
        Sizes::Pointer => return None,
        Sizes::Characters { bytes } => number?.checked_mul(bytes)?,
        Sizes::Numbers { each, parts, long_double } => {
            let fits = |part: u32| each.contains(&part) || long_double && LONG_DOUBLES.contains(&part);
            number.filter(|size| size % parts == 0 && fits(size / parts))?
        }
    };
    if unit.is_some() && !kind.has_unit() {
        return None;
    }
    let mut plain = Plain { kind, size, order: ByteOrder::Little, unit };
    plain.order = match (order, plain.has_order()) {
        ('|', false) | ('<', true) => ByteOrder::Little,
        ('>', true) => ByteOrder::Big,
        _ => return None,
    };
    Some(plain)
}

fn parse_unit(text: &str) -> Option<Unit> {
    let name_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, name) = text.split_at(name_at);
    let count = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|count| *count > 0)? };
    let name = Unit::NAMES.into_iter().find(|known| *known == name)?;
    Some(Unit { count, name })
}
