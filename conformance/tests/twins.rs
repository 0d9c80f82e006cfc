//! Twins in Rust: arrays that are right, and differ in how they refuse, how they count, and what they know.
//!
//! No rule may fail. `TWIN_SEEDS` says how many seeds each is asked with; `.ci/twins` sets it to 20. The twins in Python
//! stand in `conformance/python/correct_adapters.py`, and `conformance/docs/twins.md` lists all.

use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::MIN_CASES_TO_COUNT;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Rule, Step, View};
use array_ctypes_conformance::{Allowed, Hello, Implementation, InProcess, Limits, Local, Memory, Records, ViewWord};

/// How a twin differs.
#[derive(Clone)]
struct Twin {
    hello: Hello,
    /// Returns true if the library can have an array at all.
    fits: fn(&Strided) -> bool,
    /// How the library refuses.
    refuse: fn(&'static str) -> Raises,
}

/// An array over bytes.
struct Strided {
    at: i64,
    size: usize,
    shape: Vec<u64>,
    strides: Vec<i64>,
}

impl Strided {
    fn over(array: &Array, memory: &Memory) -> Result<Strided, &'static str> {
        let size = usize::try_from(array.dtype.item_size()).map_err(|_| "an item that is too large")?;
        let made = Strided { at: array.offset, size, shape: array.shape.clone(), strides: array.strides.clone() };
        if made.shape.len() != made.strides.len() {
            return Err("expected a stride for each axis");
        }
        let bytes = made.shape.iter().try_fold(size as u64, |bytes, length| bytes.checked_mul((*length).max(1)));
        if bytes.is_none_or(|bytes| i64::try_from(bytes).is_err()) {
            return Err("more bytes than there are");
        }
        let (mut low, mut high) = (i128::from(made.at), i128::from(made.at));
        if !made.shape.contains(&0) {
            for (length, stride) in made.shape.iter().zip(&made.strides) {
                let reach = i128::from(*length - 1) * i128::from(*stride);
                *if reach < 0 { &mut low } else { &mut high } += reach;
            }
            high += size as i128;
        }
        if low < 0 || high > memory.size() as i128 { Err("elements outside the buffer") } else { Ok(made) }
    }

    fn view(mut self, view: &View) -> Result<Strided, &'static str> {
        match view {
            View::Index { axis, at } if *axis < self.shape.len() => {
                let (length, stride) = (self.shape.remove(*axis) as i64, self.strides.remove(*axis));
                let index = if *at < 0 { at + length } else { *at };
                if !(0..length).contains(&index) {
                    return Err("index outside the axis");
                }
                self.at += index * stride;
            }
            View::Reverse { axis } if *axis < self.shape.len() => {
                let stride = &mut self.strides[*axis];
                if self.shape[*axis] > 0 {
                    self.at += (self.shape[*axis] as i64 - 1).wrapping_mul(*stride);
                    *stride = stride.wrapping_neg();
                }
            }
            View::Transpose { axes } => {
                let mut sorted = axes.clone();
                sorted.sort_unstable();
                if !sorted.into_iter().eq(0..self.shape.len()) {
                    return Err("expected each axis once");
                }
                self.shape = axes.iter().map(|axis| self.shape[*axis]).collect();
                self.strides = axes.iter().map(|axis| self.strides[*axis]).collect();
            }
            View::NewAxis { axis } if *axis <= self.shape.len() => {
                self.shape.insert(*axis, 1);
                self.strides.insert(*axis, 0);
            }
            _ => return Err("no such view"),
        }
        Ok(self)
    }

    fn item(&self, index: &[u64], memory: &Memory) -> Option<Vec<u8>> {
        if index.len() != self.shape.len() || !index.iter().zip(&self.shape).all(|(at, length)| at < length) {
            return None;
        }
        let at = self.at + index.iter().zip(&self.strides).map(|(at, stride)| *at as i64 * stride).sum::<i64>();
        let start = usize::try_from(at).ok()?;
        memory.bytes().get(start..start + self.size).map(<[u8]>::to_vec)
    }

    /// Returns true if the elements follow each other along these axes, from the fastest on.
    fn is_packed(&self, axes: impl Iterator<Item = usize>) -> bool {
        let mut expected = self.size as i64;
        self.shape.contains(&0)
            || axes.into_iter().all(|axis| {
                let fits = self.shape[axis] == 1 || self.strides[axis] == expected;
                expected = expected.wrapping_mul(self.shape[axis] as i64);
                fits
            })
    }
}

