//! Laws of mapped arrays: where they are in memory, and what of memory and file a script leaves.

use crate::arrays::{PLATFORM, typestr};
use crate::cases;
use array_ctypes_spec::layout::{Invalid, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::{Answer, Array, Buffer, Expectation, Step, expect, rules};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn mapped(mode: Mode, size: u64, offset: i64, shape: &[u64], strides: &[i64]) -> Array {
    Array {
        buffer: Buffer { size, bytes: (0..size.min(64)).map(|at| at as u8).collect(), at: 9 },
        map: Some(Map { mode, deduced: false, file: Handle::Path }),
        writeable: true,
        dtype: typestr("<i2"),
        offset,
        shape: shape.to_vec(),
        strides: strides.to_vec(),
        views: Vec::new(),
    }
}

fn told(array: &Array, script: &[&str]) -> Vec<(String, String)> {
    let script: Vec<Step> = script.iter().map(|step| step.parse().unwrap()).collect();
    let predictions = expect(&PLATFORM, array, &script).into_iter();
    predictions.map(|said| (said.rule.id().to_owned(), said.expectation.to_string())).collect()
}

fn said(array: &Array, script: &[&str]) -> Option<(String, String)> {
    let last = script.len() - 1;
    let script: Vec<Step> = script.iter().map(|step| step.parse().unwrap()).collect();
    let predictions = expect(&PLATFORM, array, &script).into_iter();
    let said = predictions.filter(|said| said.step == last);
    said.map(|said| (said.rule.id().to_owned(), said.expectation.to_string())).next_back()
}

fn pair(rule: &str, expectation: &str) -> (String, String) {
    (rule.to_owned(), expectation.to_owned())
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn the_address_is_congruent_to_the_offset_and_in_a_mapping_that_holds_every_element(
        mode in select(Mode::ALL), offset in 0i64..20_000, shape in vec(0u64..4, 0..3), more in 0u64..9
    ) {
        let count: u64 = shape.iter().product();
        let array = mapped(mode, offset as u64 + 2 * count + more, offset, &shape, &[]);
        let layout = resolve(&PLATFORM, &array).unwrap();
        let reach = array.reach(&PLATFORM);
        prop_assert_eq!(layout.offset, offset);
        if count > 0 {
            prop_assert_eq!(reach.start % 4096, 0);
            prop_assert!(reach.start <= layout.extent().0 && reach.start + 4096 > layout.extent().0);
            prop_assert_eq!(reach.end, layout.extent().1);
        }
        prop_assert!(i128::from(array.memory().size) >= reach.end);
        let congruent = Expectation::Congruent { modulus: 4096, remainder: (offset % 4096) as u32 };
        let predictions = expect(&PLATFORM, &array, &["data".parse().unwrap()]);
        prop_assert!(predictions.iter().any(|said| said.expectation == congruent));
    }

    #[test]
    fn what_is_deduced_is_what_is_given(offset in 0i64..50, length in 1u64..9, part in 0u64..2) {
        let given = mapped(Mode::R, offset as u64 + 2 * length + part, offset, &[length], &[2]);
        let map = given.map.map(|map| Map { deduced: true, ..map });
        let deduced = Array { map, shape: vec![], strides: vec![], ..given.clone() };
        match resolve(&PLATFORM, &deduced) {
            Ok(layout) => prop_assert_eq!((Ok(layout), part), (resolve(&PLATFORM, &given), 0)),
            Err(invalid) => prop_assert_eq!((invalid.refusal().0, part), (rules::memmap::whole_items, 1)),
        }
    }

    #[test]
    fn memory_and_file_are_one_unless_the_mode_is_c(
        mode in select(Mode::ALL), writes in vec((0u64..12, 0u8..=255), 0..4), at in 0u64..12
    ) {
        let array = mapped(mode, 12, 0, &[6], &[2]);
        let mut script: Vec<Step> =
            writes.iter().map(|(at, byte)| format!("write-pointer {at} {byte:02x}").parse().unwrap()).collect();
        script.extend([format!("index {at} c_ubyte"), format!("file {at} 1")].map(|step| step.parse().unwrap()));
        let predictions = expect(&PLATFORM, &array, &script);
        let answer = |step: usize| {
            predictions.iter().find(|said| said.step == step).map(|said| match &said.expectation {
                Expectation::Is(Answer::Integer(byte)) => *byte as u8,
                Expectation::Is(Answer::Bytes(bytes)) => bytes[0],
                other => panic!("{other}"),
            })
        };
        let opened = if mode == Mode::WPlus { 0 } else { at as u8 };
        let last = writes.iter().rev().find(|(place, _)| *place == at && mode != Mode::R).map(|(_, byte)| *byte);
        let memory = last.unwrap_or(opened);
        prop_assert_eq!(answer(writes.len()), Some(memory));
        prop_assert_eq!(answer(writes.len() + 1), Some(if mode == Mode::C { opened } else { memory }));
    }
}

#[test]
fn the_order_follows_from_the_strides() {
    let c = mapped(Mode::R, 64, 0, &[2, 3], &[6, 2]);
    let fortran = mapped(Mode::R, 64, 0, &[2, 3], &[2, 4]);
    let neither = mapped(Mode::R, 64, 0, &[2, 3], &[-2, 40]);
    let strides = |array: &Array| resolve(&PLATFORM, array).unwrap().strides;
    assert_eq!((strides(&c), strides(&fortran), strides(&neither)), (vec![6, 2], vec![2, 4], vec![6, 2]));
    assert!(!mapped(Mode::R, 64, 0, &[5], &[2]).is_fortran());
}

#[test]
fn a_file_grows_only_where_the_mode_lets_it() {
    let size = |mode| mapped(mode, 10, 6, &[4], &[2]).memory().size;
    assert_eq!(Mode::ALL.iter().copied().map(size).collect::<Vec<_>>(), [10, 14, 14, 10]);
    let short = resolve(&PLATFORM, &mapped(Mode::R, 10, 6, &[4], &[2])).unwrap_err();
    assert!(matches!(short, Invalid::Map { rule: rules::memmap::too_short, .. }), "{short}");
}

#[test]
fn after_a_cut_what_is_left_of_the_file_is_told_and_touching_the_rest_faults() {
    let array = mapped(Mode::RPlus, 9000, 0, &[4500], &[2]);
    let cut = ["truncate-file 4097", "file-size"];
    assert_eq!(said(&array, &cut), Some(pair("memmap.size", "4097")));
    assert_eq!(said(&array, &[cut[0], "file 4090 32"]), Some(pair("memmap.kept", "bytes 00 00 00 00 00 00 00")));
    assert_eq!(said(&array, &[cut[0], "forked item 4096"]), Some(pair("memmap.past-end", "dies of SIGSEGV or SIGBUS")));
    for touching in ["item 4096", "item 0", "forked item 2048", "forked item 0", "write-pointer 0 00", "contents c_int"]
    {
        assert_eq!(said(&array, &[cut[0], touching]), None, "{touching}");
    }
}

#[test]
fn nothing_is_said_once_the_mapping_may_be_gone() {
    let array = mapped(Mode::C, 8, 0, &[4], &[2]);
    assert_eq!(said(&array, &["close-map"]), Some(pair("memmap.close", "raises BufferError")));
    assert_eq!(said(&array, &["close-map", "data"]), None);
    assert_eq!(said(&array, &["map dropped", "shape"]), None);
    assert_eq!(said(&array, &["forked map dropped", "shape"]), Some(pair("shape.shape", "[4]")));
}

#[test]
fn whether_a_private_mapping_sees_the_file_is_left_open() {
    let array = mapped(Mode::C, 8, 0, &[4], &[2]);
    assert_eq!(said(&array, &["write-file 0 ff", "item 0"]), None);
    assert_eq!(said(&array, &["write-file 0 ff", "file 0 2"]), Some(pair("memmap.kept", "bytes ff 01")));
}

#[test]
fn a_file_without_a_byte_may_be_given_one() {
    let array = mapped(Mode::WPlus, 9, 0, &[0], &[2]);
    assert_eq!(said(&array, &["file-size"]), Some(pair("memmap.size", "0 or 1")));
    assert_eq!(said(&array, &["file 0 32"]), Some(pair("memmap.emptied", "bytes or bytes 00")));
}

#[test]
fn only_mode_r_protects_its_memory() {
    let fault = |mode| said(&mapped(mode, 8, 0, &[4], &[2]), &["forked write-pointer 0 00"]);
    assert_eq!(fault(Mode::R), Some(pair("memmap.faults", "dies of SIGSEGV or SIGBUS")));
    assert_eq!([Mode::RPlus, Mode::WPlus, Mode::C].map(fault), [None, None, None]);
    let read_only = mapped(Mode::R, 8, 0, &[4], &[2]);
    assert_eq!(said(&read_only, &["write-pointer 0 00"]), None, "it must not be sent");
    assert_eq!(told(&read_only, &["write-item 0000 1"])[0].0, "memmap.refuses");
}
