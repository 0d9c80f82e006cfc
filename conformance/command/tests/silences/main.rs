//! Each step without a prediction has a reason: the table of `spec/src/silences.md`.

mod situation;

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::{Layout, resolve};
use array_ctypes_conformance::spec::memmap::{Handle, Map, Mode};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Absent, Array, Buffer, BufferMember, BufferRequest, DlpackMember, DlpackRequest, Flag, Key, Member, Question, Step,
    expect_resolved,
};
use situation::Asked;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The table of silences.
const TABLE: &str = include_str!("../../../../spec/src/silences.md");

/// One row of the table: the steps, the situation in which nothing is predicted, and the reason.
struct Row {
    steps: Vec<&'static str>,
    situation: &'static str,
}

/// The rows of the table, in order.
fn rows() -> Vec<Row> {
    let cells =
        |line: &'static str| Some(line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect::<Vec<_>>());
    let rows = TABLE.lines().filter_map(cells).filter(|cells| cells.len() == 3).skip(1);
    rows.filter(|cells| !cells[0].starts_with("---"))
        .map(|cells| Row {
            steps: cells[0].split(", ").map(|step| step.trim_matches('`')).collect(),
            situation: cells[1],
        })
        .collect()
}

/// The cases that arrays and steps are drawn from.
const CASES: u64 = 4000;

/// The steps that are asked of each array.
const STEPS: usize = 60;

/// What a step is called in the table: its word, and the first word after it that is no number and no C type.
fn name(step: &Step) -> String {
    let text = step.to_string();
    let words: Vec<&str> = text.split(' ').collect();
    let more = match words[0] {
        "interface" | "struct" | "flag" | "map" | "absent" | "object" | "assign" | "ctypeslib" => words.get(1),
        "buffer" | "dlpack" => words.get(2),
        "export" => words.get(2),
        "derive" => words.get(3),
        "balance" | "call" => words.get(1),
        "forked" => return format!("forked {}", name(&text["forked ".len()..].parse().expect("a step"))),
        "drop" => words.get(1).filter(|word| **word == "array"),
        _ => None,
    };
    more.map_or_else(|| words[0].to_owned(), |more| format!("{} {more}", words[0]))
}

/// What is asked before the step: what the suite needs to look from outside, nothing, or a scenario.
const BEFORE: [&[&str]; 4] = [
    &["data", "itemsize", "shape", "strides"],
    &[],
    &["export 0 shape", "drop array"],
    &["export 1 data_as c_void_p", "export 0 ctypes"],
];

/// Steps that are drawn seldom or never.
const SELDOM: &[&str] = &[
    "pass py_object",
    "pass c_bool",
    "hand ctypes to py_object",
    "index 0 c_longdouble",
    "printed c_longdouble",
    "type strides_as c_char",
    "type shape_as c_wchar",
    "derive 5 1 contents",
    "export 1 shape",
    "export 2 dlpack",
    "export 2 buffer",
    "dlpack-device",
    "item 0",
    "map copy",
    "alive",
    "take-again",
    "memory",
];

fn steps(texts: &[&str]) -> Vec<Step> {
    texts.iter().map(|text| text.parse().expect("a step")).collect()
}

/// Cases of arrays with an element, or of a file, larger than what one answer has.
fn large_cases() -> impl Iterator<Item = Case> {
    let array = |typestr: &str, size: u64, map| {
        let dtype = Dtype::from_typestr(typestr).expect("a type");
        let array = Array::contiguous(Vec::new(), dtype.clone(), &[size / dtype.item_size()]);
        Array { buffer: Buffer { size, ..array.buffer.clone() }, map, ..array }
    };
    let map = Some(Map { mode: Mode::R, deduced: false, file: Handle::Path, name: None });
    let arrays = [array("|V4194304", 1 << 22, None), array("|u1", 1 << 22, map)];
    let scripts = [
        &["buffer full_ro format"][..],
        &["item 0"],
        &["map copy"],
        &["data", "itemsize", "shape", "strides", "peek 1"],
    ];
    arrays.into_iter().flat_map(move |array| scripts.map(|script| Case { array: array.clone(), script: steps(script) }))
}

