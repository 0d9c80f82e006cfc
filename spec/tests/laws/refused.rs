//! Laws of files that cannot be mapped as asked: each fault alone has its rule, and a near miss is no fault.

use crate::arrays::{PLATFORM, typestr};
use crate::memmap::{deduced, mapped};
use array_ctypes_spec::layout::{Invalid, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Expectation, Raises, expect_making};

const ANY: &[Raises] = &[Raises::ValueError, Raises::OverflowError, Raises::OSError];
const VALUE: &[Raises] = &[Raises::ValueError];
const SYSTEM: &[Raises] = &[Raises::OSError];
const WIDTH: &[Raises] = &[Raises::OverflowError, Raises::ValueError];

/// The rule and the errors by which the array is refused, if it is.
fn refusal_on(platform: &Platform, array: &Array) -> Option<(&'static str, &'static [Raises])> {
    match resolve(platform, array) {
        Ok(_) => None,
        Err(Invalid::Map { rule, raises, .. }) => Some((rule.id(), raises)),
        Err(other) => panic!("{other}"),
    }
}

fn refusal(array: &Array) -> Option<(&'static str, &'static [Raises])> {
    refusal_on(&PLATFORM, array)
}

fn from(handle: Handle, array: Array) -> Array {
    Array { map: array.map.map(|map| Map { file: handle, ..map }), ..array }
}

fn bytes(mode: Mode, size: u64, offset: i64, length: u64) -> Array {
    Array { dtype: typestr("|u1"), ..mapped(mode, size, offset, &[length], &[1]) }
}

#[test]
fn only_one_mode_creates_a_missing_file() {
    for mode in Mode::ALL {
        let missing = refusal(&from(Handle::Missing, mapped(*mode, 0, 0, &[4], &[2])));
        assert_eq!(missing, (*mode != Mode::WPlus).then_some(("memmap.missing", SYSTEM)), "{mode:?}");
        let directory = refusal(&from(Handle::Directory, mapped(*mode, 0, 0, &[4], &[2])));
        assert_eq!(directory, Some(("memmap.directory", SYSTEM)), "{mode:?}");
    }
    for handle in [Handle::Missing, Handle::Directory] {
        let several = refusal(&from(handle, deduced(mapped(Mode::WPlus, 0, 0, &[], &[]))));
        assert_eq!(
            several.map(|prediction| prediction.0),
            Some("memmap.shape-needed"),
            "and nothing of offset or rest"
        );
    }
}

#[test]
fn a_file_without_a_size_has_no_faults_of_size() {
    for handle in [Handle::Missing, Handle::Directory] {
        let rule = if handle == Handle::Missing { "memmap.missing" } else { "memmap.directory" };
        // Neither behind its end, nor no whole number of elements.
        for (size, offset) in [(0, 9), (9, 2)] {
            let refused = refusal(&from(handle, deduced(mapped(Mode::R, size, offset, &[], &[]))));
            assert_eq!(refused, Some((rule, SYSTEM)), "{size} {offset}");
        }
    }
}

#[test]
fn a_mode_that_writes_needs_a_file_open_for_writing() {
    for mode in Mode::ALL {
        let writes = matches!(mode, Mode::RPlus | Mode::WPlus);
        let refused = refusal(&from(Handle::ReadOnly, mapped(*mode, 8, 0, &[4], &[2])));
        assert_eq!(refused, writes.then_some(("memmap.read-only-file", SYSTEM)), "{mode:?}");
    }
}

#[test]
fn a_mode_that_only_reads_needs_every_byte_in_the_file() {
    for mode in Mode::ALL {
        let writes = matches!(mode, Mode::RPlus | Mode::WPlus);
        assert_eq!(refusal(&mapped(*mode, 8, 0, &[4], &[2])), None, "{mode:?}");
        let short = refusal(&mapped(*mode, 7, 0, &[4], &[2]));
        assert_eq!(short, (!writes).then_some(("memmap.too-short", VALUE)), "{mode:?}");
    }
}

