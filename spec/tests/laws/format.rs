//! Laws of formats of the buffer protocol: a format written for a type means that type and no other.

use crate::arrays::platforms;
use crate::cases;
use crate::dtype::nearly;
use crate::total::wild_dtypes;
use crate::types::{plains, records};
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain};
use array_ctypes_spec::interface::format::{describes, means, spans};
use array_ctypes_spec::platform::{ByteOrder, Platform};
use proptest::prelude::*;
use std::fmt::Write;

/// One spelling of a type: every byte order and all padding written out. `None` where there is none.
fn written(dtype: &Dtype) -> Option<String> {
    match dtype {
        Dtype::Plain(Plain { kind, size, order, .. }) => {
            let long = *size > 8 && (*kind == Kind::Float || *kind == Kind::Complex && *size > 16);
            let order = match order {
                _ if long => "^",
                ByteOrder::Little => "<",
                ByteOrder::Big => ">",
            };
            let letter = match (kind, size) {
                (Kind::Bytes, _) => format!("{size}s"),
                (Kind::Void, _) => format!("{size}x"),
                (Kind::Unicode, _) => format!("{}w", size / 4),
                (Kind::Object, _) => "O".to_owned(),
                (Kind::Bool, _) => "?".to_owned(),
                (Kind::Complex, 8) => "Zf".to_owned(),
                (Kind::Complex, 16) => "Zd".to_owned(),
                (Kind::Complex, _) => "Zg".to_owned(),
                (Kind::Float, size) => match size {
                    2 => "e",
                    4 => "f",
                    8 => "d",
                    _ => "g",
                }
                .to_owned(),
                (Kind::Int, size) => match size {
                    1 => "b",
                    2 => "h",
                    4 => "i",
                    _ => "q",
                }
                .to_owned(),
                (Kind::UInt, size) => match size {
                    1 => "B",
                    2 => "H",
                    4 => "I",
                    _ => "Q",
                }
                .to_owned(),
                (Kind::Datetime | Kind::Timedelta, _) => return None,
            };
            Some(format!("{order}{letter}"))
        }
        Dtype::Record(record) => {
            let mut text = "T{".to_owned();
            let mut end = 0;
            for Field { name, dtype, shape, offset, .. } in &record.fields {
                let lengths = shape.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
                let lengths = if shape.is_empty() { lengths } else { format!("({lengths})") };
                let _ = write!(text, "{}x{lengths}{}:{name}:", offset.checked_sub(end)?, written(dtype)?);
                end = offset + shape.iter().product::<u64>() * dtype.item_size();
            }
            Some(text + &format!("{}x}}", record.size - end))
        }
    }
}

/// Types that some format describes.
fn described() -> impl Strategy<Value = (Platform, Dtype)> {
    let dtype = prop_oneof![plains().prop_map(Dtype::Plain), records()];
    (platforms(), dtype).prop_filter("a format describes it", |(platform, dtype)| {
        dtype.exists_on(platform) && describes(platform, dtype)
    })
}

