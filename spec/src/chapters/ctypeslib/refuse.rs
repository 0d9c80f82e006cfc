//! Refusals whose kind of error the documentation does not name.

use crate::vocabulary::{Expectation, Raises, Rule, rules::ctypeslib as rules};
use crate::world::Predictions;

/// Expects a refusal by that rule, and of NumPy one of these errors.
pub(super) fn refuse(rule: Rule, kinds: &'static [Raises], out: &mut Predictions) {
    out.push(rule, Expectation::Raises(Raises::ANY));
    out.push(rules::error, Expectation::Raises(kinds));
}
