//! Laws of mapped arrays: where they are in memory, and what a script does to memory and file.

use crate::arrays::{PLATFORM, last_predicted, pair, predicted, typestr, with_view};
use crate::cases;
use array_ctypes_spec::dtype::{Dtype, Record};
use array_ctypes_spec::layout::{Invalid, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Buffer, Expectation, Step, Write, expect, rules};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn mapped(mode: Mode, size: u64, offset: i64, shape: &[u64], strides: &[i64]) -> Array {
    Array {
        owner: None,
        buffer: Buffer { size, bytes: (0..size.min(64)).map(|at| at as u8).collect(), at: 9 },
        map: Some(Map { mode, deduced: false, file: Handle::Path, name: None }),
        writeable: true,
        dtype: typestr("<i2"),
        offset,
        shape: shape.to_vec(),
        strides: strides.to_vec(),
        views: Vec::new(),
    }
}

/// The same file, with as many elements as it has.
pub(crate) fn deduced(array: Array) -> Array {
    Array { map: array.map.map(|map| Map { deduced: true, ..map }), shape: vec![], strides: vec![], ..array }
}

/// Returns true if nothing is expected of the last step.
fn is_silent(array: &Array, script: &[&str]) -> bool {
    last_predicted(array, script).is_none()
}

/// What is asked before anybody looks from outside, and then that.
fn outside<'a>(steps: &[&'a str]) -> Vec<&'a str> {
    [&["data", "itemsize", "shape", "strides"], steps].concat()
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
        prop_assert_eq!(predictions.iter().any(|prediction| prediction.expectation == congruent), count > 0);
    }

    #[test]
    fn a_deduced_shape_equals_the_same_shape_given(offset in 0i64..50, length in 1u64..9, part in 0u64..2) {
        let given = mapped(Mode::R, offset as u64 + 2 * length + part, offset, &[length], &[2]);
        match resolve(&PLATFORM, &deduced(given.clone())) {
            Ok(layout) => prop_assert_eq!((Ok(layout), part), (resolve(&PLATFORM, &given), 0)),
            Err(invalid) => prop_assert_eq!((invalid.refusals()[0].0, part), (rules::memmap::whole_items, 1)),
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
            predictions.iter().find(|prediction| prediction.step == step).map(|prediction| match &prediction.expectation {
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
fn a_deduced_length_has_a_rule_of_its_own_until_a_view_is_taken() {
    let given = mapped(Mode::R, 8, 2, &[3], &[2]);
    let deduced = || deduced(given.clone());
    let rule =
        |array: &Array| predicted(array, &["shape"]).into_iter().map(|prediction| prediction.0).collect::<Vec<_>>();
    assert!(predicted(&deduced(), &["shape"]).contains(&pair("memmap.deduced", "[3]")));
    for array in [&given, &with_view(deduced(), "reverse 0")] {
        assert!(!rule(array).contains(&"memmap.deduced") && !rule(array).is_empty());
    }
}

#[test]
fn bytes_that_a_file_grew_by_and_bytes_that_it_had_fall_under_different_rules() {
    let array = mapped(Mode::RPlus, 10, 6, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["file 10 4"]), Some(pair("memmap.grown", "bytes 00 00 00 00")));
    assert_eq!(last_predicted(&array, &["file 9 2"]), Some(pair("memmap.kept", "bytes 09 00")));
}

#[test]
fn a_mapping_begins_at_a_page_whatever_the_alignment_of_the_buffer() {
    let array = mapped(Mode::R, 8, 0, &[4], &[2]);
    assert_eq!((array.at(), Array { map: None, ..array }.at()), (0, 9));
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
fn after_a_cut_the_rest_of_the_file_is_predicted_and_touching_memory_behind_it_faults() {
    let array = mapped(Mode::RPlus, 9000, 0, &[4500], &[2]);
    let cut = ["truncate-file 4097", "file-size"];
    assert_eq!(last_predicted(&array, &cut), Some(pair("memmap.size", "4097")));
    assert_eq!(
        last_predicted(&array, &[cut[0], "file 4090 32"]),
        Some(pair("memmap.kept", "bytes 00 00 00 00 00 00 00"))
    );
    assert_eq!(
        last_predicted(&array, &[cut[0], "forked item 4096"]),
        Some(pair("memmap.past-end", "dies of SIGSEGV or SIGBUS"))
    );
    for touching in ["item 4096", "item 0", "forked item 2048", "forked item 0", "write-pointer 0 00", "contents c_int"]
    {
        assert_eq!(last_predicted(&array, &[cut[0], touching]), None, "{touching}");
    }
}

#[test]
fn nothing_is_predicted_once_the_mapping_may_be_gone() {
    let array = mapped(Mode::C, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["close-map"]), Some(pair("memmap.close", "raises BufferError")));
    assert_eq!(last_predicted(&array, &["close-map", "data"]), None);
    assert_eq!(last_predicted(&array, &["map dropped", "shape"]), None);
    assert_eq!(last_predicted(&array, &["forked map dropped", "shape"]), Some(pair("shape.shape", "[4]")));
}

#[test]
fn whether_a_private_mapping_sees_the_file_is_left_open() {
    let array = mapped(Mode::C, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["write-file 0 ff", "item 0"]), None);
    assert_eq!(last_predicted(&array, &["write-file 0 ff", "file 0 2"]), Some(pair("memmap.kept", "bytes ff 01")));
}

#[test]
fn a_file_without_a_byte_may_be_given_one() {
    let array = mapped(Mode::WPlus, 9, 0, &[0], &[2]);
    assert_eq!(last_predicted(&array, &["file-size"]), Some(pair("memmap.size", "0 or 1")));
    assert_eq!(last_predicted(&array, &["file 0 32"]), Some(pair("memmap.emptied", "bytes or bytes 00")));
}

#[test]
fn only_mode_r_protects_its_memory() {
    let fault = |mode| last_predicted(&mapped(mode, 8, 0, &[4], &[2]), &["forked write-pointer 0 00"]);
    assert_eq!(fault(Mode::R), Some(pair("memmap.faults", "dies of SIGSEGV or SIGBUS")));
    assert_eq!([Mode::RPlus, Mode::WPlus, Mode::C].map(fault), [None, None, None]);
    let read_only = mapped(Mode::R, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&read_only, &["write-pointer 0 00"]), None, "it must not be sent");
    assert_eq!(predicted(&read_only, &["write-item 0000 1"])[0].0, "memmap.refuses");
}

#[test]
fn a_write_past_an_end_of_the_array_changes_nothing() {
    let array = mapped(Mode::RPlus, 12, 2, &[4], &[2]);
    for write in ["write-pointer -3 00", "write-pointer 7 0000", "write-pointer 8 00"] {
        assert!(is_silent(&array, &[write]), "{write}");
        assert_eq!(last_predicted(&array, &[write, "file 0 12"]), last_predicted(&array, &["file 0 12"]), "{write}");
    }
    // The mapping begins where a page does, before the array.
    for write in ["write-pointer -2 00", "write-pointer 7 00", "write-pointer 0 0000000000000000"] {
        assert!(!is_silent(&array, &[write]), "{write}");
    }
}

#[test]
fn the_attributes_of_a_map_are_expected_of_its_own_type_alone() {
    let array = || mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    for question in ["map offset", "map mode", "map filename", "flush"] {
        assert!(!is_silent(&array(), &[question]), "{question}");
        for view in ["broadcast 2 4", "slice 0 0 0 1"] {
            assert!(is_silent(&with_view(array(), view), &[question]), "{question} of {view}");
        }
        let twice = Array { views: vec!["broadcast 2 4".parse().unwrap(), "index 0 0".parse().unwrap()], ..array() };
        assert!(is_silent(&twice, &[question]), "{question} of an item of a broadcast view");
    }
    assert!(is_silent(&array(), &["truncate-file 2", "flush"]), "of a file that was cut");
}

#[test]
fn the_mapping_is_predicted_while_all_elements_are_mapped() {
    let array = || mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    let (mapping, poke) = (["mapping"], ["poke 0000 0"]);
    let predicted = |array: &Array| last_predicted(array, &outside(&mapping));
    assert_eq!(predicted(&array()), Some(pair("memmap.mapping", "\"rw-s file+0\"")));
    assert_eq!(predicted(&with_view(array(), "slice 0 1 _ 1")), Some(pair("memmap.mapping", "\"rw-s file+2\"")));
    assert_eq!(predicted(&mapped(Mode::RPlus, 8, 0, &[0], &[2])), None);
    assert_eq!(predicted(&with_view(array(), "slice 0 0 0 1")), None);
    let read_only = mapped(Mode::R, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&read_only, &outside(&poke)), Some(pair("memmap.mapping", "raises OSError")));
    for gone in ["truncate-file 2", "close-map"] {
        assert!(is_silent(&array(), &outside(&[gone, "mapping"])), "{gone}");
        assert!(is_silent(&read_only, &outside(&[gone, "poke 0000 0"])), "{gone}");
    }
}

