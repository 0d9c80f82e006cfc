//! Faults of `DLPack`.

use crate::faults::about::About;
use crate::faults::answers::{change_integers, is_refusal};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::spec::rules::interface as rules;
use array_ctypes_conformance::spec::{Answer, DlpackMember as Member, DlpackRequest as Request, Question, Raises};

mod arguments;

pub(crate) use arguments::*;

/// Returns the request, without arguments, of a question about that member.
fn asked(question: &Question, member: Member) -> Option<Request> {
    match question {
        Question::Dlpack(request, asked) if *asked == member && !request.has_arguments() => Some(*request),
        _ => None,
    }
}

/// Changes the integers of a member.
fn change(question: &Question, member: Member, answer: &mut Answer, change: impl FnOnce(&mut Vec<i64>)) {
    change_integers(asked(question, member).is_some(), answer, change);
}

/// Replaces an address.
fn address(about: &About, question: &Question, answer: &mut Answer, offset: i64) {
    if let (Some(_), Answer::Address(_)) = (asked(question, Member::Address), &answer) {
        *answer = about.address(offset);
    }
}

pub(crate) fn dlpack_address(faults: &mut Faults) {
    faults.answer("byte_offset is forgotten", |about, question, answer| address(about, question, answer, 0));
    faults.answer("byte_offset is added twice", |about, question, answer| {
        address(about, question, answer, 2 * about.layout.offset);
    });
    faults.answer("byte_offset is in elements", |about, question, answer| {
        let size = about.item_size();
        address(about, question, answer, about.layout.offset / size);
    });
}

pub(crate) fn dlpack_shape(faults: &mut Faults) {
    faults.answer("the tensor has the lengths in the order of Fortran", |_, question, answer| {
        change(question, Member::Shape, answer, |shape| shape.reverse());
    });
    faults.answer("the tensor gives an array without axes one", |about, question, answer| {
        change(question, Member::Shape, answer, |shape| {
            if about.layout.shape.is_empty() {
                shape.push(1);
            }
        });
    });
    faults.answer("the tensor leaves out axes of length 1", |about, question, answer| {
        if let (Some(_), Answer::Integer(count)) = (asked(question, Member::Ndim), answer) {
            *count = about.layout.shape.iter().filter(|length| **length != 1).count() as i128;
        }
    });
}

/// Replaces the strides, either of arrays in C order or of all others.
fn strides(about: &About, question: &Question, answer: &mut Answer, c_order: bool, change: fn(&About) -> Answer) {
    if let (Some(_), Answer::Integers(_)) = (asked(question, Member::Strides), &answer)
        && about.layout.is_c_contiguous() == c_order
        && !about.layout.shape.is_empty()
    {
        *answer = change(about);
    }
}

/// Returns the byte strides as an answer.
fn in_bytes(about: &About) -> Answer {
    Answer::Integers(about.layout.strides.clone())
}

pub(crate) fn dlpack_strides(faults: &mut Faults) {
    faults.answer("the tensor's strides are in bytes", |about, question, answer| {
        strides(about, question, answer, false, in_bytes);
    });
    faults.answer("an array that is not contiguous has no strides", |about, question, answer| {
        strides(about, question, answer, false, |_| Answer::Nothing);
    });
    faults.answer("an array in Fortran order has no strides", |about, question, answer| {
        if about.layout.is_f_contiguous() {
            strides(about, question, answer, false, |_| Answer::Nothing);
        }
    });
    faults.answer("negative strides lose their sign", |about, question, answer| {
        if !about.layout.is_c_contiguous() {
            change(question, Member::Strides, answer, |strides| {
                for stride in strides {
                    *stride = stride.saturating_abs();
                }
            });
        }
    });
}

pub(crate) fn dlpack_no_strides(faults: &mut Faults) {
    faults.answer("strides that may be left out are in bytes", |about, question, answer| {
        strides(about, question, answer, true, in_bytes);
    });
    faults.answer("an array without axes has a stride", |about, question, answer| {
        change(question, Member::Strides, answer, |strides| {
            if about.layout.shape.is_empty() {
                strides.push(1);
            }
        });
    });
}

