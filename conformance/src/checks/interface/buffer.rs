//! Checks of the buffer protocol.

use crate::checks::ask::{Ask, is_plain};
use crate::checks::row::{Need, Row, act, once, rows};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::{BufferMember, BufferRequest, Profile, Question};

rows! {
    buffer_address: act(add_buffer_address).one_in(6);
    buffer_shape: act(add_buffer_shape).one_in(4);
    buffer_strides: act(add_buffer_strides).one_in(5);
    buffer_no_strides: act(add_buffer_no_strides).one_in(13);
    buffer_itemsize: act(add_buffer_itemsize).one_in(16);
    buffer_length: act(add_buffer_length).one_in(4);
    buffer_suboffsets: act(add_buffer_suboffsets).one_in(10);
    buffer_contiguous: act(add_buffer_contiguous);
    buffer_read_only: act(add_buffer_read_only).one_in(3);
    buffer_read_only_same: once(BOTH_FOR_READING).one_in(6);
    buffer_read_only_given: act(add_buffer_read_only).one_in(3).when(|ask| ask.array.is_writeable()).needs(BUFFER);
    buffer_writable: act(add_buffer_writable).one_in(5);
    buffer_writable_granted: act(add_buffer_writable).one_in(5).when(|ask| ask.array.is_writeable()).needs(BUFFER);
    buffer_format: FORMAT.one_in(2).when(is_plain);
    buffer_format_fields: FORMAT.when(|ask| !is_plain(ask));
    buffer_format_nested: FORMAT.when(is_nested);
    buffer_format_size: FORMAT.one_in(12);
    buffer_no_format: act(add_buffer_no_format).one_in(20);
    buffer_error: act(add_buffer_error);
    buffer_agrees: act(add_buffer_agrees).one_in(12);
}

/// Rules of the profile `numpy` about buffers bind those who export some.
const BUFFER: Need = Need::Profile(Profile::Buffer);

/// Two consumers that do not write.
const BOTH_FOR_READING: &[Question] = &[
    Question::Buffer(BufferRequest::Strides, BufferMember::ReadOnly),
    Question::Buffer(BufferRequest::FullRo, BufferMember::ReadOnly),
];

/// Draws a request that any array grants, whatever its layout, also if it is read-only.
fn any_layout(ask: &mut Ask) -> BufferRequest {
    ask.draw.pick(&[BufferRequest::FullRo, BufferRequest::Strides])
}

/// Draws a request of any kind that does not ask to write.
fn any(ask: &mut Ask) -> BufferRequest {
    let readable: Vec<BufferRequest> =
        BufferRequest::ALL.iter().copied().filter(|request| !request.wants_writable()).collect();
    ask.draw.pick(&readable)
}

fn ask_member(ask: &mut Ask, request: BufferRequest, member: BufferMember) {
    ask.once(Question::Buffer(request, member));
}

/// Asks for the format of the elements.
const FORMAT: Row = once(&[Question::Buffer(BufferRequest::FullRo, BufferMember::Format)]);

fn add_buffer_address(ask: &mut Ask) {
    let request = any_layout(ask);
    ask_member(ask, request, BufferMember::Address);
}

fn add_buffer_shape(ask: &mut Ask) {
    let request = any(ask);
    let member = ask.draw.pick(&[BufferMember::Shape, BufferMember::Ndim]);
    ask_member(ask, request, member);
}

fn add_buffer_strides(ask: &mut Ask) {
    let either = [BufferRequest::FContiguous, BufferRequest::CContiguous, BufferRequest::AnyContiguous];
    let request = if ask.draw.one_in(3) { ask.draw.pick(&either) } else { any_layout(ask) };
    ask_member(ask, request, BufferMember::Strides);
}

fn add_buffer_no_strides(ask: &mut Ask) {
    let request = ask.draw.pick(&[BufferRequest::Nd, BufferRequest::Nd, BufferRequest::Simple]);
    ask_member(ask, request, BufferMember::Strides);
}

fn add_buffer_itemsize(ask: &mut Ask) {
    let request = any(ask);
    ask_member(ask, request, BufferMember::ItemSize);
}

fn add_buffer_length(ask: &mut Ask) {
    let request = any(ask);
    ask_member(ask, request, BufferMember::Length);
}

fn add_buffer_suboffsets(ask: &mut Ask) {
    let request = any(ask);
    ask_member(ask, request, BufferMember::Suboffsets);
}

fn add_buffer_contiguous(ask: &mut Ask) {
    const EITHER: &[BufferRequest] =
        &[BufferRequest::CContiguous, BufferRequest::FContiguous, BufferRequest::AnyContiguous];
    // Few arrays have one order and not the other, so those are asked about more often.
    if ask.layout.is_c_contiguous() != ask.layout.is_f_contiguous() && ask.draw.one_in(2) {
        let request = ask.draw.pick(EITHER);
        return ask_member(ask, request, BufferMember::Address);
    }
    if !ask.one_in(10) {
        return;
    }
    let request = ask.draw.pick(&[
        BufferRequest::Simple,
        BufferRequest::Nd,
        BufferRequest::CContiguous,
        BufferRequest::FContiguous,
        BufferRequest::AnyContiguous,
    ]);
    ask_member(ask, request, BufferMember::Address);
}

fn add_buffer_read_only(ask: &mut Ask) {
    let request = any_layout(ask);
    ask_member(ask, request, BufferMember::ReadOnly);
}

fn add_buffer_writable(ask: &mut Ask) {
    let request = ask.draw.pick(&[BufferRequest::Full, BufferRequest::Writable]);
    ask_member(ask, request, BufferMember::Address);
}

/// Returns true if a field of the element type has fields.
fn is_nested(ask: &Ask) -> bool {
    match &ask.layout.dtype {
        Dtype::Plain(_) => false,
        Dtype::Record(record) => record.fields.iter().any(|field| field.dtype.plain().is_none()),
    }
}

fn add_buffer_no_format(ask: &mut Ask) {
    let request = ask.draw.pick(&[BufferRequest::Simple, BufferRequest::Nd, BufferRequest::Strides]);
    ask_member(ask, request, BufferMember::Format);
}

fn add_buffer_error(ask: &mut Ask) {
    let request = if ask.layout.is_c_contiguous() { BufferRequest::Full } else { BufferRequest::Simple };
    if ask.one_in(12) && !(ask.layout.is_c_contiguous() && ask.array.is_writeable()) {
        ask_member(ask, request, BufferMember::Length);
    }
}

fn add_buffer_agrees(ask: &mut Ask) {
    // The members must agree with these.
    ask.once(Question::Data);
    let member = ask.draw.pick(&[BufferMember::Address, BufferMember::Shape, BufferMember::ItemSize]);
    match member {
        BufferMember::Shape => ask.once(Question::Shape),
        BufferMember::ItemSize => ask.once(Question::ItemSize),
        _ => {}
    }
    ask_member(ask, BufferRequest::Strides, member);
}
