//! Laws of type descriptions: what they mean, in which forms, and what is no description of a type.

use crate::arrays::record;
use crate::cases;
use crate::dtype::nearly;
use crate::types::records;
use array_ctypes_spec::dtype::{Descr, DescrEntry, DescrType, Dtype, Field, Record};
use proptest::prelude::*;
use proptest::sample::Index;

fn describes(text: &str, dtype: &Dtype) -> bool {
    Descr::parse(text).is_some_and(|descr| descr.describes(dtype))
}

fn field(name: &str, dtype: Dtype, shape: &[u64], offset: u64) -> Field {
    Field { name: name.into(), title: None, dtype, shape: shape.to_vec(), offset }
}

fn of(fields: Vec<Field>, size: u64) -> Dtype {
    Dtype::from(Record { fields, size, aligned: false })
}

fn plain(typestr: &str) -> Dtype {
    Dtype::from_typestr(typestr).unwrap()
}

/// An entry of raw bytes.
fn raw(name: String, size: u64) -> DescrEntry {
    DescrEntry { name, title: None, of: DescrType::Typestr(format!("|V{size}")), shape: Vec::new() }
}

/// The same description with a field of that number as raw bytes, and padding with names.
fn with_raw(dtype: &Dtype, at: usize) -> Descr {
    let Dtype::Record(record) = dtype else { return dtype.descr() };
    let mut descr = dtype.descr();
    let raws = &record.fields[at % record.fields.len()];
    for (number, entry) in descr.0.iter_mut().enumerate() {
        if entry.name == raws.name {
            *entry = raw(raws.name.clone(), raws.size());
        } else if entry.name.is_empty() {
            entry.name = format!("padding {number}");
        }
    }
    descr
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_description_is_read_as_it_is_printed(dtype in records()) {
        let descr = dtype.descr();
        prop_assert_eq!(Descr::parse(&descr.to_string()), Some(descr));
    }

    #[test]
    fn the_description_of_a_type_describes_it_and_so_do_raw_bytes(dtype in records(), at in any::<Index>()) {
        prop_assert!(dtype.descr().describes(&dtype));
        prop_assert!(Descr(vec![raw("any".into(), dtype.item_size())]).describes(&dtype));
        prop_assert!(!Descr(vec![raw(String::new(), dtype.item_size() + 1)]).describes(&dtype));
        let with_raw = with_raw(&dtype, at.index(8));
        prop_assert!(with_raw.describes(&dtype), "{with_raw}");
    }

    #[test]
    fn an_entry_that_is_left_out_is_missed(dtype in records(), at in any::<Index>()) {
        let mut descr = dtype.descr();
        let left_out = Descr(vec![descr.0.remove(at.index(descr.0.len()))]);
        let has_bytes = !left_out.describes(&of(Vec::new(), 0));
        prop_assert_eq!(descr.describes(&dtype), !has_bytes, "{}", left_out);
    }

    #[test]
    fn no_text_describes_types_of_two_sizes(
        text in prop_oneof![any::<String>(), nearly(records().prop_map(|dtype| dtype.descr().to_string()))],
        dtype in records(),
    ) {
        let Dtype::Record(record) = &dtype else { return Ok(()) };
        let larger = of(record.fields.clone(), record.size + 1);
        prop_assert!(!(describes(&text, &dtype) && describes(&text, &larger)), "{}", text);
    }
}

/// Two fields with padding between and after them.
fn padded() -> Dtype {
    record(&[("<i4", 0), ("|u1", 6)], 8, false)
}

/// A field, and a structure of a sub-array and padding.
fn nested() -> Dtype {
    let inner = of(vec![field("x", plain("<i2"), &[2, 3], 0), field("y", plain("<c8"), &[], 12)], 22);
    of(vec![field("a", plain(">U1"), &[], 0), field("n", inner, &[], 4)], 26)
}

