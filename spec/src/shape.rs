#![doc = include_str!("shape.md")]

use crate::ctype::{CType, Simple, predict_store};
use crate::expect::{Predictions, World};
use crate::layout;
use crate::rule::rules::shape as rules;
use crate::{Answer, Attribute, Expectation, Question};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let layout = &world.layout;
    let zero_d = layout.shape.is_empty();
    match question {
        Question::Shape => {
            let shape = layout.shape.iter().map(|length| *length as i64).collect();
            let rule = world.after_copy_write(layout::view_rule(world.array).unwrap_or(rules::shape));
            out.push(rule, Expectation::Is(Answer::Integers(shape)));
        }
        Question::Strides => {
            let rule = world.after_copy_write(layout::view_rule(world.array).unwrap_or(rules::strides));
            let answer = Answer::Integers(layout.strides.clone());
            out.push(rule, Expectation::masked(answer, world.prescribed_strides()));
        }
        Question::ShapeType | Question::StridesType if zero_d => {
            out.push(rules::zero_dimensions, Expectation::Is(Answer::Nothing));
        }
        Question::ShapeType | Question::StridesType => {
            let name = CType::Simple(Simple::IntP).canonical(world.platform).to_string();
            out.push(rules::base_type, Expectation::Is(Answer::Text(name)));
        }
        Question::ShapeAs(_) | Question::StridesAs(_) if zero_d => {
            out.push(rules::zero_dimensions, Expectation::Is(Answer::Nothing));
        }
        Question::ShapeAs(ctype) => {
            let values: Vec<i64> = layout.shape.iter().map(|length| *length as i64).collect();
            predict_store(world, ctype, &values, &[], rules::shape_as, out);
        }
        Question::StridesAs(ctype) => {
            predict_store(world, ctype, &layout.strides, &world.prescribed_strides(), rules::strides_as, out);
        }
        Question::Object(attribute) => {
            if let Some(before) = world.asked_before(question) {
                let rule = match attribute {
                    Attribute::AsParameter => crate::rule::rules::cast::fresh,
                    Attribute::Interface => crate::rule::rules::interface::fresh,
                    _ if zero_d && *attribute != Attribute::Ctypes => return,
                    _ => rules::fresh,
                };
                out.push(rule, Expectation::FreshFrom(before));
            }
        }
        _ => {}
    }
}
