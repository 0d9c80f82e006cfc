//! Draws element types towards the aims of a case: plain ones by `kind`, structured ones by `record`.

mod formats;
pub(crate) mod kind;
mod record;

use crate::adapter::limits::Records;
use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::platform::Platform;
use kind::of_kind;
pub(crate) use kind::{BYTE, plain, without_objects};

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
    if is_record && domain.limits.records != Records::None {
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
