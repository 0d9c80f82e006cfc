//! Checks of the chapter `ctypeslib`.

use crate::ask::Ask;
use crate::ctype::{compound, integer, ordered};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::ctypeslib::ctype_rule;
use array_ctypes_spec::rules::ctypeslib as rules;
use array_ctypes_spec::{Ctypeslib, Library, Question, Rule};

mod arrays;
mod ndpointer;

pub(crate) use arrays::{
    as_array, as_array_again, as_array_dimensions, as_array_empty, as_array_int_shape, as_array_no_shape,
    as_array_no_structure, as_array_null, as_array_of_object, as_array_refuses, as_array_size, as_array_structure,
    as_array_union,
};
pub(crate) use ndpointer::{
    ndpointer_accepts, ndpointer_argument, ndpointer_cached, ndpointer_distinct, ndpointer_dtype, ndpointer_flag_name,
    ndpointer_flags, ndpointer_flags_twice, ndpointer_ndim, ndpointer_not_an_array, ndpointer_result,
    ndpointer_result_empty, ndpointer_result_large, ndpointer_shape, ndpointer_vague_result,
};

fn once(ask: &mut Ask, question: Ctypeslib) {
    ask.once(Question::Ctypeslib(question));
}

/// A number, in either byte order; or a C array of such, a structure or a union.
fn number(ask: &mut Ask) -> CType {
    match ask.draw.below(4) {
        0 => ordered(ask),
        1 => CType::Simple(ask.draw.pick(&[Simple::Float, Simple::Double, Simple::Bool])),
        _ => CType::Simple(integer(&mut ask.draw)),
    }
}

/// So many types of numbers, some of them of C arrays.
fn numbers(ask: &mut Ask, count: u32) -> Vec<CType> {
    let one = |ask: &mut Ask| {
        let number = number(ask);
        if ask.draw.one_in(4) { CType::Array(Box::new(number), 1 + ask.draw.below(3)) } else { number }
    };
    (0..count).map(|_| one(ask)).collect()
}

pub(crate) fn c_intp(ask: &mut Ask) {
    if ask.one_in(48) {
        ask.once(Question::ShapeType);
        once(ask, Ctypeslib::CIntP);
    }
}

/// Asks for the C type of the array's own element type, where that falls under the rule.
fn own(ask: &mut Ask, rule: Rule, times: u32) {
    if ctype_rule(ask.platform, &ask.layout.dtype) == Some(rule) && ask.one_in(times) {
        once(ask, Ctypeslib::AsCtypesType(None));
    }
}

fn of(ask: &mut Ask, ctype: CType) {
    once(ask, Ctypeslib::AsCtypesType(Some(ctype)));
}

pub(crate) fn ctype_of_number(ask: &mut Ask) {
    own(ask, rules::ctype_of_number, 16);
}

pub(crate) fn ctype_of_structure(ask: &mut Ask) {
    own(ask, rules::ctype_of_structure, 1);
    if ask.one_in(64) {
        let count = 1 + ask.draw.below(4);
        let mut members: Vec<CType> = numbers(ask, count).into_iter().map(innermost).collect();
        if ask.draw.one_in(3) {
            members.push(CType::Structure(members.clone()));
        }
        of(ask, CType::Structure(members));
    }
}

/// The item of a C array, or the type itself.
fn innermost(ctype: CType) -> CType {
    match ctype {
        CType::Array(item, _) => innermost(*item),
        other => other,
    }
}

pub(crate) fn ctype_of_sub_array(ask: &mut Ask) {
    own(ask, rules::ctype_of_sub_array, 1);
    if ask.one_in(64) {
        let item = number(ask);
        let array = CType::Array(Box::new(item), 1 + ask.draw.below(3));
        let matrix = CType::Array(Box::new(array), 2 + ask.draw.below(3));
        let ctype = if ask.draw.one_in(2) { matrix } else { CType::Structure(vec![number(ask), matrix]) };
        of(ask, ctype);
    }
}

pub(crate) fn ctype_of_union(ask: &mut Ask) {
    own(ask, rules::ctype_of_union, 1);
    if ask.one_in(64) {
        let count = 2 + ask.draw.below(3);
        let members = numbers(ask, count);
        of(ask, CType::Union(members));
    }
}

pub(crate) fn ctype_of_overlap(ask: &mut Ask) {
    own(ask, rules::ctype_of_overlap, 1);
}

pub(crate) fn ctype_refused(ask: &mut Ask) {
    own(ask, rules::ctype_refused, 12);
}

/// Whether the array may be an object of ctypes, as far as its flags go.
fn is_open(ask: &Ask) -> bool {
    ask.array.is_writeable() && ask.layout.is_c_contiguous()
}

fn has_type(ask: &Ask) -> bool {
    let refused = [rules::ctype_refused, rules::ctype_of_overlap];
    ctype_rule(ask.platform, &ask.layout.dtype).is_some_and(|rule| !refused.contains(&rule))
}

pub(crate) fn as_ctypes(ask: &mut Ask) {
    if is_open(ask) && has_type(ask) && ask.one_in(12) {
        once(ask, Ctypeslib::AsCtypes);
        once(ask, Ctypeslib::TypeOfAsCtypes);
    }
}

pub(crate) fn as_ctypes_read_only(ask: &mut Ask) {
    if !ask.array.is_writeable() && ask.one_in(8) {
        once(ask, Ctypeslib::AsCtypes);
    }
}

pub(crate) fn as_ctypes_strided(ask: &mut Ask) {
    if ask.array.is_writeable() && !ask.layout.is_c_contiguous() && ask.one_in(16) {
        once(ask, Ctypeslib::AsCtypes);
    }
}

pub(crate) fn as_ctypes_refused(ask: &mut Ask) {
    if is_open(ask) && !has_type(ask) && ask.one_in(8) {
        once(ask, Ctypeslib::AsCtypes);
    }
}

fn load(ask: &mut Ask, times: u32, how: &[Library]) {
    if ask.one_in(times) {
        let how = ask.draw.pick(how);
        once(ask, Ctypeslib::LoadLibrary(how));
    }
}

pub(crate) fn load_library(ask: &mut Ask) {
    load(ask, 96, &[Library::Name, Library::File, Library::Beside]);
}

pub(crate) fn load_library_path(ask: &mut Ask) {
    load(ask, 128, &[Library::Path, Library::Bytes]);
}

pub(crate) fn load_library_missing(ask: &mut Ask) {
    load(ask, 128, &[Library::Missing]);
}

pub(crate) fn load_library_defective(ask: &mut Ask) {
    load(ask, 128, &[Library::Defective]);
}

/// A type that no array has for its elements: that of addresses.
fn address(ask: &mut Ask) -> CType {
    match ask.draw.below(4) {
        0 => CType::Pointer(Box::new(compound(&mut ask.draw))),
        1 => CType::Function,
        _ => CType::Simple(ask.draw.pick(&[Simple::VoidP, Simple::CharP, Simple::WCharP])),
    }
}