#[test]
fn start_and_end_of_a_mapping_are_predicted_for_arrays_with_elements() {
    let array = || mapped(Mode::RPlus, 20_000, 5000, &[4], &[2]);
    assert_eq!(last_predicted(&array(), &["map start"]), Some(pair("memmap.start", "4096")));
    let reversed = with_view(array(), "reverse 0");
    assert_eq!(last_predicted(&reversed, &["map start"]), Some(pair("memmap.holds", "4096 or 0")));
    let empty = || mapped(Mode::RPlus, 20_000, 5000, &[0], &[2]);
    for question in ["map start", "map copy", "map dropped", "close-map"] {
        assert!(!is_silent(&array(), &[question]), "{question}");
        assert!(is_silent(&empty(), &[question]), "{question} of no element");
    }
    let view = with_view(array(), "slice 0 0 0 1");
    assert!(is_silent(&view, &["map start"]));
    assert_eq!(last_predicted(&view, &["map dropped"]), Some(pair("memmap.unmaps", "False")));
}

#[test]
fn a_copy_is_predicted_for_arrays_with_elements() {
    assert!(!is_silent(&mapped(Mode::RPlus, 8, 0, &[4], &[2]), &["map copy"]));
    assert!(is_silent(&mapped(Mode::RPlus, 8, 0, &[4], &[2]), &["truncate-file 2", "map copy"]));
    assert!(is_silent(&with_view(mapped(Mode::RPlus, 8, 0, &[4], &[2]), "slice 0 0 0 1"), &["map copy"]));
    assert!(is_silent(&mapped(Mode::RPlus, 1 << 40, 0, &[1 << 39], &[2]), &["map copy"]));
}

