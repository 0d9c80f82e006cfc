#![doc = include_str!("cast.md")]

use crate::ctype::{CType, Class, Simple, decode_rule, load, printed};
use crate::expect::{MOST_READ, Predictions, World};
use crate::rule::rules::cast as rules;
use crate::{Answer, Expectation, Question, Raises};

const TYPE_ERROR: Expectation = Expectation::Raises(&[Raises::TypeError]);

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let void_p = CType::Simple(Simple::VoidP);
    match question {
        Question::DataAs(ctype) if !ctype.is_pointer() => out.push(rules::refuses, TYPE_ERROR),
        Question::DataAs(_) => {
            if let Some(address) = world.address() {
                out.push(rules::address, Expectation::Is(address));
            }
        }
        Question::AsParameter => {
            if let Some(address) = world.address() {
                out.push(rules::as_parameter, Expectation::Is(address));
            }
            if let Some(before) = world.asked_before(&Question::DataAs(void_p)) {
                out.push(rules::as_parameter_is_data_as, Expectation::SameAs(before));
            }
        }
        Question::Contents(ctype) => {
            if let Some(bytes) = pointed_at(world, 0, ctype) {
                out.push(world.after_write(rules::contents), Expectation::Is(Answer::Bytes(bytes)));
            }
        }
        Question::Index(at, ctype) => {
            if let Some(answer) = pointed_at(world, *at, ctype).and_then(|bytes| load(world.platform, ctype, &bytes)) {
                let rule = if *at == 0 { decode_rule(ctype) } else { rules::index };
                out.push(world.after_write(rule), Expectation::Is(answer));
            }
        }
        Question::Printed(ctype) => {
            if let Some(text) = pointed_at(world, 0, ctype).and_then(|bytes| printed(world.platform, ctype, &bytes)) {
                out.push(rules::printed, Expectation::Is(Answer::Text(text)));
            }
        }
        Question::Pass(ctype) if ctype.canonical(world.platform) == void_p => {
            if let Some(address) = world.address() {
                out.push(rules::pass, Expectation::Is(address));
            }
        }
        // These take any object: as itself, or for its truth.
        Question::Pass(CType::Simple(simple)) if matches!(simple.class(), Class::Object | Class::Bool) => {}
        Question::Pass(_) => out.push(rules::pass_refuses, TYPE_ERROR),
        _ => {}
    }
}

/// The bytes of item `at` of a pointer to that type; `None` where they are not all inside the buffer
/// or mapping.
pub(crate) fn pointed_at(world: &World, at: i64, ctype: &CType) -> Option<Vec<u8>> {
    // A pointer whose address is not prescribed is not to be read through.
    world.address()?;
    let (size, _) = ctype.layout(world.platform)?;
    let start = i128::from(world.layout.offset) + i128::from(at) * i128::from(size);
    let end = start + i128::from(size);
    let reach = world.array.reach(world.platform);
    let inside = reach.start <= start && end <= reach.end && size > 0 && size <= MOST_READ;
    (inside && !world.has_objects()).then(|| world.read(start, size))?
}
