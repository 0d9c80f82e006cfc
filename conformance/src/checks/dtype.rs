//! Checks of the chapter `dtype`: element types, and how the array interface spells them.

use crate::checks::row::{Row, once, rows};
use array_ctypes_spec::dtype::{descr_rule, typestr_rule};
use array_ctypes_spec::{Key, Question};

rows! {
    item_size: once(&[Question::ItemSize]);
    alignment: once(&[Question::Alignment]);
    typestr_number: TYPESTR;
    typestr_time: TYPESTR;
    typestr_text: TYPESTR;
    typestr_void: TYPESTR;
    typestr_object: TYPESTR;
    typestr_spelling: once(&[Question::Interface(Key::Typestr)]);
    descr_plain: DESCR;
    descr_fields: DESCR;
    descr_padding: DESCR;
    descr_nested: DESCR;
    descr_sub_array: DESCR;
    descr_title: DESCR;
    descr_overlap: DESCR;
    descr_given: once(&[Question::Interface(Key::Descr)]);
}

/// Asks for the type string, if the rule is about this element type.
const TYPESTR: Row = once(&[Question::Interface(Key::Typestr)]).when(|ask| typestr_rule(&ask.layout.dtype) == ask.rule);

/// Asks for the type description, if the rule is about this element type.
const DESCR: Row = once(&[Question::Interface(Key::Descr)]).when(|ask| descr_rule(&ask.layout.dtype) == ask.rule);