#[test]
fn a_file_is_read_in_pieces_up_to_the_largest_answer() {
    let array = mapped(Mode::RPlus, 1 << 40, 0, &[4], &[2]);
    assert!(!is_silent(&array, &["file 0 4096"]));
    assert!(is_silent(&array, &["file 0 1099511627776"]));
}

#[test]
fn reading_no_bytes_yields_none_even_if_the_file_may_get_one() {
    let array = mapped(Mode::WPlus, 9, 0, &[0], &[2]);
    assert_eq!(last_predicted(&array, &["file 0 0"]), Some(pair("memmap.emptied", "bytes")));
    assert_eq!(last_predicted(&array, &["file 1 8"]), Some(pair("memmap.emptied", "bytes")));
}

#[test]
fn a_write_from_outside_falls_under_the_rule_of_the_mode() {
    let rule = |mode| {
        last_predicted(&mapped(mode, 8, 0, &[4], &[2]), &outside(&["poke 0102 1", "file 0 8"]))
            .map(|prediction| prediction.0)
    };
    assert_eq!(rule(Mode::RPlus), Some("memmap.shared"));
    assert_eq!(rule(Mode::C), Some("memmap.private"));
    let quiet = |mode| last_predicted(&mapped(mode, 8, 0, &[4], &[2]), &["file 0 8"]).map(|prediction| prediction.0);
    assert_eq!([Mode::RPlus, Mode::C].map(quiet), [Some("memmap.kept"); 2]);
}

#[test]
fn a_file_is_cut_only_to_a_smaller_size_and_never_on_windows() {
    let array = mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["truncate-file 7"]), Some(pair("memmap.past-end", "None")));
    assert!(is_silent(&array, &["truncate-file 8"]) && is_silent(&array, &["truncate-file 9"]));
    let cut = ["truncate-file 7".parse().unwrap()];
    assert_eq!(expect(&Platform::X86_64_WINDOWS, &array, &cut), []);
}

