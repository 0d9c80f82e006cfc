//! Laws of element types and of their two written forms.

use crate::arrays::{platforms, record};
use crate::cases;
use crate::types::{plains, records};
use array_ctypes_spec::dtype::{Descr, DescrEntry, DescrType, Dtype, Field, Kind, Record, Unit};
use array_ctypes_spec::platform::ByteOrder;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The same type, and those of its fields, without the claim of alignment, which no description can express.
fn unaligned(dtype: &Dtype) -> Dtype {
    match dtype {
        Dtype::Plain(_) => dtype.clone(),
        Dtype::Record(record) => {
            let plainer = |field: &Field| Field { dtype: unaligned(&field.dtype), ..field.clone() };
            let fields = record.fields.iter().map(plainer).collect();
            Dtype::from(Record { fields, size: record.size, aligned: false })
        }
    }
}

/// How many bytes a description describes.
fn described(descr: &Descr) -> u64 {
    let size = |of: &DescrType| match of {
        DescrType::Typestr(text) => Dtype::from_typestr(text).unwrap().item_size(),
        DescrType::Nested(nested) => described(nested),
    };
    descr.0.iter().map(|entry| size(&entry.of) * entry.shape.iter().product::<u64>()).sum()
}

/// Text that is nearly a type string: one character of a valid one inserted, removed or replaced.
pub(crate) fn nearly(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let alphabet = format!("0123456789<>|=[]()*,._- :+{}Txé\0", Kind::CODES);
    let other = prop_oneof![any::<char>(), select(alphabet.chars().collect::<Vec<_>>())];
    (text, any::<Index>(), other, 0u8..3).prop_map(|(text, at, other, how)| {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        match how {
            0 => chars.insert(at, other),
            1 if at < chars.len() => drop(chars.remove(at)),
            _ if at < chars.len() => chars[at] = other,
            _ => chars.truncate(at / 2),
        }
        chars.into_iter().collect()
    })
}

/// A check that never returns by panicking, of text that need not be a type string.
fn parses_to_what_it_prints(text: &str) -> bool {
    Dtype::from_typestr(text)
        .map_or_else(|error| !error.to_string().is_empty(), |dtype| Dtype::from_typestr(&dtype.typestr()) == Ok(dtype))
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn typestrs_round_trip(plain in plains()) {
        let dtype = Dtype::Plain(plain);
        prop_assert_eq!(Dtype::from_typestr(&dtype.typestr()), Ok(dtype));
    }

    #[test]
    fn malformed_typestrs_never_panic(
        text in prop_oneof![any::<String>(), nearly(plains().prop_map(|plain| Dtype::Plain(plain).typestr()))]
    ) {
        prop_assert!(parses_to_what_it_prints(&text));
    }

    #[test]
    fn the_alignment_of_a_plain_type_is_a_power_of_two_up_to_16(plain in plains(), platform in platforms()) {
        if Dtype::Plain(plain).exists_on(&platform) {
            prop_assert!([1, 2, 4, 8, 16].contains(&plain.alignment(&platform)));
        }
    }

    #[test]
    fn descriptions_of_records_without_overlaps_round_trip(dtype in records()) {
        prop_assert_eq!(Dtype::from_descr(&dtype.descr()), Ok(unaligned(&dtype)));
    }

    #[test]
    fn descriptions_leave_no_byte_out(dtype in records()) {
        prop_assert_eq!(described(&dtype.descr()), dtype.item_size());
    }

    #[test]
    fn a_type_is_not_swapped_on_platforms_of_both_orders_at_once(dtype in records(), platform in platforms()) {
        let mut other = platform;
        other.byte_order = platform.byte_order.swapped();
        let ordered = |dtype: &Dtype| dtype.is_swapped(&platform) || dtype.is_swapped(&other);
        if let Dtype::Plain(plain) = &dtype {
            prop_assert_eq!(ordered(&dtype), plain.has_order());
            prop_assert!(!(dtype.is_swapped(&platform) && dtype.is_swapped(&other)));
        }
    }

    #[test]
    fn the_value_mask_has_an_entry_for_each_byte(dtype in records(), platform in platforms()) {
        prop_assert_eq!(dtype.value_mask(&platform).len() as u64, dtype.item_size());
    }

    #[test]
    fn every_byte_of_a_plain_type_counts_but_the_padding_of_x87_long_doubles(
        plain in plains(), platform in platforms()
    ) {
        let mut parts = if plain.kind == Kind::Complex { 2 } else { 1 };
        let long = platform.long_double;
        let number = matches!(plain.kind, Kind::Float | Kind::Complex);
        if !number || u64::from(plain.size) != parts * long.size() {
            parts = 0;
        }
        let padding = parts * (long.size() - long.value_bytes());
        let mask = Dtype::Plain(plain).value_mask(&platform);
        prop_assert_eq!(mask.iter().filter(|counts| !**counts).count() as u64, padding);
        if parts > 0 {
            // The padding is at the high end of the number.
            prop_assert_eq!(mask.first(), Some(&(plain.order == ByteOrder::Little || padding == 0)));
        }
    }
}

