//! Faults of the buffer protocol.

use crate::faults::about::About;
use crate::faults::answers::{change_bool, change_integers, integer, is_refusal};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::rules::interface as rules;
use array_ctypes_conformance::spec::{Answer, BufferMember as Member, BufferRequest as Request, Question, Raises};

/// Returns the request of a question about that member.
fn asked(question: &Question, member: Member) -> Option<Request> {
    match question {
        Question::Buffer(request, asked) if *asked == member => Some(*request),
        _ => None,
    }
}

/// Replaces the address that a request without a wish for contiguous memory gets.
fn change_address(question: &Question, answer: &mut Answer, address: Option<Answer>) {
    if let (Some(Request::Strides | Request::FullRo), Answer::Address(_), Some(address)) =
        (asked(question, Member::Address), &answer, address)
    {
        *answer = address;
    }
}

pub(crate) fn buffer_address(faults: &mut Faults) {
    faults.answer("the buffer leaves out the offset", |about, question, answer| {
        change_address(question, answer, Some(about.address(0)));
    });
    faults.answer("the buffer has the lowest address", |about, question, answer| {
        let lowest = i64::try_from(about.layout.extent().0).ok();
        change_address(question, answer, lowest.map(|lowest| about.address(lowest)));
    });
}

/// Changes the integers of a member.
fn change(question: &Question, member: Member, answer: &mut Answer, change: impl FnOnce(&mut Vec<i64>)) {
    change_integers(asked(question, member).is_some(), answer, change);
}

/// Replaces NULL as answer to such requests for a member.
fn fill(question: &Question, member: Member, answer: &mut Answer, when: fn(Request) -> bool, with: Answer) {
    if *answer == Answer::Nothing && asked(question, member).is_some_and(when) {
        *answer = with;
    }
}

pub(crate) fn buffer_shape(faults: &mut Faults) {
    faults.answer("the buffer has the lengths in the order of Fortran", |_, question, answer| {
        change(question, Member::Shape, answer, |shape| shape.reverse());
    });
    faults.answer("the buffer gives an array without axes one", |about, question, answer| {
        if asked(question, Member::Ndim).is_some_and(Request::wants_shape) && about.layout.shape.is_empty() {
            *answer = integer(1);
        }
    });
    faults.answer("the shape of an array without axes is empty, not NULL", |_, question, answer| {
        fill(question, Member::Shape, answer, Request::wants_shape, Answer::Integers(Vec::new()));
    });
    faults.answer("every request gets a shape", |_, question, answer| {
        fill(question, Member::Shape, answer, |request| !request.wants_shape(), Answer::Integers(vec![1]));
    });
}

pub(crate) fn buffer_strides(faults: &mut Faults) {
    faults.answer("the buffer has strides in elements", |about, question, answer| {
        change(question, Member::Strides, answer, |strides| about.divide_by_item_size(strides));
    });
    faults.answer("an array in C order has no strides", |about, question, answer| {
        if asked(question, Member::Strides).is_some() && about.layout.is_c_contiguous() && !is_refusal(answer) {
            *answer = Answer::Nothing;
        }
    });
    faults.answer("the strides of an array without axes are empty, not NULL", |_, question, answer| {
        fill(question, Member::Strides, answer, Request::wants_strides, Answer::Integers(Vec::new()));
    });
}

pub(crate) fn buffer_no_strides(faults: &mut Faults) {
    faults.answer("every request gets strides", |about, question, answer| {
        let strides = Answer::Integers(about.layout.strides.clone());
        fill(question, Member::Strides, answer, |request| !request.wants_strides(), strides);
    });
}

pub(crate) fn buffer_itemsize(faults: &mut Faults) {
    faults.answer("itemsize is 1 if no format is requested", |_, question, answer| {
        if let (Some(request), Answer::Integer(_)) = (asked(question, Member::ItemSize), &answer)
            && !request.wants_format()
        {
            *answer = integer(1);
        }
    });
}

/// Replaces the number of bytes.
fn length(question: &Question, answer: &mut Answer, bytes: u64) {
    if asked(question, Member::Length).is_some() && !is_refusal(answer) {
        *answer = integer(bytes);
    }
}

pub(crate) fn buffer_length(faults: &mut Faults) {
    faults.answer("the length is from the first byte to the last", |about, question, answer| {
        let (low, high) = about.layout.extent();
        length(question, answer, (high - low) as u64);
    });
    faults.answer("the length is in elements", |about, question, answer| {
        length(question, answer, about.layout.elements());
    });
}

pub(crate) fn buffer_suboffsets(faults: &mut Faults) {
    faults.answer("each axis has a suboffset of zero, as if it were a pointer", |about, question, answer| {
        let zeros = Answer::Integers(vec![0; about.layout.shape.len()]);
        if !about.layout.shape.is_empty() {
            fill(question, Member::Suboffsets, answer, Request::wants_format, zeros);
        }
    });
    faults.answer("every request gets suboffsets", |about, question, answer| {
        let none = Answer::Integers(vec![-1; about.layout.shape.len()]);
        fill(question, Member::Suboffsets, answer, |request| !request.wants_format(), none);
    });
}

/// Grants such requests for the address, if they are refused.
fn grant(about: &About, question: &Question, answer: &mut Answer, when: impl Fn(Request) -> bool) {
    if is_refusal(answer) && asked(question, Member::Address).is_some_and(when) {
        *answer = about.address(about.layout.offset);
    }
}

/// Refuses such requests for the address.
fn refuse(question: &Question, answer: &mut Answer, when: impl Fn(Request) -> bool) {
    if asked(question, Member::Address).is_some_and(when) {
        *answer = Answer::Raises(Raises::BufferError);
    }
}

