//! Checks of the chapter `platform`: byte order, sizes and names of C types.

use crate::checks::ask::Ask;
use crate::checks::row::{act, once, rows};
use crate::draw::ctype::{integer, ordered};
use array_ctypes_spec::Question;
use array_ctypes_spec::ctype::{CType, Simple};

rows! {
    byte_order: once(&[Question::Native]).one_in(16);
    c_types: act(add_c_types).one_in(4);
    intp: act(add_intp).one_in(12);
    aliases: act(add_aliases).one_in(3);
}

fn add_c_types(ask: &mut Ask) {
    let ctype = if ask.draw.one_in(4) {
        ordered(&mut ask.draw, ask.platform)
    } else {
        CType::Simple(ask.draw.pick(Simple::ALL))
    };
    ask.once(Question::SizeOf(ctype));
}

fn add_intp(ask: &mut Ask) {
    let intp = CType::Simple(Simple::IntP);
    let question = if ask.draw.one_in(2) { Question::Name(intp) } else { Question::SizeOf(intp) };
    ask.once(question);
}

fn add_aliases(ask: &mut Ask) {
    let simple = if ask.draw.one_in(8) { Simple::LongDouble } else { integer(&mut ask.draw) };
    ask.once(Question::Name(CType::Simple(simple)));
}
