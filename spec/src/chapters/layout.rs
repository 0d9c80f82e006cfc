#![doc = include_str!("layout.md")]

use super::memmap;
use crate::vocabulary::layout::{Invalid, Layout, c_strides, f_strides};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{
    Answer, Array, Expectation, Flag, Prediction, Question, Raises, Rule, View, rules::layout as rules,
};
use crate::world::change::Change;
use crate::world::{Predictions, World};

mod views;

pub(crate) use views::recomputes_strides;

impl Invalid {
    /// The rules that refuse the array, each with the kinds of errors that it allows. The last has those of NumPy; of an
    /// array without elements it may be the only one.
    pub fn refusals(&self) -> Vec<(Rule, &'static [Raises])> {
        const DESCRIBED: &[Raises] = &[Raises::ValueError, Raises::TypeError];
        const SIZE: &[Raises] = &[Raises::ValueError, Raises::OverflowError];
        let (rule, habit, kinds) = match self {
            Invalid::OutOfBounds { is_empty: true, .. } => return vec![(rules::empty_refused, DESCRIBED)],
            Invalid::TooBig { is_empty: true, .. } => return vec![(rules::empty_refused, SIZE)],
            Invalid::Rank { .. } | Invalid::OutOfBounds { .. } | Invalid::ElementType(_) => {
                (rules::bounds, rules::error, DESCRIBED)
            }
            Invalid::TooBig { .. } => (rules::size_limit, rules::error, SIZE),
            Invalid::Map { rule, raises, .. } => (*rule, memmap::ERROR, *raises),
            Invalid::View { raises, .. } => (rules::view_refused, rules::error, *raises),
        };
        vec![(rule, Raises::ANY), (habit, kinds)]
    }
}

/// Applies the views of an array, one after the other.
///
/// # Errors
/// [`Invalid`], where the array or a view does not exist.
pub fn resolve(platform: &Platform, array: &Array) -> Result<Layout, Invalid> {
    let mut layout = match &array.map {
        Some(map) => memmap::resolve(platform, array, map)?,
        None => over_buffer(platform, array)?,
    };
    for (position, view) in array.views.iter().enumerate() {
        layout.view(platform, view).map_err(|invalid| invalid.at(position))?;
    }
    Ok(layout)
}

/// The layout of an array over a buffer, before any view.
fn over_buffer(platform: &Platform, array: &Array) -> Result<Layout, Invalid> {
    let layout = Layout {
        dtype: array.dtype.clone(),
        offset: array.offset,
        shape: array.shape.clone(),
        strides: array.strides.clone(),
    };
    if layout.shape.len() != layout.strides.len() {
        return Err(Invalid::Rank { shape: layout.shape.len(), strides: layout.strides.len() });
    }
    if !layout.dtype.exists_on(platform) {
        return Err(Invalid::ElementType(layout.dtype.typestr()));
    }
    layout.check_size(platform)?;
    let (low, high) = layout.extent();
    // An empty array touches nothing, but its address must still lie in the buffer, or just past it.
    if low < 0 || high > i128::from(array.buffer.size) || array.buffer.size > platform.intp_max() as u64 {
        let (size, is_empty) = (array.buffer.size, layout.is_empty());
        return Err(Invalid::OutOfBounds { extent: (low, high), size, is_empty });
    }
    Ok(layout)
}

impl Layout {
    /// Applies one view. What the layout is after a refusal is not specified.
    ///
    /// # Errors
    /// [`Invalid`], where the array has no such view; the position is 0.
    pub fn view(&mut self, platform: &Platform, view: &View) -> Result<(), Invalid> {
        views::apply(self, platform, view).map_err(|(rule, reason, raises)| Invalid::View {
            position: 0,
            rule,
            reason,
            raises,
        })?;
        self.check_size(platform)
    }
}

/// Predicts how the making of an array ends: an array that exists is made, or, in some cases, may be refused; an array
/// that does not exist is refused, by the first of its [rules](Invalid::refusals). `resolved` is what [`resolve`] returned
/// for it.
///
/// The step is 0, because every answer shows if there is an array.
pub fn expect_making(array: &Array, resolved: &Result<Layout, Invalid>) -> Prediction {
    let (rule, expectation) = match resolved {
        Ok(_) => memmap::expect_making(array).unwrap_or((rules::accepted, Expectation::Accepted)),
        Err(invalid) => {
            let (rule, kinds) = invalid.refusals()[0];
            (rule, Expectation::Raises(kinds))
        }
    };
    Prediction { step: 0, rule, expectation, given: None }
}

/// Predicts that the implementation replies to a case, whatever the case is.
pub(crate) fn expect_reply() -> Prediction {
    Prediction { step: 0, rule: rules::answered, expectation: Expectation::Answered, given: None }
}

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let layout = &world.layout;
    match question {
        Question::Flag(flag) => {
            let contiguous = |rule, holds: bool, strides: Vec<i64>| {
                let depends = holds && strides != layout.strides;
                (if depends { rules::contiguous_anyway } else { rule }, holds)
            };
            let size = layout.dtype.item_size();
            let (rule, value) = match flag {
                Flag::CContiguous => {
                    contiguous(rules::c_contiguous, layout.is_c_contiguous(), c_strides(&layout.shape, size))
                }
                Flag::FContiguous => {
                    contiguous(rules::f_contiguous, layout.is_f_contiguous(), f_strides(&layout.shape, size))
                }
                Flag::Aligned => (rules::aligned, layout.is_aligned(world.platform, world.array.at())),
                Flag::Writeable if world.writeability_is_free() => return,
                Flag::Writeable => (rules::writeable, world.array.is_writeable()),
            };
            out.push(rule, Expectation::Is(Answer::Bool(value)));
        }
        // After a write into the C array that an earlier answer was, the chapter shape has the rule.
        Question::Shape | Question::Strides if world.changed() != Some(Change::Copy) => {
            let Some(rule) = view_rule(world.array) else { return };
            out.push(
                rule,
                if *question == Question::Shape {
                    Expectation::Is(Answer::Integers(world.lengths()))
                } else {
                    world.expected_strides()
                },
            );
        }
        _ => {}
    }
}

/// Predicts the bytes of an element, if no step has written there.
pub(crate) fn element(bytes: Expectation, out: &mut Predictions) {
    out.push(rules::element, bytes);
}

/// Returns the rule of the last view, which predicts shape and strides of a view; `None` if there is no view.
pub fn view_rule(array: &Array) -> Option<Rule> {
    array.views.last().map(views::rule)
}