#[test]
fn an_offset_is_in_the_file_or_at_its_end() {
    assert_eq!(refusal(&mapped(Mode::RPlus, 8, -1, &[4], &[2])), Some(("memmap.offset", ANY)));
    assert_eq!(refusal(&deduced(bytes(Mode::R, 8, -1, 0))), Some(("memmap.offset", ANY)));
    assert_eq!(refusal(&deduced(mapped(Mode::R, 8, 8, &[], &[]))), None);
    for (mode, past) in [(Mode::R, 9), (Mode::RPlus, 9), (Mode::C, 10)] {
        assert_eq!(refusal(&deduced(mapped(mode, 8, past, &[], &[]))), Some(("memmap.offset", WIDTH)), "{past}");
    }
    // Where the shape is given, a file that is written to grows up to the array.
    assert_eq!(refusal(&mapped(Mode::RPlus, 8, 9, &[4], &[2])), None);
}

#[test]
fn an_emptied_file_has_no_elements_to_count() {
    assert_eq!(refusal(&deduced(mapped(Mode::WPlus, 8, 0, &[], &[]))), Some(("memmap.shape-needed", VALUE)));
    let odd = refusal(&deduced(mapped(Mode::WPlus, 9, 0, &[], &[])));
    assert_eq!(odd, Some(("memmap.shape-needed", ANY)), "several faults, and any of them may be reported");
    assert_eq!(refusal(&deduced(mapped(Mode::RPlus, 9, 0, &[], &[]))), Some(("memmap.whole-items", VALUE)));
}

#[test]
fn a_mapping_has_as_many_bytes_as_there_are_addresses_counted_from_its_page() {
    let narrow = Platform::I686_LINUX;
    let most = 0x7fff_ffff;
    let refused = |offset, length| refusal_on(&narrow, &bytes(Mode::RPlus, 0, offset, length));
    assert_eq!(refused(0, most), None);
    assert_eq!(refused(4096, most), None);
    assert_eq!(refused(4095, most - 4095), None);
    for (offset, length) in [(0, most + 1), (1, most), (4095, most - 4094)] {
        assert_eq!(refused(offset, length), Some(("memmap.too-big", ANY)), "{offset} {length}");
    }
    // However wide addresses are, a file counts its bytes in 63 bits.
    assert_eq!(refusal(&bytes(Mode::RPlus, 0, i64::MAX - 4, 4)), None);
    assert_eq!(refusal(&bytes(Mode::RPlus, 0, i64::MAX - 4, 5)), Some(("memmap.too-big", ANY)));
}

#[test]
fn a_valid_array_without_elements_may_be_refused() {
    let making = |array: &Array| {
        let prediction = expect_making(array, &resolve(&PLATFORM, array));
        (prediction.rule.id(), prediction.expectation)
    };
    let made = ("layout.accepted", Expectation::Accepted);
    let either = ("memmap.empty", Expectation::AcceptedOr(&[Raises::ValueError, Raises::OSError]));
    let empty = mapped(Mode::R, 8, 0, &[0], &[2]);
    assert_eq!(making(&empty), either);
    assert_eq!(making(&mapped(Mode::R, 8, 0, &[1], &[2])), made);
    assert_eq!(making(&Array { map: None, ..empty }), made);
    assert_eq!(making(&mapped(Mode::R, 8, -1, &[0], &[2])), ("memmap.offset", Expectation::Raises(Raises::ANY)));
}

#[test]
fn a_type_that_is_missing_beside_a_file_that_is_may_be_told_as_either() {
    let typed = |array: Array| Array { dtype: typestr("<f12"), ..array };
    let either = &[Raises::ValueError, Raises::OverflowError, Raises::OSError, Raises::TypeError][..];
    for (handle, rule) in [
        (Handle::Missing, "memmap.missing"),
        (Handle::Directory, "memmap.directory"),
        (Handle::ReadOnly, "memmap.read-only-file"),
    ] {
        let refused = refusal(&typed(from(handle, mapped(Mode::RPlus, 48, 0, &[4], &[12]))));
        assert_eq!(refused, Some((rule, either)), "{handle:?}");
    }
    // A file that is too short has no other errors than the type.
    for size in [0, 48] {
        let alone = resolve(&PLATFORM, &typed(mapped(Mode::R, size, 0, &[4], &[12])));
        assert!(matches!(alone, Err(Invalid::ElementType(_))), "{size}: {alone:?}");
    }
}
