//! Checks of what the buffer protocol tells.

use crate::ask::Ask;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::{BufferMember, BufferRequest, Question};

/// A request that arrays of any layout grant, read-only ones too.
fn any_layout(ask: &mut Ask) -> BufferRequest {
    ask.draw.pick(&[BufferRequest::FullRo, BufferRequest::Strides])
}

/// A request of any kind; not to be written to.
fn any(ask: &mut Ask) -> BufferRequest {
    let readable: Vec<BufferRequest> =
        BufferRequest::ALL.iter().copied().filter(|request| !request.wants_writable()).collect();
    ask.draw.pick(&readable)
}

fn ask_member(ask: &mut Ask, request: BufferRequest, member: BufferMember) {
    ask.once(Question::Buffer(request, member));
}

pub(crate) fn buffer_address(ask: &mut Ask) {
    if ask.one_in(6) {
        let request = any_layout(ask);
        ask_member(ask, request, BufferMember::Address);
    }
}

pub(crate) fn buffer_shape(ask: &mut Ask) {
    if ask.one_in(16) {
        let request = any(ask);
        let member = ask.draw.pick(&[BufferMember::Shape, BufferMember::Ndim]);
        ask_member(ask, request, member);
    }
}

pub(crate) fn buffer_strides(ask: &mut Ask) {
    if ask.one_in(8) {
        let either = [BufferRequest::FContiguous, BufferRequest::CContiguous, BufferRequest::AnyContiguous];
        let request = if ask.draw.one_in(3) { ask.draw.pick(&either) } else { any_layout(ask) };
        ask_member(ask, request, BufferMember::Strides);
    }
}

pub(crate) fn buffer_no_strides(ask: &mut Ask) {
    if ask.one_in(24) {
        let request = ask.draw.pick(&[BufferRequest::Nd, BufferRequest::Nd, BufferRequest::Simple]);
        ask_member(ask, request, BufferMember::Strides);
    }
}

pub(crate) fn buffer_itemsize(ask: &mut Ask) {
    if ask.one_in(16) {
        let request = any(ask);
        ask_member(ask, request, BufferMember::ItemSize);
    }
}

pub(crate) fn buffer_length(ask: &mut Ask) {
    if ask.one_in(16) {
        let request = any(ask);
        ask_member(ask, request, BufferMember::Length);
    }
}

pub(crate) fn buffer_suboffsets(ask: &mut Ask) {
    if ask.one_in(32) {
        let request = any(ask);
        ask_member(ask, request, BufferMember::Suboffsets);
    }
}

pub(crate) fn buffer_contiguous(ask: &mut Ask) {
    if ask.one_in(10) {
        let request = ask.draw.pick(&[
            BufferRequest::Simple,
            BufferRequest::Nd,
            BufferRequest::CContiguous,
            BufferRequest::FContiguous,
            BufferRequest::AnyContiguous,
        ]);
        ask_member(ask, request, BufferMember::Address);
    }
}

pub(crate) fn buffer_read_only(ask: &mut Ask) {
    if ask.one_in(12) {
        let request = any_layout(ask);
        ask_member(ask, request, BufferMember::ReadOnly);
    }
}

pub(crate) fn buffer_writable(ask: &mut Ask) {
    if ask.one_in(12) {
        let request = ask.draw.pick(&[BufferRequest::Full, BufferRequest::Writable]);
        ask_member(ask, request, BufferMember::Address);
    }
}

/// Asks for the format once in so many times.
fn ask_format(ask: &mut Ask, times: u32) {
    if ask.one_in(times) {
        ask_member(ask, BufferRequest::FullRo, BufferMember::Format);
    }
}

pub(crate) fn buffer_format(ask: &mut Ask) {
    if ask.layout.dtype.plain().is_some() {
        ask_format(ask, 6);
    }
}

pub(crate) fn buffer_format_fields(ask: &mut Ask) {
    if ask.layout.dtype.plain().is_none() {
        ask_format(ask, 2);
    }
}

pub(crate) fn buffer_format_nested(ask: &mut Ask) {
    let nested = |dtype: &Dtype| match dtype {
        Dtype::Plain(_) => false,
        Dtype::Record(record) => record.fields.iter().any(|field| field.dtype.plain().is_none()),
    };
    if nested(&ask.layout.dtype) {
        ask_format(ask, 1);
    }
}

pub(crate) fn buffer_format_size(ask: &mut Ask) {
    ask_format(ask, 12);
}

pub(crate) fn buffer_no_format(ask: &mut Ask) {
    if ask.one_in(32) {
        let request = ask.draw.pick(&[BufferRequest::Simple, BufferRequest::Nd, BufferRequest::Strides]);
        ask_member(ask, request, BufferMember::Format);
    }
}

pub(crate) fn buffer_error(ask: &mut Ask) {
    let request = if ask.layout.is_c_contiguous() { BufferRequest::Full } else { BufferRequest::Simple };
    if ask.one_in(12) && !(ask.layout.is_c_contiguous() && ask.array.is_writeable()) {
        ask_member(ask, request, BufferMember::Length);
    }
}

pub(crate) fn buffer_agrees(ask: &mut Ask) {
    if ask.one_in(12) {
        // What it is compared with; the other checks ask that mostly anyway.
        ask.once(Question::Data);
        let member = ask.draw.pick(&[BufferMember::Address, BufferMember::Shape, BufferMember::ItemSize]);
        match member {
            BufferMember::Shape => ask.once(Question::Shape),
            BufferMember::ItemSize => ask.once(Question::ItemSize),
            _ => {}
        }
        ask_member(ask, BufferRequest::Strides, member);
    }
}
