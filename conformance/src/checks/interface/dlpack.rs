//! Checks of `DLPack`.

use crate::checks::ask::Ask;
use crate::checks::row::{Need, Row, act, once, rows};
use array_ctypes_spec::dtype::Kind;
use array_ctypes_spec::{DlpackMember, DlpackRequest, Profile, Question};

rows! {
    dlpack_address: act(add_dlpack_address).when(is_number);
    dlpack_shape: act(add_dlpack_shape).when(is_number);
    dlpack_strides: act(add_dlpack_strides).when(is_number);
    dlpack_no_strides: act(add_dlpack_no_strides).when(|ask| is_number(ask) && ask.layout.is_c_contiguous());
    dlpack_dtype: act(add_dlpack_dtype).when(is_number);
    dlpack_code: once(&[Question::Dlpack(DlpackRequest::Versioned, DlpackMember::Dtype)])
        .one_in(3)
        .when(|ask| !has_code(ask));
    dlpack_device: act(add_dlpack_device).when(is_number);
    dlpack_array_device: once(&[Question::DlpackDevice]).one_in(8).when(is_number).needs(Need::DlpackArguments);
    dlpack_cpu: asks(&[Question::Dlpack(DlpackRequest::OnCpu, DlpackMember::Address)]).one_in(6);
    dlpack_other_device: asks(&[Question::Dlpack(DlpackRequest::OnCuda, DlpackMember::Device)]).one_in(6);
    dlpack_stream: act(add_dlpack_stream).when(is_number).needs(Need::DlpackArguments);
    dlpack_version: act(add_dlpack_version).when(is_number);
    dlpack_version_older: asks(&[Question::Dlpack(DlpackRequest::Older, DlpackMember::Version)]).one_in(6);
    dlpack_version_newer: act(add_dlpack_version_newer).when(is_number).needs(Need::DlpackArguments);
    dlpack_strides_given: asks(&[Question::Dlpack(DlpackRequest::Versioned, DlpackMember::StridesGiven)]).one_in(4);
    dlpack_flags: act(add_dlpack_flags).when(is_number).needs(Need::DlpackArguments);
    dlpack_copy: act(add_dlpack_copy).when(is_number).needs(Need::DlpackArguments);
    dlpack_no_copy: asks(&[Question::Dlpack(DlpackRequest::NoCopy, DlpackMember::Address)]).one_in(3);
    dlpack_copied_flag: act(add_dlpack_copied_flag).when(is_number).needs(Need::DlpackArguments);
    dlpack_read_only: act(add_dlpack_read_only).when(is_number);
    dlpack_read_only_given: act(add_dlpack_read_only)
        .when(|ask| is_number(ask) && ask.array.is_writeable())
        .needs(Need::Profile(Profile::Dlpack));
    dlpack_read_only_refused: once(&[Question::Dlpack(DlpackRequest::Unversioned, DlpackMember::Address)])
        .one_in(3)
        .when(|ask| is_number(ask) && !ask.array.is_writeable()).needs(Need::Profile(Profile::Dlpack));
    dlpack_refuses: act(add_dlpack_refuses).when(has_code);
    dlpack_refuses_types: act(add_dlpack_refuses_types)
        .when(|ask| !has_code(ask))
        .needs(Need::Profile(Profile::Dlpack));
    dlpack_error: act(add_dlpack_error);
    dlpack_agrees: act(add_dlpack_agrees).one_in(6).when(is_number);
}

/// Asks who takes arguments about numbers.
const fn asks(questions: &'static [Question]) -> Row {
    once(questions).when(is_number).needs(Need::DlpackArguments)
}

/// Asks for a member at one opportunity in so many, mostly in the newer form of capsule, which has all members.
fn ask_member(ask: &mut Ask, times: u32, member: DlpackMember) {
    if ask.one_in(times) {
        let plain = ask.array.is_writeable() && ask.draw.one_in(3);
        let request = if plain { DlpackRequest::Unversioned } else { DlpackRequest::Versioned };
        ask.once(Question::Dlpack(request, member));
    }
}

/// Returns true if `DLPack` may know the element type. Most checks ask about such types.
fn is_number(ask: &Ask) -> bool {
    has_code(ask) && !ask.layout.dtype.is_swapped(ask.platform)
}

