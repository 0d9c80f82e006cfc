//! Members of the tensor that shares the array's memory.

use super::super::agree::{ADDRESSES, SHAPES, push_same};
use super::capsule;
use super::grant::Grant;
use crate::vocabulary::{Answer, DlpackMember, DlpackRequest, Expectation, rules::interface as rules};
use crate::world::{Predictions, World};

/// Predicts a member of the tensor that is granted to a request without further arguments.
pub(super) fn expect(
    world: &World,
    request: DlpackRequest,
    member: DlpackMember,
    grant: &Grant,
    out: &mut Predictions,
) {
    let (layout, read_only, size) = (world.layout, !world.array.is_writeable(), grant.size);
    let granted = |any| grant.granted(any);
    let is = |answer| grant.is(answer);
    let dimensions = layout.shape.len();
    // Without axes there may be a list of none, or no list.
    let none = || vec![Expectation::Is(Answer::Nothing), Expectation::Is(Answer::Integers(Vec::new()))];
    match member {
        DlpackMember::Address if layout.is_empty() => {}
        DlpackMember::Address => out.push(rules::dlpack_address, is(world.address().unwrap_or(Answer::Nothing))),
        DlpackMember::Device => out.push(rules::dlpack_device, is(Answer::Integers(vec![1, 0]))),
        DlpackMember::Ndim => out.push(rules::dlpack_shape, is(Answer::Integer(dimensions as i128))),
        DlpackMember::Dtype => out.push(rules::dlpack_dtype, is(Answer::Integers(grant.dtype.to_vec()))),
        DlpackMember::Shape if dimensions == 0 => out.push(rules::dlpack_shape, granted(none())),
        DlpackMember::Shape => {
            out.push(rules::dlpack_shape, is(Answer::Integers(world.lengths())));
        }
        DlpackMember::Strides if dimensions == 0 => out.push(rules::dlpack_no_strides, granted(none())),
        DlpackMember::Strides => {
            let strides = layout.strides.iter().map(|stride| stride / size).collect();
            let strides = Expectation::integers(strides, layout.strides_that_matter());
            if layout.is_c_contiguous() {
                let null = Expectation::Is(Answer::Nothing);
                out.push(rules::dlpack_no_strides, granted(vec![strides, null]));
            } else {
                out.push(rules::dlpack_strides, granted(vec![strides]));
            }
        }
        DlpackMember::Version if request == DlpackRequest::Unversioned => {
            out.push(rules::dlpack_version, is(Answer::Nothing));
        }
        DlpackMember::Version => {
            let first = Expectation::integers(vec![1, 0], vec![true, false]);
            out.push(rules::dlpack_version, granted(vec![first, Expectation::Is(Answer::Nothing)]));
        }
        DlpackMember::ReadOnly if request == DlpackRequest::Unversioned => {
            out.push(rules::dlpack_read_only, is(Answer::Nothing));
        }
        DlpackMember::ReadOnly if read_only => out.push(rules::dlpack_read_only, is(Answer::Bool(true))),
        DlpackMember::ReadOnly => {
            let any = [Answer::Bool(false), Answer::Nothing, Answer::Bool(true)].map(Expectation::Is);
            if !world.writeability_is_free() {
                out.push(rules::dlpack_read_only_given, granted(any[..2].to_vec()));
            }
            out.push(rules::dlpack_read_only, granted(any.into()));
        }
        // The other members are those of requests with arguments too.
        _ => capsule::expect(request, member, layout, grant, out),
    }
    if grant.sure {
        let others = match member {
            DlpackMember::Address if !layout.is_empty() => ADDRESSES.as_slice(),
            DlpackMember::Shape if dimensions > 0 => SHAPES.as_slice(),
            _ => return,
        };
        push_same(world, others, rules::dlpack_agrees, out);
    }
}