#[track_caller]
fn assert_described(dtype: &Dtype, right: &[&str], wrong: &[&str]) {
    for text in right {
        assert!(describes(text, dtype), "expected that {text} describes {}", dtype.descr());
    }
    for text in wrong {
        assert!(!describes(text, dtype), "expected that {text} does not describe {}", dtype.descr());
    }
}

#[test]
fn a_plain_type_has_any_name_any_spelling_and_may_be_raw() {
    assert_described(
        &plain("<i4"),
        &[
            "[('', '<i4')]",
            "[('value', '<i4')]",
            "[('', '|V4')]",
            "[('', '|V1'), ('x', '<V3')]",
            "[('', [('', '<i4')])]",
        ],
        &["[('', '>i4')]", "[('', '<u4')]", "[('', '<i2'), ('', '<i2')]", "[('', '<i2', (2,))]", "[('', '|V3')]", "[]"],
    );
    assert_described(&plain("|u1"), &["[('', '>u1')]", "[('', '<u1')]"], &["[('', '=u1')]", "[('', '|i1')]"]);
    assert_described(&plain("<M8[25s]"), &["[('', '<M8')]"], &["[('', '<M8[s]')]", "[('', '<m8[25s]')]"]);
    assert_described(&plain("|O"), &["[('', '|O')]", "[('', '<O8')]", "[('', '|V8')]"], &["[('', '|O4')]"]);
    let parts = ["[('real', '<f4'), ('imag', '<f4')]", "[('', '<f4'), ('', '|V4')]", "[('', '<f4', (2,))]"];
    assert_described(&plain("<c8"), &parts, &["[('real', '<f4'), ('imag', '>f4')]", "[('', '<i4'), ('', '<i4')]"]);
}

#[test]
fn fields_have_their_name_or_none_and_padding_has_any() {
    assert_described(
        &padded(),
        &[
            "[('f0', '<i4'), ('', '|V2'), ('f1', '|u1'), ('', '|V1')]",
            "[('', '<i4'), ('gap', '|V2'), ('f1', '<u1'), ('end', '|V1')]",
            "[('f0', '|V4'), ('', '|V2'), ('f1', '|u1'), ('', '|V1')]",
            "[('raw', '|V6'), ('f1', '|u1'), ('', '|V1')]",
            "[('', '<i4'), ('rest', [('', '|V2'), ('f1', '|u1'), ('', '|V1')])]",
            "[('', '<u8')]",
        ],
        &[
            "[('f1', '<i4'), ('', '|V2'), ('f0', '|u1'), ('', '|V1')]",
            "[('other', '<i4'), ('', '|V2'), ('f1', '|u1'), ('', '|V1')]",
            "[('f0', '<i4'), ('', '|V1'), ('f1', '|u1'), ('', '|V2')]",
            "[('f0', '<i4'), ('', '<i2'), ('f1', '|u1'), ('', '|V1')]",
            "[('f0', '<i4'), ('f1', '|V2'), ('', '|u1'), ('', '|V1')]",
            "[('f0', '|V6'), ('f1', '|u1'), ('', '|V1')]",
            "[('f0', '<i4'), ('', '|V2'), ('f1', '|u1')]",
            "[('', '<u4'), ('', '|V4')]",
        ],
    );
}

#[test]
fn nested_types_are_lists_of_their_own_or_spliced_in_or_raw() {
    assert_described(
        &nested(),
        &[
            "[('a', '>U1'), ('n', [('x', '<i2', (2, 3)), ('y', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '<i2', (2, 3)), ('y', [('r', '<f4'), ('i', '<f4')]), ('pad', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '|V2', (6,)), ('y', '|V8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', '|V22')]",
            "[('a', '>U1'), ('', '<i2', (2, 3)), ('n.y', '<c8'), ('', '|V2')]",
            "[('a', '|V4'), ('n', [('', [('', '<i2', (2, 3))]), ('y', '<c8'), ('', '|V2')])]",
        ],
        &[
            "[('a', '>U1'), ('n', [('x', '<i2', (2, 3)), ('y', '<c8'), ('', '|V1')])]",
            "[('a', '>U1'), ('n', [('x', '<i2', (2, 3)), ('y', '<c8')]), ('', '|V2')]",
            "[('a', '>U1'), ('n', [('x', '>i2', (2, 3)), ('y', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '<i2', (3, 2)), ('y', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '<i2', (6,)), ('y', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '<i2'), ('', '|V10'), ('y', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('y', '<i2', (2, 3)), ('x', '<c8'), ('', '|V2')])]",
            "[('a', '>U1'), ('n', [('x', '<i2', (2, 3)), ('', '|V2'), ('y', '<c8')])]",
            "[('n', '>U1'), ('', '|V22')]",
            "[('a', '<U1'), ('', '|V22')]",
        ],
    );
}