impl InProcess for Twin {
    fn hello(&self) -> Hello {
        self.hello.clone()
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let mut made = Strided::over(array, memory).map_err(self.refuse)?;
        for view in &array.views {
            made = made.view(view).map_err(self.refuse)?;
        }
        if !(self.fits)(&made) {
            return Err(Raises::NotImplementedError);
        }
        let axes = made.shape.len();
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(memory.as_ptr().wrapping_offset(made.at as isize)),
            Question::Shape => Answer::integers(made.shape.iter().copied()),
            Question::Strides => Answer::integers(made.strides.iter().copied()),
            Question::Item(index) => made.item(index, memory).map_or(Answer::Raises(Raises::IndexError), Answer::Bytes),
            Question::ItemSize => Answer::Integer(made.size as i128),
            Question::Flag(Flag::CContiguous) => Answer::Bool(made.is_packed((0..axes).rev())),
            Question::Flag(Flag::FContiguous) => Answer::Bool(made.is_packed(0..axes)),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script
            .iter()
            .map(|step| step.question().map_or(Answer::Raises(Raises::NotImplementedError), answer))
            .collect())
    }
}

fn twin(name: &str, limits: Limits, refuse: fn(&'static str) -> Raises) -> Twin {
    // The sizes of floats depend on the platform, which these libraries know nothing about.
    let kinds = if limits.element_types == Allowed::All {
        &[Kind::Bool, Kind::Int, Kind::UInt, Kind::Datetime, Kind::Timedelta, Kind::Bytes, Kind::Unicode, Kind::Void][..]
    } else {
        &[Kind::Float]
    };
    let limits = limits.with_kinds(kinds).with_views(&[
        ViewWord::Index,
        ViewWord::Reverse,
        ViewWord::Transpose,
        ViewWord::NewAxis,
    ]);
    Twin { hello: Hello::core(name, "1.0", limits), fits: |_| true, refuse }
}

/// Asserts that the suite fails nothing, and prints a row for `conformance/docs/twins.md`.
#[track_caller]
fn assert_is_right(twin: &Twin, differs: &str, permitted: &str) {
    let seeds = std::env::var("TWIN_SEEDS").map_or(1, |seeds| seeds.parse().expect("a number"));
    let (mut cases, mut judged) = (0, vec![0; Rule::all().count()]);
    for seed in 1..=seeds {
        let make = || Ok(Box::new(Local::new(twin.clone())) as Box<dyn Implementation>);
        let report = check(&make, &Options { seed, cases: 2000, ..Options::default() }, &|_| {});
        let report = report.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(report.run_error, None, "seed {seed}");
        let broken = report.failures.iter().map(|broken| format!("{} by {}", broken.rule, broken.origin));
        let broken: Vec<String> = broken.collect();
        assert!(broken.is_empty(), "expected that nothing is failed, found {}", broken.join(", "));
        cases += report.cases;
        judged.iter_mut().zip(&report.tallies).for_each(|(sum, tally)| *sum += tally.cases);
    }
    let held = judged.iter().filter(|cases| **cases >= MIN_CASES_TO_COUNT).count();
    let name = &twin.hello.name;
    println!(
        r#"twin {{"name": "{name}", "differs": "{differs}", "permitted": "{permitted}", "held": {held}, "cases": {cases}}}"#
    );
}

#[test]
fn a_library_that_returns_errors_of_its_own() {
    let twin = twin("errors of its own, in Rust", Limits::default(), |_| Raises::OtherError);
    assert_is_right(
        &twin,
        "whatever it refuses, it returns an error that no Python knows",
        "each language has its errors",
    );
}

#[test]
fn a_library_that_panics_where_it_must_refuse() {
    let limits = Limits { returns_refusals: false, ..Limits::default() };
    let twin = twin("panics, in Rust", limits, |why| panic!("{why}"));
    assert_is_right(&twin, "it refuses by panic", "limit `returns_refusals`");
}

#[test]
fn a_library_of_matrices_that_is_compiled_for_one_type() {
    let native = if cfg!(target_endian = "little") { "<f4" } else { ">f4" };
    let float = Dtype::from_typestr(native).expect("a type");
    let limits = Limits { element_types: Allowed::Only(vec![float]), records: Records::None, ..Limits::default() };
    let limits = Limits { min_dimensions: 2, max_dimensions: 2, ..limits };
    let fits = |made: &Strided| made.shape.len() == 2 && made.size == 4;
    let twin = Twin { fits, ..twin("matrices, in Rust", limits, |_| Raises::ValueError) };
    assert_is_right(
        &twin,
        "two axes, and the type that it is compiled for",
        "limits `element_types`, `min_dimensions`",
    );
}
