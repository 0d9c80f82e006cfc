//! Laws that every picture keeps: owners are those that a search through all elements finds, nothing is without bounds, and
//! the SVG is well-formed.

use crate::examples::{array, dtype, field, record};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::judge::predictions_for_reply;
use array_ctypes_conformance::report::picture::{Owners, Picture, describe};
use array_ctypes_conformance::spec::layout::{Layout, resolve};
use array_ctypes_conformance::spec::memmap::{Handle, Map, Mode};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Raises};
use array_ctypes_conformance::{Case, Reply, strategy};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn of(array: &Array) -> Case {
    Case { array: array.clone(), script: Vec::new() }
}

/// What a picture calls an element: its index, with `:` where the axis does not move it.
fn index_name(layout: &Layout, index: &[u64]) -> String {
    let axes = index.iter().zip(&layout.shape).zip(&layout.strides);
    let names =
        axes.map(|((at, length), stride)| if *length > 1 && *stride == 0 { ":".into() } else { at.to_string() });
    format!("[{}]", names.collect::<Vec<String>>().join(","))
}

/// What a picture calls an element where indices are too long: the number of the first at that place.
fn number_name(layout: &Layout, index: &[u64]) -> String {
    let still = |length: &u64, stride: &i64| *length > 1 && *stride == 0;
    let axes = index.iter().zip(&layout.shape).zip(&layout.strides);
    let number = axes.fold(0u128, |number, ((at, length), stride)| {
        number * u128::from(*length) + if still(length, stride) { 0 } else { u128::from(*at) }
    });
    format!("#{number}")
}

/// All elements, with their index: a search that knows nothing of arithmetic.
fn elements(layout: &Layout) -> Vec<(i128, Vec<u64>)> {
    let count = if layout.is_empty() { 0 } else { layout.elements() };
    let index = |number: u64| {
        let mut rest = number;
        let mut index: Vec<u64> = layout
            .shape
            .iter()
            .rev()
            .map(|length| {
                let at = rest % length;
                rest /= length;
                at
            })
            .collect();
        index.reverse();
        index
    };
    (0..count).map(index).map(|index| (layout.element(&index), index)).collect()
}

/// Compares the owners of every byte that is drawn with those that the search finds.
fn assert_owners(array: &Array, platform: &Platform) -> Result<(), TestCaseError> {
    let picture = Picture::of(&of(array), platform);
    let Ok(layout) = resolve(platform, array) else {
        prop_assert_eq!(picture.owners().count(), 0);
        return Ok(());
    };
    // Larger ones have a law of their own.
    if layout.elements() > 10_000 {
        return Ok(());
    }
    let elements = elements(&layout);
    let item = i128::from(layout.dtype.item_size());
    for (at, owners) in picture.owners() {
        let inside = elements.iter().filter(|(start, _)| (*start..*start + item).contains(&at));
        let indices: BTreeSet<String> = inside.clone().map(|(_, index)| index_name(&layout, index)).collect();
        let numbers: BTreeSet<String> = inside.map(|(_, index)| number_name(&layout, index)).collect();
        match owners {
            Owners::Nobody => prop_assert!(indices.is_empty(), "byte {at} is {indices:?}'s, found nobody's"),
            Owners::Elements(names) => {
                let drawn: BTreeSet<String> = names.iter().cloned().collect();
                prop_assert_eq!(drawn.len(), names.len(), "a name comes twice: {:?}", names);
                prop_assert!(drawn == indices || drawn == numbers, "byte {at}: expected {indices:?}, found {drawn:?}");
                prop_assert!(!drawn.is_empty());
            }
            Owners::Unknown => prop_assert!(elements.len() > 64, "{} elements are few", elements.len()),
        }
    }
    Ok(())
}

/// The most lines of a picture. Most have five.
const MAX_LINES: usize = 40;

/// The most bytes of an SVG: 8 rows of 25 cells, with everything about them.
const MAX_SVG: usize = 200_000;

