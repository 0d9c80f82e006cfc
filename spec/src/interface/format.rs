//! Formats of the buffer protocol: what a text means.
//!
//! PEP 3118 extends the notation of Python's module `struct`; one element type has many spellings (`l` is `q` where long has
//! 8 bytes, `=i` is `i`). So formats are compared by meaning: which items lie at which offsets, under which names where
//! they are given.
//!
//! On native alignment (`@`) the two sources differ: `struct` counts it from the start of the format and pads nothing at
//! the end; C lays out each structure by itself. A format means what one of the two readings makes of it.

use crate::dtype::{Dtype, Kind, Plain};
use crate::expect::MOST_READ;
use crate::platform::{ByteOrder, Platform};

/// Whether some format describes the type: no point in time has a letter, no long double in the other byte order, and no
/// format goes back to an earlier byte.
pub fn describes(platform: &Platform, dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => {
            let parts = if plain.kind == Kind::Complex { 2 } else { 1 };
            let long = platform.long_double.size();
            let is_long = long > 8 && u64::from(plain.size) == parts * long;
            match plain.kind {
                Kind::Datetime | Kind::Timedelta => false,
                Kind::Float | Kind::Complex => !(is_long && dtype.is_swapped(platform)),
                _ => true,
            }
        }
        Dtype::Record(record) => {
            !record.overlaps() && record.fields.iter().all(|field| describes(platform, &field.dtype))
        }
    }
}

/// Whether a text is a format that means the type: all of its values, each at its offset. Raw bytes may be padding, text or
/// numbers of one byte. How far the element goes on after the last value is not looked at; see [`spans`]. Of types that the
/// platform lacks, and of more than 2^20 bytes, no format tells.
///
/// ```
/// use array_ctypes_spec::{dtype::Dtype, interface::format::means, platform::Platform};
/// let number = Dtype::from_typestr("<i8").unwrap();
/// let accepted = ["q", "l", "<q", "@l", "=q"].map(|text| means(&Platform::X86_64_LINUX, text, &number));
/// assert_eq!(accepted, [true; 5]);
/// let refused = ["<l", ">q", "d", "Q", "i"].map(|text| means(&Platform::X86_64_LINUX, text, &number));
/// assert_eq!(refused, [false; 5]);
/// ```
pub fn means(platform: &Platform, text: &str, dtype: &Dtype) -> bool {
    if dtype.item_size() > MOST_READ || !dtype.exists_on(platform) {
        return false;
    }
    let mut expected = Vec::new();
    let mut raw = Vec::new();
    values(dtype, 0, "", &mut expected, &mut raw);
    let is_raw = |item: &Item| {
        let bytes = item.kind == Kind::Bytes || item.kind == Kind::UInt && item.size == 1;
        bytes && raw.iter().any(|(start, end)| *start <= item.offset && item.offset + item.size <= *end)
    };
    READINGS.iter().filter_map(|reading| parse(platform, text, dtype.item_size(), *reading)).any(|(mut items, _)| {
        items.retain(|item| !is_raw(item));
        items.len() == expected.len()
            && items.iter().zip(&expected).all(|(found, expected)| found.is(platform, expected))
    })
}

/// Whether a text is a format of so many bytes, 2^20 at most.
///
/// ```
/// use array_ctypes_spec::{interface::format::spans, platform::Platform};
/// let spans = |text, size| spans(&Platform::X86_64_LINUX, text, size);
/// assert!(spans("T{b:a:xxxi:b:}", 8) && spans("T{b:a:i:b:}", 8) && spans("T{i:a:b:b:}", 8) && spans("T{i:a:b:b:}", 5));
/// assert!(!spans("T{=b:a:i:b:}", 8) && !spans("T{i:a:", 4));
/// ```
pub fn spans(platform: &Platform, text: &str, size: u64) -> bool {
    READINGS.iter().filter_map(|reading| parse(platform, text, size, *reading)).any(|(_, end)| end == size)
}

/// One value in an element.
#[derive(Clone, Debug)]
struct Item {
    offset: u64,
    kind: Kind,
    size: u64,
    order: ByteOrder,
    /// Names of the fields that lead to it, with dots between; `None` where one has no name.
    name: Option<String>,
}

