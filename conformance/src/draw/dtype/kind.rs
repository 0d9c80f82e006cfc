//! Draws plain element types.

use crate::draw::Draw;
use crate::draw::domain::Domain;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain, Unit};
use array_ctypes_spec::platform::ByteOrder;

/// How often a type is drawn until one lies inside the limits.
const TRIES: u32 = 12;

pub(crate) fn byte_order(draw: &mut Draw) -> ByteOrder {
    draw.pick(&[ByteOrder::Little, ByteOrder::Big])
}

/// Any plain element type inside the limits. If there is none, an unsigned byte.
pub(crate) fn plain(draw: &mut Draw, domain: &Domain) -> Plain {
    if let Some(listed) = domain.limits.listed_types(domain.platform) {
        let plain: Vec<Plain> = listed.iter().filter_map(Dtype::plain).copied().collect();
        return if plain.is_empty() { BYTE } else { draw.pick(&plain) };
    }
    for _ in 0..TRIES {
        let mut kind = kind(draw);
        if !domain.limits.allow_kind(kind) {
            let kinds = domain.kinds();
            if kinds.is_empty() {
                return BYTE;
            }
            kind = draw.pick(&kinds);
        }
        let plain = of_kind(draw, domain, kind);
        if domain.allows_type(&Dtype::Plain(plain)) {
            return plain;
        }
    }
    BYTE
}

/// The type of unsigned bytes.
pub(crate) const BYTE: Plain = Plain { kind: Kind::UInt, size: 1, order: ByteOrder::Little, unit: None };

/// Any plain type inside the limits whose elements are no references; `None` if none was found in a few tries.
pub(crate) fn without_objects(draw: &mut Draw, domain: &Domain) -> Option<Plain> {
    (0..TRIES).map(|_| plain(draw, domain)).find(|plain| plain.kind != Kind::Object)
}

/// A type of that kind. Only the sizes of references and long doubles depend on the platform.
pub(super) fn of_kind(draw: &mut Draw, domain: &Domain, kind: Kind) -> Plain {
    let platform = domain.platform;
    let order = byte_order(draw);
    let order = if domain.limits.swapped { order } else { platform.byte_order };
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
        // Names in headers and tables are rarely longer than this.
        Kind::Bytes => (if draw.one_in(4) { 10 + draw.below(23) } else { 1 + draw.below(9) }, None),
        Kind::Unicode => (4 * (if draw.one_in(4) { 5 + draw.below(6) } else { 1 + draw.below(4) }), None),
        Kind::Void => (if draw.one_in(8) { 18 + draw.below(15) } else { 1 + draw.below(17) }, None),
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