/// Returns true if `DLPack` has a code for the kind of the elements.
fn has_code(ask: &Ask) -> bool {
    ask.layout.dtype.plain().is_some_and(|plain| match plain.kind {
        Kind::Bool | Kind::Int | Kind::UInt | Kind::Float | Kind::Complex => true,
        Kind::Timedelta | Kind::Datetime | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void => false,
    })
}

fn add_dlpack_address(ask: &mut Ask) {
    ask_member(ask, 3, DlpackMember::Address);
}

fn add_dlpack_shape(ask: &mut Ask) {
    let member = ask.draw.pick(&[DlpackMember::Shape, DlpackMember::Ndim]);
    ask_member(ask, 3, member);
}

fn add_dlpack_strides(ask: &mut Ask) {
    ask_member(ask, 2, DlpackMember::Strides);
}

fn add_dlpack_no_strides(ask: &mut Ask) {
    ask_member(ask, 3, DlpackMember::Strides);
}

fn add_dlpack_dtype(ask: &mut Ask) {
    ask_member(ask, 3, DlpackMember::Dtype);
}

fn add_dlpack_device(ask: &mut Ask) {
    ask_member(ask, 8, DlpackMember::Device);
}

fn add_dlpack_version(ask: &mut Ask) {
    ask_member(ask, 4, DlpackMember::Version);
}

/// Asks one of these requests for a member, at one opportunity in so many. A copy of a large array is asked for nothing.
fn ask_one_of(ask: &mut Ask, times: u32, requests: &[DlpackRequest], member: DlpackMember) {
    if ask.one_in(times) {
        let request = ask.draw.pick(requests);
        ask.once_if_expected(Question::Dlpack(request, member));
    }
}

fn add_dlpack_stream(ask: &mut Ask) {
    ask_one_of(ask, 6, &[DlpackRequest::NoStream, DlpackRequest::Stream], DlpackMember::Address);
}

fn add_dlpack_version_newer(ask: &mut Ask) {
    ask_one_of(ask, 6, &[DlpackRequest::Minor, DlpackRequest::Newer], DlpackMember::Version);
}

fn add_dlpack_flags(ask: &mut Ask) {
    ask_one_of(ask, 6, &[DlpackRequest::Versioned, DlpackRequest::Copy], DlpackMember::Flags);
}

fn add_dlpack_copy(ask: &mut Ask) {
    let member = ask.draw.pick(&[DlpackMember::Address, DlpackMember::Elements]);
    ask_one_of(ask, 3, &[DlpackRequest::Copy], member);
}

fn add_dlpack_copied_flag(ask: &mut Ask) {
    let requests = [DlpackRequest::Versioned, DlpackRequest::Copy, DlpackRequest::NoCopy];
    ask_one_of(ask, 4, &requests, DlpackMember::Copied);
}

fn add_dlpack_read_only(ask: &mut Ask) {
    ask_member(ask, if ask.array.is_writeable() { 12 } else { 2 }, DlpackMember::ReadOnly);
}

fn add_dlpack_refuses(ask: &mut Ask) {
    // Numbers are refused only for their strides, and may then be copied to another address.
    let is_granted = is_number(ask)
        && ask.layout.strides.iter().all(|stride| stride % ask.layout.dtype.item_size().max(1) as i64 == 0);
    let member = if is_number(ask) { DlpackMember::Address } else { DlpackMember::Dtype };
    ask_member(ask, if is_granted { 24 } else { 3 }, member);
}

fn add_dlpack_refuses_types(ask: &mut Ask) {
    ask_member(ask, 3, DlpackMember::Dtype);
}

fn add_dlpack_error(ask: &mut Ask) {
    ask_member(ask, 24, DlpackMember::Dtype);
}

fn add_dlpack_agrees(ask: &mut Ask) {
    // The members must agree with these.
    ask.once(Question::Data);
    ask.once(Question::Shape);
    let member = ask.draw.pick(&[DlpackMember::Address, DlpackMember::Shape]);
    ask.once(Question::Dlpack(DlpackRequest::Versioned, member));
}
