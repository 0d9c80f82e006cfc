//! The C types of element types, and of arrays as objects of ctypes.

use super::arrays::{Elements, elements};
use super::refuse::refuse;
use crate::vocabulary::ctype::{CType, Simple};
use crate::vocabulary::dtype::{Dtype, Field, Kind, Plain, Record};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Answer, Ctypeslib, Expectation, Raises, Rule, rules::ctypeslib as rules};
use crate::world::{Predictions, World};
use std::fmt::Write;

const NOT_IMPLEMENTED: Expectation = Expectation::Raises(&[Raises::NotImplementedError]);

/// The rule that the C type of an element type falls under; `None` if the specification is silent about it.
pub fn ctype_rule(platform: &Platform, dtype: &Dtype) -> Option<Rule> {
    named(platform, dtype).map(|named| named.map_or_else(|refused| refused, |(_, rule)| rule))
}

/// The element type that a C type converts to, and the lengths of a C array of them; `None` if no array has such elements,
/// or the specification is silent about them.
pub fn element_type(platform: &Platform, ctype: &CType) -> Option<(Dtype, Vec<u64>)> {
    match elements(platform, ctype) {
        Elements::Of(dtype, lengths) => Some((dtype, lengths)),
        Elements::None | Elements::Unspecified => None,
    }
}

pub(super) fn of_element(world: &World, of: Option<&CType>, out: &mut Predictions) {
    let element = match of {
        None => Some((world.layout.dtype.clone(), Vec::new())),
        Some(ctype) => element_type(world.platform, ctype),
    };
    let Some((dtype, lengths)) = element else { return };
    match named(world.platform, &dtype) {
        Some(Ok((name, rule))) => {
            let rule = if lengths.is_empty() { rule } else { rules::ctype_of_sub_array };
            out.push(rule, Expectation::Is(Answer::Text(times(name, &lengths))));
        }
        Some(Err(rule)) => out.push(rule, NOT_IMPLEMENTED),
        None => {}
    }
}

pub(super) fn of_array(world: &World, question: &Ctypeslib, out: &mut Predictions) {
    let layout = &world.layout;
    let named = named(world.platform, &layout.dtype);
    let has_type = matches!(named, Some(Ok((_, rule))) if rule == rules::ctype_of_number);
    let kinds: &[Raises] =
        if has_type { &[Raises::TypeError] } else { &[Raises::TypeError, Raises::NotImplementedError] };
    if !world.array.is_writeable() {
        return refuse(rules::as_ctypes_read_only, kinds, out);
    }
    if !layout.is_c_contiguous() {
        return refuse(rules::as_ctypes_strided, kinds, out);
    }
    // The implementation chooses if a broadcast array may be written to.
    if world.array.is_broadcast() {
        return;
    }
    let name = match named {
        Some(Ok((name, _))) => name,
        Some(Err(_)) => return out.push(rules::as_ctypes_refused, NOT_IMPLEMENTED),
        None => return,
    };
    let answer = match question {
        Ctypeslib::TypeOfAsCtypes => Some(Answer::Text(times(name, &layout.shape))),
        _ => world.address(),
    };
    if let Some(answer) = answer {
        out.push(
            rules::as_ctypes,
            if has_type {
                Expectation::Is(answer)
            } else {
                Expectation::OneOf(vec![answer, Answer::Raises(Raises::NotImplementedError)])
            },
        );
    }
}

/// Returns true if `as_ctypes` yields an object at the address of the array, whatever the implementation.
pub(crate) fn is_object(world: &World) -> bool {
    let layout = &world.layout;
    let has_type =
        matches!(named(world.platform, &layout.dtype), Some(Ok((_, rule))) if rule == rules::ctype_of_number);
    let fits = world.array.is_writeable() && layout.is_c_contiguous() && !world.array.is_broadcast();
    has_type && fits && world.address().is_some()
}

/// The type of a C array with these lengths, first axis first.
fn times(item: String, shape: &[u64]) -> String {
    shape.iter().rev().fold(item, |item, length| format!("{item} * {length}"))
}

/// Returns the C type of an element type, as text, and the rule that predicts it; or the rule that predicts a refusal.
fn named(platform: &Platform, dtype: &Dtype) -> Option<Result<(String, Rule), Rule>> {
    match dtype {
        Dtype::Plain(plain) => {
            let number = number(plain).map(|simple| {
                let ctype = if plain.has_order() { CType::Swapped(simple, plain.order) } else { CType::Simple(simple) };
                (ctype.canonical(platform).to_string(), rules::ctype_of_number)
            });
            Some(number.ok_or(rules::ctype_refused))
        }
        Dtype::Record(record) => of_record(platform, record),
    }
}

fn number(plain: &Plain) -> Option<Simple> {
    Some(match (plain.kind, plain.size) {
        (Kind::Bool, _) => Simple::Bool,
        (Kind::Int, 1) => Simple::Int8,
        (Kind::Int, 2) => Simple::Int16,
        (Kind::Int, 4) => Simple::Int32,
        (Kind::Int, 8) => Simple::Int64,
        (Kind::UInt, 1) => Simple::UInt8,
        (Kind::UInt, 2) => Simple::UInt16,
        (Kind::UInt, 4) => Simple::UInt32,
        (Kind::UInt, 8) => Simple::UInt64,
        (Kind::Float, 4) => Simple::Float,
        (Kind::Float, 8) => Simple::Double,
        (Kind::Int | Kind::UInt | Kind::Float | Kind::Complex, _) => return None,
        (Kind::Timedelta | Kind::Datetime | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void, _) => return None,
    })
}

/// A structure or union, written with its size, and each field with its offset: padding shows in those.
fn of_record(platform: &Platform, record: &Record) -> Option<Result<(String, Rule), Rule>> {
    // It is open if fields without a byte overlap others.
    if record.fields.is_empty() || record.fields.iter().any(|field| field.size() == 0) {
        return None;
    }
    let mut fields: Vec<&Field> = record.fields.iter().collect();
    fields.sort_by_key(|field| field.offset);
    let is_union = fields.len() > 1 && fields.iter().all(|field| field.offset == 0);
    let overlaps = |pair: &[&Field]| pair[1].offset < pair[0].offset.saturating_add(pair[0].size());
    if !is_union && fields.windows(2).any(overlaps) {
        return Some(Err(rules::ctype_of_overlap));
    }
    let mut rule = if is_union { rules::ctype_of_union } else { rules::ctype_of_structure };
    let mut text = format!("{}({}", if is_union { "Union" } else { "Structure" }, record.size);
    for field in &fields {
        match named(platform, &field.dtype)? {
            Ok((name, _)) => {
                let _ = write!(text, ", {}={}@{}", field.name, times(name, &field.shape), field.offset);
            }
            Err(refused) => return Some(Err(refused)),
        }
        if !field.shape.is_empty() && !is_union {
            rule = rules::ctype_of_sub_array;
        }
    }
    Some(Ok((text + ")", rule)))
}
