//! How Python's buffer protocol describes an array: each member of `Py_buffer`, for each request.

use super::agree::{ADDRESSES, SHAPES, push_same};
use crate::vocabulary::dtype::{Dtype, Record};
use crate::vocabulary::interface::format;
use crate::vocabulary::{
    Answer, BufferMember, BufferRequest, Expectation, MOST_READ, Question, Raises, rules::interface as rules,
};
use crate::world::{Predictions, World};

/// How a request may be refused.
const REFUSED: &[Raises] = &[Raises::BufferError, Raises::ValueError, Raises::TypeError, Raises::NotImplementedError];

/// What consumers that do not write are told, whatever the layout of the array.
static FOR_READING: [Question; 2] = [
    Question::Buffer(BufferRequest::Strides, BufferMember::ReadOnly),
    Question::Buffer(BufferRequest::FullRo, BufferMember::ReadOnly),
];

/// Returns true if a request for strides, to read, may not be refused.
pub(crate) fn is_sure(world: &World) -> bool {
    format::describes(world.platform, &world.layout.dtype)
}

pub(super) fn expect(world: &World, request: BufferRequest, member: BufferMember, out: &mut Predictions) {
    let layout = &world.layout;
    let contiguous = match request {
        BufferRequest::Simple | BufferRequest::Writable | BufferRequest::Nd | BufferRequest::CContiguous => {
            layout.is_c_contiguous()
        }
        BufferRequest::FContiguous => layout.is_f_contiguous(),
        BufferRequest::AnyContiguous => layout.is_c_contiguous() || layout.is_f_contiguous(),
        BufferRequest::Strides | BufferRequest::Full | BufferRequest::FullRo => true,
    };
    if !contiguous || request.wants_writable() && !world.array.is_writeable() {
        let rule = if contiguous { rules::buffer_writable } else { rules::buffer_contiguous };
        out.push(rule, Expectation::Raises(REFUSED));
        out.push(rules::buffer_error, Expectation::Raises(&[Raises::BufferError]));
        return;
    }
    let described = format::describes(world.platform, &layout.dtype);
    // The exporter may lend an array for reading only, and not every type has a format.
    let free = request.wants_writable() || !described;
    let granted = |expectation| {
        if free { Expectation::AnyOf(vec![expectation, Expectation::Raises(REFUSED)]) } else { expectation }
    };
    let is = |answer| granted(Expectation::Is(answer));
    let integer = |value: u64| is(Answer::Integer(i128::from(value)));
    let dimensions = layout.shape.len();
    // NULL where the request asks for nothing, or there are no axes.
    let null = is(Answer::Nothing);
    match member {
        BufferMember::Address if layout.is_empty() => {}
        BufferMember::Address => {
            let rule = match request {
                BufferRequest::Writable | BufferRequest::Full => rules::buffer_writable,
                BufferRequest::Strides | BufferRequest::FullRo => rules::buffer_address,
                _ => rules::buffer_contiguous,
            };
            let address = world.address().unwrap_or(Answer::Nothing);
            out.push(rule, is(address.clone()));
            if rule == rules::buffer_writable && described && !world.writeability_is_free() {
                out.push(rules::buffer_writable_granted, Expectation::Is(address));
            }
        }
        BufferMember::Length => {
            let bytes = layout.elements().saturating_mul(layout.dtype.item_size());
            out.push(rules::buffer_length, integer(bytes));
        }
        BufferMember::ItemSize if request.wants_shape() => {
            out.push(rules::buffer_itemsize, integer(layout.dtype.item_size()));
        }
        BufferMember::Ndim if request.wants_shape() => out.push(rules::buffer_shape, integer(dimensions as u64)),
        // Without lengths, consumers are to look at neither.
        BufferMember::ItemSize | BufferMember::Ndim => {}
        BufferMember::ReadOnly if request.wants_writable() => {
            out.push(rules::buffer_read_only, is(Answer::Bool(false)));
        }
        BufferMember::ReadOnly if !world.array.is_writeable() => {
            out.push(rules::buffer_read_only, is(Answer::Bool(true)));
        }
        BufferMember::ReadOnly => {
            out.push(rules::buffer_read_only, granted(Expectation::OneOf([true, false].map(Answer::Bool).into())));
            if !world.writeability_is_free() {
                out.push(rules::buffer_read_only_given, is(Answer::Bool(false)));
            }
        }
        BufferMember::Format if !request.wants_format() => out.push(rules::buffer_no_format, null),
        BufferMember::Format => formats(world, granted, out),
        BufferMember::Shape if dimensions == 0 || !request.wants_shape() => out.push(rules::buffer_shape, null),
        BufferMember::Shape => {
            out.push(rules::buffer_shape, is(Answer::Integers(world.lengths())));
        }
        BufferMember::Strides if !request.wants_strides() => out.push(rules::buffer_no_strides, null),
        BufferMember::Strides if dimensions == 0 => out.push(rules::buffer_strides, null),
        BufferMember::Strides => {
            let strides = Expectation::integers(layout.strides.clone(), layout.strides_that_matter());
            out.push(rules::buffer_strides, granted(strides));
        }
        BufferMember::Suboffsets => {
            let mut any = vec![null];
            if request.wants_format() && dimensions > 0 {
                any.push(is(Answer::Integers(vec![-1; dimensions])));
            }
            out.push(rules::buffer_suboffsets, Expectation::AnyOf(any));
        }
    }
    if !free {
        agree(world, request, member, out);
    }
}

/// What the format means, and how many bytes it spans. Only the latter is predicted for a type that no format describes.
fn formats(world: &World, granted: impl Fn(Expectation) -> Expectation, out: &mut Predictions) {
    let dtype = &world.layout.dtype;
    let size = dtype.item_size();
    if size > MOST_READ {
        return;
    }
    if format::describes(world.platform, dtype) {
        let nested = |record: &Record| record.fields.iter().any(|field| field.dtype.plain().is_none());
        let rule = match dtype {
            Dtype::Plain(_) => rules::buffer_format,
            Dtype::Record(record) if nested(record) => rules::buffer_format_nested,
            Dtype::Record(_) => rules::buffer_format_fields,
        };
        out.push(rule, granted(Expectation::Means(Box::new(dtype.clone()))));
    }
    out.push(rules::buffer_format_size, granted(Expectation::Spans(size)));
}

/// Expects what other protocols answered to the same question.
fn agree(world: &World, request: BufferRequest, member: BufferMember, out: &mut Predictions) {
    let others = match member {
        BufferMember::Address if !world.layout.is_empty() => ADDRESSES.as_slice(),
        BufferMember::ItemSize if request.wants_shape() => &[Question::ItemSize],
        BufferMember::Shape if request.wants_shape() && !world.layout.shape.is_empty() => SHAPES.as_slice(),
        BufferMember::ReadOnly => return push_same(world, &FOR_READING, rules::buffer_read_only_same, out),
        _ => return,
    };
    push_same(world, others, rules::buffer_agrees, out);
}
