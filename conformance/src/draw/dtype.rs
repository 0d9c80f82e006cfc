//! Draws element types.

use crate::draw::Draw;
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record, Unit};
use array_ctypes_spec::platform::{ByteOrder, Platform};

/// Any element type that the platform has. Only the sizes of references and long doubles depend on the platform.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform) -> Dtype {
    if draw.one_in(7) { record(draw, platform, 1) } else { Dtype::Plain(plain(draw, platform)) }
}

pub(crate) fn byte_order(draw: &mut Draw) -> ByteOrder {
    draw.pick(&[ByteOrder::Little, ByteOrder::Big])
}

/// Any plain element type that the platform has.
pub(crate) fn plain(draw: &mut Draw, platform: &Platform) -> Plain {
    let order = byte_order(draw);
    let kind = kind(draw);
    let long = platform.long_double.size() as u32;
    // Without a wildcard: a new kind does not compile. It needs a share in `kind` too.
    let (size, unit) = match kind {
        Kind::Bool => (1, None),
        Kind::Int | Kind::UInt => (draw.pick(&[1, 2, 4, 8]), None),
        Kind::Float => (draw.pick(&[2, 4, 8, long]), None),
        Kind::Complex => (draw.pick(&[8, 16, 2 * long]), None),
        Kind::Timedelta | Kind::Datetime => {
            let count = if draw.one_in(3) { 1 + draw.below(999) } else { 1 };
            let unit = Unit { count, name: draw.pick(&Unit::NAMES) };
            (8, (!draw.one_in(5)).then_some(unit))
        }
        Kind::Bytes => (1 + draw.below(9), None),
        Kind::Unicode => (4 * (1 + draw.below(4)), None),
        Kind::Void => (1 + draw.below(17), None),
        Kind::Object => (platform.pointer_size() as u32, None),
    };
    let plain = Plain { kind, size, order, unit };
    // Types without an order get the same one, so that equal types are equal.
    if plain.has_order() { plain } else { Plain { order: ByteOrder::Little, ..plain } }
}

fn kind(draw: &mut Draw) -> Kind {
    match draw.below(20) {
        0 => Kind::Bool,
        1..=5 => Kind::Int,
        6..=8 => Kind::UInt,
        9..=12 => Kind::Float,
        13 => Kind::Complex,
        14 | 15 => draw.pick(&[Kind::Timedelta, Kind::Datetime]),
        16 => Kind::Bytes,
        17 => Kind::Unicode,
        18 => Kind::Void,
        _ => Kind::Object,
    }
}

/// A structured type: packed, padded, aligned, with fields that overlap or are out of order; nested up to that depth.
fn record(draw: &mut Draw, platform: &Platform, depth: u32) -> Dtype {
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    let placement = draw.below(6);
    let aligned = placement == 0;
    let mut end = 0;
    let mut fields = Vec::new();
    for name in &NAMES[..=draw.below(3) as usize] {
        let dtype = match draw.below(8) {
            0 if depth > 0 => record(draw, platform, depth - 1),
            _ => loop {
                // No references to objects: the bytes between them could not be arbitrary then.
                let plain = plain(draw, platform);
                if plain.kind != Kind::Object {
                    break Dtype::Plain(plain);
                }
            },
        };
        let shape = match draw.below(10) {
            0 => vec![1 + u64::from(draw.below(3))],
            1 => vec![2, 1 + u64::from(draw.below(2))],
            _ => Vec::new(),
        };
        let offset = match placement {
            0 => u64::next_multiple_of(end, dtype.alignment(platform)),
            1 | 2 => end + u64::from(draw.below(5)),
            3 => u64::from(draw.below(12)),
            _ => end,
        };
        let title = draw.one_in(8).then(|| format!("title {name}"));
        let field = Field { name: (*name).to_owned(), title, dtype, shape, offset };
        end = end.max(offset + field.size());
        fields.push(field);
    }
    let most = fields.iter().map(|field| field.dtype.alignment(platform)).max().unwrap_or(1);
    let size = match placement {
        0 => end.next_multiple_of(most),
        1 | 3 => end + u64::from(draw.below(5)),
        _ => end,
    };
    Dtype::from(Record { fields, size, aligned })
}
