//! Faults of the arguments of `__dlpack__`, and of what they change in a capsule.

use super::is_number;
use crate::faults::about::About;
use crate::faults::answers::{change_bool, change_integers, is_refusal};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::rules::interface as rules;
use array_ctypes_conformance::spec::{Answer, DlpackMember as Member, DlpackRequest as Request, Question, Raises};

/// Returns true if the question is this one.
fn asks(question: &Question, request: Request, member: Member) -> bool {
    *question == Question::Dlpack(request, member)
}

/// Returns true if the question is about that member, whatever the request.
fn is_about(question: &Question, member: Member) -> bool {
    matches!(question, Question::Dlpack(_, asked) if *asked == member)
}

/// Changes the integers of a member.
fn change(
    question: &Question,
    request: Request,
    member: Member,
    answer: &mut Answer,
    change: impl FnOnce(&mut Vec<i64>),
) {
    change_integers(asks(question, request, member), answer, change);
}

/// Returns an address outside of the array's memory.
fn elsewhere(about: &About) -> Answer {
    about.address(i64::try_from(about.array().memory().size).unwrap_or(i64::MAX).saturating_add(4096))
}

/// Replaces an address that answers this request.
fn move_to(question: &Question, answer: &mut Answer, request: Request, address: impl FnOnce() -> Answer) {
    if let (true, Answer::Address(_)) = (asks(question, request, Member::Address), &answer) {
        *answer = address();
    }
}

/// Refuses this request.
fn refuse(question: &Question, answer: &mut Answer, request: Request) {
    if matches!(question, Question::Dlpack(asked, _) if *asked == request) {
        *answer = Answer::Raises(Raises::BufferError);
    }
}

pub(crate) fn dlpack_array_device(faults: &mut Faults) {
    let answers = |faults: &mut Faults, name, device: [i64; 2]| {
        faults.answer(name, move |_, question, answer| {
            if *question == Question::DlpackDevice {
                *answer = Answer::Integers(device.to_vec());
            }
        });
    };
    answers(faults, "every array is on a graphics card", [2, 0]);
    answers(faults, "processors are counted from 1", [1, 1]);
    answers(faults, "number and kind of the device are swapped", [0, 1]);
}

pub(crate) fn dlpack_cpu(faults: &mut Faults) {
    faults.answer("every request for a device is refused", |_, question, answer| {
        refuse(question, answer, Request::OnCpu);
    });
    faults.answer("a request for a device copies, even to the same one", |about, question, answer| {
        move_to(question, answer, Request::OnCpu, || elsewhere(about));
    });
}

pub(crate) fn dlpack_other_device(faults: &mut Faults) {
    faults.answer("the device that is requested is not looked at", |about, question, answer| {
        if asks(question, Request::OnCuda, Member::Device) && is_refusal(answer) && is_number(about) {
            *answer = Answer::Integers(vec![1, 0]);
        }
    });
    faults.raises("another device raises ValueError", Raises::ValueError, |about, question| {
        asks(question, Request::OnCuda, Member::Device) && is_number(about)
    });
}

pub(crate) fn dlpack_stream(faults: &mut Faults) {
    faults.answer("a stream is not looked at", |about, question, answer| {
        if asks(question, Request::Stream, Member::Address) && is_refusal(answer) {
            *answer = about.address(about.layout.offset);
        }
    });
    faults.answer("every request with a stream is refused, even with none", |_, question, answer| {
        refuse(question, answer, Request::NoStream);
    });
}

pub(crate) fn dlpack_version_older(faults: &mut Faults) {
    let answers = |faults: &mut Faults, name, version: [i64; 2]| {
        faults.answer(name, move |_, question, answer| {
            if asks(question, Request::Older, Member::Version) && *answer == Answer::Nothing {
                *answer = Answer::Integers(version.to_vec());
            }
        });
    };
    answers(faults, "any max_version yields a tensor of version 1", [1, 0]);
    answers(faults, "a tensor of version 1 says that it is of version 0.8", [0, 8]);
}

