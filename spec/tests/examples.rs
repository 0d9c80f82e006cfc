//! The specification by example: short scripts, and what is expected of each step.
//!
//! `examples/CHAPTER.txt` has the scripts, and the snapshots have their predictions. A line that is not indented describes an
//! array: `[read-only | mapped MODE | owner HOW] TYPESTR LENGTH… [| VIEW]…`, contiguous, over the bytes 0, 1, 2 and so on, or over a file of
//! them; the indented lines below it are the steps of one script, and an empty line ends it. Of a step without an arrow
//! nothing is expected.

use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Owner, Step, View, expect};
use std::fmt::Write;

fn array(line: &str) -> Array {
    let (read_only, line) = line.strip_prefix("read-only ").map_or((false, line), |rest| (true, rest));
    let mapped = line.strip_prefix("mapped ").and_then(|rest| rest.split_once(' '));
    let (mode, line) = mapped.map_or((None, line), |(mode, rest)| (Some(Mode::from_word(mode).expect(line)), rest));
    let owner = line.strip_prefix("owner ").and_then(|rest| rest.split_once(' '));
    let (owner, line) = owner.map_or((None, line), |(how, rest)| (Some(Owner::from_word(how).expect(line)), rest));
    let map = mode.map(|mode| Map { mode, deduced: false, file: Handle::Path, name: None });
    let mut parts = line.split(" | ");
    let mut words = parts.next().unwrap_or_default().split(' ');
    let dtype = Dtype::from_typestr(words.next().unwrap_or_default()).expect(line);
    let shape: Vec<u64> = words.map(|length| length.parse().expect(line)).collect();
    let size = shape.iter().product::<u64>() * dtype.item_size();
    let is_zeros = owner == Some(Owner::Zeros);
    let bytes = (0..size).map(|at| if is_zeros { 0 } else { at as u8 }).collect();
    let views = parts.map(|view| view.parse().expect(line)).collect();
    Array { views, map, owner, writeable: !read_only, ..Array::contiguous(bytes, dtype, &shape) }
}

/// The scripts with what is expected on that platform.
fn expected(platform: &Platform, examples: &str) -> String {
    let mut text = String::new();
    for block in examples.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let (head, steps): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| !line.starts_with(' '));
        let script: Vec<Step> = steps.iter().map(|step| step.trim().parse().expect(step)).collect();
        let described = head.iter().find(|line| !line.starts_with('#')).expect(block);
        let predictions = expect(platform, &array(described), &script);
        let _ = writeln!(text, "{}", head.join("\n"));
        for (at, step) in script.iter().enumerate() {
            let _ = write!(text, "  {step}");
            for prediction in predictions.iter().filter(|prediction| prediction.step == at) {
                let _ = write!(text, "\n      -> {}: {}", prediction.rule.id(), prediction.expectation);
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

macro_rules! chapters {
    ($($chapter:ident)*) => {
        $(#[test]
        fn $chapter() {
            let examples = include_str!(concat!("examples/", stringify!($chapter), ".txt"));
            insta::assert_snapshot!(expected(&Platform::X86_64_LINUX, examples));
        })*
    };
}

chapters! { platform ctype dtype layout data shape cast lifetime interface memmap ctypeslib absent }

/// The arrays that the lines of a file describe.
fn arrays(examples: &str) -> impl Iterator<Item = Array> {
    examples.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' '])).map(array)
}

#[test]
fn every_view_operation_has_an_example() {
    let views: Vec<View> = arrays(include_str!("examples/layout.txt")).flat_map(|array| array.views).collect();
    for form in View::FORMS {
        let has_example = views.iter().any(|view| view.word() == form.word);
        assert!(has_example, "expected an array with the view `{form}` in spec/tests/examples/layout.txt, found none");
    }
}

#[test]
fn every_kind_of_element_has_an_example() {
    let arrays: Vec<Array> = arrays(include_str!("examples/dtype.txt")).collect();
    for kind in Kind::ALL {
        let has_example = arrays.iter().filter_map(|array| array.dtype.plain()).any(|plain| plain.kind == kind);
        let code = kind.code();
        assert!(has_example, "expected an array of kind `{code}` in spec/tests/examples/dtype.txt, found none");
    }
}
