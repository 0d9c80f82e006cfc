//! Reports of costs on given figures: the table, the advice, the Markdown and the chart. Nothing is measured here.

use array_ctypes_command::bench::compare::{Ratio, advice, keep, rows};
use array_ctypes_command::bench::costs::{Costs, NotMeasured};
use array_ctypes_command::bench::json::{document, lines};
use array_ctypes_command::bench::table::{markdown, text};
use array_ctypes_command::bench::{Measured, array, chart};
use array_ctypes_conformance::adapter::cost::{Cost, Question, Time};
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::{Allowed, Hello, Limits};

fn cost(question: Question, name: &str, [low, median, high]: [f64; 3]) -> Cost {
    Cost { question, name: name.to_owned(), time: Ok(Time { median, low, high }) }
}

fn measured(implementation: &str, costs: Vec<Cost>) -> Measured {
    Measured { implementation: implementation.to_owned(), version: "1.0".to_owned(), shape: vec![3, 4], costs }
}

/// Returns the costs of implementations, one with names that each format must escape, and one that could not be measured.
fn given() -> Costs {
    use Question::{Address, All, Shape};
    let missing = Err("not installed: <cffi>".to_owned());
    let compiled = vec![
        cost(Address, "a.ptr()", [0.0, 0.0, 0.1]),
        cost(Shape, "a.shape()", [1.9, 2.0, 2.1]),
        cost(All, "a.view() | a.mask", [10.0, 10.2, 10.4]),
    ];
    let interpreted = vec![
        cost(Address, "a.ctypes.data", [1366.2, 1387.0, 1402.5]),
        cost(Address, "a.data_as(<T>)", [2500.0, 2600.0, 2650.0]),
        cost(Address, "c.data  # c = a.ctypes", [95.0, 96.0, 97.0]),
        cost(Address, "t.data_ptr()  # t = of(a)", [73.5, 75.6, 76.5]),
        Cost { question: Address, name: "ffi.from_buffer(a)".to_owned(), time: missing },
        cost(Shape, "a.shape", [44.0, 45.0, 45.5]),
        cost(Shape, "`a`.__array_interface__['shape']", [45.2, 46.0, 1_000_000.0]),
        cost(Shape, "c.shape  # c = a.ctypes", [800.0, 810.0, 820.0]),
        cost(All, "memoryview(a)", [180.0, 195.0, 198.0]),
        cost(All, "a.__dlpack__()", [60.0, 61.0, 62.0]),
    ];
    let narrow = vec![cost(Shape, "a[:].shape", [55.0, 60.0, 65.0])];
    let narrow = Measured { shape: vec![12], ..measured("narrow", narrow) };
    Costs {
        measured: vec![measured("compiled & quick", compiled), measured("interpreted", interpreted), narrow],
        not_measured: vec![NotMeasured {
            implementation: "--command ./broken".to_owned(),
            message: "adapter: it hung\n  its last words".to_owned(),
        }],
        notes: vec!["the third is not in this build".to_owned()],
    }
}

#[test]
fn the_table() {
    insta::assert_snapshot!(text(&given()));
}

#[test]
fn the_report_in_markdown() {
    insta::assert_snapshot!(markdown(&given()));
}

#[test]
fn the_lines_of_json() {
    insta::assert_snapshot!(lines(&given()).iter().map(|line| format!("{line}\n")).collect::<String>());
    let list: serde_json::Value = serde_json::from_str(&document(&given())).expect("JSON");
    assert_eq!(list.as_array(), Some(&lines(&given())));
}

#[test]
fn the_chart() {
    insta::assert_snapshot!(chart::svg(&given()));
}

#[test]
fn each_format_states_that_nothing_was_measured() {
    let costs = Costs { measured: Vec::new(), ..given() };
    assert_eq!(text(&costs).trim(), "note: the third is not in this build");
    assert!(markdown(&costs).contains("- not measured: --command ./broken: adapter: it hung"));
    assert_eq!(lines(&costs).len(), 2);
    assert!(chart::svg(&costs).contains("no figures"));
}

/// Names with markup, or with characters that XML cannot hold, leave the chart well-formed.
#[test]
fn a_name_cannot_break_the_chart() {
    let name = "<&\">'\u{0}\u{1b}\n\u{ffff}]]>é𝄞";
    let costs =
        Costs { measured: vec![measured(name, vec![cost(Question::All, name, [1.0, 2.0, 3.0])])], ..Costs::default() };
    let svg = chart::svg(&costs);
    assert!(svg.contains("&lt;&amp;\"&gt;'\u{fffd}\u{fffd}\u{fffd}\u{fffd}]]&gt;é𝄞"), "{svg}");
    let plain = svg.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "");
    assert_eq!(plain.matches('<').count(), plain.matches('>').count());
    assert!(!plain.contains('&'));
}

