//! Faults of the chapter `layout`.

mod refused;
mod views;

pub(crate) use refused::*;
pub(crate) use views::*;

use crate::faults::about::About;
use crate::faults::answers::change_bool;
use crate::faults::families::ELEMENT_AFTER_WRITE;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::layout::Layout;
use array_ctypes_conformance::spec::{Answer, Array, Flag, Owner, Question, Raises, rules};

/// Reads an element with other strides, if its bytes are inside the buffer.
fn read(about: &About, question: &Question, answer: &mut Answer, change: impl Fn(&mut Layout)) {
    if let (Question::Item(index), Answer::Bytes(bytes)) = (question, answer) {
        let mut layout = about.layout.clone();
        change(&mut layout);
        if let Some(found) = about.bytes(layout.element(index), bytes.len() as u64) {
            *bytes = found;
        }
    }
}

pub(crate) fn element(faults: &mut Faults) {
    faults.also(ELEMENT_AFTER_WRITE);
    faults.answer("the last axis has no gaps", |about, question, answer| {
        read(about, question, answer, |layout| {
            let size = layout.dtype.item_size() as i64;
            layout.strides.last_mut().into_iter().for_each(|stride| *stride = size);
        });
    });
    faults.answer("elements are found by unsigned strides", |about, question, answer| {
        read(about, question, answer, |layout| {
            layout.strides.iter_mut().for_each(|stride| *stride = stride.wrapping_abs());
        });
    });
    faults.answer("elements are found by strides rounded to whole elements", |about, question, answer| {
        read(about, question, answer, |layout| {
            let size = layout.dtype.item_size() as i64;
            layout.strides.iter_mut().for_each(|stride| *stride -= *stride % size);
        });
    });
    faults.answer("indices are in the order of Fortran", |about, question, answer| {
        read(about, question, answer, |layout| layout.strides.reverse());
    });
    faults.answer("elements are found by strides in elements", |about, question, answer| {
        read(about, question, answer, |layout| {
            let size = layout.dtype.item_size() as i64;
            layout.strides.iter_mut().for_each(|stride| *stride /= size);
        });
    });
    faults.answer("memory for zeros is not cleared", |about, question, answer| {
        if let (Some(Owner::Zeros), Question::Item(_), Answer::Bytes(bytes)) = (about.array().owner, question, answer) {
            bytes.fill(0xA5);
        }
    });
}

/// Changes a flag.
fn flag(question: &Question, answer: &mut Answer, which: Flag, change: impl Fn(bool) -> bool) {
    change_bool(*question == Question::Flag(which), answer, change);
}

/// Returns true if the strides are those of a packed array, including axes of length 1.
fn strictly(layout: &Layout, fastest_first: impl Iterator<Item = usize>) -> bool {
    let mut next = layout.dtype.item_size();
    fastest_first.into_iter().all(|axis| {
        let fits = layout.strides[axis] == next as i64;
        next = next.saturating_mul(layout.shape[axis].max(1));
        fits
    })
}

pub(crate) fn accepted(faults: &mut Faults) {
    faults.refuses("strides of axes of length 1 reach out of the buffer", Raises::ValueError, |about| {
        let Array { buffer, shape, strides, .. } = about.array();
        !shape.contains(&0) && strides.iter().any(|stride| stride.unsigned_abs() > buffer.size)
    });
    faults.refuses("there are at most 32 axes", Raises::ValueError, |about| about.array().shape.len() > 32);
}

pub(crate) fn answered(faults: &mut Faults) {
    faults.dies("too many axes crash the library", |about| {
        (!about.is_handed() && about.layout.shape.len() > 32).then_some("found that it ended (signal: 11 (SIGSEGV))")
    });
    faults.dies("the library counts to the end of a long axis", |about| {
        let is_long = about.layout.shape.iter().any(|length| *length > 1 << 31);
        (!about.is_handed() && is_long).then_some("found nothing for 10 s")
    });
}