/// Steps of every form: those of drawn cases, few of each name, and those that are made of lists of words.
fn pool(platform: &Platform) -> Vec<Step> {
    let mut seen: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    let drawn = (0..CASES).flat_map(|index| generate::case(31, index, platform).script);
    let flags = Flag::ALL.iter().map(|flag| Question::Flag(*flag));
    let keys = Key::ALL.iter().map(|key| Question::Interface(*key));
    let members = Member::ALL.iter().map(|member| Question::Struct(*member));
    let absent = Absent::ALL.iter().map(|what| Question::Absent(*what));
    let buffers = BufferRequest::ALL
        .iter()
        .flat_map(|request| BufferMember::ALL.iter().map(|member| Question::Buffer(*request, *member)));
    let tensors = DlpackRequest::ALL
        .iter()
        .flat_map(|request| DlpackMember::ALL.iter().map(|member| Question::Dlpack(*request, *member)));
    let words = flags
        .chain(keys)
        .chain(members)
        .chain(absent)
        .chain(buffers)
        .chain(tensors)
        .map(Step::Ask)
        .chain(steps(SELDOM));
    for step in steps(SELDOM).into_iter().chain(drawn).chain(words) {
        let same = seen.entry(name(&step)).or_default();
        if same.len() < 40 && !same.contains(&step) {
            same.push(step);
        }
    }
    seen.into_values().flatten().collect()
}

/// Returns true if nothing is predicted for the last step.
fn is_silent(platform: &Platform, array: &Array, script: &[Step]) -> bool {
    let mut last = None;
    let resolved = resolve(platform, array);
    expect_resolved(platform, array, &resolved, script, &mut |prediction| last = Some(prediction.step));
    last != Some(script.len() - 1)
}

#[test]
fn nothing_is_left_unpredicted_but_what_the_specification_lists_with_a_reason() {
    let rows = rows();
    let (mut unlisted, mut met) = (BTreeMap::<String, (usize, String)>::new(), HashSet::new());
    for (_, platform) in Platform::ALL {
        let pool = pool(&platform);
        let drawn = (0..CASES / 4).map(|index| generate::case(32, index, &platform));
        for (index, Case { array, script }) in drawn.chain(large_cases()).enumerate() {
            let Ok(layout) = resolve(&platform, &array) else { continue };
            let mut ask = |script: &[Step]| silence(&platform, &array, &layout, script, &rows, &mut unlisted, &mut met);
            for at in 0..STEPS {
                let step = &pool[(index * 7919 + at * 104_729) % pool.len()];
                let before = steps(BEFORE[(index + at) % BEFORE.len()]);
                ask(&[&before[..], std::slice::from_ref(step)].concat());
            }
            // Its own script, where writes and scenarios have a context.
            (1..=script.len()).for_each(|end| ask(&script[..end]));
        }
    }
    let list =
        unlisted.iter().map(|(name, (count, example))| format!("{name}: {count}, {example}\n")).collect::<String>();
    assert!(unlisted.is_empty(), "expected each silence in spec/src/silences.md, found others:\n{list}");
    let unmet: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| row.steps.iter().map(move |step| (*step, row.situation)))
        .filter(|row| !met.contains(row))
        .map(|(step, situation)| format!("{step}, {situation}\n"))
        .collect();
    assert!(unmet.is_empty(), "expected each row of spec/src/silences.md to be met, these are not: {unmet:?}");
}

/// Counts the silence of the last step: each row that explains it is met; if there is none, it is not listed.
fn silence(
    platform: &Platform,
    array: &Array,
    layout: &Layout,
    script: &[Step],
    rows: &[Row],
    unlisted: &mut BTreeMap<String, (usize, String)>,
    met: &mut HashSet<(&'static str, &'static str)>,
) {
    if !is_silent(platform, array, script) {
        return;
    }
    let (step, before) = script.split_last().expect("a step");
    let asked = Asked { platform, array, layout, before, step };
    let name = name(step);
    let mut explained = false;
    for row in rows {
        let is_of_step = |pattern: &&&str| {
            **pattern == name
                || pattern.strip_suffix(" …").is_some_and(|word| name.split(' ').next() == Some(word))
                || **pattern == "any"
        };
        if let Some(pattern) = row.steps.iter().find(is_of_step).filter(|_| asked.is(row.situation)) {
            explained = true;
            met.insert((*pattern, row.situation));
        }
    }
    if !explained {
        let entry = unlisted.entry(name).or_insert_with(|| (0, example(array, layout, step)));
        entry.0 += 1;
    }
}

/// A short description of an example.
fn example(array: &Array, layout: &Layout, step: &Step) -> String {
    let Layout { offset, shape, strides, dtype } = layout;
    let (map, owner, size) = (&array.map, array.owner, array.buffer.size);
    format!("`{step}` of {} {shape:?} {strides:?} at {offset} of {size}, {map:?} {owner:?}", dtype.typestr())
}
