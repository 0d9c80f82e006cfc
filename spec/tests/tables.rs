//! The tables of facts that chapters have in their prose are those of the code.

use array_ctypes_spec::Chapter;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::platform::{ByteOrder, DataModel, LongDouble, Platform};

/// The cells of the rows of a chapter whose first cell is code.
fn rows(chapter: Chapter) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = chapter.prose().lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
}

#[test]
fn the_platforms_of_the_chapter_are_those_of_the_code() {
    let row = |(name, platform): (&str, Platform)| {
        let order = match platform.byte_order {
            ByteOrder::Little => "little",
            ByteOrder::Big => "big",
        };
        let model = match platform.data_model {
            DataModel::Lp64 => "LP64",
            DataModel::Llp64 => "LLP64",
            DataModel::Ilp32 => "ILP32",
        };
        let long_double = match platform.long_double {
            LongDouble::Binary64 => "as double",
            LongDouble::X87In12 | LongDouble::X87In16 => "x87, 10 bytes of value",
            LongDouble::Binary128 => "IEEE binary128",
            LongDouble::DoubleDouble => "a pair of doubles",
        };
        let size = format!("{}, {}", platform.long_double.size(), platform.long_double_align);
        [
            format!("`{name}`"),
            order.to_owned(),
            model.to_owned(),
            long_double.to_owned(),
            size,
            platform.eight_byte_align.to_string(),
            platform.wchar_size.to_string(),
            platform.granularity.to_string(),
        ]
    };
    let expected: Vec<Vec<String>> = Platform::ALL.map(row).map(Vec::from).into();
    assert_eq!(rows(Chapter::Platform).collect::<Vec<_>>(), expected);
}

/// The item size of a type; that of references is the platform's.
fn dtype_size(dtype: &Dtype, platform: &Platform) -> u64 {
    if dtype.has_objects() { platform.pointer_size() } else { dtype.item_size() }
}

#[test]
fn the_kinds_of_the_chapter_are_those_of_the_code_in_the_same_sizes() {
    let platform = Platform::X86_64_LINUX;
    let long_double = platform.long_double.size();
    let mut found = String::new();
    for cells in rows(Chapter::Dtype) {
        let [kinds, _, sizes] = cells[..] else { panic!("expected three cells, found {cells:?}") };
        for kind in kinds.split(", ").map(|kind| kind.trim_matches('`')) {
            found += kind;
            for size in 1..=64 {
                let listed = match sizes {
                    "any" => true,
                    "any multiple of 4" => size % 4 == 0,
                    "that of a pointer" => size == 8,
                    sizes => sizes.split(", ").any(|one| match one {
                        "and that of long double" => size == long_double,
                        "and twice that of long double" => size == 2 * long_double,
                        number => number.parse() == Ok(size),
                    }),
                };
                let spelled = |order: &str| match kind {
                    "O" => format!("{order}O"),
                    "U" => format!("{order}U{}", size / 4),
                    _ => format!("{order}{kind}{size}"),
                };
                let exists = ["<", "|"].iter().any(|order| {
                    let dtype = Dtype::from_typestr(&spelled(order));
                    dtype.is_ok_and(|dtype| dtype.exists_on(&platform) && dtype_size(&dtype, &platform) == size)
                });
                assert_eq!(exists, listed, "{kind} of {size} bytes");
            }
        }
    }
    let sorted = |text: &str| {
        let mut kinds: Vec<char> = text.chars().collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(sorted(&found), sorted(Kind::CODES));
}