impl Item {
    fn is(&self, platform: &Platform, expected: &Item) -> bool {
        let plain = Plain { kind: self.kind, size: self.size as u32, order: platform.byte_order, unit: None };
        self.offset == expected.offset
            && self.kind == expected.kind
            && self.size == expected.size
            && (self.order == expected.order || !plain.has_order())
            && (self.name.is_none() || self.name == expected.name)
    }
}

/// The values of a type from that offset on, and where it has raw bytes.
fn values(dtype: &Dtype, offset: u64, name: &str, items: &mut Vec<Item>, raw: &mut Vec<(u64, u64)>) {
    match dtype {
        Dtype::Plain(Plain { kind: Kind::Void, size, .. }) => raw.push((offset, offset + u64::from(*size))),
        Dtype::Plain(Plain { kind, size, order, .. }) => {
            let name = Some(name.to_owned());
            items.push(Item { offset, kind: *kind, size: u64::from(*size), order: *order, name });
        }
        Dtype::Record(record) => {
            for field in record.fields.iter().filter(|field| field.size() > 0) {
                let name = if name.is_empty() { field.name.clone() } else { format!("{name}.{}", field.name) };
                for at in 0..field.shape.iter().product::<u64>() {
                    values(&field.dtype, offset + field.offset + at * field.dtype.item_size(), &name, items, raw);
                }
            }
        }
    }
}

/// How native alignment is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// As the module `struct` does.
    Struct,
    /// As C lays out structures.
    C,
}

const READINGS: [Reading; 2] = [Reading::Struct, Reading::C];

/// The most structures in each other.
const DEPTH: usize = 32;

/// The values that a format describes, in order, and its size; `None` where it is no format, or passes `most` bytes.
fn parse(platform: &Platform, text: &str, most: u64, reading: Reading) -> Option<(Vec<Item>, u64)> {
    let mode = Mode { native: true, aligned: true, order: platform.byte_order };
    let mut parser = Parser { rest: text, platform, most: most.min(MOST_READ), reading, mode };
    let Part { items, size, .. } = parser.sequence(0, 0)?;
    Some((items, size))
}

/// What the last byte-order character says.
#[derive(Clone, Copy, Debug)]
struct Mode {
    native: bool,
    aligned: bool,
    order: ByteOrder,
}

/// What stands in braces, or is the whole format.
struct Part {
    /// Offsets are from the start of the part.
    items: Vec<Item>,
    size: u64,
    align: u64,
}

struct Parser<'a> {
    rest: &'a str,
    platform: &'a Platform,
    most: u64,
    reading: Reading,
    mode: Mode,
}

