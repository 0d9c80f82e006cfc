//! The generators as proptest strategies, with the feature `strategies`.
//!
//! A strategy draws a value with the suite's own small generator, and shrinks it lazily: nothing is computed for
//! shrinking until a test fails. So drawing costs a third to a tenth of what composed strategies cost
//! (`benches/drawing.rs`). Use the strategies in any `proptest!`, alone or composed:
//!
//! ```
//! use array_ctypes_conformance::strategy;
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(64), |(dtype in strategy::dtypes())| {
//!     prop_assert!(dtype.item_size() > 0);
//! });
//! ```
//!
//! # Your crate in a property
//!
//! [`cases_for`] draws cases inside the limits of an implementation, and [`judge`](crate::testing::judge) holds its
//! answers against the specification. proptest shrinks a case that fails, and writes it to its regression file. Let
//! `MyArrays` be your [`InProcess`](crate::InProcess); then this is all:
//!
//! ```
//! # use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, spec::{Answer, Array, Raises, Step}};
//! # struct MyArrays;
//! # impl InProcess for MyArrays {
//! #     fn hello(&self) -> Hello { Hello::core("my-arrays", "1.0", Limits::default()) }
//! #     fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> { Err(Raises::ValueError) }
//! # }
//! use array_ctypes_conformance::{Local, strategy, testing::judge};
//! use proptest::prelude::*;
//!
//! // A `#[test]` of your crate.
//! fn my_arrays_keep_the_rules() {
//!     proptest!(|(case in strategy::cases_for(&MyArrays.hello()))| {
//!         judge(&mut Local::new(MyArrays), &case).map_err(TestCaseError::fail)?;
//!     });
//! }
//! ```
//!
//! `examples/properties.rs` has it with a small implementation, and runs. One `#[test]` for each rule says more in one
//! run ([`conformance_tests!`](crate::conformance_tests)); a property is for those who use proptest anyway, and compose
//! the strategies with their own.

use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::limits::Limits;
use crate::draw::aim::Aims;
use crate::draw::domain::Domain;
use crate::draw::strides::{Manners, strides as strides_of};
use crate::draw::{self, Draw};
use crate::engine::applicable::not_applicable;
use crate::engine::rules::Rules;
use crate::engine::{generate, shrink};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Array, View};
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::fmt::{self, Debug};
use std::sync::Arc;

type Shrink<T> = dyn Fn(&T) -> Vec<T> + Send + Sync;

/// A strategy that draws a value from a seed, and shrinks it by trying simpler values one after the other.
#[derive(Clone)]
pub struct Drawn<T> {
    draw: Arc<dyn Fn(&mut Draw) -> T + Send + Sync>,
    shrink: Arc<Shrink<T>>,
}

impl<T> Debug for Drawn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drawn")
    }
}

impl<T> Drawn<T> {
    fn new(
        draw: impl Fn(&mut Draw) -> T + Send + Sync + 'static,
        shrink: impl Fn(&T) -> Vec<T> + Send + Sync + 'static,
    ) -> Drawn<T> {
        Drawn { draw: Arc::new(draw), shrink: Arc::new(shrink) }
    }
}

impl<T: Clone + Debug> Strategy for Drawn<T> {
    type Tree = DrawnTree<T>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        use proptest::prelude::Rng as _;
        let mut draw = Draw::new(runner.rng().next_u64(), 0);
        Ok(DrawnTree { failing: (self.draw)(&mut draw), tried: None, rest: None, shrink: Arc::clone(&self.shrink) })
    }
}

/// A drawn value, and the simpler values to try in its place.
#[derive(Clone)]
pub struct DrawnTree<T> {
    /// The simplest value that is known to fail.
    failing: T,
    /// The value that is tried now.
    tried: Option<T>,
    /// The values to try next, the simplest last; `None` until the first is needed.
    rest: Option<Vec<T>>,
    shrink: Arc<Shrink<T>>,
}

impl<T: Debug> Debug for DrawnTree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DrawnTree").field("failing", &self.failing).field("tried", &self.tried).finish_non_exhaustive()
    }
}

impl<T: Clone> DrawnTree<T> {
    fn next(&mut self) -> bool {
        let (shrink, failing) = (&self.shrink, &self.failing);
        let rest = self.rest.get_or_insert_with(|| {
            let mut rest = shrink(failing);
            rest.reverse();
            rest
        });
        self.tried = rest.pop();
        self.tried.is_some()
    }
}

impl<T: Clone + Debug> ValueTree for DrawnTree<T> {
    type Value = T;

    fn current(&self) -> T {
        self.tried.as_ref().unwrap_or(&self.failing).clone()
    }

    fn simplify(&mut self) -> bool {
        if let Some(failing) = self.tried.take() {
            self.failing = failing;
            self.rest = None;
        }
        self.next()
    }

    fn complicate(&mut self) -> bool {
        self.tried.is_some() && self.next()
    }
}

