//! Draws structured element types: those of real programs and files, and any others.

use super::formats::{FORMATS, Format, Place, Type};
use super::kind::{of_kind, without_objects};
use crate::adapter::limits::RecordFeature;
use crate::draw::Draw;
use crate::draw::domain::Domain;
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Record};
use array_ctypes_spec::platform::{ByteOrder, Platform};

/// Any structured type; one with a field of that kind, if there is one.
pub(super) fn draw(draw: &mut Draw, domain: &Domain, member: Option<Kind>) -> Dtype {
    if member.is_none() && draw.one_in(3) {
        known(domain.platform, &draw.pick(FORMATS))
    } else {
        any(draw, domain, 1, member)
    }
}

/// The structured type of a format, as a compiler for the platform lays it out or as the format prescribes.
pub(super) fn known(platform: &Platform, format: &Format) -> Dtype {
    let native = if platform.byte_order == ByteOrder::Little { "<" } else { ">" };
    let mut fields: Vec<Field> = Vec::new();
    let mut end = 0;
    for (name, of, shape, offset) in format.fields {
        let dtype = match of {
            Type::Plain(typestr) => Dtype::from_typestr(&typestr.replace('=', native)).ok(),
            Type::Nested(format) => Some(known(platform, format)),
        };
        let Some(dtype) = dtype else { continue };
        let offset = match format.place {
            Place::Compiled => u64::next_multiple_of(end, dtype.alignment(platform)),
            Place::Prescribed { .. } => *offset,
        };
        let field = Field { name: (*name).to_owned(), title: None, dtype, shape: shape.to_vec(), offset };
        end = end.max(offset + field.size());
        fields.push(field);
    }
    let size = match format.place {
        Place::Compiled => end.next_multiple_of(alignment(&fields, platform)),
        Place::Prescribed { size } => size,
    };
    Dtype::from(Record { fields, size, aligned: matches!(format.place, Place::Compiled) })
}

fn alignment(fields: &[Field], platform: &Platform) -> u64 {
    fields.iter().map(|field| field.dtype.alignment(platform)).max().unwrap_or(1)
}

/// How the fields of a structured type are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placement {
    /// As by a C compiler.
    Compiled,
    /// With gaps, also after the last.
    Gaps,
    /// With gaps before fields.
    GapsBetween,
    /// Anywhere, so that fields overlap or are out of order.
    Anywhere,
    /// One after another.
    Packed,
}

impl Placement {
    /// How often each is drawn without limits.
    const ALL: [Placement; 6] = [
        Placement::Compiled,
        Placement::Gaps,
        Placement::GapsBetween,
        Placement::Anywhere,
        Placement::Packed,
        Placement::Packed,
    ];

    fn draw(draw: &mut Draw, domain: &Domain) -> Placement {
        let is_left = |placement: &Placement| match placement {
            Placement::Compiled => true,
            Placement::Gaps | Placement::GapsBetween => {
                domain.have(RecordFeature::Unaligned) && domain.have(RecordFeature::Padded)
            }
            Placement::Anywhere => domain.have(RecordFeature::Overlap) || domain.have(RecordFeature::Unordered),
            Placement::Packed => domain.have(RecordFeature::Unaligned),
        };
        let left: Vec<Placement> = Placement::ALL.into_iter().filter(is_left).collect();
        draw.pick(&left)
    }
}

/// A structured type: packed, padded, aligned, with fields that overlap or are out of order; nested up to that depth.
fn any(draw: &mut Draw, domain: &Domain, depth: u32, mut member: Option<Kind>) -> Dtype {
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    let platform = domain.platform;
    let placement = Placement::draw(draw, domain);
    let aligned = placement == Placement::Compiled || !domain.have(RecordFeature::Unaligned);
    let mut end = 0;
    let mut fields = Vec::new();
    for name in &NAMES[..=draw.below(3) as usize] {
        let wanted = member.take().filter(|kind| domain.limits.allow_kind(*kind));
        let is_nested = depth > 0 && draw.one_in(8) && domain.have(RecordFeature::Nested);
        let dtype = match wanted {
            Some(kind) => Dtype::Plain(of_kind(draw, domain, kind)),
            None if is_nested => any(draw, domain, depth - 1, None),
            // No references to objects: the bytes between them could not be arbitrary then.
            None => match without_objects(draw, domain) {
                Some(plain) => Dtype::Plain(plain),
                None => continue,
            },
        };
        let shape = match draw.below(10) {
            _ if !domain.have(RecordFeature::SubArrays) => Vec::new(),
            0 => vec![1 + u64::from(draw.below(3))],
            1 => vec![2, 1 + u64::from(draw.below(2))],
            _ => Vec::new(),
        };
        let offset = match placement {
            Placement::Gaps | Placement::GapsBetween => end + u64::from(draw.below(5)),
            Placement::Anywhere if domain.have(RecordFeature::Overlap) => {
                let first = fields.last().filter(|_| !domain.have(RecordFeature::Unordered));
                let first = first.map_or(0, |field: &Field| field.offset);
                let places = if domain.have(RecordFeature::Padded) { 12 } else { 1 + end - first };
                first + u64::from(draw.below(places as u32))
            }
            Placement::Compiled | Placement::Anywhere | Placement::Packed => end,
        };
        let offset = if aligned { offset.next_multiple_of(dtype.alignment(platform)) } else { offset };
        let title = (draw.one_in(8) && domain.have(RecordFeature::Titles)).then(|| format!("title {name}"));
        let field = Field { name: (*name).to_owned(), title, dtype, shape, offset };
        end = end.max(offset + field.size());
        fields.push(field);
    }
    if placement == Placement::Anywhere && !domain.have(RecordFeature::Overlap) {
        // Out of order all the same.
        fields.reverse();
    }
    let has_tail = matches!(placement, Placement::Gaps | Placement::Anywhere) && domain.have(RecordFeature::Padded);
    let size = if has_tail { end + u64::from(draw.below(5)) } else { end };
    let size = if aligned { size.next_multiple_of(alignment(&fields, platform)) } else { size };
    // A structured type without a field would have no size.
    Dtype::from(Record { fields, size: size.max(1), aligned })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_format_exists_on_every_platform() {
        for (name, platform) in Platform::ALL {
            for (at, format) in FORMATS.iter().enumerate() {
                let dtype = known(&platform, format);
                let Dtype::Record(record) = &dtype else { panic!("expected a structured type for format {at}") };
                assert_eq!(record.fields.len(), format.fields.len(), "format {at}");
                assert!(dtype.exists_on(&platform), "format {at} on {name}");
            }
        }
    }
}
