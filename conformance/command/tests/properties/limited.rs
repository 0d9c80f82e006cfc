//! No limit lets through what it excludes: neither an array nor a step.
//!
//! This file lists again, as naively as possible, what a case has: every array that the library makes for it, and the texts of its
//! steps.

use array_ctypes_command::adapters::reference::Reference;
use array_ctypes_conformance::engine::generate::{self, Generated};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::ctypeslib::element_type;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::layout::{Layout, c_strides, resolve};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Address, Array, Consumer, Ctypeslib, Import, ImportData, NdShape, Profile, Question, ShapeArgument, Source, Step,
    Use,
};
use array_ctypes_conformance::{Allowed, Case, Hello, Implementation, Limits, Order, Records, StepWord, ViewWord};

mod features;

/// The cases that are drawn for each limit.
const DRAWN: u64 = 400;

/// How an array is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is described by shape and strides.
    Described,
    /// A view makes it.
    View,
    /// It is imported, which describes it, too.
    Import,
    /// A helper makes it over memory that it is given.
    Helper,
}

/// An array that the library makes.
#[derive(Debug)]
struct Made {
    layout: Layout,
    is_read_only: bool,
    way: Way,
    /// True if its memory is given, and not a file or the library's own.
    is_given: bool,
    /// The address of the buffer modulo 4096.
    at: u32,
}

/// Returns every array that the library makes for a case, those that it must refuse left out but for imports.
fn made(case: &Case, platform: &Platform) -> Vec<Made> {
    let array = &case.array;
    let mut all = Vec::new();
    let is_read_only = !array.is_writeable();
    let is_given = array.map.is_none() && array.owner.is_none();
    let mut push = |layout, is_described| {
        let way = if is_described { Way::Described } else { Way::View };
        all.push(Made { layout, is_read_only, way, is_given, at: array.at() });
    };
    for views in 0..=array.views.len() {
        let part = Array { views: array.views[..views].to_vec(), ..array.clone() };
        if let Ok(layout) = resolve(platform, &part) {
            push(layout, views == 0 && array.map.is_none());
        }
    }
    let Ok(layout) = resolve(platform, array) else { return all };
    for step in &case.script {
        let (layout, is_read_only, at, way) = match inner(step) {
            Step::Ask(Question::Import(import)) => match imported(import) {
                Some(imported) if matches!(import.data, ImportData::Tuple(Address::Absolute(_))) => {
                    (imported, reads_only(import, array), 0, Way::Import)
                }
                Some(imported) => (imported, reads_only(import, array), array.at(), Way::Import),
                None => continue,
            },
            Step::Ask(Question::Ctypeslib(helper)) => match over_memory(helper, &layout, platform) {
                Some(made) => (made, false, array.at(), Way::Helper),
                None => continue,
            },
            _ => continue,
        };
        all.push(Made { layout, is_read_only, way, is_given, at });
    }
    all
}

fn inner(step: &Step) -> &Step {
    if let Step::Forked(step) = step { step } else { step }
}

fn reads_only(import: &Import, array: &Array) -> bool {
    if import.data == ImportData::Buffer { !array.is_writeable() } else { import.read_only }
}

fn imported(import: &Import) -> Option<Layout> {
    let dtype = Dtype::from_typestr(&import.typestr).ok()?;
    let shape = import.shape.clone();
    let strides = import.strides.clone().unwrap_or_else(|| c_strides(&shape, dtype.item_size()));
    let offset = match import.data {
        ImportData::Tuple(Address::InBuffer(offset)) => offset,
        ImportData::Tuple(Address::Absolute(address)) => (address % 4096) as i64,
        _ => import.offset.unwrap_or(0),
    };
    Some(Layout { dtype, offset, shape, strides })
}