/// The same values with another one in the place of the first that is no raw byte.
fn altered(dtype: &Dtype, alter: fn(&mut Plain)) -> Dtype {
    match dtype {
        Dtype::Plain(plain) => {
            let mut plain = *plain;
            alter(&mut plain);
            Dtype::Plain(plain)
        }
        Dtype::Record(record) => {
            let mut record = array_ctypes_spec::dtype::Record::clone(record);
            for field in &mut record.fields {
                let other = altered(&field.dtype, alter);
                if other != field.dtype && field.size() > 0 {
                    field.dtype = other;
                    break;
                }
            }
            Dtype::from(record)
        }
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn a_format_written_for_a_type_means_the_type_and_spans_its_bytes((platform, dtype) in described()) {
        let text = written(&dtype).unwrap();
        prop_assert!(means(&platform, &text, &dtype), "{text}");
        prop_assert!(spans(&platform, &text, dtype.item_size()), "{text}");
        prop_assert!(!spans(&platform, &text, dtype.item_size() + 1), "{text}");
    }

    #[test]
    fn a_format_written_for_a_type_means_no_other_type((platform, dtype) in described()) {
        let text = written(&dtype).unwrap();
        let others: [fn(&mut Plain); 3] = [
            |plain| if plain.has_order() { plain.order = plain.order.swapped() },
            |plain| match plain.kind {
                Kind::Int => plain.kind = Kind::UInt,
                // Raw bytes may be unsigned ones, but not the other way round.
                Kind::UInt => plain.kind = Kind::Int,
                _ => {}
            },
            |plain| match plain.kind {
                Kind::Bool => plain.kind = Kind::UInt,
                Kind::Float if plain.size == 8 => plain.kind = Kind::UInt,
                Kind::Bytes if plain.size > 0 => *plain = Plain { kind: Kind::UInt, size: 1, ..*plain },
                _ => {}
            },
        ];
        for other in others.map(|alter| altered(&dtype, alter)) {
            prop_assert!(other == dtype || !means(&platform, &text, &other), "{text} {}", other.descr());
        }
    }

    #[test]
    fn field_names_in_a_format_must_match_where_they_are_given((platform, dtype) in described()) {
        let text = written(&dtype).unwrap();
        let nameless: String = text.split(':').step_by(2).collect();
        prop_assert!(means(&platform, &nameless, &dtype), "{nameless}");
        let renamed = text.replace(":f", ":g");
        let values = |dtype: &Dtype| dtype.value_mask(&platform).contains(&true);
        let raw = |dtype: &Dtype| match dtype {
            Dtype::Plain(plain) => plain.kind == Kind::Void,
            Dtype::Record(_) => true,
        };
        if let Dtype::Record(record) = &dtype {
            if record.fields.iter().any(|field| field.size() > 0 && !raw(&field.dtype) && values(&field.dtype)) {
                prop_assert!(!means(&platform, &renamed, &dtype), "{renamed}");
            }
        }
    }

    #[test]
    fn any_text_and_any_type_can_be_compared(
        platform in platforms(),
        text in prop_oneof![
            any::<String>(),
            "[T{}()0-9,:@=<>^!xsiqZdgwO ]{0,24}",
            described().prop_map(|(_, dtype)| written(&dtype).unwrap()),
            nearly(described().prop_map(|(_, dtype)| written(&dtype).unwrap())),
        ],
        dtype in wild_dtypes(),
        size in any::<u64>(),
    ) {
        let _ = (describes(&platform, &dtype), means(&platform, &text, &dtype), spans(&platform, &text, size));
        let _ = spans(&platform, &text, dtype.item_size());
    }
}

fn field(name: &str, typestr: &str, offset: u64) -> Field {
    let dtype = Dtype::from_typestr(typestr).unwrap();
    Field { name: name.to_owned(), title: None, dtype, shape: Vec::new(), offset }
}

fn record(fields: Vec<Field>, size: u64) -> Dtype {
    Dtype::from(array_ctypes_spec::dtype::Record { fields, size, aligned: false })
}

/// As NumPy 1.16.6, 1.26.4, 2.0.2, 2.4.6 and 2.5.5 write them on x86-64.
#[test]
fn formats_that_numpy_writes_are_read() {
    let inner = record(vec![field("x", "|i1", 0), field("y", ">i2", 1)], 3);
    let nested = Field { dtype: inner, ..field("a", "|i1", 0) };
    let shaped = Field { shape: vec![2, 3], ..field("a", "<i4", 0) };
    let one = Field { shape: vec![1], ..field("b", "|i1", 24) };
    let cases = [
        ("T{i:a:}", record(vec![field("a", "<i4", 0)], 4)),
        ("T{b:a:=i:b:}", record(vec![field("a", "|i1", 0), field("b", "<i4", 1)], 5)),
        ("T{b:a:xxxi:b:}", record(vec![field("a", "|i1", 0), field("b", "<i4", 4)], 8)),
        ("T{>i:a:@h:b:}", record(vec![field("a", ">i4", 0), field("b", "<i2", 4)], 6)),
        ("T{x>i:a:xb:b:}", record(vec![field("a", ">i4", 1), field("b", "|i1", 6)], 7)),
        ("T{(2,3)=i:a:(1)b:b:}", record(vec![shaped, one], 25)),
        ("T{3s:a:=2w:b:}", record(vec![field("a", "|S3", 0), field("b", "<U2", 3)], 11)),
        ("T{3x:a:2x:b:}", record(vec![field("a", "|V3", 0), field("b", "|V2", 3)], 5)),
        ("T{T{b:x:>h:y:}:a:=i:b:}", record(vec![nested, field("b", "<i4", 3)], 7)),
        ("T{b:a:^g:b:}", record(vec![field("a", "|i1", 0), field("b", "<f16", 1)], 17)),
        ("T{xxxx=q:a:}", record(vec![field("a", "<i8", 4)], 12)),
        ("T{>e:a:?:b:}", record(vec![field("a", ">f2", 0), field("b", "|b1", 2)], 3)),
        ("l", Dtype::from_typestr("<i8").unwrap()),
        (">2w", Dtype::from_typestr(">U2").unwrap()),
        ("5x", Dtype::from_typestr("|V5").unwrap()),
        ("Zg", Dtype::from_typestr("<c32").unwrap()),
    ];
    for (text, dtype) in cases {
        assert!(means(&Platform::X86_64_LINUX, text, &dtype), "{text} {}", dtype.descr());
        assert!(spans(&Platform::X86_64_LINUX, text, dtype.item_size()), "{text}");
    }
}

#[test]
fn each_letter_means_what_it_does_in_c() {
    let (linux, windows) = (&Platform::X86_64_LINUX, &Platform::X86_64_WINDOWS);
    for (platform, text, typestr) in [
        (linux, "c", "|S1"),
        (linux, "l", "<i8"),
        (linux, "L", "<u8"),
        (windows, "l", "<i4"),
        (windows, "L", "<u4"),
        (linux, "=l", "<i4"),
        (linux, "=L", "<u4"),
        (linux, "n", "<i8"),
        (linux, "^N", "<u8"),
        (linux, "F", "<c8"),
        (linux, ">D", ">c16"),
        (linux, " > i\t", ">i4"),
    ] {
        let dtype = Dtype::from_typestr(typestr).unwrap();
        assert!(means(platform, text, &dtype), "{text} {typestr}");
    }
    // The sizes of these are those of C alone; a brace needs its other.
    for text in ["=n", "<N", "i}", "T{i", "i:a", "(1i"] {
        assert!((0..64).all(|size| !spans(linux, text, size)), "{text}");
    }
}

/// A structure with fields of these offsets; the last is of that type.
fn ending_in(first: &str, last: Dtype, offset: u64, size: u64) -> Dtype {
    record(vec![field("a", first, 0), Field { dtype: last, ..field("b", "|i1", offset) }], size)
}

/// What the module `struct` aligns counts from the start of the whole; in C a structure is aligned, and padded at its end.
#[test]
fn native_alignment_is_accepted_in_both_readings() {
    let means = |text: &str, dtype: &Dtype| means(&Platform::X86_64_LINUX, text, dtype);
    let integer = || Dtype::from_typestr("<i4").unwrap();
    let text = "T{b:a:T{b:a:i:b:}:b:}";
    let as_struct = ending_in("|i1", ending_in("|i1", integer(), 3, 7), 1, 8);
    let as_c = ending_in("|i1", ending_in("|i1", integer(), 4, 8), 4, 12);
    assert!(means(text, &as_struct) && means(text, &as_c));
    let deeper = ending_in("|i1", ending_in("|i1", ending_in("|i1", integer(), 2, 6), 1, 7), 1, 8);
    assert!(means("T{b:a:T{b:a:T{b:a:i:b:}:b:}:b:}", &deeper));
    let sizes = |text: &str| [5, 8].map(|size| spans(&Platform::X86_64_LINUX, text, size));
    assert_eq!(sizes("T{i:a:b:b:}"), [true, true]);
    // What stands last says whether the end is padded.
    assert_eq!(["=T{i:a:b:b:}", "T{^i:a:b:b:}", "T{i:a:=b:b:}"].map(sizes), [[true, false]; 3]);
}

/// Raw bytes may be described as padding, text, or unsigned numbers of one byte, as long as nothing else is in them.
#[test]
fn raw_bytes_may_be_padding_text_or_single_bytes() {
    let means = |text: &str, typestr: &str| {
        means(&Platform::X86_64_LINUX, text, &Dtype::from_typestr(typestr).expect("a type"))
    };
    for text in ["3x", "3s", "3B", "B2x", "x2s"] {
        assert!(means(text, "|V3"), "{text}");
    }
    for text in ["3b", "xH", "3?", "4B", "4s"] {
        assert!(!means(text, "|V3"), "{text}");
    }
    let number = record(vec![field("a", "|V2", 0), field("b", "|u1", 2)], 3);
    let describes = |text: &str| array_ctypes_spec::interface::format::means(&Platform::X86_64_LINUX, text, &number);
    assert!(describes("T{2x:a:B:b:}") && describes("T{2s:a:B:b:}") && describes("T{BBB:b:}"));
    assert!(!describes("T{3s:a:}") && !describes("T{2x:a:x}"), "a number is no raw byte");
}

#[test]
fn no_format_describes_times_swapped_long_doubles_or_oversized_types() {
    let linux = Platform::X86_64_LINUX;
    let dtype = |typestr: &str| Dtype::from_typestr(typestr).expect("a type");
    for described in ["<f16", "<c32", ">f8", ">c16", "|V3", "|O"] {
        assert!(describes(&linux, &dtype(described)), "{described}");
    }
    for none in [">f16", ">c32", "<M8[s]", "<m8[s]"] {
        assert!(!describes(&linux, &dtype(none)), "{none}");
    }
    // There, a long double is a double, and one of 16 bytes none.
    assert!(describes(&Platform::X86_64_WINDOWS, &dtype(">f8")));
    let overlapping = record(vec![field("a", "<i4", 0), field("b", "<i4", 2)], 6);
    assert!(!describes(&linux, &overlapping));
    assert!(describes(&linux, &record(vec![field("a", "<i4", 0), field("b", "<i4", 4)], 8)));
    assert!(means(&linux, "1048576s", &dtype("|S1048576")));
    assert!(!means(&linux, "1048577s", &dtype("|S1048577")));
}

#[test]
fn an_item_repeated_0_times_may_have_any_size() {
    for (text, none) in [("(0)T{99x}i", "(1)T{99x}i"), ("T{(0)T{99x}i}", "T{(1)T{99x}i}")] {
        assert!(spans(&Platform::X86_64_LINUX, text, 4), "{text}");
        assert!(!spans(&Platform::X86_64_LINUX, none, 4), "{none}");
    }
}

/// Twelve kilobytes of text that stand for a thousand million values.
#[test]
fn items_repeated_0_times_are_read_quickly() {
    let text = "0T{1048576b}".repeat(1000);
    assert!(spans(&Platform::X86_64_LINUX, &(text.clone() + "i"), 4) && !spans(&Platform::X86_64_LINUX, &text, 4));
}

/// Up to the limit, and past it: any number of structures without fields fits into no room.
#[test]
fn fields_without_a_byte_are_read_quickly() {
    for shape in [vec![u64::MAX], vec![1 << 63, 2]] {
        let nothing = Field { dtype: record(Vec::new(), 0), shape, ..field("a", "|i1", 0) };
        let dtype = record(vec![nothing, field("b", "<i4", 0)], 4);
        assert!(means(&Platform::X86_64_LINUX, "T{i:b:}", &dtype));
    }
}

/// Numbers of any size and structures nested without end are refused quickly.
#[test]
fn hostile_formats_are_refused() {
    let deep = "T{".repeat(100_000);
    let wide = "T{(4000000000)T{(4000000000)0s}}";
    let count = "99999999999999999999i";
    for text in [deep.as_str(), wide, count, "18446744073709551615i", "(18446744073709551615,2)x", "4294967296Zg"] {
        assert!(!spans(&Platform::X86_64_LINUX, text, 8), "{}", &text[..text.len().min(40)]);
        assert!(!means(&Platform::X86_64_LINUX, text, &Dtype::from_typestr("<i8").unwrap()));
    }
}

#[test]
fn a_name_inside_an_unnamed_structure_is_ignored() {
    let named = |name| record(vec![field(name, "<i4", 0)], 4);
    for (text, says_x) in [("T{<i:x:}", true), ("T{T{<i:x:}}", false), ("T{T{T{<i:x:}}}", false)] {
        assert!(means(&Platform::X86_64_LINUX, text, &named("x")), "{text}");
        assert_eq!(means(&Platform::X86_64_LINUX, text, &named("y")), !says_x, "{text}");
    }
}