pub(crate) fn dlpack_version_newer(faults: &mut Faults) {
    faults.answer("a version that the exporter does not know is refused", |_, question, answer| {
        refuse(question, answer, Request::Newer);
    });
    faults.answer("a newer minor version is a newer major one", |_, question, answer| {
        change(question, Request::Minor, Member::Version, answer, |version| version[0] += 1);
    });
    faults.answer("the version is one newer than the newest that is known", |_, question, answer| {
        change(question, Request::Newer, Member::Version, answer, |version| version[0] = 3);
    });
}

pub(crate) fn dlpack_strides_given(faults: &mut Faults) {
    faults.answer("C order needs no strides, whatever the version", |about, question, answer| {
        if about.layout.is_c_contiguous() {
            change(question, Request::Versioned, Member::StridesGiven, answer, |given| *given = vec![1, 3, 0]);
        }
    });
    faults.answer("one axis needs no strides in version 1.2", |about, question, answer| {
        if about.layout.shape.len() == 1 {
            change(question, Request::Versioned, Member::StridesGiven, answer, |given| *given = vec![1, 2, 0]);
        }
    });
}

/// Changes all flags.
fn flags(question: &Question, answer: &mut Answer, change: impl FnOnce(i128) -> i128) {
    if let (true, Answer::Integer(flags)) = (is_about(question, Member::Flags), answer) {
        *flags = change(*flags);
    }
}

pub(crate) fn dlpack_flags(faults: &mut Faults) {
    faults.answer("every type is marked as padded", |_, question, answer| {
        flags(question, answer, |flags| flags | 4);
    });
    faults.answer("the flags have bits that nobody set", |_, question, answer| {
        flags(question, answer, |flags| flags | 0x5500_0000_0000_0000);
    });
}

/// Changes the elements of a copy.
fn elements(question: &Question, answer: &mut Answer, change: impl FnOnce(&mut Vec<u8>)) {
    if let (true, Answer::Bytes(bytes)) = (is_about(question, Member::Elements), answer) {
        change(bytes);
    }
}

pub(crate) fn dlpack_copy(faults: &mut Faults) {
    faults.answer("copy=True is not looked at", |about, question, answer| {
        move_to(question, answer, Request::Copy, || about.address(about.layout.offset));
    });
    faults.answer("a copy has the memory of the array and the strides of C order", |about, question, answer| {
        elements(question, answer, |bytes| {
            let (start, size) = (i128::from(about.layout.offset), bytes.len() as u64);
            *bytes = about.bytes(start, size).unwrap_or_else(|| vec![0; bytes.len()]);
        });
    });
    faults.answer("the memory of a copy is never filled", |_, question, answer| {
        elements(question, answer, |bytes| bytes.fill(0));
    });
    faults
        .answer("a copy is refused", |_, question, answer| refuse(question, answer, Request::Copy))
        .also(&[rules::dlpack_copied_flag, rules::dlpack_flags]);
}

pub(crate) fn dlpack_no_copy(faults: &mut Faults) {
    faults.answer("copy=False copies what cannot be shared", |about, question, answer| {
        if asks(question, Request::NoCopy, Member::Address) && is_refusal(answer) && is_number(about) {
            *answer = elsewhere(about);
        }
    });
    faults.answer("any value of copy copies", |about, question, answer| {
        move_to(question, answer, Request::NoCopy, || elsewhere(about));
    });
    faults.raises("what cannot be shared without a copy raises ValueError", Raises::ValueError, |about, question| {
        asks(question, Request::NoCopy, Member::Address) && is_number(about)
    });
}

/// Changes the flag of a copy.
fn copied(question: &Question, answer: &mut Answer, change: impl FnOnce(bool) -> bool) {
    change_bool(is_about(question, Member::Copied), answer, change);
}

pub(crate) fn dlpack_copied_flag(faults: &mut Faults) {
    faults.answer("a copy does not say that it is one", |_, question, answer| copied(question, answer, |_| false));
    faults.answer("every tensor says that it is a copy", |_, question, answer| copied(question, answer, |_| true));
    faults.answer("the flag of a copy says that memory is shared", |_, question, answer| {
        copied(question, answer, |copied| !copied);
    });
}