#[test]
fn fields_that_overlap_are_raw_and_those_out_of_order_are_described_in_order() {
    let union = record(&[("<i4", 0), ("<f4", 0)], 4, false);
    assert_described(
        &union,
        &["[('', '|V4')]", "[('f1', '|V4')]", "[('', '<u4')]"],
        &["[('f0', '<i4')]", "[('f0', '<i4'), ('f1', '<f4')]", "[('', '<f4')]"],
    );
    let beside_raw = record(&[("|V4", 0), ("|u1", 0)], 4, false);
    assert_described(
        &beside_raw,
        &["[('value', '|V4')]", "[('f0', '|V4')]"],
        &["[('f1', '|V4')]", "[('', '<u4', (1,))]"],
    );
    let twice = record(&[("<i4", 0), ("<i4", 0)], 4, false);
    assert_described(&twice, &["[('f0', '<i4')]", "[('f1', '<i4')]"], &["[('f2', '<i4')]"]);
    let backwards = record(&[("<i2", 4), ("<i4", 0)], 6, false);
    assert_described(
        &backwards,
        &["[('f1', '<i4'), ('f0', '<i2')]", "[('', '|V6')]"],
        &["[('f0', '<i2'), ('f1', '<i4')]", "[('f0', '<i4'), ('f1', '<i2')]"],
    );
}

#[test]
fn a_title_is_that_of_the_field() {
    let mut titled = field("a", plain("<i4"), &[], 0);
    titled.title = Some("T".into());
    assert_described(
        &of(vec![titled], 4),
        &["[(('T', 'a'), '<i4')]", "[('a', '<i4')]", "[('', '<i4')]", "[((\"T\", \"a\"), '<i4')]"],
        &["[(('a', 'T'), '<i4')]", "[(('U', 'a'), '<i4')]", "[('T', '<i4')]"],
    );
}

#[test]
fn what_python_does_not_print_is_no_description() {
    let wrong = [
        "",
        "[",
        "[]]",
        "('a', '<i4')",
        "[('a', '<i4'),, ]",
        "[('a')]",
        "[('a', '<i4', 2)]",
        "[('a', '<i4', (-1,))]",
        "[('a', '<i4', (2,), 3)]",
        "[('a', '<i4', (18446744073709551616,))]",
        "[['a', '<i4']]",
        "[('a, '<i4')]",
        "None",
    ];
    for text in wrong {
        assert_eq!(Descr::parse(text), None, "{text}");
    }
    let escaped = Descr::parse(r#"[("it's", '<i4'), ('\'"', '<i4', ())]"#).unwrap();
    assert_eq!([&escaped.0[0].name, &escaped.0[1].name], ["it's", "'\""]);
    let (open, close) = ("[('', ".repeat(100_000), ")]".repeat(100_000));
    assert_eq!(Descr::parse(&format!("{open}'<i4'{close}")), None);
    // A size that no machine has is no size, and takes no time.
    let large = format!("[('', '|V{}', (4294967296, 4294967296)), ('', [], (4294967296,))]", u32::MAX);
    assert!(!describes(&large, &plain("<i4")) && describes("[('', [], (4294967296,)), ('', '<i4')]", &plain("<i4")));
}
