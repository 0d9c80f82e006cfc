//! Checks of the chapter `platform`.

use crate::ask::Ask;
use crate::ctype::{integer, ordered};
use array_ctypes_spec::Question;
use array_ctypes_spec::ctype::{CType, Simple};

pub(crate) fn byte_order(ask: &mut Ask) {
    if ask.one_in(16) {
        ask.once(Question::Native);
    }
}

pub(crate) fn c_types(ask: &mut Ask) {
    if ask.one_in(4) {
        let ctype = if ask.draw.one_in(4) { ordered(ask) } else { CType::Simple(ask.draw.pick(Simple::ALL)) };
        ask.once(Question::SizeOf(ctype));
    }
}

pub(crate) fn intp(ask: &mut Ask) {
    if ask.one_in(16) {
        let intp = CType::Simple(Simple::IntP);
        let question = if ask.draw.one_in(2) { Question::Name(intp) } else { Question::SizeOf(intp) };
        ask.once(question);
    }
}

pub(crate) fn aliases(ask: &mut Ask) {
    if ask.one_in(4) {
        let simple = if ask.draw.one_in(8) { Simple::LongDouble } else { integer(&mut ask.draw) };
        ask.once(Question::Name(CType::Simple(simple)));
    }
}