fn over_memory(helper: &Ctypeslib, own: &Layout, platform: &Platform) -> Option<Layout> {
    let (dtype, shape) = match helper {
        // The shape that is given beside an object of ctypes is ignored.
        Ctypeslib::AsArray { source: Source::Object, ctype, .. } => element_type(platform, ctype)?,
        Ctypeslib::AsArray { shape, ctype, .. } => {
            let (dtype, inner) = element_type(platform, ctype)?;
            let ShapeArgument::Lengths(lengths) = shape else { return None };
            (dtype, [&lengths[..], &inner].concat())
        }
        Ctypeslib::NdPointer(Use::Result, pointer) => {
            let shape = match pointer.shape.as_ref()? {
                NdShape::Lengths(lengths) => lengths.clone(),
                NdShape::Length(length) => vec![*length],
            };
            let text = pointer.dtype.as_ref()?;
            let typestr = format!("{text:?}");
            let named = typestr.split('"').nth(1).map(|typestr| Dtype::from_typestr(typestr).expect("a type"));
            (named.unwrap_or_else(|| own.dtype.clone()), shape)
        }
        _ => return None,
    };
    let strides = c_strides(&shape, dtype.item_size());
    Some(Layout { dtype, offset: own.offset, shape, strides })
}

/// Returns the texts of the steps, those of steps that a copy of the process does included.
fn texts(case: &Case) -> Vec<String> {
    case.script.iter().flat_map(|step| [step.to_string(), inner(step).to_string()]).collect()
}

fn views(case: &Case) -> Vec<Vec<String>> {
    case.array.views.iter().map(|view| view.to_string().split(' ').map(str::to_owned).collect()).collect()
}

/// Returns the plain types that a type is made of, as type strings.
fn parts(dtype: &Dtype) -> Vec<String> {
    match dtype {
        Dtype::Plain(_) => vec![dtype.typestr()],
        Dtype::Record(record) => record.fields.iter().flat_map(|field| parts(&field.dtype)).collect(),
    }
}

fn no_step(case: &Case, is_excluded: impl Fn(&[&str]) -> bool) -> bool {
    !texts(case).iter().any(|text| is_excluded(&text.split(' ').collect::<Vec<_>>()))
}

fn numbers(words: &[impl AsRef<str>]) -> impl Iterator<Item = i128> {
    words.iter().filter_map(|word| word.as_ref().parse().ok())
}

/// The span of an array, in bytes: the distance of its outermost elements, and one element.
fn span(layout: &Layout) -> i128 {
    if layout.shape.contains(&0) {
        return 0;
    }
    let axes = layout.shape.iter().zip(&layout.strides);
    let reach: i128 = axes.map(|(length, stride)| i128::from(length - 1) * i128::from(stride.unsigned_abs())).sum();
    reach + i128::from(layout.dtype.item_size())
}

/// Returns true if a case obeys one limit. The arrays are those that the library makes for the case.
type Obeys = fn(&Case, &[Made], &Platform) -> bool;

