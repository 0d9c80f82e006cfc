//! Pictures as people see them, with characters and as SVG.

use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::judge;
use array_ctypes_conformance::report::picture::{Ink, Picture};
use array_ctypes_conformance::spec::dtype::{Dtype, Field, Record};
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::memmap::{Handle, Map, Mode};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Buffer, Step};
use array_ctypes_conformance::{Case, Reply};

const PLATFORM: Platform = Platform::X86_64_LINUX;

/// The address of every buffer.
const BASE: u64 = 0x1000;

pub(crate) fn dtype(text: &str) -> Dtype {
    Dtype::from_typestr(text).expect("a type string")
}

/// An array over a buffer of that size, with bytes that count.
pub(crate) fn array(size: u64, dtype: Dtype, shape: &[u64], strides: &[i64], offset: i64) -> Array {
    let bytes = (0..size.min(4096)).map(|at| at as u8).collect();
    Array {
        buffer: Buffer { size, bytes, at: 0 },
        offset,
        strides: strides.to_vec(),
        ..Array::contiguous(Vec::new(), dtype, shape)
    }
}

pub(crate) fn field(name: &str, typestr: &str, shape: &[u64], offset: u64) -> Field {
    Field { name: name.to_owned(), title: None, dtype: dtype(typestr), shape: shape.to_vec(), offset }
}

pub(crate) fn record(fields: Vec<Field>, size: u64) -> Dtype {
    Dtype::from(Record { fields, size, aligned: false })
}

fn mapped(array: Array, mode: Mode) -> Array {
    Array { map: Some(Map { mode, deduced: false, file: Handle::Path, name: None }), ..array }
}

fn case(array: Array, steps: &[&str]) -> Case {
    Case { array, script: steps.iter().map(|step| step.parse::<Step>().expect("a step")).collect() }
}

fn picture(array: Array) -> Picture {
    Picture::of(&case(array, &[]), &PLATFORM)
}

/// The picture of a case to whose last step an implementation gives that answer, which is wrong.
fn failure(array: Array, steps: &[&str], found: Answer) -> Picture {
    let case = case(array, steps);
    let mut answers = vec![Answer::Nothing; steps.len() - 1];
    answers.push(found);
    let reply = Reply::Answered(Answers { buffer: Some(BASE), answers, ..Answers::default() });
    let predictions = judge::predictions_for_reply(&PLATFORM, &case, &reply);
    let mut of_step = predictions.iter().filter(|prediction| prediction.step == steps.len() - 1);
    let broken = of_step.find(|prediction| !judge::agrees(&PLATFORM, &reply, prediction));
    Picture::of_failure(&case, &PLATFORM, broken.expect("a broken prediction"), &reply)
}

/// The words and the characters.
fn shown(picture: &Picture) -> String {
    let words: String = picture.words().iter().map(|line| format!("{line}\n")).collect();
    words + &picture.text().to_string()
}

/// Snapshots of both outputs. With `PICTURES=folder`, the SVG is also written there, to be looked at.
#[track_caller]
fn assert_snapshots(name: &str, picture: &Picture) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let path = std::path::Path::new(&folder).join(format!("{name}.svg"));
        std::fs::write(path, picture.svg()).expect("a folder that can be written to");
    }
    insta::assert_snapshot!(format!("{name}_text"), shown(picture));
    insta::assert_snapshot!(format!("{name}_svg"), picture.svg());
}

#[test]
fn strided() {
    let array = array(24, dtype("<i2"), &[3, 2], &[8, 4], 0);
    let found = Answer::Integers(vec![8, 2]);
    assert_snapshots("strided", &failure(array, &["strides"], found));
}

#[test]
fn record_with_padding() {
    let fields = vec![field("flag", "|b1", &[], 0), field("x", ">i4", &[], 4), field("pair", "<u2", &[2], 8)];
    assert_snapshots("record", &picture(array(24, record(fields, 12), &[2], &[12], 0)));
}

#[test]
fn file_that_is_mapped_at_an_offset() {
    let array = array(4130, dtype("<i4"), &[2, 3], &[12, 4], 4104);
    let found = Answer::Address(Address::Absolute(BASE + 4096));
    assert_snapshots("file", &failure(mapped(array, Mode::R), &["data"], found));
}

#[test]
fn consumer_that_sees_another_address() {
    let array = array(8, dtype(">u2"), &[3], &[-2], 5);
    let take = "take view:buffer types=u accepts=negative,swapped,strided,unaligned";
    let found = Answer::Address(Address::Absolute(BASE + 1));
    assert_snapshots("consumer", &failure(array, &[take, "sees-data"], found));
}

