//! Checks of what `DLPack` tells.

use crate::ask::Ask;
use array_ctypes_spec::{DlpackMember, DlpackRequest, Question};

/// Asks for a member once in so many times; mostly in a capsule that has room for all of them.
fn ask_member(ask: &mut Ask, times: u32, member: DlpackMember) {
    if ask.one_in(times) {
        let plain = ask.array.is_writeable() && ask.draw.one_in(3);
        let request = if plain { DlpackRequest::Unversioned } else { DlpackRequest::Versioned };
        ask.once(Question::Dlpack(request, member));
    }
}

/// Whether the type may have a word in `DLPack`, so that most checks ask of those.
fn is_number(ask: &Ask) -> bool {
    ask.layout.dtype.plain().is_some_and(|plain| "biufc".contains(plain.kind.code()))
        && !ask.layout.dtype.is_swapped(ask.platform)
}

pub(crate) fn dlpack_address(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, 3, DlpackMember::Address);
    }
}

pub(crate) fn dlpack_shape(ask: &mut Ask) {
    if is_number(ask) {
        let member = ask.draw.pick(&[DlpackMember::Shape, DlpackMember::Ndim]);
        ask_member(ask, 6, member);
    }
}

pub(crate) fn dlpack_strides(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, 3, DlpackMember::Strides);
    }
}

pub(crate) fn dlpack_no_strides(ask: &mut Ask) {
    if is_number(ask) && ask.layout.is_c_contiguous() {
        ask_member(ask, 6, DlpackMember::Strides);
    }
}

pub(crate) fn dlpack_dtype(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, 4, DlpackMember::Dtype);
    }
}

pub(crate) fn dlpack_device(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, 16, DlpackMember::Device);
    }
}

pub(crate) fn dlpack_version(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, 12, DlpackMember::Version);
    }
}

pub(crate) fn dlpack_read_only(ask: &mut Ask) {
    if is_number(ask) {
        ask_member(ask, if ask.array.is_writeable() { 12 } else { 2 }, DlpackMember::ReadOnly);
    }
}

pub(crate) fn dlpack_read_only_refused(ask: &mut Ask) {
    if is_number(ask) && !ask.array.is_writeable() && ask.one_in(3) {
        ask.once(Question::Dlpack(DlpackRequest::Unversioned, DlpackMember::Address));
    }
}

pub(crate) fn dlpack_refuses(ask: &mut Ask) {
    ask_member(ask, 12, DlpackMember::Dtype);
}

pub(crate) fn dlpack_error(ask: &mut Ask) {
    ask_member(ask, 24, DlpackMember::Dtype);
}

pub(crate) fn dlpack_agrees(ask: &mut Ask) {
    if is_number(ask) && ask.one_in(6) {
        // What it is compared with; the other checks ask that mostly anyway.
        ask.once(Question::Data);
        ask.once(Question::Shape);
        let member = ask.draw.pick(&[DlpackMember::Address, DlpackMember::Shape]);
        ask.once(Question::Dlpack(DlpackRequest::Versioned, member));
    }
}
