//! The specification as a function: [`expect`]. It passes each step of a script to the chapters; it names no rule.

use crate::chapters::{
    absent, cast, consumer, ctype, ctypeslib, data, dtype, interface, layout, lifetime, memmap, platform, shape,
};
use crate::vocabulary::layout::{Invalid, Layout};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Array, Attribute, Expectation, Outside, Prediction, Question, Rule, Step, Value};
use crate::world::change::Change;
use crate::world::{Predictions, World};

/// Returns the predictions for the answers to a script: for each step, the rules that apply and what each expects.
///
/// It is total: it returns for every platform, array and script. A step gets no prediction if the implementation chooses
/// its answer, or if the step is outside the interface, as a read outside the buffer is. Such a step must not be sent.
/// Every step of an [`Invalid`] array is predicted to be refused.
///
/// ```
/// use array_ctypes_spec::{dtype::Dtype, expect, platform::Platform, Array};
/// let bytes = [0i32, 1, 2, 3].iter().flat_map(|x| x.to_le_bytes()).collect();
/// let array = Array::contiguous(bytes, Dtype::from_typestr("<i4").unwrap(), &[2, 2]);
/// let predictions = expect(&Platform::X86_64_LINUX, &array, &["index 0 c_longlong".parse().unwrap()]);
/// assert_eq!(predictions[0].expectation.to_string(), "4294967296");
/// ```
pub fn expect(platform: &Platform, array: &Array, script: &[Step]) -> Vec<Prediction> {
    let mut predictions = Vec::new();
    expect_resolved(platform, array, &layout::resolve(platform, array), script, &mut |prediction| {
        predictions.push(prediction);
    });
    predictions
}

/// Calls `each` with the predictions of [`expect`], in the order of the steps, for an array that is already
/// [resolved](layout::resolve).
///
/// A suite that judges many cases needs neither a list nor a second layout.
pub fn expect_resolved(
    platform: &Platform,
    array: &Array,
    resolved: &Result<Layout, Invalid>,
    script: &[Step],
    each: &mut dyn FnMut(Prediction),
) {
    match resolved {
        Ok(layout) => follow(platform, array, layout, script, each),
        Err(invalid) => refuse(array, invalid, script, each),
    }
}

/// Predicts that every step is refused, by the rules that the array breaks.
fn refuse(array: &Array, invalid: &Invalid, script: &[Step], each: &mut dyn FnMut(Prediction)) {
    // A file that may be refused may be so before any view is taken.
    let of_file = memmap::expect_making(array).filter(|_| matches!(invalid, Invalid::View { .. }));
    for step in 0..script.len() {
        for (at, (rule, kinds)) in invalid.refusals().into_iter().enumerate() {
            // An array that is made breaks the first rule alone; the other is about the kind of error.
            let refused = match &of_file {
                _ if at == 0 => Expectation::Raises(kinds),
                None => Expectation::AcceptedOr(kinds),
                Some((_, earlier)) => Expectation::AnyOf(vec![Expectation::AcceptedOr(kinds), earlier.clone()]),
            };
            each(Prediction { step, rule, expectation: refused, given: None });
        }
    }
}

/// Predicts that the implementation replies to a case with that script, whatever the case is.
///
/// The step is 0, because any reply satisfies it.
pub fn expect_reply(script: &[Step]) -> Prediction {
    let is_consumers = script.iter().any(|step| matches!(step, Step::Consumer(_)));
    if is_consumers { consumer::expect_reply() } else { layout::expect_reply() }
}

/// Returns true if a rule is about replies as a whole: every case with a reply holds it, and every lost case breaks it.
pub fn judges_replies(rule: Rule) -> bool {
    [layout::expect_reply(), consumer::expect_reply()].iter().any(|prediction| prediction.rule == rule)
}

fn follow(platform: &Platform, array: &Array, layout: &Layout, script: &[Step], each: &mut dyn FnMut(Prediction)) {
    let mut world = World::new(platform, array, layout, script);
    let mut out = Predictions::new(each);
    for (at, step) in script.iter().enumerate() {
        out.at(at);
        world.at(at);
        if world.is_over() {
            break;
        }
        match step {
            Step::Act(act) => lifetime::expect(&mut world, act, &mut out),
            // A dropped array can be neither asked nor written to.
            _ if world.kept.array_dropped => {}
            Step::Ask(question) => {
                ask(&world, question, &mut out);
                world.asked(question);
            }
            Step::Write(write) => {
                memmap::write(&mut world, write, &mut out);
                shape::write(&mut world, write, &mut out);
                cast::write(&mut world, write, &mut out);
            }
            // A copy of the process answers as the process does, as long as it does not die of it.
            Step::Forked(step) => match &**step {
                Step::Ask(question @ (Question::Ctypeslib(_) | Question::Import(_))) => ask(&world, question, &mut out),
                step => memmap::forked(&world, step, &mut out),
            },
            Step::Outside(outside) if world.is_located() => look(&mut world, outside, &mut out),
            Step::Outside(_) => {}
            Step::Consumer(step) => consumer::expect(&mut world, step, &mut out),
            Step::Producer(step) => consumer::look(&mut world, step, &mut out),
        }
    }
}

