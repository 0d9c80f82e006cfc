//! What a fault knows of the case whose reply it spoils.

use super::answers::absolute;
use crate::adapters::Reference;
use array_ctypes_conformance::spec::ctype::{CType, Stored, store};
use array_ctypes_conformance::spec::layout::{Invalid, Layout, resolve};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Step, View, Write};
use array_ctypes_conformance::{Case, Implementation, Reply};

/// A case that the reference answers.
pub(crate) struct About<'a> {
    pub(crate) case: &'a Case,
    /// The layout after all views.
    pub(crate) layout: &'a Layout,
    pub(crate) platform: Platform,
    /// The address of the buffer.
    pub(crate) buffer: u64,
}

impl About<'_> {
    /// Returns the array as the case describes it.
    pub(crate) fn array(&self) -> &Array {
        &self.case.array
    }

    /// Returns true if the implementation is handed the array, and does not make it.
    pub(crate) fn is_handed(&self) -> bool {
        matches!(self.case.script.first(), Some(Step::Consumer(_)))
    }

    /// Returns true if the array owns its memory, and is no view of one that does.
    pub(crate) fn is_owner(&self) -> bool {
        self.array().owner.is_some() && self.array().views.is_empty()
    }

    /// Returns the address that many bytes after that of the buffer.
    pub(crate) fn address(&self, offset: i64) -> Answer {
        absolute(self.buffer, offset)
    }

    /// Asks the reference another question.
    pub(crate) fn ask(&self, question: Question) -> Answer {
        ask(self.array(), question)
    }

    /// Asks the reference about an empty array whose first element is at another offset.
    pub(crate) fn ask_at(&self, offset: i64, question: &Question) -> Answer {
        let (shape, strides) = (vec![0], vec![1]);
        ask(&Array { offset, shape, strides, views: Vec::new(), owner: None, ..self.array().clone() }, question.clone())
    }

    /// Returns one byte of the buffer as it is before any write; `None` outside of the buffer.
    pub(crate) fn byte(&self, offset: i128) -> Option<u8> {
        let memory = self.array().memory();
        let offset = u64::try_from(offset).ok().filter(|offset| *offset < memory.size)?;
        Some(memory.byte(offset))
    }

    /// Returns that many bytes of the buffer from that offset on; `None` if any of them is outside of it.
    pub(crate) fn bytes(&self, offset: i128, size: u64) -> Option<Vec<u8>> {
        (0..size).map(|at| self.byte(offset + i128::from(at))).collect()
    }

    /// Returns the item size in bytes, for arithmetic with strides.
    pub(crate) fn item_size(&self) -> i64 {
        self.layout.dtype.item_size() as i64
    }

    /// Divides strides by the item size.
    pub(crate) fn divide_by_item_size(&self, strides: &mut [i64]) {
        for stride in strides {
            *stride /= self.item_size();
        }
    }

    /// Returns true if the elements have the other byte order.
    pub(crate) fn is_swapped(&self) -> bool {
        self.layout.dtype.is_swapped(&self.platform)
    }

    /// Returns the C type of a conversion, and the lengths or strides to convert; `None` for an array without axes and
    /// for other questions.
    pub(crate) fn converted<'q>(&self, question: &'q Question) -> Option<(&'q CType, Vec<i64>)> {
        let (ctype, values) = match question {
            Question::ShapeAs(ctype) => (ctype, self.layout.shape.iter().map(|length| *length as i64).collect()),
            Question::StridesAs(ctype) => (ctype, self.layout.strides.clone()),
            _ => return None,
        };
        (!self.layout.shape.is_empty()).then_some((ctype, values))
    }

    /// Converts each length or stride in a way of the fault's own; changes nothing if the fault cannot convert all of them.
    pub(crate) fn convert(
        &self,
        question: &Question,
        answer: &mut Answer,
        item: impl Fn(&CType, i64) -> Option<Vec<u8>>,
    ) {
        if let Some((ctype, values)) = self.converted(question) {
            let items: Option<Vec<Vec<u8>>> = values.into_iter().map(|value| item(ctype, value)).collect();
            if let Some(items) = items {
                *answer = Answer::Bytes(items.concat());
            }
        }
    }

    /// Returns the bytes of an integer in a C type; `None` if the type refuses it.
    pub(crate) fn stored(&self, ctype: &CType, value: i64) -> Option<Vec<u8>> {
        match store(&self.platform, ctype, value) {
            Ok(Stored::Number(number)) => Some(number.bytes().to_vec()),
            _ => None,
        }
    }

    /// Returns the last view, and the layout that it was taken of.
    pub(crate) fn parent(&self) -> Option<(Layout, &View)> {
        parent(&self.platform, self.array())
    }

    /// Replaces what the script reads by what it would read without these writes.
    pub(crate) fn lose_writes(&self, answers: &mut [Answer], lost: fn(&Write) -> bool) {
        let is_lost = |step: &Step| matches!(step, Step::Write(write) if lost(write));
        if !self.case.script.iter().any(is_lost) {
            return;
        }
        let script = self.case.script.iter().filter(|step| !is_lost(step)).cloned().collect();
        let kept = reply(&Case { array: self.array().clone(), script });
        let places = self.case.script.iter().zip(answers).filter(|(step, _)| !is_lost(step));
        for (at, (step, answer)) in places.enumerate() {
            if matches!(step, Step::Ask(Question::Item(_) | Question::Contents(_)))
                && let Some(found) = kept.answer(at)
            {
                answer.clone_from(found);
            }
        }
    }
}

/// An array that the reference refuses.
pub(crate) struct Refused<'a> {
    pub(crate) array: &'a Array,
    pub(crate) invalid: &'a Invalid,
    pub(crate) platform: Platform,
}

impl Refused<'_> {
    /// Returns the layout as the case describes it, before views.
    pub(crate) fn described(&self) -> Layout {
        let Array { dtype, offset, shape, strides, .. } = self.array.clone();
        Layout { dtype, offset, shape, strides }
    }

    /// Returns the last view, if one is refused, and the layout that it is taken of.
    pub(crate) fn view(&self) -> Option<(Layout, &View)> {
        parent(&self.platform, self.array).filter(|_| matches!(self.invalid, Invalid::View { .. }))
    }
}

fn parent<'a>(platform: &Platform, array: &'a Array) -> Option<(Layout, &'a View)> {
    let (last, views) = array.views.split_last()?;
    Some((resolve(platform, &Array { views: views.to_vec(), ..array.clone() }).ok()?, last))
}

fn ask(array: &Array, question: Question) -> Answer {
    let case = Case { array: array.clone(), script: vec![Step::Ask(question)] };
    reply(&case).answer(0).cloned().unwrap_or(Answer::Raises(Raises::OtherError))
}

fn reply(case: &Case) -> Reply {
    Reference::new().answer(case).unwrap_or_else(|error| panic!("{error}"))
}