#[test]
fn small_arrays_of_every_kind() {
    let of = |typestr: &str, size, shape: &[u64], strides: &[i64], offset| {
        shown(&picture(array(size, dtype(typestr), shape, strides, offset)))
    };
    let overlapping = vec![field("all", "<u4", &[], 0), field("low", "<u2", &[], 0), field("high", "<u2", &[], 2)];
    let pictures = [
        of("|u1", 1, &[], &[], 0),
        of("<i2", 4, &[2], &[2], 0),
        of("<i4", 0, &[0], &[4], 0),
        of("<i4", 8, &[0, 2], &[8, 4], 8),
        of(">i4", 4, &[2, 3], &[0, 0], 0),
        of("<i2", 5, &[4], &[1], 0),
        of("|u1", 12, &[2, 3], &[-6, 2], 7),
        of("<f16", 35, &[2], &[16], 3),
        of("<c8", 16, &[2], &[8], 0),
        of("|S40", 80, &[2], &[40], 0),
        shown(&picture(array(8, record(overlapping, 4), &[2], &[4], 0))),
        shown(&picture(array(8, record(Vec::new(), 0), &[2], &[4], 0))),
    ];
    insta::assert_snapshot!(pictures.join("\n"));
}

#[test]
fn large_arrays_and_arrays_of_many_axes() {
    let of = |typestr: &str, size, shape: &[u64], strides: &[i64], offset| {
        shown(&picture(array(size, dtype(typestr), shape, strides, offset)))
    };
    let many = [2u64, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2];
    let pictures = [
        of("<i4", 1 << 40, &[1 << 19, 1 << 19], &[1 << 21, 4], 0),
        of("<i4", 40_000, &[10_000], &[-4], 39_996),
        of("|u1", 5000, &[5, 1000], &[1000, 1], 0),
        of("<i8", 1 << 20, &[1 << 16], &[8], 0),
        of("<i2", 32, &many, &c_strides(&many, 2), 0),
        of("|u1", 4096, &[64, 64], &[1, 1], 0),
        of("|u1", 1000, &[2; 40], &[1; 40], 0),
        of("<i2", 9000, &[2, 2], &[4094, 2], 2),
    ];
    insta::assert_snapshot!(pictures.join("\n"));
}

#[test]
fn differences() {
    let of = |array: &Array, steps: &[&str], found: Answer| shown(&failure(array.clone(), steps, found));
    let small = array(4, dtype("<i2"), &[2], &[2], 0);
    let address = |offset: i64| Answer::Address(Address::Absolute(BASE.wrapping_add_signed(offset)));
    let table = array(24, dtype("<i4"), &[2, 3], &[12, 4], 0);
    let pictures = [
        of(&small, &["data"], address(1)),
        of(&small, &["data"], address(-2)),
        of(&small, &["data"], address(1_000_000)),
        of(&small, &["data"], Answer::Address(Address::Absolute(u64::MAX))),
        of(&small, &["strides"], Answer::Integers(vec![1])),
        of(&small, &["strides"], Answer::Integers(vec![-2])),
        of(&small, &["strides"], Answer::Integers(vec![2, 2])),
        of(&small, &["shape"], Answer::Integers(vec![3])),
        of(&small, &["itemsize"], Answer::Integer(4)),
        of(&small, &["item 1"], Answer::Bytes(vec![1, 2])),
        of(&table, &["strides"], Answer::Integers(vec![4, 12])),
        of(&table, &["shape"], Answer::Integers(vec![3, 2])),
        of(&table, &["item 1 1"], Answer::Bytes(vec![0; 4])),
        of(&table, &["data"], Answer::Nothing),
    ];
    insta::assert_snapshot!(pictures.join("\n"));
}

#[test]
fn what_was_expected_and_what_was_found_have_inks_of_their_own() {
    let array = array(4, dtype("<i2"), &[2], &[2], 0);
    let text = failure(array, &["strides"], Answer::Integers(vec![1])).text();
    let of = |ink: Ink| {
        let spans = text.lines.iter().flat_map(|line| &line.spans).filter(move |span| span.ink == ink);
        spans.map(|span| span.text.trim()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(Ink::Expected), "--------^ [1] expected: stride 2");
    assert_eq!(of(Ink::Found), "----! [1] found: stride 1, -1 byte");
}