pub(crate) fn buffer_contiguous(faults: &mut Faults) {
    faults
        .answer("a request for lengths is granted to every array", |about, question, answer| {
            grant(about, question, answer, |request| request == Request::Nd);
        })
        .also(&[rules::buffer_error]);
    faults
        .answer("a request for bytes is granted to every array", |about, question, answer| {
            grant(about, question, answer, |request| request == Request::Simple);
        })
        .also(&[rules::buffer_error]);
    faults
        .answer("a request for Fortran order is granted to C order", |about, question, answer| {
            grant(about, question, answer, |request| request == Request::FContiguous && about.layout.is_c_contiguous());
        })
        .also(&[rules::buffer_error]);
    faults
        .answer("a request for C order is granted to Fortran order", |about, question, answer| {
            grant(about, question, answer, |request| request == Request::CContiguous && about.layout.is_f_contiguous());
        })
        .also(&[rules::buffer_error]);
    faults.answer("a request for any order is granted to C order only", |about, question, answer| {
        let fortran = about.layout.is_f_contiguous() && !about.layout.is_c_contiguous();
        refuse(question, answer, |request| request == Request::AnyContiguous && fortran);
    });
    faults.answer("an axis of length 1 with another stride is a gap", |about, question, answer| {
        let odd = |(length, stride): (&u64, &i64)| *length == 1 && *stride <= 0;
        let gap = about.layout.shape.iter().zip(&about.layout.strides).any(odd) && !about.layout.is_empty();
        refuse(question, answer, |request| request == Request::CContiguous && gap);
    });
    faults
        .raises(
            "a request for contiguous memory runs out of memory for a copy",
            Raises::OtherError,
            |about, question| {
                let gaps = !about.layout.is_c_contiguous() && !about.layout.is_f_contiguous();
                let strided = |request| matches!(request, Request::Strides | Request::Full | Request::FullRo);
                gaps && matches!(question, Question::Buffer(request, _) if !strided(*request))
            },
        )
        .also(&[rules::buffer_error]);
}

/// Changes the read-only flag.
fn read_only(question: &Question, answer: &mut Answer, change: impl Fn(bool) -> bool) {
    change_bool(asked(question, Member::ReadOnly).is_some(), answer, change);
}

pub(crate) fn buffer_read_only(faults: &mut Faults) {
    faults.answer("no buffer is read-only", |_, question, answer| read_only(question, answer, |_| false));
    faults.answer("no buffer of a view is read-only", |about, question, answer| {
        read_only(question, answer, |flag| flag && about.array().views.is_empty());
    });
}

pub(crate) fn buffer_read_only_same(faults: &mut Faults) {
    faults.answer("only the full description is read-only", |_, question, answer| {
        let is_full = asked(question, Member::ReadOnly) == Some(Request::FullRo);
        change_bool(is_full, answer, |_| true);
    });
    faults.answer("only a request without a format is read-only", |_, question, answer| {
        let is_bare = asked(question, Member::ReadOnly) == Some(Request::Strides);
        change_bool(is_bare, answer, |_| true);
    });
}

pub(crate) fn buffer_read_only_given(faults: &mut Faults) {
    faults.answer("every buffer is read-only", |_, question, answer| {
        let is_for_reading = |request: Request| !request.wants_writable();
        change_bool(asked(question, Member::ReadOnly).is_some_and(is_for_reading), answer, |_| true);
    });
}

pub(crate) fn buffer_writable_granted(faults: &mut Faults) {
    faults.answer("a request to write is never granted", |_, question, answer| {
        refuse(question, answer, Request::wants_writable);
    });
}

pub(crate) fn buffer_writable(faults: &mut Faults) {
    faults
        .answer("a request to write is granted to every array", |about, question, answer| {
            let order = about.layout.is_c_contiguous();
            grant(about, question, answer, |request| request == Request::Full || request == Request::Writable && order);
        })
        .also(&[rules::buffer_error]);
    faults.answer("a request to write leaves out the offset", |about, question, answer| {
        if asked(question, Member::Address).is_some_and(Request::wants_writable) && !is_refusal(answer) {
            *answer = about.address(0);
        }
    });
    faults
        .raises("a request to write raises OSError", Raises::OSError, |_, question| {
            matches!(question, Question::Buffer(Request::Full, _))
        })
        .also(&[rules::buffer_error]);
}

pub(crate) fn buffer_no_format(faults: &mut Faults) {
    faults.answer("every request gets a format", |_, question, answer| {
        fill(question, Member::Format, answer, |request| !request.wants_format(), Answer::Text("B".to_owned()));
    });
}

pub(crate) fn buffer_error(faults: &mut Faults) {
    faults.answer("a refused request raises ValueError", |_, question, answer| {
        if matches!(question, Question::Buffer(..)) && is_refusal(answer) {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

pub(crate) fn buffer_agrees(faults: &mut Faults) {
    faults
        .answer("only the buffer has the address of the memory", |about, question, answer| {
            change_address(question, answer, Some(about.address(0)));
        })
        .also(&[rules::buffer_address]);
    faults
        .answer("the buffer drops an axis of length 1", |_, question, answer| {
            change(question, Member::Shape, answer, |shape| shape.retain(|length| *length != 1));
        })
        .also(&[rules::buffer_shape]);
    faults
        .answer("the item size of the buffer is 1", |_, question, answer| {
            if asked(question, Member::ItemSize).is_some() && !is_refusal(answer) {
                *answer = integer(1);
            }
        })
        .also(&[rules::buffer_itemsize]);
}