pub(crate) fn c_contiguous(faults: &mut Faults) {
    faults.answer("a reversed array is contiguous", |about, question, answer| {
        let strides = about.layout.strides.iter().map(|stride| stride.wrapping_abs()).collect();
        let unsigned = Layout { strides, ..about.layout.clone() };
        flag(question, answer, Flag::CContiguous, |_| unsigned.is_c_contiguous());
    });
    faults.answer("only the last axis is checked", |about, question, answer| {
        let size = about.item_size();
        let packed = about.layout.strides.last().is_none_or(|stride| *stride == size);
        flag(question, answer, Flag::CContiguous, |found| found || packed);
    });
}

pub(crate) fn f_contiguous(faults: &mut Faults) {
    faults
        .answer("no C-contiguous array is F-contiguous", |about, question, answer| {
            flag(question, answer, Flag::FContiguous, |found| found && !about.layout.is_c_contiguous());
        })
        .also(&[rules::layout::contiguous_anyway]);
}

pub(crate) fn contiguous_anyway(faults: &mut Faults) {
    faults.answer("strides of axes of length 1 count for C-contiguity", |about, question, answer| {
        flag(question, answer, Flag::CContiguous, |found| {
            found && (about.layout.is_empty() || strictly(about.layout, (0..about.layout.shape.len()).rev()))
        });
    });
    faults.answer("an empty array must have the strides of C", |about, question, answer| {
        flag(question, answer, Flag::CContiguous, |found| {
            found && (!about.layout.is_empty() || strictly(about.layout, (0..about.layout.shape.len()).rev()))
        });
    });
    faults.answer("strides of axes of length 1 count for F-contiguity", |about, question, answer| {
        flag(question, answer, Flag::FContiguous, |found| {
            found && (about.layout.is_empty() || strictly(about.layout, 0..about.layout.shape.len()))
        });
    });
    faults.answer("an empty array must have the strides of Fortran", |about, question, answer| {
        flag(question, answer, Flag::FContiguous, |found| {
            found && (!about.layout.is_empty() || strictly(about.layout, 0..about.layout.shape.len()))
        });
    });
}

pub(crate) fn aligned(faults: &mut Faults) {
    faults.answer("only the first element is checked", |about, question, answer| {
        let (shape, strides) = (Vec::new(), Vec::new());
        let first = Layout { shape, strides, ..about.layout.clone() };
        let aligned = about.layout.is_empty() || first.is_aligned(&about.platform, about.array().at());
        flag(question, answer, Flag::Aligned, |_| aligned);
    });
    faults.answer("alignment leaves out the address of the buffer", |about, question, answer| {
        flag(question, answer, Flag::Aligned, |_| about.layout.is_aligned(&about.platform, 0));
    });
    faults.answer("strides of axes of length 1 count for alignment", |about, question, answer| {
        let align = about.layout.dtype.alignment(&about.platform) as i64;
        let all = about.layout.is_empty() || about.layout.strides.iter().all(|stride| stride % align == 0);
        flag(question, answer, Flag::Aligned, |found| found && all);
    });
    faults.answer("an empty array is aligned only if its address is", |about, question, answer| {
        let (shape, strides) = (Vec::new(), Vec::new());
        let first = Layout { shape, strides, ..about.layout.clone() };
        let aligned = !about.layout.is_empty() || first.is_aligned(&about.platform, about.array().at());
        flag(question, answer, Flag::Aligned, |found| found && aligned);
    });
    faults.answer("elements are aligned to their size", |about, question, answer| {
        let size = about.item_size();
        let first = i64::from(about.array().at()) + about.layout.offset;
        flag(question, answer, Flag::Aligned, |found| found && (about.layout.is_empty() || first % size == 0));
    });
}

pub(crate) fn writeable(faults: &mut Faults) {
    faults.answer("every view is writeable", |about, question, answer| {
        let Array { views, .. } = about.array();
        flag(question, answer, Flag::Writeable, |found| found || !views.is_empty());
    });
    faults.answer("the writeable flag is inverted", |_, question, answer| {
        flag(question, answer, Flag::Writeable, |found| !found);
    });
    faults.answer("a sum is read-only", |about, question, answer| {
        flag(question, answer, Flag::Writeable, |found| found && about.array().owner != Some(Owner::Sum));
    });
}
