#![doc = include_str!("platform.md")]

use crate::vocabulary::ctype::{CType, Simple};
use crate::vocabulary::platform::ByteOrder;
use crate::vocabulary::rules::platform as rules;
use crate::vocabulary::{Answer, Expectation, Question};
use crate::world::{Predictions, World};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let platform = world.platform;
    match question {
        Question::Native => {
            let bytes = [1, 2, 3, 4];
            let bytes = match platform.byte_order {
                ByteOrder::Big => bytes.to_vec(),
                ByteOrder::Little => bytes.into_iter().rev().collect(),
            };
            out.push(rules::byte_order, Expectation::Is(Answer::Bytes(bytes)));
        }
        Question::SizeOf(CType::Simple(simple) | CType::Swapped(simple, _)) => {
            let is_intp = *question == Question::SizeOf(CType::Simple(Simple::IntP));
            let sizes = vec![simple.size(platform) as i64, simple.alignment(platform) as i64];
            let rule = if is_intp { rules::intp } else { rules::c_types };
            out.push(rule, Expectation::Is(Answer::Integers(sizes)));
        }
        Question::Name(ctype) => {
            let rule = if *ctype == CType::Simple(Simple::IntP) { rules::intp } else { rules::aliases };
            out.push(rule, Expectation::Is(Answer::Text(ctype.canonical(platform).to_string())));
        }
        _ => {}
    }
}
