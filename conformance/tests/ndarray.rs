//! Validates the crate `ndarray`: an adapter of about a hundred lines, and one test for each rule.
//!
//! These are its limits: strides are counted in elements, from 0 up; the element type is fixed at compile time; slices with a
//! negative step differ from Python's; views that do not exist panic.

#[path = "ndarray/limits.rs"]
mod limits;

use array_ctypes_conformance::engine::judge::{agrees, predictions_for_reply};
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::MIN_CASES_TO_COUNT;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Flag, Owner, Question, Raises, Rule, Step, View};
use array_ctypes_conformance::{Case, Hello, Implementation, InProcess, Local, Memory};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, ShapeBuilder, Slice};

struct Ndarray;

impl InProcess for Ndarray {
    fn hello(&self) -> Hello {
        Hello::core("ndarray", "0.17", limits::limits())
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let answer = [answer::<1>, answer::<2>, answer::<4>, answer::<8>][array.dtype.item_size().ilog2() as usize];
        answer(array, memory, script).ok_or(Raises::ValueError)
    }
}

fn answer<const N: usize>(array: &Array, memory: &Memory, script: &[Step]) -> Option<Vec<Answer>> {
    let elements = memory.bytes().get(usize::try_from(array.offset).ok()?..)?.as_chunks::<N>().0;
    let strides: Vec<usize> = array.strides.iter().map(|stride| *stride as usize / N).collect();
    let view = ArrayViewD::from_shape(IxDyn(&usizes(&array.shape)).strides(IxDyn(&strides)), elements).ok()?;
    match array.owner {
        None => ask(view, array, script),
        Some(Owner::Copy) => ask(view.to_owned().view(), array, script),
        Some(Owner::Zeros) => ask(ArrayD::from_elem(view.raw_dim(), [0; N]).view(), array, script),
        Some(Owner::Sum) => {
            let zeros = ArrayD::from_elem(view.raw_dim(), Integer([0; N]));
            ask((&view.mapv(Integer) + &zeros).view(), array, script)
        }
    }
}

/// An integer of N bytes.
#[derive(Clone, Copy)]
struct Integer<const N: usize>([u8; N]);

impl<const N: usize> std::ops::Add for Integer<N> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let from_lowest = |at: usize| if cfg!(target_endian = "little") { at } else { N - 1 - at };
        let (mut sum, mut carry) = ([0; N], 0);
        for at in (0..N).map(from_lowest) {
            carry += u16::from(self.0[at]) + u16::from(other.0[at]);
            (sum[at], carry) = (carry as u8, carry >> 8);
        }
        Integer(sum)
    }
}

impl<const N: usize> AsRef<[u8]> for Integer<N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn usizes(items: &[u64]) -> Vec<usize> {
    items.iter().map(|item| *item as usize).collect()
}

/// Takes the views of the array, and answers.
fn ask<T: AsRef<[u8]>>(mut view: ArrayViewD<T>, array: &Array, script: &[Step]) -> Option<Vec<Answer>> {
    let size = size_of::<T>();
    for operation in &array.views {
        view = match operation {
            View::Index { axis, at } => {
                view.slice_axis_move(Axis(*axis), Slice::from(*at as isize..)).index_axis_move(Axis(*axis), 0)
            }
            View::Reverse { axis } => view.slice_axis_move(Axis(*axis), Slice::new(0, None, -1)),
            View::Transpose { axes } => view.permuted_axes(IxDyn(axes)),
            View::NewAxis { axis } => view.insert_axis(Axis(*axis)),
            _ => return None,
        };
    }
    let answer = |question: &Question| match question {
        Question::Data => Answer::address(view.as_ptr()),
        Question::Shape => Answer::integers(view.shape().iter().copied()),
        Question::Strides => Answer::integers(view.strides().iter().map(|stride| stride * size as isize)),
        Question::Item(index) => Answer::Bytes(view[&usizes(index)[..]].as_ref().to_vec()),
        Question::ItemSize => Answer::Integer(size as i128),
        Question::Flag(Flag::CContiguous) => Answer::Bool(view.is_standard_layout()),
        Question::Flag(Flag::FContiguous) => Answer::Bool(view.t().is_standard_layout()),
        _ => Answer::Raises(Raises::NotImplementedError),
    };
    script.iter().map(|step| step.question().map(answer)).collect()
}

/// Arrays of its own memory are judged by everything except their address, which nobody else knows.
#[test]
fn arrays_that_own_their_memory_are_asked_and_their_address_is_not_judged() {
    let mut local = Local::new(Ndarray);
    for (owner, bytes) in [(Owner::Copy, [1, 2, 3, 4]), (Owner::Sum, [1, 2, 3, 4]), (Owner::Zeros, [0; 4])] {
        let dtype = Dtype::from_typestr(if cfg!(target_endian = "little") { "<u2" } else { ">u2" }).unwrap();
        let array = Array::owned(owner, bytes.to_vec(), dtype, &[2]);
        let case = Case { array, script: ["data", "shape", "item 1"].map(|step| step.parse().unwrap()).to_vec() };
        let reply = local.answer(&case).unwrap();
        let judged = predictions_for_reply(&Platform::host(), &case, &reply);
        assert!(judged.iter().all(|prediction| agrees(&Platform::host(), &reply, prediction)), "{reply:?}");
        let rules: Vec<&str> = judged.iter().map(|prediction| prediction.rule.id()).collect();
        assert_eq!(rules, ["shape.shape", "layout.element", "layout.accepted", "layout.answered"]);
    }
}

/// Asserts that what is drawn fits, and prints a row for `conformance/docs/drawn.md`.
#[test]
fn less_than_a_fifth_of_the_cases_do_not_apply() {
    let make = || Ok(Box::new(Local::new(Ndarray)) as Box<dyn Implementation>);
    let report = check(&make, &Options { cases: 20_000, ..Options::default() }, &|_| {}).unwrap();
    let drawn = report.cases + report.not_applicable;
    assert!(drawn >= 20_000 && 5 * report.not_applicable < drawn, "{} of {drawn}", report.not_applicable);
    let claimed = report.asked.binding(&report.hello);
    let counts = Rule::all().zip(&report.tallies).filter(|(rule, _)| claimed.includes(*rule));
    let counts: Vec<u64> = counts.map(|(_, tally)| tally.cases).collect();
    let at_least = |least: u64| counts.iter().filter(|count| **count >= least).count();
    println!(
        r#"drawn {{"name": "ndarray", "cases": {}, "not_applicable": {}, "claimed": {}, "judged": {}, "enough": {}, "declined": {}}}"#,
        report.cases,
        report.not_applicable,
        counts.len(),
        at_least(1),
        at_least(MIN_CASES_TO_COUNT),
        report.cases_declined
    );
}

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::Ndarray, core; leaves_out 10);
}
