#![doc = include_str!("dtype.md")]

use crate::vocabulary::dtype::{Dtype, Field, Kind};
use crate::vocabulary::{Answer, Expectation, Key, Question, Rule, rules::dtype as rules};
use crate::world::{Predictions, World};

/// The rule that a type string falls under.
pub fn typestr_rule(dtype: &Dtype) -> Rule {
    match dtype.plain().map(|plain| plain.kind) {
        None | Some(Kind::Void) => rules::typestr_void,
        Some(Kind::Datetime | Kind::Timedelta) => rules::typestr_time,
        Some(Kind::Bytes | Kind::Unicode) => rules::typestr_text,
        Some(Kind::Object) => rules::typestr_object,
        Some(Kind::Bool | Kind::Int | Kind::UInt | Kind::Float | Kind::Complex) => rules::typestr_number,
    }
}

/// The rule that a description falls under: that of its hardest part.
pub fn descr_rule(dtype: &Dtype) -> Rule {
    let Dtype::Record(record) = dtype else { return rules::descr_plain };
    if dtype.has_overlaps() {
        rules::descr_overlap
    } else if record.fields.iter().any(|field| field.title.is_some()) {
        rules::descr_title
    } else if record.fields.iter().any(|field| !field.shape.is_empty()) {
        rules::descr_sub_array
    } else if record.fields.iter().any(|field| matches!(field.dtype, Dtype::Record(_))) {
        rules::descr_nested
    } else if record.fields.iter().map(Field::size).sum::<u64>() < record.size {
        rules::descr_padding
    } else {
        rules::descr_fields
    }
}

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let dtype = &world.layout.dtype;
    match question {
        Question::ItemSize => {
            out.push(rules::item_size, Expectation::Is(Answer::Integer(i128::from(dtype.item_size()))));
        }
        Question::Alignment => {
            let alignment = dtype.alignment(world.platform);
            out.push(rules::alignment, Expectation::Is(Answer::Integer(i128::from(alignment))));
        }
        Question::Interface(Key::Typestr) => {
            let any = dtype.spellings().into_iter().map(Answer::Text).collect();
            out.push(typestr_rule(dtype), Expectation::OneOf(any));
            out.push(rules::typestr_spelling, Expectation::Is(Answer::Text(dtype.typestr())));
        }
        Question::Interface(Key::Descr) => {
            let describes = Expectation::Describes(Box::new(dtype.clone()));
            let may_be_missing = Expectation::AnyOf(vec![describes, Expectation::Is(Answer::Nothing)]);
            out.push(descr_rule(dtype), may_be_missing);
            out.push(rules::descr_given, Expectation::Is(Answer::Text(dtype.descr().to_string())));
        }
        _ => {}
    }
}