#[test]
fn every_kind_order_size_and_unit_round_trips() {
    let mut texts: Vec<String> = vec!["|b1".into(), "|O".into(), "|i1".into(), "|u1".into()];
    for order in ['<', '>'] {
        for (kind, sizes) in
            [("i", &[2, 4, 8][..]), ("u", &[2, 4, 8]), ("f", &[2, 4, 8, 12, 16]), ("c", &[8, 16, 24, 32])]
        {
            texts.extend(sizes.iter().map(|size| format!("{order}{kind}{size}")));
        }
        texts.extend([0, 1, 3, 1000].map(|length| format!("{order}U{length}")));
        for kind in ['m', 'M'] {
            texts.push(format!("{order}{kind}8"));
            texts.extend(
                Unit::NAMES
                    .iter()
                    .flat_map(|name| ["", "2", "25"].map(|count| format!("{order}{kind}8[{count}{name}]"))),
            );
        }
    }
    texts.extend(["S", "V"].iter().flat_map(|kind| [0, 1, 7, 1000].map(|size| format!("|{kind}{size}"))));
    for text in texts {
        assert_eq!(Dtype::from_typestr(&text).unwrap().typestr(), text);
    }
}

#[test]
fn a_near_miss_of_a_typestr_is_refused() {
    for text in ["|O4", "|O8", "<M8[0s]", "<i4[s]", "<M8[s", "|i4", "<i1", "=i4", "<i3", "<U", "<b1", "<i+4"] {
        assert!(Dtype::from_typestr(text).is_err(), "{text}");
    }
    for text in ["|O", "<M8[1s]", "<M8[s]", "<M8", "|i1", "<U1", "|b1", "|S0"] {
        assert!(Dtype::from_typestr(text).is_ok(), "{text}");
    }
}

#[test]
fn a_description_has_an_entry_for_each_field_and_each_gap() {
    let typestrs = |dtype: &Dtype| {
        let of = |entry: DescrEntry| match entry.of {
            DescrType::Typestr(typestr) => typestr,
            DescrType::Nested(_) => "nested".to_owned(),
        };
        dtype.descr().0.into_iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(typestrs(&record(&[("<i4", 0), ("<i2", 4)], 6, false)), ["<i4", "<i2"]);
    assert_eq!(typestrs(&record(&[("<i4", 2), ("<i2", 7)], 12, false)), ["|V2", "<i4", "|V1", "<i2", "|V3"]);
    // Overlaps and fields out of order cannot be described, here or in a field.
    let inside = |inner: Dtype| {
        let field = Field { name: "r".into(), title: None, shape: vec![], offset: 0, dtype: inner };
        Dtype::from(Record { fields: vec![field], size: 6, aligned: false })
    };
    assert_eq!(typestrs(&inside(record(&[("<i4", 0), ("<i2", 4)], 6, false))), ["nested"]);
    for inner in [record(&[("<i4", 0), ("<i2", 2)], 6, false), record(&[("<i2", 4), ("<i4", 0)], 6, false)] {
        assert!(inner.has_overlaps() && inside(inner.clone()).has_overlaps());
        assert_eq!(
            (typestrs(&inner), typestrs(&inside(inner.clone()))),
            (vec!["|V6".to_owned()], vec!["|V6".to_owned()])
        );
    }
}