/// Limits, each with what it means.
fn all() -> Vec<(&'static str, Limits, Obeys)> {
    let types =
        |names: &[&str]| Allowed::Only(names.iter().map(|name| Dtype::from_typestr(name).expect("a type")).collect());
    let none = Limits::with_all_abilities;
    let words =
        |words: &[&str]| Allowed::Only(words.iter().map(|word| StepWord::from_word(word).expect("a word")).collect());
    let mut all: Vec<(&'static str, Limits, Obeys)> = Vec::new();
    all.push(("kinds", Limits { kinds: Allowed::only([Kind::Int, Kind::UInt]), ..none() }, |case, made, _| {
        made.iter().flat_map(|made| parts(&made.layout.dtype)).all(|part| "iu".contains(&part[1..2]))
            && no_step(case, |words| {
                words
                    .iter()
                    .any(|word| word.strip_prefix("dtype=").is_some_and(|it| it != "own" && !"iu".contains(&it[1..2])))
            })
    }));
    all.push(("max_item_size", Limits { max_item_size: 2, ..none() }, |_, made, _| {
        made.iter().all(|made| made.layout.dtype.item_size() <= 2)
    }));
    all.push(("element_types", Limits { element_types: types(&["<f8", "|u1", "|O"]), ..none() }, |case, made, _| {
        let listed = ["<f8", "|u1", "|O"];
        made.iter().flat_map(|made| parts(&made.layout.dtype)).all(|part| listed.contains(&&*part))
            && no_step(case, |words| {
                words
                    .iter()
                    .any(|word| word.strip_prefix("dtype=").is_some_and(|it| it != "own" && !listed.contains(&it)))
                    || matches!(words, ["ctypeslib", "as_ctypes_type", ctype, ..] if *ctype == "c_int")
            })
    }));
    all.push(("item_sizes", Limits { item_sizes: Allowed::Only(vec![4, 8]), ..none() }, |_, made, _| {
        made.iter().all(|made| [4, 8].contains(&made.layout.dtype.item_size()))
    }));
    all.push(("records", Limits { records: Records::None, ..none() }, |_, made, _| {
        made.iter().all(|made| made.layout.dtype.plain().is_some())
    }));
    all.push(("swapped", Limits { swapped: false, ..none() }, |case, made, platform| {
        made.iter().all(|made| !made.layout.dtype.is_swapped(platform))
            && no_step(case, |words| {
                words.iter().any(|word| word.starts_with("dtype=>") || word.starts_with("typestr=>"))
            })
    }));
    all.push(("unaligned", Limits { unaligned: false, ..none() }, |_, made, platform| {
        made.iter().all(|made| made.layout.is_aligned(platform, made.at) || made.way == Way::View)
    }));
    all.push(("read_only", Limits { read_only: false, ..none() }, |_, made, _| {
        made.iter().all(|made| !made.is_read_only)
    }));
    all.push(("writeable", Limits { writeable: false, ..none() }, |_, made, _| {
        made.iter().all(|made| made.is_read_only)
    }));
    all.push(("assigns", Limits { assigns: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "write-item")
    }));
    all.push(("strided", Limits { strided: false, ..none() }, |_, made, _| {
        made.iter().all(|made| {
            let Layout { dtype, shape, strides, .. } = &made.layout;
            made.way == Way::View || *strides == c_strides(shape, dtype.item_size())
        })
    }));
    all.push(("orders", Limits { strided: false, orders: vec![Order::F], ..none() }, |_, made, _| {
        made.iter().all(|made| {
            let Layout { dtype, shape, strides, .. } = &made.layout;
            let turned: Vec<u64> = shape.iter().rev().copied().collect();
            let column_major: Vec<i64> = c_strides(&turned, dtype.item_size()).into_iter().rev().collect();
            made.way == Way::View || *strides == column_major
        })
    }));
    all.push(("negative_strides", Limits { negative_strides: false, ..none() }, |_, made, _| {
        made.iter().all(|made| made.way == Way::View || made.layout.strides.iter().all(|stride| *stride >= 0))
    }));
    all.push(("odd_strides", Limits { odd_strides: false, ..none() }, |_, made, _| {
        made.iter().all(|made| {
            let item = made.layout.dtype.item_size().max(1) as i64;
            made.way == Way::View || made.layout.strides.iter().all(|stride| stride % item == 0)
        })
    }));
    all.push(("overlap", Limits { overlap: false, ..none() }, |_, made, _| {
        made.iter().all(|made| !made.layout.may_overlap())
    }));
    all.push(("empty", Limits { empty: false, ..none() }, |case, made, _| {
        !case.array.shape.contains(&0) && made.iter().all(|made| !made.layout.shape.contains(&0))
    }));
    all.push(("address_if_empty", Limits { address_if_empty: false, ..none() }, |case, made, _| {
        let imports = made.iter().filter(|made| made.way != Way::View).skip(1);
        imports.into_iter().all(|made| !made.layout.shape.contains(&0))
            && (!resolve(&Platform::host(), &case.array).is_ok_and(|layout| layout.is_empty())
                || no_step(case, |words| {
                    matches!(
                        words[0],
                        "data"
                            | "data_as"
                            | "_as_parameter_"
                            | "contents"
                            | "index"
                            | "printed"
                            | "pass"
                            | "read"
                            | "write-pointer"
                            | "mapping"
                    ) || words.len() > 1
                        && words[1] == "data"
                        && ["interface", "struct", "hand", "absent"].contains(&words[0])
                        || words.contains(&"address")
                }))
    }));
    all.push(("given_memory", Limits { given_memory: false, ..none() }, |case, made, platform| {
        let array = &case.array;
        let before = resolve(platform, &Array { views: Vec::new(), ..array.clone() });
        // What is handed to a consumer is the suite's own.
        matches!(case.script.first(), Some(Step::Consumer(_)))
            || made.iter().all(|made| made.way != Way::Helper)
                && made.iter().all(|made| !made.is_given || array.buffer.bytes.len() as u64 == array.buffer.size)
                && (array.map.is_some()
                    || array.owner.is_some()
                    || before.is_ok_and(|layout| span(&layout) == i128::from(array.buffer.size)))
    }));
    all.push(("copies_imports", Limits { copies_imports: true, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "import" && !words.contains(&"copied=1"))
    }));
    all.push(("array_struct", Limits { array_struct: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "struct")
    }));
    all.push(("load_library", Limits { load_library: false, ..none() }, |case, _, _| {
        no_step(case, |words| words.contains(&"load_library"))
    }));
    all.push(("counts_references", Limits { counts_references: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "balance")
    }));
    all.push(("functions", Limits { functions: false, ..none() }, |case, _, _| {
        no_step(case, |words| ["hand", "walk"].contains(&words[0]))
    }));
    all.push(("interface_types", Limits { interface_types: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "interface" && words[1].ends_with("-type"))
    }));
    all.push(("dlpack_arguments", Limits { dlpack_arguments: false, ..none() }, |case, _, _| {
        no_step(case, |words| {
            words[0] == "dlpack-device"
                || words[0] == "dlpack"
                    && (words[1].contains('=') || ["copied", "flags", "strides-given", "elements"].contains(&words[2]))
        })
    }));
    all.push(("exports", Limits { exports: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "export" && ["dlpack", "buffer"].contains(&words[2]))
    }));
    all.push(("features", Limits { features: false, ..none() }, |case, _, _| {
        !case.script.iter().any(|step| matches!(step, Step::Consumer(Consumer::Take(take)) if !take.with.is_empty()))
    }));
    all.push(("file_names", Limits { file_names: false, ..none() }, |case, _, _| {
        case.array.map.as_ref().is_none_or(|map| map.name.is_none())
    }));
    all.push(("types", Limits { types: false, ..none() }, |case, _, _| {
        no_step(case, |words| words[0] == "type" || words[0] == "absent" && words[1].ends_with("-type"))
    }));
    all.push(("invalid", Limits { invalid: false, ..none() }, |case, _, platform| {
        resolve(platform, &case.array).is_ok()
            && no_step(case, |words| words.iter().any(|word| ["data=list", "data=single", "data=text"].contains(word)))
    }));
    all.push(("min_dimensions", Limits { min_dimensions: 1, ..none() }, |case, made, _| {
        made.iter().all(|made| !made.layout.shape.is_empty()) && no_step(case, |words| words.contains(&"ndim=0"))
    }));
    all.push(("max_dimensions", Limits { max_dimensions: 1, ..none() }, |case, made, _| {
        // Of more than 32 axes an array may be refused, so imports of those are asked of everybody.
        made.iter().all(|made| {
            let is_described = matches!(made.way, Way::Described | Way::View);
            made.layout.shape.len() <= 1 || !is_described && made.layout.shape.len() > 32
        }) && no_step(case, |words| {
            words.iter().any(|word| word.strip_prefix("ndim=").is_some_and(|ndim| ndim != "0" && ndim != "1"))
        })
    }));
    all.push(("max_bytes", Limits { max_bytes: 32, ..none() }, |_, made, _| {
        made.iter().all(|made| {
            let Layout { dtype, shape, .. } = &made.layout;
            shape.iter().map(|length| u128::from(*length)).product::<u128>() * u128::from(dtype.item_size()) <= 32
        })
    }));
    all.push(("max_span", Limits { max_span: 32, ..none() }, |_, made, _| {
        made.iter().all(|made| span(&made.layout) <= 32)
    }));
    all.push(("views", none().with_views(&[ViewWord::Index, ViewWord::Slice]), |case, _, _| {
        views(case).iter().all(|words| ["index", "slice"].contains(&&*words[0]))
    }));
    all.push(("view_axes", Limits { view_axes: Allowed::Only(vec![0]), ..none() }, |case, _, _| {
        let of_axis = ["index", "slice", "reverse", "newaxis"];
        views(case).iter().all(|words| !of_axis.contains(&&*words[0]) || words[1] == "0")
    }));
    all.push(("negative_steps", Limits { negative_steps: false, ..none() }, |case, _, _| {
        views(case).iter().all(|words| words[0] != "reverse" && !(words[0] == "slice" && words[4].starts_with('-')))
    }));
    all.push(("max_index", Limits { max_index: 1, ..none() }, |case, _, _| {
        let of_views = |words: &Vec<String>| match &*words[0] {
            "index" | "slice" => numbers(&words[2..]).all(|number| number.abs() <= 1),
            _ => true,
        };
        views(case).iter().all(of_views)
            && no_step(case, |words| match words[0] {
                "item" => numbers(&words[1..]).any(|number| number > 1),
                "write-item" => numbers(&words[2..]).any(|number| number > 1),
                "index" => numbers(&words[1..2]).any(|number| number.abs() > 1),
                _ => false,
            })
    }));
    all.push(("steps", Limits { steps: words(&["data", "shape", "export", "read"]), ..none() }, |case, _, _| {
        no_step(case, |words| !["data", "shape", "export", "read"].contains(&words[0]))
    }));
    all
}

