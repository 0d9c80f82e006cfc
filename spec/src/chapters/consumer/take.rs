//! How handing over an array ends: it is taken, or refused.

use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::{
    Answer, Expectation, Feature, Protocol, Raises, Rule, Take, Unaligned, rules::consumer as rules,
};
use crate::world::handed::Handed;
use crate::world::{Predictions, World};

/// What can only be refused by a door that does not declare it, with the rule.
const REFUSED: [(Feature, Rule); 5] = [
    (Feature::Major, rules::major),
    (Feature::Lanes, rules::lanes),
    (Feature::SubByte, rules::sub_byte),
    (Feature::Bfloat, rules::bfloat),
    (Feature::Device, rules::device),
];

/// What every door accepts, with the rule. What few protocols can say comes first.
const HARMLESS: [(Feature, Rule); 6] = [
    (Feature::Copied, rules::accepts_copied),
    (Feature::Minor, rules::accepts_minor),
    (Feature::NoDeleter, rules::accepts_no_deleter),
    (Feature::Offset, rules::accepts_offset),
    (Feature::Descr, rules::accepts_descr),
    (Feature::NoStrides, rules::accepts_no_strides),
];

pub(super) fn expect<'a>(world: &mut World<'a>, take: &'a Take, out: &mut Predictions) {
    // One array is handed over once, before anything else has changed.
    if world.handed.is_some() || world.is_written() || world.has_objects() || !is_meant(world, take) {
        return;
    }
    let features = take.features(world.platform, world.array, world.layout);
    let mut handed = Handed::new(take, world.step(), features);
    let refused = Expectation::Raises(Raises::ANY);
    let made = Expectation::Is(Answer::Nothing);
    match refusal(world, &handed) {
        Some(rule) => {
            handed.refused = true;
            out.push(rule, refused);
        }
        None => match acceptance(&handed) {
            Some(rule) => out.push(rule, made),
            None => out.push(rules::refuses_cleanly, Expectation::AnyOf(vec![made, refused])),
        },
    }
    world.handed = Some(handed);
}

/// Returns true if the producer can be asked for all of that in that protocol.
fn is_meant(world: &World, take: &Take) -> bool {
    take.with.iter().all(|feature| feature.protocols().contains(&take.door.takes) && feature.fits(world.layout))
}

/// The rule by which the array must be refused, if there is one.
fn refusal(world: &World, handed: &Handed) -> Option<Rule> {
    let door = &handed.take.door;
    let is_refused = |feature: Feature| handed.has(feature) && !door.accepts.contains(&feature);
    if !can_say(world, handed) {
        return Some(rules::producer_refuses);
    }
    if let Some((_, rule)) = REFUSED.iter().find(|(feature, _)| is_refused(*feature)) {
        return Some(*rule);
    }
    if door.exclusive && door.mutable && handed.shares() && overlaps(world) && !handed.has(Feature::ReadOnly) {
        return Some(rules::exclusive);
    }
    // Nobody knows how the fields of a record want to be aligned.
    let is_unaligned = handed.has(Feature::Unaligned) && world.layout.dtype.plain().is_some();
    (door.unaligned == Unaligned::Refuses && is_unaligned).then_some(rules::unaligned)
}

/// Returns true if two elements surely share bytes: a stride shorter than an element reaches another.
fn overlaps(world: &World) -> bool {
    let layout = world.layout;
    let counts = layout.strides_that_matter();
    let mut strides = layout.strides.iter().zip(counts);
    strides.any(|(stride, counts)| counts && stride.unsigned_abs() < layout.dtype.item_size())
}

/// The rule by which the array must be taken; `None` if the door may refuse it.
fn acceptance(handed: &Handed) -> Option<Rule> {
    let accepts = &handed.take.door.accepts;
    let (harmless, others): (Vec<Feature>, Vec<Feature>) =
        handed.features.iter().copied().partition(|feature| feature.is_harmless());
    if !others.iter().all(|feature| accepts.contains(feature)) {
        return None;
    }
    let of_protocol = HARMLESS.iter().find(|(feature, _)| harmless.contains(feature)).map(|(_, rule)| *rule);
    Some(of_protocol.unwrap_or(if others.is_empty() { rules::accepts } else { rules::accepts_declared }))
}

/// Returns true if the protocol has words for the array. If not, the producer refuses to hand it over.
fn can_say(world: &World, handed: &Handed) -> bool {
    let dtype = &world.layout.dtype;
    match handed.take.door.takes {
        Protocol::Dlpack | Protocol::DlpackVersioned => {
            let says_flags = handed.take.door.takes == Protocol::DlpackVersioned;
            let is_number = dtype.plain().is_some_and(|plain| {
                let part = if plain.kind == Kind::Complex { plain.size / 2 } else { plain.size };
                matches!(plain.kind, Kind::Bool | Kind::Int | Kind::UInt | Kind::Float | Kind::Complex) && part <= 8
            });
            let is_lent = says_flags || !handed.has(Feature::ReadOnly);
            is_number && !handed.has(Feature::Swapped) && !handed.has(Feature::OddStrides) && is_lent
        }
        Protocol::Buffer => !has_time(dtype),
        Protocol::Pointer | Protocol::Interface | Protocol::Struct | Protocol::Object => true,
    }
}

/// Returns true if the type is one of time, or has a field of such a type. The buffer protocol has no format for it.
fn has_time(dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => plain.kind.has_unit(),
        Dtype::Record(record) => record.fields.iter().any(|field| has_time(&field.dtype)),
    }
}
