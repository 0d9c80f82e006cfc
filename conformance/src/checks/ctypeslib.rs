//! Checks of the chapter `ctypeslib`: helpers for foreign functions.

use crate::checks::ask::Ask;
use crate::checks::row::{self, Need, Row, act, rows};
use crate::draw::ctype::{compound, integer, ordered, padded_union};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::ctypeslib::ctype_rule;
use array_ctypes_spec::rules::ctypeslib as rules;
use array_ctypes_spec::{Ctypeslib, Library, Question};

rows! {
    c_intp: row::once(&[Question::ShapeType, Question::Ctypeslib(Ctypeslib::CIntP)]).one_in(48);
    ctype_of_number: OWN_TYPE.one_in(3);
    ctype_of_structure: act(add_ctype_of_structure);
    ctype_of_sub_array: act(add_ctype_of_sub_array);
    ctype_of_union: act(add_ctype_of_union);
    ctype_of_overlap: OWN_TYPE;
    ctype_refused: OWN_TYPE.one_in(2);
    as_ctypes: act(add_as_ctypes).when(|ask| is_exportable(ask) && has_type(ask));
    as_ctypes_read_only: row::once(&[AS_CTYPES]).one_in(6).when(|ask| !ask.array.is_writeable());
    as_ctypes_strided: row::once(&[AS_CTYPES])
        .one_in(16)
        .when(|ask| ask.array.is_writeable() && !ask.layout.is_c_contiguous());
    as_ctypes_refused: row::once(&[AS_CTYPES]).one_in(8).when(|ask| is_exportable(ask) && !has_type(ask));
    error: row::once(&[AS_CTYPES]).one_in(16).when(|ask| !is_exportable(ask));
    load_library: act(|ask| load(ask, &[Library::Name, Library::File, Library::Beside]))
        .one_in(48)
        .needs(Need::Library);
    load_library_path: act(|ask| load(ask, &[Library::Path, Library::Bytes])).one_in(64).needs(Need::Library);
    load_library_missing: act(|ask| load(ask, &[Library::Missing])).one_in(44).needs(Need::Library);
    load_library_defective: act(|ask| load(ask, &[Library::Defective])).one_in(44).needs(Need::Library);
}

mod arrays;
mod ndpointer;

pub(crate) use arrays::*;
pub(crate) use ndpointer::*;

const AS_CTYPES: Question = Question::Ctypeslib(Ctypeslib::AsCtypes);
const TYPE_OF_AS_CTYPES: Question = Question::Ctypeslib(Ctypeslib::TypeOfAsCtypes);

fn once(ask: &mut Ask, question: Ctypeslib) {
    ask.once(Question::Ctypeslib(question));
}

/// Draws the type of a number, in either byte order.
fn number(ask: &mut Ask) -> CType {
    match ask.draw.below(4) {
        0 => ordered(&mut ask.draw, ask.platform),
        1 => CType::Simple(ask.draw.pick(&[Simple::Float, Simple::Double, Simple::Bool])),
        _ => CType::Simple(integer(&mut ask.draw)),
    }
}

/// Draws so many types of numbers, some of them C arrays of numbers.
fn numbers(ask: &mut Ask, count: u32) -> Vec<CType> {
    let one = |ask: &mut Ask| {
        let number = number(ask);
        if ask.draw.one_in(4) { CType::Array(Box::new(number), 1 + ask.draw.below(3)) } else { number }
    };
    (0..count).map(|_| one(ask)).collect()
}

/// Asks for the C type of the array's own element type, if the rule is about that type.
const OWN_TYPE: Row = row::once(&[Question::Ctypeslib(Ctypeslib::AsCtypesType(None))]).when(is_about_own_type);

fn is_about_own_type(ask: &Ask) -> bool {
    ctype_rule(ask.platform, &ask.layout.dtype) == Some(ask.rule)
}

fn own(ask: &mut Ask) {
    // `one_in` draws even if it always returns true, and moves the choices after it.
    if is_about_own_type(ask) && ask.one_in(1) {
        once(ask, Ctypeslib::AsCtypesType(None));
    }
}

/// Asks for the C type that helpers make of another C type.
fn of(ask: &mut Ask, ctype: CType) {
    once(ask, Ctypeslib::AsCtypesType(Some(ctype)));
}

/// The item type of a C array of any depth; any other type itself.
fn innermost(ctype: CType) -> CType {
    match ctype {
        CType::Array(item, _) => innermost(*item),
        other => other,
    }
}

/// Returns true if the flags of the array allow that it becomes an object of ctypes.
fn is_exportable(ask: &Ask) -> bool {
    ask.array.is_writeable() && ask.layout.is_c_contiguous()
}

/// Returns true if the element type has a C type.
fn has_type(ask: &Ask) -> bool {
    let refused = [rules::ctype_refused, rules::ctype_of_overlap];
    ctype_rule(ask.platform, &ask.layout.dtype).is_some_and(|rule| !refused.contains(&rule))
}

fn load(ask: &mut Ask, how: &[Library]) {
    let how = ask.draw.pick(how);
    once(ask, Ctypeslib::LoadLibrary(how));
}

fn add_as_ctypes(ask: &mut Ask) {
    // Few arrays without axes have a C type, so those are asked about more often.
    if ask.layout.shape.is_empty() || ask.one_in(6) {
        ask.once(AS_CTYPES);
        ask.once(TYPE_OF_AS_CTYPES);
    }
}

/// Draws the type of an address, which no array can have for its elements.
fn address(ask: &mut Ask) -> CType {
    match ask.draw.below(4) {
        0 => CType::Pointer(Box::new(compound(&mut ask.draw))),
        1 => CType::Function,
        _ => CType::Simple(ask.draw.pick(&[Simple::VoidP, Simple::CharP, Simple::WCharP])),
    }
}

fn add_ctype_of_structure(ask: &mut Ask) {
    own(ask);
    if ask.one_in(64) {
        let count = 1 + ask.draw.below(4);
        let mut members: Vec<CType> = numbers(ask, count).into_iter().map(innermost).collect();
        if ask.draw.one_in(3) {
            members.push(CType::Structure(members.clone()));
        }
        of(ask, CType::Structure(members));
    }
}

fn add_ctype_of_sub_array(ask: &mut Ask) {
    own(ask);
    if ask.one_in(64) {
        let item = number(ask);
        let array = CType::Array(Box::new(item), 1 + ask.draw.below(3));
        let matrix = CType::Array(Box::new(array), 2 + ask.draw.below(3));
        let ctype = if ask.draw.one_in(2) { matrix } else { CType::Structure(vec![number(ask), matrix]) };
        of(ask, ctype);
    }
}

fn add_ctype_of_union(ask: &mut Ask) {
    own(ask);
    if ask.one_in(32) {
        let count = 2 + ask.draw.below(3);
        let members = numbers(ask, count);
        let union = if ask.draw.one_in(3) { padded_union(&mut ask.draw) } else { CType::Union(members) };
        of(ask, union);
    }
}