#[test]
fn no_limit_lets_through_what_it_excludes() {
    let platform = Platform::host();
    for (name, limits, obeys) in all() {
        assert_obeyed(name, limits, |case| obeys(case, &made(case, &platform), &platform));
    }
}

/// Asserts that every case which is drawn inside limits obeys them, and that not every other case does.
#[track_caller]
fn assert_obeyed(name: &str, limits: Limits, is_obeyed: impl Fn(&Case) -> bool) {
    let sent = sent(limits);
    assert!(sent.len() > 5, "{name}: only {} cases are sent", sent.len());
    for case in &sent {
        assert!(is_obeyed(case), "{name} is not obeyed by {case:?}");
    }
    let unlimited = self::sent(Limits::with_all_abilities());
    assert!(unlimited.iter().any(|case| !is_obeyed(case)), "{name}: without the limit, no case is outside it");
}

/// Draws cases inside limits.
fn sent(limits: Limits) -> Vec<Case> {
    let is_newer = |profile: &Profile| *profile != Profile::Borrows;
    let profiles = Profile::ALL.iter().copied().filter(is_newer).collect();
    let hello = Hello { profiles, limits, ..Reference::new().hello().clone() };
    let rules = Rules::all().binding(&hello);
    let drawn = (0..DRAWN).map(|index| generate::generate(31, index, &hello, &rules));
    drawn.filter(|drawn| drawn.applicable).map(|Generated { case, .. }| case).collect()
}

/// The names of limits that say nothing about cases: how an implementation refuses, and how it makes arrays of its own.
const OTHERS: [&str; 2] = ["returns_refusals", "owners"];

#[test]
fn each_limit_is_said_again_here() {
    let mut said: Vec<&str> = all().into_iter().map(|(name, ..)| name).chain(OTHERS).collect();
    let mut known = Limits::NAMES.to_vec();
    said.sort_unstable();
    known.sort_unstable();
    assert_eq!(said, known);
}