/// Passes a question to the chapters whose rules apply to it.
fn ask(world: &World, question: &Question, out: &mut Predictions) {
    if !question.exists_on(world.platform) {
        return;
    }
    match question {
        Question::Native | Question::Name(_) => platform::expect(world, question, out),
        Question::SizeOf(_) => {
            platform::expect(world, question, out);
            ctype::expect(world, question, out);
        }
        Question::ItemSize | Question::Alignment => dtype::expect(world, question, out),
        Question::Flag(_) => layout::expect(world, question, out),
        Question::Item(_) | Question::Contents(_) | Question::Index(..) => {
            if let Some(seen) = world.seen(question) {
                match question {
                    _ if world.is_written() => written(world, seen, out),
                    Question::Item(_) => layout::element(seen, out),
                    Question::Index(0, read_as) => ctype::decoded(read_as, seen, out),
                    Question::Index(..) => cast::item(seen, out),
                    _ => cast::contents(seen, out),
                }
            }
        }
        Question::Data => {
            data::expect(world, question, out);
            memmap::expect(world, question, out);
        }
        Question::Assign(_) => data::expect(world, question, out),
        Question::Shape => {
            shape::expect(world, question, out);
            layout::expect(world, question, out);
            memmap::expect(world, question, out);
        }
        Question::Strides => {
            shape::expect(world, question, out);
            layout::expect(world, question, out);
        }
        Question::ShapeType | Question::StridesType => shape::expect(world, question, out),
        Question::ShapeAs(_) | Question::StridesAs(_) => {
            shape::expect(world, question, out);
            ctype::expect(world, question, out);
        }
        Question::Object(Attribute::AsParameter) => cast::expect(world, question, out),
        Question::Object(Attribute::Interface) => interface::expect(world, question, out),
        Question::Object(_) => shape::expect(world, question, out),
        Question::DataAs(_) | Question::AsParameter | Question::Printed(_) | Question::Pass(_) => {
            cast::expect(world, question, out);
        }
        Question::Hand(_) => {
            shape::expect(world, question, out);
            cast::expect(world, question, out);
        }
        Question::Walk(walk) => match cast::seen_by_walk(world, walk) {
            Some(seen) if world.is_written() => written(world, seen, out),
            Some(seen) => cast::walked(seen, out),
            None => {}
        },
        Question::Type(Value::Data) => data::expect(world, question, out),
        Question::Type(Value::DataAs(_) | Value::AsParameter) => cast::expect(world, question, out),
        Question::Type(_) => shape::expect(world, question, out),
        Question::Interface(_) => {
            interface::expect(world, question, out);
            dtype::expect(world, question, out);
        }
        Question::Import(_) => {
            interface::expect(world, question, out);
            data::expect(world, question, out);
        }
        Question::Struct(_) | Question::Buffer(..) | Question::Dlpack(..) | Question::DlpackDevice => {
            interface::expect(world, question, out);
        }
        Question::Map(_) | Question::File(..) | Question::FileSize => memmap::expect(world, question, out),
        Question::Ctypeslib(question) => ctypeslib::expect(world, question, out),
        Question::Absent(what) => absent::expect(world, *what, out),
    }
}

/// Passes what the suite does from outside to the chapters whose rules apply to it.
fn look(world: &mut World, outside: &Outside, out: &mut Predictions) {
    if let Outside::Peek(count) = outside {
        // Where there is no element, there is no memory to look at.
        match world.peeked(*count).filter(|_| !world.layout.is_empty()) {
            Some(seen) if world.is_written() => written(world, seen, out),
            Some(seen) => data::memory(seen, out),
            None => {}
        }
    }
    memmap::look(world, outside, out);
    data::look(world, outside, out);
}

/// Passes bytes read after a write to the chapter of the last write. The way of reading does not matter.
fn written(world: &World, seen: Expectation, out: &mut Predictions) {
    match world.changed() {
        Some(Change::File) => memmap::written(seen, out),
        Some(Change::Outside) => data::written(seen, out),
        _ => cast::written(world, seen, out),
    }
}
