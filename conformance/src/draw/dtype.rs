//! Draws element types: plain ones here, structured ones below.

mod formats;
mod record;

use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain, Unit};
use array_ctypes_spec::platform::{ByteOrder, Platform};

/// How often a type is drawn until one meets the aims and lies inside the limits.
const TRIES: u32 = 12;

/// Any element type inside the limits, if there is one.
pub(crate) fn draw(draw: &mut Draw, domain: &Domain, aims: &Aims) -> Dtype {
    let mut inside = None;
    for _ in 0..TRIES {
        let dtype = any(draw, domain, aims);
        if domain.allows_type(&dtype) {
            if meets(&dtype, domain.platform, aims) {
                return dtype;
            }
            inside.get_or_insert(dtype);
        }
    }
    inside.unwrap_or_else(|| Dtype::Plain(plain(draw, domain)))
}

/// The kinds that aims ask for.
const KINDS: &[(Aim, &[Kind])] = &[
    (Aim::Boolean, &[Kind::Bool]),
    (Aim::Integer, &[Kind::Int, Kind::UInt]),
    (Aim::Float, &[Kind::Float]),
    (Aim::Complex, &[Kind::Complex]),
    (Aim::Time, &[Kind::Timedelta, Kind::Datetime]),
    (Aim::Text, &[Kind::Bytes, Kind::Unicode]),
    (Aim::RawBytes, &[Kind::Void]),
    (Aim::Object, &[Kind::Object]),
];

/// Returns true if the array that the case aims at is a field of a structured type: that is an aim itself, or the only way to
/// such strides or addresses where the library places the elements.
fn is_seen_through_field(aims: &Aims) -> bool {
    const PLACED: &[Aim] = &[Aim::Owner, Aim::MappedR, Aim::MappedRPlus, Aim::MappedWPlus, Aim::MappedC];
    let is_placed = aims.has_any(PLACED);
    aims.has(Aim::Field) || is_placed && aims.has(Aim::OddStrides) || aims.has(Aim::Owner) && aims.has(Aim::Misaligned)
}

fn any(draw: &mut Draw, domain: &Domain, aims: &Aims) -> Dtype {
    let kinds = aims.find(KINDS);
    let is_record = match kinds {
        _ if is_seen_through_field(aims) => true,
        Some(_) => false,
        None => aims.has(Aim::Structured) || draw.one_in(7),
    };
    if is_record && domain.limits.records {
        // The aims are about the field, unless it shall be the structure.
        let kinds = kinds.filter(|_| is_seen_through_field(aims));
        let member = kinds.map(|kinds| draw.pick(kinds)).filter(|kind| *kind != Kind::Object);
        return record::draw(draw, domain, member);
    }
    let kind = kinds.map(|kinds| draw.pick(kinds)).filter(|kind| domain.limits.allow_kind(*kind));
    match kind {
        Some(kind) => Dtype::Plain(of_kind(draw, domain, kind)),
        None => Dtype::Plain(plain(draw, domain)),
    }
}

/// Returns true if a type is what the aims ask of it.
fn meets(dtype: &Dtype, platform: &Platform, aims: &Aims) -> bool {
    let size = dtype.item_size();
    let is_owned_somehow = || dtype.plain().is_some_and(|plain| plain.unit.is_some() || !plain.kind.has_unit());
    aims.iter().all(|aim| match aim {
        // These are about a field.
        _ if is_seen_through_field(aims) && dtype.plain().is_none() => has_field_for(dtype, platform, aim),
        Aim::Swapped => dtype.is_swapped(platform),
        Aim::OddSize => !size.is_power_of_two(),
        Aim::LargeItem => size > 16,
        Aim::Misaligned => dtype.alignment(platform) > 1,
        // Such arrays need elements with known bytes, or types that can be counted in parts.
        Aim::Owner => !dtype.has_objects() && is_owned_somehow(),
        Aim::MappedR | Aim::MappedRPlus | Aim::MappedWPlus | Aim::MappedC => !dtype.has_objects(),
        Aim::Reinterpret | Aim::Large | Aim::LongAxis | Aim::LongSpan => !dtype.has_objects(),
        _ => true,
    })
}

/// Returns true if a field of the structured type makes an array that is what the aim asks.
fn has_field_for(dtype: &Dtype, platform: &Platform, aim: Aim) -> bool {
    let Dtype::Record(record) = dtype else { return false };
    record.fields.iter().any(|field| match aim {
        Aim::OddStrides => field.dtype.item_size() > 0 && record.size % field.dtype.item_size() != 0,
        Aim::Misaligned => field.offset % field.dtype.alignment(platform) != 0,
        _ => true,
    })
}

/// Returns true if a type is of a kind, order and size that the aims ask for.
pub(crate) fn meets_kind(dtype: &Dtype, platform: &Platform, aims: &Aims) -> bool {
    let kinds = aims.find(KINDS);
    let is_of_kind = kinds.is_none_or(|kinds| dtype.plain().is_some_and(|plain| kinds.contains(&plain.kind)));
    let is_record = dtype.plain().is_none();
    is_of_kind && (is_record || !aims.has(Aim::Structured)) && meets(dtype, platform, aims)
}

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
fn of_kind(draw: &mut Draw, domain: &Domain, kind: Kind) -> Plain {
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