pub(crate) fn dlpack_dtype(faults: &mut Faults) {
    faults.answer("the size is in bytes", |_, question, answer| {
        change(question, Member::Dtype, answer, |dtype| dtype[1] /= 8);
    });
    faults.answer("every integer has a sign", |_, question, answer| {
        change(question, Member::Dtype, answer, |dtype| {
            if dtype[0] == 1 {
                dtype[0] = 0;
            }
        });
    });
    faults.answer("the bits of a complex number are those of a part", |_, question, answer| {
        change(question, Member::Dtype, answer, |dtype| {
            if dtype[0] == 5 {
                dtype[1] /= 2;
            }
        });
    });
    faults.answer("a complex number is two lanes", |_, question, answer| {
        change(question, Member::Dtype, answer, |dtype| {
            if dtype[0] == 5 {
                *dtype = vec![2, dtype[1] / 2, 2];
            }
        });
    });
    faults.answer("a boolean has one bit", |_, question, answer| {
        change(question, Member::Dtype, answer, |dtype| {
            if dtype[0] == 6 {
                dtype[1] = 1;
            }
        });
    });
}

pub(crate) fn dlpack_code(faults: &mut Faults) {
    faults.also(&[rules::dlpack_refuses_types]);
    faults.answer("raw bytes have a code of the library's own", |about, question, answer| {
        export_as(200, about, question, answer, has_kind(about, &[Kind::Void]));
    });
    faults.answer("text has the first code that is free", |about, question, answer| {
        export_as(18, about, question, answer, has_kind(about, &[Kind::Bytes, Kind::Unicode]));
    });
}

pub(crate) fn dlpack_device(faults: &mut Faults) {
    faults.answer("the device is a graphics card", |_, question, answer| {
        change(question, Member::Device, answer, |device| device[0] = 2);
    });
    faults.answer("devices are counted from 1", |_, question, answer| {
        change(question, Member::Device, answer, |device| device[1] = 1);
    });
}

pub(crate) fn dlpack_version(faults: &mut Faults) {
    faults.answer("a version that nobody requested is given", |_, question, answer| {
        if asked(question, Member::Version) == Some(Request::Unversioned) && *answer == Answer::Nothing {
            *answer = Answer::Integers(vec![1, 0]);
        }
    });
    faults.answer("the version is older than the structure", |_, question, answer| {
        change(question, Member::Version, answer, |version| version[0] = 0);
    });
}

/// Replaces the read-only flag.
fn read_only(question: &Question, answer: &mut Answer, change: impl Fn(bool) -> Answer) {
    if let (Some(_), Answer::Bool(flag)) = (asked(question, Member::ReadOnly), &answer) {
        *answer = change(*flag);
    }
}

pub(crate) fn dlpack_read_only(faults: &mut Faults) {
    faults.answer("the tensor loses the read-only flag", |_, question, answer| {
        read_only(question, answer, |_| Answer::Bool(false));
    });
    faults.answer("the capsule has no flags", |_, question, answer| read_only(question, answer, |_| Answer::Nothing));
    faults.answer("the tensor of a view loses the read-only flag", |about, question, answer| {
        read_only(question, answer, |flag| Answer::Bool(flag && about.array().views.is_empty()));
    });
}

pub(crate) fn dlpack_read_only_given(faults: &mut Faults) {
    faults
        .answer("every tensor is read-only", |_, question, answer| read_only(question, answer, |_| Answer::Bool(true)));
}

pub(crate) fn dlpack_read_only_refused(faults: &mut Faults) {
    faults.answer("read-only memory is exported without a flag", |about, question, answer| {
        let in_order = about.layout.strides.iter().all(|stride| *stride % about.item_size() == 0);
        let number = about.layout.dtype.plain().is_some_and(|plain| matches!(plain.kind, Kind::Int | Kind::UInt));
        if asked(question, Member::Address) == Some(Request::Unversioned)
            && is_refusal(answer)
            && in_order
            && number
            && !about.is_swapped()
        {
            *answer = about.address(about.layout.offset);
        }
    });
    faults
        .raises("read-only memory raises AttributeError", Raises::AttributeError, |about, question| {
            is_of_array(question) && !about.array().is_writeable()
        })
        .also(&[
            rules::dlpack_refuses,
            rules::dlpack_error,
            rules::dlpack_code,
            rules::dlpack_no_copy,
            rules::dlpack_copied_flag,
            rules::dlpack_version_older,
            rules::dlpack_address,
            rules::dlpack_shape,
            rules::dlpack_strides,
            rules::dlpack_no_strides,
            rules::dlpack_dtype,
        ]);
}

