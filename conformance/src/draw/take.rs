//! Draws how an array is handed to a consumer: the door, what the array may be, and what is asked of the producer.

use super::Draw;
use crate::adapter::hello::Hello;
use crate::adapter::limits::{Allowed, Limits, Records};
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Consumer, Copies, Door, Feature, Protocol, Step, Take, Taken, Unaligned};

/// The most bytes of an array that is handed to a door which may copy it.
const MOST_COPIED: u64 = 1 << 20;

/// A door, and the limits of the arrays to hand to it.
#[derive(Clone, Debug)]
pub(crate) struct Handing {
    pub(crate) door: Door,
    pub(crate) limits: Limits,
}

/// One door of a consumer, by turns. Two arrays of three are inside what the door accepts; the others are any that a producer
/// has.
pub(crate) fn handing(draw: &mut Draw, hello: &Hello) -> Option<Handing> {
    let count = hello.doors.len() as u64;
    let door = hello.doors.get((draw.turn().checked_rem(count)?) as usize)?.clone();
    let take = Take { door: door.clone(), with: Vec::new() };
    if !hello.limits.allow_word(&Step::Consumer(Consumer::Take(Box::new(take)))) {
        return None;
    }
    let produced = Limits {
        views: Allowed::only([]),
        owners: Vec::new(),
        invalid: false,
        given_memory: true,
        kinds: Allowed::only(
            Kind::ALL.into_iter().filter(|kind| *kind != Kind::Object && hello.limits.allow_kind(*kind)),
        ),
        ..hello.limits.clone()
    };
    // Nobody has room for a copy of an array that fills a reserved buffer, or whose elements are the same bytes many times.
    let most = if door.copies == Copies::Never { produced.max_bytes } else { produced.max_bytes.min(MOST_COPIED) };
    let produced = Limits { max_bytes: most, ..produced };
    let limits = if draw.one_in(3) {
        produced
    } else {
        let is_tempted = draw.one_in(3);
        accepted(&door, produced, &hello.platform, is_tempted)
    };
    Some(Handing { door, limits })
}

/// Doors of no consumer in particular: for each protocol one that takes everything, one that promises the least, and one that
/// copies; and one that must be the only way to the memory.
pub(crate) fn doors() -> Vec<Door> {
    let all = |protocol: &Protocol| {
        let types = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Object);
        let accepts = Feature::ALL.iter().copied().filter(|feature| *feature != Feature::Major).collect();
        let types = types.map(|kind| Taken { kind, size: None }).collect();
        Door { mutable: true, types, accepts, ..Door::new(&format!("all.{}", protocol.word()), *protocol) }
    };
    let least = |protocol: &Protocol| {
        let types = [Kind::Int, Kind::Float].map(|kind| Taken { kind, size: None }).to_vec();
        Door { types, ..Door::new(&format!("least.{}", protocol.word()), *protocol) }
    };
    let copies = |protocol: &Protocol| Door {
        name: format!("copies.{}", protocol.word()),
        copies: Copies::Always,
        ..all(protocol)
    };
    let only =
        Door { name: "only".to_owned(), exclusive: true, unaligned: Unaligned::Refuses, ..all(&Protocol::Object) };
    let of = Protocol::ALL.iter().flat_map(|protocol| [all(protocol), least(protocol), copies(protocol)]);
    of.chain([only]).collect()
}

/// The limits of the arrays that a door accepts, as far as limits say it; and if it is tempted, of those that it promises to refuse.
fn accepted(door: &Door, limits: Limits, platform: &Platform, is_tempted: bool) -> Limits {
    let accepts = |feature: Feature| door.accepts.contains(&feature);
    let is_dlpack = matches!(door.takes, Protocol::Dlpack | Protocol::DlpackVersioned);
    let orders = if accepts(Feature::Swapped) && !is_dlpack {
        vec![ByteOrder::Little, ByteOrder::Big]
    } else {
        vec![platform.byte_order]
    };
    let mut types = types(door, platform, &orders);
    types.retain(|dtype| limits.allow_type(platform, dtype));
    if types.is_empty() {
        return limits;
    }
    Limits {
        element_types: Allowed::only(types),
        records: if accepts(Feature::Record) && !is_dlpack { limits.records } else { Records::None },
        swapped: limits.swapped && accepts(Feature::Swapped) && !is_dlpack,
        unaligned: limits.unaligned
            && (accepts(Feature::Unaligned) || is_tempted && door.unaligned == Unaligned::Refuses),
        read_only: limits.read_only && accepts(Feature::ReadOnly) && door.takes != Protocol::Dlpack,
        strided: limits.strided && accepts(Feature::Strided),
        negative_strides: limits.negative_strides && accepts(Feature::Negative),
        odd_strides: limits.odd_strides && accepts(Feature::OddStrides) && !is_dlpack,
        overlap: limits.overlap && (accepts(Feature::Overlap) || is_tempted && door.exclusive && door.mutable),
        empty: limits.empty && accepts(Feature::Empty),
        min_dimensions: limits.min_dimensions.max(usize::from(!accepts(Feature::NoAxes))),
        ..limits
    }
}

/// The element types that a door takes, in these byte orders. Text and raw bytes have a few sizes.
fn types(door: &Door, platform: &Platform, orders: &[ByteOrder]) -> Vec<Dtype> {
    let mut types = Vec::new();
    for taken in &door.types {
        let sizes = taken.size.map_or_else(|| (1..=16).collect(), |size| vec![size]);
        for size in sizes {
            for order in orders {
                let mut plain = Plain { kind: taken.kind, size, order: *order, unit: None };
                if !plain.has_order() {
                    plain.order = ByteOrder::Little;
                }
                let dtype = Dtype::Plain(plain);
                if dtype.exists_on(platform) && !types.contains(&dtype) {
                    types.push(dtype);
                }
            }
        }
    }
    types
}

/// How the array is handed to the door: plainly in half of the cases, else with what the protocol can say beyond that.
pub(crate) fn take(draw: &mut Draw, handing: &Handing, layout: &Layout) -> Take {
    let Handing { door, limits } = handing;
    let can = |feature: &Feature| limits.features && feature.protocols().contains(&door.takes) && feature.fits(layout);
    let (harmless, others): (Vec<Feature>, Vec<Feature>) =
        Feature::ALL.iter().copied().filter(can).partition(|feature| feature.is_harmless());
    let mut with = Vec::new();
    if !draw.one_in(2) {
        let is_harmless = !draw.one_in(2) || others.is_empty();
        if is_harmless && !harmless.is_empty() {
            with.push(draw.pick(&harmless));
            if draw.one_in(4) {
                with.push(draw.pick(&harmless));
            }
        } else if !others.is_empty() {
            // Few arrays have elements that small.
            let is_bfloat = others.contains(&Feature::Bfloat) && draw.one_in(2);
            with.push(if is_bfloat { Feature::Bfloat } else { draw.pick(&others) });
        }
    }
    if with.contains(&Feature::NoStrides) {
        // Its capsules have a version of their own.
        with.retain(|feature| *feature != Feature::Minor);
    }
    with.sort_by_key(|feature| Feature::ALL.iter().position(|known| known == feature));
    with.dedup();
    Take { door: door.clone(), with }
}