/// Element types that the host has, of every kind and in both byte orders, also structured ones.
pub fn dtypes() -> Drawn<Dtype> {
    let host = Platform::host();
    Drawn::new(
        move |choices| draw::dtype::draw(choices, &Domain::without_limits(&host), &Aims::default()),
        move |dtype| shrink::simpler_types(dtype, &host),
    )
}

/// Byte orders.
pub fn byte_orders() -> Drawn<ByteOrder> {
    let native = Platform::host().byte_order;
    Drawn::new(draw::dtype::kind::byte_order, move |order| if *order == native { Vec::new() } else { vec![native] })
}

/// Addresses of buffers modulo 4096, which decide their alignment.
pub fn alignments() -> Drawn<u32> {
    Drawn::new(draw::memory::base, |at| {
        let mut smaller = vec![0, at & !63, at / 2, at.saturating_sub(1)];
        smaller.retain(|smaller| smaller < at);
        smaller
    })
}

/// Shapes with 0 to 64 axes of length 0, 1 and others; at most 64 elements.
pub fn shapes() -> Drawn<Vec<u64>> {
    let host = Platform::host();
    Drawn::new(
        move |choices| draw::shape::shape(choices, &Domain::without_limits(&host), &Aims::default(), 1),
        |shape| {
            let without =
                |axis: usize| shape.iter().enumerate().filter(move |(at, _)| *at != axis).map(|(_, len)| *len);
            let shorter = (0..shape.len()).filter(|axis| shape[*axis] > 0).flat_map(|axis| {
                [shape[axis] / 2, shape[axis] - 1].map(|length| {
                    let mut shorter = shape.clone();
                    shorter[axis] = length;
                    shorter
                })
            });
            (0..shape.len()).map(|axis| without(axis).collect()).chain(shorter).collect()
        },
    )
}

/// Byte strides for a shape and an item size in bytes: in any order, with gaps, overlapping, zero, negative, odd.
pub fn strides(shape: Vec<u64>, item_size: u64) -> Drawn<Vec<i64>> {
    let packed = array_ctypes_spec::layout::c_strides(&shape, item_size);
    Drawn::new(
        move |choices| strides_of(choices, Manners::ANY, &Aims::default(), &shape, item_size),
        move |strides| {
            let one = |axis: usize, stride: i64| {
                let mut strides = strides.clone();
                strides[axis] = stride;
                strides
            };
            let loose = (0..strides.len()).filter(|axis| strides[*axis] != packed[*axis]);
            let single = loose.clone().map(|axis| one(axis, packed[axis]));
            let turned = loose.filter(|axis| strides[*axis] < 0).map(|axis| one(axis, strides[axis].saturating_neg()));
            let mut smaller = vec![packed.clone()];
            smaller.extend(single.chain(turned));
            smaller.retain(|smaller| smaller != strides);
            smaller
        },
    )
}

/// Chains of views of an array with that layout, each of the one before.
pub fn views(of: Layout) -> Drawn<Vec<View>> {
    let host = Platform::host();
    Drawn::new(
        move |choices| {
            let domain = Domain::without_limits(&host);
            draw::view::chain(choices, &domain, &Aims::default(), 0, &mut of.clone())
        },
        |views| (0..views.len()).map(|count| views[..count].to_vec()).collect(),
    )
}

/// Whole arrays that exist, over buffers.
pub fn arrays() -> Drawn<Array> {
    let host = Platform::host();
    Drawn::new(
        move |choices| loop {
            let drawn = draw::layout::draw(&Draw::new(choices.word(), 0), &Domain::without_limits(&host));
            if drawn.layout.is_some() {
                return drawn.array;
            }
        },
        move |array| {
            let mut smaller = shrink::arrays(array, &host);
            smaller.retain(|smaller| smaller != array && resolve(&host, smaller).is_ok());
            smaller
        },
    )
}

/// The number of cases that are drawn until one is inside the limits.
const MAX_ATTEMPTS: u32 = 10_000;

/// Whole cases for an implementation: inside its limits, with the questions of the rules that bind it.
///
/// If the limits exclude nearly every case, the drawn case may be outside them, and [`judge`](crate::testing::judge) says so.
pub fn cases_for(hello: &Hello) -> Drawn<Case> {
    let rules = Rules::all().binding(hello);
    let (drawn, shrunk) = (hello.clone(), hello.clone());
    Drawn::new(
        move |choices| {
            let mut draw = || generate::generate_with(&Draw::new(choices.word(), 0), &drawn, &rules);
            let mut made = draw();
            for _ in 1..MAX_ATTEMPTS {
                if made.applicable {
                    break;
                }
                made = draw();
            }
            made.case
        },
        move |case| {
            let candidates = shrink::candidates(case, &shrunk.platform, &shrunk.limits);
            candidates.filter(|smaller| not_applicable(&shrunk, smaller).is_none()).collect()
        },
    )
}

/// Whole cases with the questions of all rules, also about arrays that do not exist.
pub fn cases() -> Drawn<Case> {
    let host = Platform::host();
    Drawn::new(
        move |draw| generate::case_with(draw, &host),
        move |case| shrink::candidates(case, &host, &Limits::with_all_abilities()).collect(),
    )
}