fn assert_bounded(picture: &Picture) -> Result<(), TestCaseError> {
    let text = picture.text();
    prop_assert!(text.lines.len() <= MAX_LINES, "{} lines:\n{}", text.lines.len(), text);
    for line in &text.lines {
        prop_assert!(line.to_string().chars().count() <= 76, "{line}");
    }
    prop_assert!(picture.words().len() <= 16);
    prop_assert!(picture.words().iter().all(|line| line.chars().count() < 900 && !line.contains('\n')));
    let svg = picture.svg();
    prop_assert!(svg.len() <= MAX_SVG, "{} bytes of SVG", svg.len());
    let document = roxmltree::Document::parse(&svg).map_err(|error| TestCaseError::fail(format!("{error}\n{svg}")))?;
    let root = document.root_element();
    prop_assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
    let known = ["svg", "title", "desc", "text", "path", "rect"];
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        prop_assert!(known.contains(&node.tag_name().name()), "{:?}", node.tag_name());
        // A line with gaps that is filled shows a triangle.
        let moves = node.attribute("d").map_or(0, |line| line.matches('M').count());
        prop_assert!(moves < 2 || node.attribute("fill") == Some("none"), "{node:?}");
        for attribute in node.attributes() {
            let is_safe = !attribute.name().starts_with("on") && !["id", "href", "style"].contains(&attribute.name());
            prop_assert!(is_safe && !attribute.value().contains("url("), "{attribute:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_owners_of_a_byte_are_those_that_a_search_through_all_elements_finds(array in strategy::arrays()) {
        assert_owners(&array, &Platform::host())?;
    }

    #[test]
    fn overlapping_arrays_show_all_owners(
        (shape, strides) in prop::collection::vec((1u64..5, -6i64..7), 0..4).prop_map(|axes| axes.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()),
        typestr in prop::sample::select(vec!["|u1", "<i2", "<i4", "<c16"]),
    ) {
        assert_owners(&array(256, dtype(typestr), &shape, &strides, 100), &Platform::X86_64_LINUX)?;
    }

    #[test]
    fn a_byte_of_a_large_array_is_nobodys_only_if_no_element_has_it(
        axes in prop::collection::vec((1u64..3000, -5000i64..5000), 1..4),
        typestr in prop::sample::select(vec!["|u1", "<i2", "<i8", "|S300"]),
    ) {
        let (shape, strides): (Vec<u64>, Vec<i64>) = axes.into_iter().unzip();
        let array = array(1 << 40, dtype(typestr), &shape, &strides, 1 << 30);
        let layout = resolve(&Platform::X86_64_LINUX, &array).expect("an array far from the ends of its buffer");
        let picture = Picture::of(&of(&array), &Platform::X86_64_LINUX);
        let large = Large::of(&layout);
        for (at, owners) in picture.owners() {
            if *owners == Owners::Nobody {
                prop_assert!(!large.has(at), "byte {at} is somebody's");
            }
        }
        assert_bounded(&picture)?;
    }

    #[test]
    fn pictures_of_drawn_cases_are_bounded_and_well_formed(case in strategy::cases()) {
        let host = Platform::host();
        assert_bounded(&Picture::of(&case, &host))?;
        assert_owners(&case.array, &host)?;
        prop_assert!(describe(&case, &host).lines().count() <= MAX_LINES + 16);
    }

    #[test]
    fn pictures_of_arrays_that_nobody_would_make_are_bounded(
        size in any::<u64>(),
        axes in prop::collection::vec((any::<u64>(), any::<i64>()), 0..70),
        offset in any::<i64>(),
        at in 0u32..4096,
        is_mapped in any::<bool>(),
        typestr in prop::sample::select(vec!["|u1", "<i8", "|V4000000000", "<U1000000000"]),
    ) {
        let (shape, strides): (Vec<u64>, Vec<i64>) = axes.into_iter().unzip();
        for (shape, strides) in [(shape, strides), (vec![], vec![]), (vec![0], vec![i64::MIN]), (vec![1], vec![i64::MAX])] {
            let mut array = array(0, dtype(typestr), &shape, &strides, offset);
            (array.buffer.size, array.buffer.at) = (size, at);
            array.map = is_mapped.then_some(Map { mode: Mode::RPlus, deduced: shape.is_empty(), file: Handle::Path, name: None });
            assert_bounded(&Picture::of(&of(&array), &Platform::X86_64_LINUX))?;
        }
    }
}

/// The elements of a large array: all axes but the longest are gone through, and that one is divided by.
struct Large {
    starts: Vec<i128>,
    length: i128,
    stride: i128,
    item: i128,
}

impl Large {
    fn of(layout: &Layout) -> Large {
        let axes = layout.shape.iter().zip(&layout.strides);
        let axes: Vec<(i128, i128)> = axes.map(|(length, stride)| (i128::from(*length), i128::from(*stride))).collect();
        let longest = (0..axes.len()).max_by_key(|axis| axes[*axis].0).unwrap_or(0);
        let mut starts = vec![i128::from(layout.offset)];
        for (_, (length, stride)) in axes.iter().enumerate().filter(|(axis, _)| *axis != longest) {
            // Two long axes are too many to go through: some places will do.
            let all = starts.iter().flat_map(|start| (0..*length).map(move |at| start + at * stride));
            starts = all.take(5000).collect();
        }
        let (length, stride) = axes[longest];
        Large { starts, length, stride, item: i128::from(layout.dtype.item_size()) }
    }

    fn has(&self, at: i128) -> bool {
        self.starts.iter().any(|start| {
            let (low, high) = (at - self.item + 1 - start, at - start);
            if self.stride == 0 {
                return (low..=high).contains(&0);
            }
            let (low, high) = if self.stride > 0 { (low, high) } else { (-high, -low) };
            let first = (low.max(0) + self.stride.abs() - 1) / self.stride.abs();
            first * self.stride.abs() <= high && first < self.length
        })
    }
}

/// Answers that mean nothing. Whatever an implementation says, there is a picture of it.
#[test]
fn pictures_of_nonsense_are_bounded() {
    let host = Platform::host();
    let nonsense = [
        Answer::Nothing,
        Answer::Integers(vec![i64::MIN, 0, i64::MAX]),
        Answer::Integers(Vec::new()),
        Answer::Integer(i128::MIN),
        Answer::Integer(i128::MAX),
        Answer::Address(Address::Absolute(u64::MAX)),
        Answer::Address(Address::Absolute(3)),
        Answer::Bytes(vec![0xee; 5000]),
        Answer::Text("\u{1b}[2J".to_owned()),
        Answer::Raises(Raises::ValueError),
    ];
    for index in 0..40 {
        let case = generate::case(20, index, &host);
        for from in 0..nonsense.len() {
            let answers = nonsense.iter().cycle().skip(from).take(case.script.len()).cloned().collect();
            let reply = Reply::Answered(Answers { buffer: Some(4096), answers, ..Answers::default() });
            for prediction in predictions_for_reply(&host, &case, &reply) {
                let picture = Picture::of_failure(&case, &host, &prediction, &reply);
                assert!(picture.text().lines.len() <= MAX_LINES, "{}", picture.text());
            }
            let prediction = predictions_for_reply(&host, &case, &reply).swap_remove(0);
            assert_bounded(&Picture::of_failure(&case, &host, &prediction, &reply)).expect("a bounded picture");
        }
    }
}

#[test]
fn names_of_others_are_escaped() {
    let names = ["<script>alert(1)</script>", "a\"b'&c", "\u{1b}[2J\u{0}\u{ffff}", "]]>", "名前"];
    let fields = names.iter().enumerate().map(|(at, name)| field(name, "|S40", &[], 40 * at as u64)).collect();
    let picture = Picture::of(&of(&array(200, record(fields, 200), &[], &[], 0)), &Platform::X86_64_LINUX);
    assert_bounded(&picture).expect("a bounded picture");
    assert!(picture.svg().contains("&lt;script&gt;"), "{}", picture.svg());
    assert!(!picture.text().to_string().contains('\u{1b}'));
}
