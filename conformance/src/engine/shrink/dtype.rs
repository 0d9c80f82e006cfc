//! Simpler element types.

use super::weight::TypeWeight;
use crate::engine::domain;
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record};
use array_ctypes_spec::platform::{ByteOrder, Platform};

/// Simpler element types that the generators make on the platform.
pub(crate) fn simpler_types(dtype: &Dtype, platform: &Platform) -> Vec<Dtype> {
    let native = |kind, size| Dtype::Plain(Plain { kind, size, order: platform.byte_order, unit: None });
    let mut types: Vec<Dtype> = ["|u1", "|V2"].iter().filter_map(|text| Dtype::from_typestr(text).ok()).collect();
    types.extend([native(Kind::Int, 2), native(Kind::Int, 4), native(Kind::Int, 8)]);
    match dtype {
        Dtype::Plain(plain) => {
            let smallest = if plain.kind == Kind::Unicode { 4 } else { 1 };
            let simpler = [
                Plain { order: platform.byte_order, ..*plain },
                Plain { unit: None, ..*plain },
                Plain { size: smallest, ..*plain },
            ];
            // Equal types are equal.
            let with_order =
                |plain: Plain| if plain.has_order() { plain } else { Plain { order: ByteOrder::Little, ..plain } };
            types.extend(simpler.map(|plain| Dtype::Plain(with_order(plain))));
        }
        Dtype::Record(record) => {
            types.extend(record.fields.iter().map(|field| field.dtype.clone()));
            for simpler in simpler_records(record) {
                if record.aligned {
                    types.push(Dtype::from(laid_out(&simpler, platform)));
                }
                types.push(Dtype::from(simpler));
            }
        }
    }
    let weight = TypeWeight::of(dtype, platform);
    types.retain(|simpler| {
        simpler.exists_on(platform) && domain::is_type(simpler, platform) && TypeWeight::of(simpler, platform) < weight
    });
    types
}

fn simpler_records(record: &Record) -> Vec<Record> {
    let count = record.fields.len();
    let without = |at: usize| {
        let mut fewer = record.clone();
        fewer.fields.remove(at);
        fewer
    };
    let mut records: Vec<Record> = (0..count).filter(|_| count > 1).map(without).collect();
    for at in 0..count {
        let mut push = |edit: &dyn Fn(&mut Field)| {
            let mut changed = record.clone();
            edit(&mut changed.fields[at]);
            records.push(changed);
        };
        push(&|field| field.shape.clear());
        push(&|field| field.title = None);
        push(&|field| field.offset /= 2);
        if let Ok(byte) = Dtype::from_typestr("|u1") {
            push(&|field| field.dtype = byte.clone());
        }
        // A nested record gets simpler by itself.
        if let Dtype::Record(inner) = &record.fields[at].dtype {
            for simpler in simpler_records(inner) {
                push(&|field| field.dtype = Dtype::from(simpler.clone()));
            }
        }
    }
    let end = record.fields.iter().map(|field| field.offset + field.size()).max().unwrap_or(1).max(1);
    records.push(Record { size: end, ..record.clone() });
    records.push(Record { aligned: false, ..record.clone() });
    records
}

/// The same fields one after another, as a C compiler lays them out.
fn laid_out(record: &Record, platform: &Platform) -> Record {
    let mut end = 0u64;
    let mut most = 1;
    let place = |field: &Field| {
        let alignment = field.dtype.alignment(platform).max(1);
        let offset = end.next_multiple_of(alignment);
        end = offset + field.size();
        most = most.max(alignment);
        Field { offset, ..field.clone() }
    };
    let fields = record.fields.iter().map(place).collect();
    Record { fields, size: end.next_multiple_of(most), aligned: record.aligned }
}
