#![doc = include_str!("dtype.md")]

use crate::vocabulary::dtype::{Dtype, Field, Kind, Plain};
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

/// The type strings that mean an element type, NumPy's first.
fn spellings(dtype: &Dtype) -> Vec<String> {
    let typestr = dtype.typestr();
    let mut spellings = vec![typestr.clone()];
    let Some(tail) = typestr.strip_prefix('|') else {
        // The unit of a time is NumPy's own.
        spellings.extend(typestr.split_once('[').map(|(bare, _)| bare.to_owned()));
        return spellings;
    };
    let size = dtype.item_size();
    let mut tails = vec![tail.to_owned()];
    match dtype.plain().map(|plain| plain.kind) {
        Some(Kind::Object) => tails.extend(["O4", "O8"].map(str::to_owned)),
        None if [1, 2, 4, 8].contains(&size) => tails.push(format!("u{size}")),
        _ => {}
    }
    let ordered = tails.iter().flat_map(|tail| ['|', '<', '>'].map(|order| format!("{order}{tail}")));
    spellings.extend(ordered.filter(|spelling| *spelling != typestr));
    spellings
}

/// The descriptions of an element type, NumPy's first: none, or one of the whole type, will do.
fn descriptions(dtype: &Dtype) -> Vec<Answer> {
    let mut texts = vec![dtype.descr().to_string()];
    let one_entry = |typestr: String| format!("[('', '{typestr}')]");
    match dtype.plain() {
        Some(Plain { kind: Kind::Complex, size, order, unit }) => {
            let part = Dtype::Plain(Plain { kind: Kind::Float, size: size / 2, order: *order, unit: *unit }).typestr();
            texts.push(format!("[('real', '{part}'), ('imag', '{part}')]"));
        }
        Some(_) => texts.extend(spellings(dtype).into_iter().map(one_entry)),
        None => texts.extend([one_entry(dtype.typestr()), dtype.descr_inside().to_string()]),
    }
    let mut answers = Vec::new();
    for answer in texts.into_iter().map(Answer::Text).chain([Answer::Nothing]) {
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }
    answers
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
            let any = spellings(dtype).into_iter().map(Answer::Text).collect();
            out.push(typestr_rule(dtype), Expectation::OneOf(any));
            out.push(rules::typestr_spelling, Expectation::Is(Answer::Text(dtype.typestr())));
        }
        Question::Interface(Key::Descr) => {
            out.push(descr_rule(dtype), Expectation::OneOf(descriptions(dtype)));
            out.push(rules::descr_given, Expectation::Is(Answer::Text(dtype.descr().to_string())));
        }
        _ => {}
    }
}
