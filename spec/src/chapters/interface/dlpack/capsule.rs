//! Members of a capsule with a version that do not depend on where the memory of its tensor is.

use super::grant::Grant;
use crate::vocabulary::layout::Layout;
use crate::vocabulary::{Answer, DlpackMember, DlpackRequest, Expectation, rules::interface as rules};
use crate::world::Predictions;

/// Predicts flags, and if there are strides.
pub(super) fn expect(
    request: DlpackRequest,
    member: DlpackMember,
    layout: &Layout,
    grant: &Grant,
    out: &mut Predictions,
) {
    let is_versioned = request != DlpackRequest::Unversioned;
    match member {
        // Without elements there is nothing to copy.
        DlpackMember::Copied if is_versioned && !layout.is_empty() => {
            let is_copy = request == DlpackRequest::Copy;
            out.push(rules::dlpack_copied_flag, grant.one_of([Answer::Bool(is_copy), Answer::Nothing]));
        }
        DlpackMember::Flags if is_versioned => {
            let flags = [0, 1, 2, 3].map(Answer::Integer);
            let any = flags.into_iter().chain([Answer::Nothing]).map(Expectation::Is);
            out.push(rules::dlpack_flags, grant.granted(any.collect()));
        }
        DlpackMember::StridesGiven if is_versioned && !layout.shape.is_empty() => {
            let given = Expectation::integers(vec![1, 0, 1], vec![true, false, true]);
            let before = [0, 1].map(|minor| Expectation::Is(Answer::Integers(vec![1, minor, 0])));
            let any = [given].into_iter().chain(before).chain([Expectation::Is(Answer::Nothing)]);
            out.push(rules::dlpack_strides_given, grant.granted(any.collect()));
        }
        _ => {}
    }
}
