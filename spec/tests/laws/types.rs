//! C types, element types and records, drawn.

use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record, Unit};
use array_ctypes_spec::platform::ByteOrder;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) const ORDERS: [ByteOrder; 2] = [ByteOrder::Little, ByteOrder::Big];

pub(crate) fn simples() -> impl Strategy<Value = Simple> {
    select(Simple::ALL)
}

/// Every form of C type, nested a few times; arrays are short.
pub(crate) fn ctypes() -> impl Strategy<Value = CType> {
    let leaf = prop_oneof![
        6 => simples().prop_map(CType::Simple),
        2 => (simples(), select(&ORDERS[..])).prop_map(|(simple, order)| CType::Swapped(simple, order)),
        1 => select(vec![CType::PointerNone, CType::Function, CType::NotACType]),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|to| CType::Pointer(Box::new(to))),
            (inner.clone(), 0u32..9).prop_map(|(item, length)| CType::Array(Box::new(item), length)),
            vec(inner.clone(), 0..4).prop_map(CType::Structure),
            vec(inner, 0..4).prop_map(CType::Union),
        ]
    })
}

/// The sizes in bytes that a kind comes in; for text and raw bytes, some.
fn sizes(kind: Kind) -> &'static [u32] {
    match kind {
        Kind::Bool => &[1],
        Kind::Int | Kind::UInt => &[1, 2, 4, 8],
        Kind::Float => &[2, 4, 8, 12, 16],
        Kind::Complex => &[8, 16, 24, 32],
        Kind::Timedelta | Kind::Datetime | Kind::Object => &[8],
        Kind::Bytes | Kind::Void => &[0, 1, 3, 8, 255],
        Kind::Unicode => &[0, 4, 12],
    }
}

fn units() -> impl Strategy<Value = Option<Unit>> {
    let count = prop_oneof![Just(1u32), 1u32..30, Just(u32::MAX)];
    option::of((count, select(&Unit::NAMES[..])).prop_map(|(count, name)| Unit { count, name }))
}

/// Every kind of plain type, in every size, order and unit.
pub(crate) fn plains() -> impl Strategy<Value = Plain> {
    select(&Kind::ALL[..])
        .prop_flat_map(|kind| (Just(kind), select(sizes(kind)), select(&ORDERS[..]), units()))
        .prop_map(|(kind, size, order, unit)| {
            let unit = unit.filter(|_| matches!(kind, Kind::Timedelta | Kind::Datetime));
            let plain = Plain { kind, size, order, unit };
            // One value for each type: an order that does not show is not drawn.
            if plain.has_order() { plain } else { Plain { order: ByteOrder::Little, ..plain } }
        })
}

/// Records of fields that follow each other, with gaps; some nested, some with sub-arrays and titles.
pub(crate) fn records() -> impl Strategy<Value = Dtype> {
    plains().prop_map(Dtype::Plain).prop_recursive(2, 8, 4, |inner| {
        let field = (inner, option::of("[T-Z]{1,3}"), vec(0u64..4, 0..3), 0u64..5);
        (vec(field, 1..4), 0u64..5, any::<bool>()).prop_map(|(fields, tail, aligned)| {
            let mut end = 0;
            let fields = fields.into_iter().enumerate().map(|(at, (dtype, title, shape, gap))| {
                let field = Field { name: format!("f{at}"), title, dtype, shape, offset: end + gap };
                end = field.offset + field.size();
                field
            });
            let fields = fields.collect();
            Dtype::from(Record { fields, size: end + tail, aligned })
        })
    })
}