/// Returns true if a refusal would be about the array, and not about the device or the stream that is asked for.
fn is_of_array(question: &Question) -> bool {
    matches!(question, Question::Dlpack(request, _) if !matches!(request, Request::OnCuda | Request::Stream))
}

/// Returns true if `DLPack` has a code for the element type, as the reference has.
fn is_number(about: &About) -> bool {
    has_kind(about, &[Kind::Int, Kind::UInt])
}

/// Exports refused elements as integers.
fn export(about: &About, question: &Question, answer: &mut Answer, when: bool) {
    export_as(0, about, question, answer, when);
}

/// Exports refused elements with that code.
fn export_as(code: i64, about: &About, question: &Question, answer: &mut Answer, when: bool) {
    let bits = about.item_size() * 8;
    let versioned = asked(question, Member::Dtype) == Some(Request::Versioned);
    if versioned && when && is_refusal(answer) {
        *answer = Answer::Integers(vec![code, bits, 1]);
    }
}

/// Returns true if the elements are of these kinds and have the platform's byte order.
fn has_kind(about: &About, kinds: &[Kind]) -> bool {
    about.layout.dtype.plain().is_some_and(|plain| kinds.contains(&plain.kind)) && !about.is_swapped()
}

pub(crate) fn dlpack_refuses(faults: &mut Faults) {
    faults.also(&[rules::dlpack_error]);
    faults.answer("bytes in the other order are exported as they are", |about, question, answer| {
        export(about, question, answer, about.is_swapped() && about.layout.dtype.plain().is_some());
    });
    faults
        .answer("strides that are not whole elements are rounded", |about, question, answer| {
            if asked(question, Member::Address) == Some(Request::Versioned) && is_refusal(answer) && is_number(about) {
                *answer = about.address(about.layout.offset);
            }
        })
        .also(&[]);
    if size_of::<std::ffi::c_long>() == 8 && cfg!(target_arch = "x86_64") {
        faults.answer("a long double has 128 bits", |about, question, answer| {
            export(about, question, answer, has_kind(about, &[Kind::Float]) && about.layout.dtype.item_size() == 16);
        });
    }
    faults
        .raises("an element type without a code raises KeyError", Raises::KeyError, |about, question| {
            is_of_array(question) && about.array().is_writeable()
        })
        .also(&[rules::dlpack_error, rules::dlpack_no_copy, rules::dlpack_copied_flag, rules::dlpack_code]);
}

pub(crate) fn dlpack_refuses_types(faults: &mut Faults) {
    faults.also(&[rules::dlpack_error]);
    faults
        .raises("a structure raises KeyError", Raises::KeyError, |about, question| {
            is_of_array(question) && about.layout.dtype.plain().is_none()
        })
        .also(&[rules::dlpack_error, rules::dlpack_code]);
    faults.answer("a structure is one large integer", |about, question, answer| {
        export(about, question, answer, about.layout.dtype.plain().is_none());
    });
    faults.answer("time is an integer", |about, question, answer| {
        export(about, question, answer, has_kind(about, &[Kind::Datetime, Kind::Timedelta]));
    });
    faults.answer("a reference is an integer", |about, question, answer| {
        export(about, question, answer, has_kind(about, &[Kind::Object]));
    });
    faults.answer("text is one large integer", |about, question, answer| {
        export(about, question, answer, has_kind(about, &[Kind::Bytes, Kind::Unicode]));
    });
}

pub(crate) fn dlpack_error(faults: &mut Faults) {
    faults.also(&[rules::dlpack_no_copy]);
    faults.answer("a refused export raises an error of its own", |_, question, answer| {
        if is_of_array(question) && is_refusal(answer) {
            *answer = Answer::Raises(Raises::OtherError);
        }
    });
}

pub(crate) fn dlpack_agrees(faults: &mut Faults) {
    faults
        .answer("only the tensor has the address of the memory", |about, question, answer| {
            address(about, question, answer, 0);
        })
        .also(&[rules::dlpack_address]);
    faults
        .answer("the tensor drops axes of length 1", |_, question, answer| {
            change(question, Member::Shape, answer, |shape| shape.retain(|length| *length != 1));
        })
        .also(&[rules::dlpack_shape]);
}