impl Parser<'_> {
    fn next(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    /// Everything up to an end, which is taken too.
    fn until(&mut self, end: char) -> Option<String> {
        let (text, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(text.to_owned())
    }

    /// A number, where one stands.
    fn number(&mut self) -> Option<Option<u64>> {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return Some(None);
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok().map(Some)
    }

    fn modes(&mut self) {
        while let Some(next) = self.next() {
            let (native, aligned, order) = match next {
                '@' => (true, true, self.platform.byte_order),
                '^' => (true, false, self.platform.byte_order),
                '=' => (false, false, self.platform.byte_order),
                '<' => (false, false, ByteOrder::Little),
                '>' | '!' => (false, false, ByteOrder::Big),
                _ if next.is_ascii_whitespace() => (self.mode.native, self.mode.aligned, self.mode.order),
                _ => return,
            };
            self.mode = Mode { native, aligned, order };
            self.take();
        }
    }

    /// How many items a shape in parentheses has; one without.
    fn shape(&mut self) -> Option<u64> {
        if self.next() != Some('(') {
            return Some(1);
        }
        self.take();
        let lengths = self.until(')')?;
        let mut count = 1u64;
        for length in lengths.split(',') {
            count = count.checked_mul(length.trim().parse().ok()?)?;
        }
        Some(count)
    }

    /// Items up to the end of the text, or to the brace that closes them; `base` is where they are in the format.
    fn sequence(&mut self, depth: usize, base: u64) -> Option<Part> {
        let mut part = Part { items: Vec::new(), size: 0, align: 1 };
        loop {
            self.modes();
            match self.next() {
                None if depth == 0 => break,
                Some('}') if depth > 0 => {
                    self.take();
                    break;
                }
                None | Some('}') => return None,
                Some(_) => {}
            }
            let count = self.shape()?;
            self.modes();
            let repeat = self.number()?;
            let (item, count) = self.item(depth, base + part.size, count, repeat)?;
            let name = match self.next() {
                Some(':') => {
                    self.take();
                    Some(self.until(':')?)
                }
                _ => None,
            };
            self.place(base, &mut part, item, count, name)?;
        }
        match self.reading {
            Reading::C if self.mode.aligned => part.size = part.size.next_multiple_of(part.align),
            Reading::C => {}
            // Its members are aligned, it is not.
            Reading::Struct => part.align = 1,
        }
        (part.size <= self.most).then_some(part)
    }

    /// One item, and how many of it there are.
    fn item(&mut self, depth: usize, at: u64, count: u64, repeat: Option<u64>) -> Option<(Part, u64)> {
        let letter = self.take()?;
        let long_double = self.platform.long_double.size();
        let long = if self.mode.native { self.platform.long_size() } else { 4 };
        let pointer = self.platform.pointer_size();
        let repeated = count.checked_mul(repeat.unwrap_or(1))?;
        let (kind, size, count) = match letter {
            'T' => {
                if depth == DEPTH || self.take()? != '{' {
                    return None;
                }
                let base = if self.reading == Reading::C { 0 } else { at };
                return Some((self.sequence(depth + 1, base)?, repeated));
            }
            'x' => return Some((Part { items: Vec::new(), size: repeat.unwrap_or(1), align: 1 }, count)),
            's' => (Kind::Bytes, repeat.unwrap_or(1), count),
            'w' => (Kind::Unicode, repeat.unwrap_or(1).checked_mul(4)?, count),
            'c' => (Kind::Bytes, 1, repeated),
            '?' => (Kind::Bool, 1, repeated),
            'b' => (Kind::Int, 1, repeated),
            'B' => (Kind::UInt, 1, repeated),
            'h' => (Kind::Int, 2, repeated),
            'H' => (Kind::UInt, 2, repeated),
            'i' => (Kind::Int, 4, repeated),
            'I' => (Kind::UInt, 4, repeated),
            'l' => (Kind::Int, long, repeated),
            'L' => (Kind::UInt, long, repeated),
            'q' => (Kind::Int, 8, repeated),
            'Q' => (Kind::UInt, 8, repeated),
            'n' if self.mode.native => (Kind::Int, pointer, repeated),
            'N' if self.mode.native => (Kind::UInt, pointer, repeated),
            'e' => (Kind::Float, 2, repeated),
            'f' => (Kind::Float, 4, repeated),
            'd' => (Kind::Float, 8, repeated),
            'g' => (Kind::Float, long_double, repeated),
            'F' => (Kind::Complex, 8, repeated),
            'D' => (Kind::Complex, 16, repeated),
            'Z' => match self.take()? {
                'f' => (Kind::Complex, 8, repeated),
                'd' => (Kind::Complex, 16, repeated),
                'g' => (Kind::Complex, 2 * long_double, repeated),
                _ => return None,
            },
            'O' => (Kind::Object, pointer, repeated),
            _ => return None,
        };
        let order = self.mode.order;
        let plain = Plain { kind, size: u32::try_from(size).ok()?, order, unit: None };
        let item = Item { offset: 0, kind, size, order, name: Some(String::new()) };
        Some((Part { items: vec![item], size, align: plain.alignment(self.platform).max(1) }, count))
    }

    /// Puts so many of an item at the end of a part.
    fn place(&self, base: u64, part: &mut Part, item: Part, count: u64, name: Option<String>) -> Option<()> {
        if self.mode.aligned {
            part.size = (base + part.size).next_multiple_of(item.align) - base;
            part.align = part.align.max(item.align);
        }
        let end = count.checked_mul(item.size)?.checked_add(part.size).filter(|end| *end <= self.most)?;
        if item.size > 0 {
            for at in 0..count {
                part.items.extend(item.items.iter().map(|inner| Item {
                    offset: part.size + at * item.size + inner.offset,
                    name: joined(name.as_deref(), inner.name.as_deref()),
                    ..inner.clone()
                }));
            }
        }
        part.size = end;
        Some(())
    }
}

/// The names that lead to an inner item. That of an item itself is empty.
fn joined(outer: Option<&str>, inner: Option<&str>) -> Option<String> {
    match (outer?, inner?) {
        (outer, "") => Some(outer.to_owned()),
        (outer, inner) => Some(format!("{outer}.{inner}")),
    }
}