#[test]
fn only_a_forked_copy_with_a_mapping_dies() {
    let array = || mapped(Mode::RPlus, 9000, 0, &[4500], &[2]);
    let dies = Some(pair("memmap.past-end", "dies of SIGSEGV or SIGBUS"));
    for touching in ["item 4096", "write-pointer 8192 00", "write-pointer 8999 00"] {
        assert_eq!(last_predicted(&array(), &["truncate-file 1", &format!("forked {touching}")]), dies, "{touching}");
    }
    // At the end of a page, exactly.
    assert_eq!(last_predicted(&array(), &["truncate-file 4096", "forked item 2048"]), dies);
    assert_eq!(last_predicted(&array(), &["truncate-file 4097", "forked item 2100"]), None);
    // Past the end of the array, where nothing is written, the end of the mapping, and no element.
    for touching in ["item 4500", "item 4096 0", "write-pointer 9000 00", "write-pointer 8999 0000"] {
        assert!(is_silent(&array(), &["truncate-file 1", &format!("forked {touching}")]), "{touching}");
    }
    let script = ["truncate-file 1", "forked item 4096"].map(|step| step.parse().unwrap());
    assert_eq!(expect(&Platform::X86_64_WINDOWS, &array(), &script), []);
    let objects = Array { dtype: typestr("|O"), shape: vec![1000], strides: vec![8], ..array() };
    assert!(is_silent(&objects, &["truncate-file 1", "forked item 999"]));
    assert!(is_silent(&Array { map: None, ..array() }, &["truncate-file 1", "forked item 4096"]));
    let read_only = || mapped(Mode::R, 9000, 0, &[4500], &[2]);
    assert_eq!(last_predicted(&read_only(), &["truncate-file 1", "forked write-pointer 8192 00"]), dies);
    assert!(is_silent(&read_only(), &["truncate-file 1", "forked write-pointer 0 00"]));
    assert!(is_silent(&read_only(), &["close-map", "forked write-pointer 0 00"]));
}

#[test]
fn a_file_is_written_up_to_its_end() {
    let array = mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["write-file 7 aa"]), Some(pair("memmap.sees-file", "None")));
    assert!(is_silent(&array, &["write-file 7 aabb"]) && is_silent(&array, &["write-file 8 aa"]));
}

#[test]
fn a_forked_copy_dies_when_it_reads_behind_the_file_through_a_pointer() {
    let behind = |view: &str| with_view(mapped(Mode::RPlus, 9000, 0, &[4500], &[2]), view);
    let asked =
        |array: &Array, ctype: &str| last_predicted(array, &["truncate-file 1", &format!("forked contents {ctype}")]);
    let dies = Some(pair("memmap.past-end", "dies of SIGSEGV or SIGBUS"));
    assert_eq!(asked(&behind("slice 0 4096 _ 1"), "c_int"), dies);
    assert_eq!(asked(&behind("slice 0 4096 _ 1"), "c_int * 1000"), None, "past the end of the array");
    assert_eq!(asked(&behind("slice 0 1 _ 1"), "c_int"), None, "before the end of the page");
    assert_eq!(asked(&behind("slice 0 4096 4096 1"), "c_int"), None, "of no element");
    let array = mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["forked map dropped"]), Some(pair("memmap.unmaps", "False")));
}

#[test]
fn a_step_that_touches_no_byte_does_not_fault() {
    let write = Write::Pointer { offset: 0, bytes: Vec::new() };
    let forked = [Step::Forked(Box::new(Step::Write(write)))];
    assert_eq!(expect(&PLATFORM, &mapped(Mode::R, 8, 0, &[4], &[2]), &forked), []);
    let no_fields = Record { fields: Vec::new(), size: 0, aligned: false };
    let nothing = Array { dtype: Dtype::from(no_fields), ..mapped(Mode::RPlus, 8, 0, &[4], &[]) };
    assert_eq!(last_predicted(&nothing, &["truncate-file 0", "forked item 0"]), None);
    assert_eq!(last_predicted(&nothing, &["map offset"]), Some(pair("memmap.attributes", "0")), "it can be mapped");
}

#[test]
fn no_file_is_read_beyond_the_longest() {
    let array = mapped(Mode::RPlus, 8, 0, &[4], &[2]);
    assert_eq!(last_predicted(&array, &["file 9223372036854775799 8"]), Some(pair("memmap.grown", "bytes")));
    for behind in ["file 9223372036854775800 8", "file 18446744073709551615 8", "file 18446744073709551615 0"] {
        assert!(is_silent(&array, &[behind]), "{behind}");
    }
}