#[test]
fn a_difference_is_reported_only_where_the_spreads_are_apart() {
    let time = |[low, median, high]: [f64; 3]| Time { low, median, high };
    let cheapest = time([10.0, 11.0, 12.0]);
    for (other, expected) in [
        (time([10.0, 11.0, 12.0]), Ratio::Cheapest),
        (time([11.9, 100.0, 200.0]), Ratio::Same),
        (time([12.0, 100.0, 200.0]), Ratio::Same),
        (time([12.1, 22.0, 25.0]), Ratio::Times(2.0)),
    ] {
        assert_eq!(Ratio::of(&other, &cheapest), expected);
    }
    // A time that cannot be distinguished from 0 gives only a lower bound of the ratio.
    let nothing = time([0.0, 0.0, 0.2]);
    assert_eq!(Ratio::of(&time([0.3, 0.3, 0.3]), &nothing), Ratio::Same);
    assert_eq!(Ratio::of(&time([50.0, 60.0, 70.0]), &nothing), Ratio::MoreThan(100.0));
    let shown = [Ratio::Cheapest, Ratio::Same, Ratio::Times(9.96), Ratio::Times(13_612.0), Ratio::MoreThan(13_999.0)];
    assert_eq!(shown.map(|ratio| ratio.to_string()), ["1", "≈ 1", "10", "14000", "> 13000"]);
}

#[test]
fn rows_go_from_the_cheapest_to_the_missing_and_advice_stays_within_an_implementation() {
    let Costs { measured, .. } = given();
    let names: Vec<&str> = rows(&measured, Question::Address).iter().map(|row| row.cost.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "a.ptr()",
            "t.data_ptr()  # t = of(a)",
            "c.data  # c = a.ctypes",
            "a.ctypes.data",
            "a.data_as(<T>)",
            "ffi.from_buffer(a)"
        ]
    );
    let advice = advice(&measured);
    let about: Vec<_> = advice.iter().map(|advice| (advice.of.implementation.as_str(), advice.question)).collect();
    assert_eq!(about, [("interpreted", Question::Address), ("interpreted", Question::Shape)]);
    // Advice compares only ways that keep no object, and only where they do the same.
    assert_eq!(advice[0].cheapest, ["a.ctypes.data"]);
    assert_eq!(advice[1].dearer, []);
}

#[test]
fn each_row_is_also_compared_with_the_cheapest_of_its_implementation() {
    let Costs { measured, .. } = given();
    let own: Vec<_> = rows(&measured, Question::All).iter().map(|row| row.own).collect();
    let Some(Ratio::Times(times)) = own[2] else { panic!("{own:?}") };
    assert_eq!((own[0], own[1], (times * 10.0).round()), (Some(Ratio::Cheapest), Some(Ratio::Cheapest), 32.0));
    assert!(rows(&measured, Question::Address).last().expect("a row").own.is_none());
}

/// A kept object is compared with making it anew each time, or else with the cheapest way that keeps nothing.
#[test]
fn keeping_an_object_is_advised_only_where_it_saves_time() {
    let given = given();
    let advised: Vec<_> =
        keep(&given.measured).iter().map(|keep| (keep.kept, keep.cost.expression(), keep.beside)).collect();
    // For the shape, `c` costs more than a way that keeps nothing.
    assert_eq!(advised, [("t = of(a)", "t.data_ptr()", "a.ctypes.data"), ("c = a.ctypes", "c.data", "a.ctypes.data")]);
    let costs = vec![
        cost(Question::Address, "m.at  # m = view(a)", [10.0, 11.0, 12.0]),
        cost(Question::Address, "n.at  # n = view(a)", [19.0, 19.5, 30.0]),
        cost(Question::Address, "a.at", [20.0, 22.0, 24.0]),
        cost(Question::Address, "view(a).at", [32.0, 33.0, 34.0]),
    ];
    let one = [measured("one", costs)];
    let advised: Vec<_> = keep(&one).iter().map(|keep| (keep.kept, keep.beside, keep.ratio)).collect();
    // The spread of the second overlaps that of the cheapest.
    assert_eq!(advised, [("m = view(a)", "view(a).at", Ratio::Times(3.0))]);
}

#[test]
fn a_way_that_keeps_an_object_can_also_make_it_anew() {
    for (name, expression, kept, anew) in [
        ("c.data  # c = a.ctypes", "c.data", Some("c = a.ctypes"), Some("a.ctypes.data")),
        ("f.of(a) # f = lib.F()", "f.of(a)", Some("f = lib.F()"), Some("lib.F().of(a)")),
        ("cc.data  # c = a.ctypes", "cc.data", Some("c = a.ctypes"), None),
        ("of(a, c)  # c = a.ctypes", "of(a, c)", Some("c = a.ctypes"), None),
        ("a  # as it is", "a", Some("as it is"), None),
        ("a.names['#']", "a.names['#']", None, None),
    ] {
        let cost = cost(Question::All, name, [1.0, 2.0, 3.0]);
        assert_eq!((cost.expression(), cost.kept(), cost.anew().as_deref()), (expression, kept, anew));
    }
}

#[test]
fn the_measured_array_is_one_that_the_limits_allow() {
    let shape = |limits: Limits| array(&Hello::core("x", "1", limits)).map(|array| array.shape);
    assert_eq!(shape(Limits::default()), Some(vec![3, 4]));
    assert_eq!(shape(Limits { max_dimensions: 1, ..Limits::default() }), Some(vec![12]));
    assert_eq!(shape(Limits { kinds: Allowed::only([Kind::Float]), ..Limits::default() }), None);
}
