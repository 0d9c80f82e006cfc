//! Simpler steps, and scripts that stay meaningful when their array gets simpler.

use super::ctype::simpler_types;
use crate::Case;
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{
    Act, Array, BufferRequest, Consumer, Derive, DlpackRequest, Export, Hand, Handed, Import, ImportData, Outside,
    Producer, Question, Step, Value, Walk, Write,
};

mod ctypeslib;

/// Returns the case with a simpler array in place of its own. Indices lose an axis that the array lost, and stay inside
/// the lengths; the bytes of an element that is written stay as many as an element has.
pub(super) fn follow(case: &Case, array: Array, platform: &Platform) -> Case {
    let mut script = case.script.clone();
    let (from, to) = (Axes::of(&case.array, platform), Axes::of(&array, platform));
    let removed = removed_axis(&from, &to);
    let index = |index: &mut Vec<u64>| {
        if index.len() == from.shape.len() {
            if let Some(axis) = removed {
                index.remove(axis);
            }
            index.iter_mut().zip(&to.shape).for_each(|(at, length)| *at = (*at).min(length.saturating_sub(1)));
        }
    };
    for step in &mut script {
        match step {
            Step::Ask(Question::Item(at)) | Step::Consumer(Consumer::Value(at) | Consumer::Bytes(at)) => index(at),
            Step::Write(Write::Item { index: at, bytes })
            | Step::Outside(Outside::Poke { index: at, bytes })
            | Step::Consumer(Consumer::Write { index: at, bytes }) => {
                index(at);
                if to.item_size != from.item_size {
                    bytes.resize(to.item_size as usize, 0);
                }
            }
            Step::Write(Write::Shape { axis, .. } | Write::Strides { axis, .. }) => {
                *axis -= usize::from(removed.is_some_and(|removed| removed < *axis));
            }
            _ => {}
        }
    }
    Case { array, script }
}

/// The axes that steps are about: those of the array after all views.
struct Axes {
    item_size: u64,
    shape: Vec<u64>,
    strides: Vec<i64>,
}

impl Axes {
    fn of(array: &Array, platform: &Platform) -> Axes {
        match resolve(platform, array) {
            Ok(Layout { dtype, shape, strides, .. }) => Axes { item_size: dtype.item_size(), shape, strides },
            Err(_) => {
                Axes { item_size: array.dtype.item_size(), shape: array.shape.clone(), strides: array.strides.clone() }
            }
        }
    }
}

/// The axis that was removed, if that is the only difference of the layouts.
fn removed_axis(from: &Axes, to: &Axes) -> Option<usize> {
    let axes = |of: &Axes| -> Vec<(u64, i64)> { of.shape.iter().copied().zip(of.strides.iter().copied()).collect() };
    let (from, to) = (axes(from), axes(to));
    (0..from.len()).find(|axis| [&from[..*axis], &from[axis + 1..]].concat() == to)
}

/// Scripts in which one step is simpler.
pub(super) fn simpler(script: &[Step]) -> Vec<Vec<Step>> {
    let mut scripts = Vec::new();
    for (at, step) in script.iter().enumerate() {
        scripts.extend(simpler_steps(step).into_iter().map(|step| {
            let mut script = script.to_vec();
            script[at] = step;
            script
        }));
    }
    scripts
}

fn simpler_steps(step: &Step) -> Vec<Step> {
    match step {
        Step::Ask(question) => simpler_questions(question).into_iter().map(Step::Ask).collect(),
        Step::Write(write) => simpler_writes(write).into_iter().map(Step::Write).collect(),
        Step::Forked(step) => simpler_steps(step).into_iter().map(|step| Step::Forked(Box::new(step))).collect(),
        Step::Outside(Outside::Peek(count)) => {
            [1, 2, count / 2].map(|count| Step::Outside(Outside::Peek(count))).into()
        }
        Step::Outside(Outside::Poke { index, bytes }) => {
            let poke = |index| Step::Outside(Outside::Poke { index, bytes: bytes.clone() });
            simpler_indices(index).into_iter().map(poke).collect()
        }
        Step::Outside(Outside::Mapping) => Vec::new(),
        Step::Act(act) => simpler_acts(act).into_iter().map(Step::Act).collect(),
        Step::Consumer(step) => simpler_consumers(step).into_iter().map(Step::Consumer).collect(),
        Step::Producer(step) => simpler_producers(step).into_iter().map(Step::Producer).collect(),
    }
}

/// Scripts without one object: all steps that name it are removed together, since one of them makes no sense without
/// the others.
pub(super) fn without_objects(script: &[Step]) -> impl Iterator<Item = Vec<Step>> {
    let made = script.iter().filter_map(|step| match step {
        Step::Act(Act::Export { name, .. } | Act::Derive { name, .. }) => Some(*name),
        _ => None,
    });
    let names = |step: &Step, object: u8| match step {
        Step::Act(Act::Derive { name, from, .. }) => *name == object || *from == object,
        Step::Act(Act::Export { name, .. } | Act::Drop(name) | Act::Read { name, .. }) => *name == object,
        _ => false,
    };
    made.map(move |object| script.iter().filter(|step| !names(step, object)).cloned().collect())
}

/// Handed over in a plainer way; asked about an earlier element. The door is the consumer's own, and stays.
fn simpler_consumers(step: &Consumer) -> Vec<Consumer> {
    match step {
        Consumer::Take(take) => {
            let without = |at: usize| {
                let mut take = take.clone();
                take.with.remove(at);
                Consumer::Take(take)
            };
            (0..take.with.len()).map(without).collect()
        }
        Consumer::Repeat(count) => [1, count / 2].map(Consumer::Repeat).into(),
        Consumer::Value(index) => simpler_indices(index).into_iter().map(Consumer::Value).collect(),
        Consumer::Bytes(index) => simpler_indices(index).into_iter().map(Consumer::Bytes).collect(),
        Consumer::Write { bytes, index } => {
            let write = |index| Consumer::Write { bytes: bytes.clone(), index };
            simpler_indices(index).into_iter().map(write).collect()
        }
        _ => Vec::new(),
    }
}

fn simpler_producers(step: &Producer) -> Vec<Producer> {
    match step {
        Producer::Write { offset, bytes } => {
            let write = |offset: u64, bytes: &[u8]| Producer::Write { offset, bytes: bytes.to_vec() };
            vec![write(0, bytes), write(*offset, &bytes[..bytes.len().min(1)]), write(offset / 2, bytes)]
        }
        _ => Vec::new(),
    }
}

fn simpler_acts(act: &Act) -> Vec<Act> {
    match act {
        Act::Export { name, what } => {
            simpler_exports(what).into_iter().map(|what| Act::Export { name: *name, what }).collect()
        }
        Act::Derive { name, from, how: Derive::Cast(ctype) } => {
            let cast = |ctype| Act::Derive { name: *name, from: *from, how: Derive::Cast(ctype) };
            simpler_types(ctype).into_iter().map(cast).collect()
        }
        Act::Read { name, count } => [1, count / 2].map(|count| Act::Read { name: *name, count }).into(),
        Act::Balance(what) => simpler_exports(what).into_iter().map(Act::Balance).collect(),
        Act::Call(what) => simpler_exports(what).into_iter().map(Act::Call).collect(),
        _ => Vec::new(),
    }
}

fn simpler_exports(what: &Export) -> Vec<Export> {
    match what {
        Export::ShapeAs(ctype) => simpler_types(ctype).into_iter().map(Export::ShapeAs).collect(),
        Export::StridesAs(ctype) => simpler_types(ctype).into_iter().map(Export::StridesAs).collect(),
        Export::DataAs(ctype) => simpler_types(ctype).into_iter().map(Export::DataAs).collect(),
        _ => Vec::new(),
    }
}

fn simpler_questions(question: &Question) -> Vec<Question> {
    let types = |ctype: &CType, make: &dyn Fn(CType) -> Question| simpler_types(ctype).into_iter().map(make).collect();
    match question {
        Question::Item(index) => simpler_indices(index).into_iter().map(Question::Item).collect(),
        Question::SizeOf(ctype) => types(ctype, &Question::SizeOf),
        Question::Name(ctype) => types(ctype, &Question::Name),
        Question::ShapeAs(ctype) => types(ctype, &Question::ShapeAs),
        Question::StridesAs(ctype) => types(ctype, &Question::StridesAs),
        Question::DataAs(ctype) => types(ctype, &Question::DataAs),
        Question::Type(value) => simpler_values(value).into_iter().map(Question::Type).collect(),
        Question::Contents(ctype) => types(ctype, &Question::Contents),
        Question::Printed(ctype) => types(ctype, &Question::Printed),
        Question::Pass(ctype) => types(ctype, &Question::Pass),
        Question::Hand(hand) => simpler_hands(hand),
        Question::Walk(walk) => simpler_walks(walk),
        Question::Index(at, ctype) => {
            let mut simpler: Vec<Question> = [0, 1, *at / 2].map(|at| Question::Index(at, ctype.clone())).to_vec();
            simpler.extend(simpler_types(ctype).into_iter().map(|ctype| Question::Index(*at, ctype)));
            simpler
        }
        Question::File(offset, length) => {
            [(0, *length), (*offset, 1), (*offset, length / 2)].map(|(at, length)| Question::File(at, length)).into()
        }
        Question::Ctypeslib(question) => ctypeslib::simpler(question).into_iter().map(Question::Ctypeslib).collect(),
        Question::Import(import) => {
            simpler_imports(import).into_iter().map(|import| Question::Import(Box::new(import))).collect()
        }
        Question::Buffer(request, member) => {
            let simpler = [BufferRequest::FullRo, BufferRequest::Strides].into_iter();
            simpler.take_while(|simpler| simpler != request).map(|request| Question::Buffer(request, *member)).collect()
        }
        Question::Dlpack(request, member) if request.has_arguments() => {
            vec![Question::Dlpack(DlpackRequest::Versioned, *member)]
        }
        _ => Vec::new(),
    }
}

fn simpler_hands(hand: &Hand) -> Vec<Question> {
    let make = |what: &Handed, to: Option<CType>| Question::Hand(Box::new(Hand { what: what.clone(), to }));
    let mut simpler: Vec<Question> =
        simpler_handed(&hand.what).iter().map(|what| make(what, hand.to.clone())).collect();
    if let Some(to) = &hand.to {
        simpler.extend([None, Some(CType::Simple(Simple::VoidP))].map(|to| make(&hand.what, to)));
        simpler.extend(simpler_types(to).into_iter().map(|to| make(&hand.what, Some(to))));
    }
    // The type of the value and that of the parameter often have to stay alike.
    if let (Some(ctype), Some(CType::Pointer(_))) = (hand.what.ctype(), &hand.to) {
        for ctype in simpler_types(ctype) {
            simpler
                .extend(with_type(&hand.what, &ctype).map(|what| make(&what, Some(CType::Pointer(Box::new(ctype))))));
        }
    }
    simpler
}

fn simpler_walks(walk: &Walk) -> Vec<Question> {
    let mut simpler = Vec::new();
    let mut push = |walk: Walk| simpler.push(Question::Walk(Box::new(walk)));
    push(Walk { from: Handed::Interface, ..walk.clone() });
    push(Walk { shape: Value::Shape, ..walk.clone() });
    push(Walk { strides: Value::Strides, ..walk.clone() });
    simpler
}

/// The value without a C type; with a simpler one.
fn simpler_handed(what: &Handed) -> Vec<Handed> {
    let plain = match what {
        Handed::Value(Value::ShapeAs(_)) => Some(Handed::Value(Value::Shape)),
        Handed::Value(Value::StridesAs(_)) => Some(Handed::Value(Value::Strides)),
        Handed::Value(Value::DataAs(_)) => Some(Handed::Value(Value::AsParameter)),
        _ => None,
    };
    let types = what.ctype().into_iter().flat_map(simpler_types);
    plain.into_iter().chain(types.filter_map(|ctype| with_type(what, &ctype))).collect()
}

/// The same value with another C type.
fn with_type(what: &Handed, ctype: &CType) -> Option<Handed> {
    let make = match what {
        Handed::Value(Value::ShapeAs(_)) => Value::ShapeAs,
        Handed::Value(Value::StridesAs(_)) => Value::StridesAs,
        Handed::Value(Value::DataAs(_)) => Value::DataAs,
        _ => return None,
    };
    Some(Handed::Value(make(ctype.clone())))
}

fn simpler_values(value: &Value) -> Vec<Value> {
    match value {
        Value::ShapeAs(ctype) => simpler_types(ctype).into_iter().map(Value::ShapeAs).collect(),
        Value::StridesAs(ctype) => simpler_types(ctype).into_iter().map(Value::StridesAs).collect(),
        Value::DataAs(ctype) => simpler_types(ctype).into_iter().map(Value::DataAs).collect(),
        _ => Vec::new(),
    }
}

/// All zeros; one number 0; one number halved.
fn simpler_indices(index: &[u64]) -> Vec<Vec<u64>> {
    let with = |axis: usize, at: u64| {
        let mut index = index.to_vec();
        index[axis] = at;
        index
    };
    let mut simpler = vec![vec![0; index.len()]];
    simpler.extend((0..index.len()).flat_map(|axis| [with(axis, 0), with(axis, index[axis] / 2)]));
    simpler
}

fn simpler_imports(import: &Import) -> Vec<Import> {
    let mut simpler = Vec::new();
    let mut push = |change: &dyn Fn(&mut Import)| {
        let mut changed = import.clone();
        change(&mut changed);
        simpler.push(changed);
    };
    push(&|import| import.strides = None);
    push(&|import| import.offset = None);
    push(&|import| import.offset = Some(0));
    push(&|import| import.data = ImportData::Buffer);
    push(&|import| "|u1".clone_into(&mut import.typestr));
    push(&|import| import.shape.clear());
    push(&|import| import.shape = vec![1]);
    push(&|import| import.shape_is_list = false);
    push(&|import| import.read_only = false);
    for axis in 0..import.shape.len() {
        push(&|import| {
            import.shape.remove(axis);
            if let Some(strides) = import.strides.as_mut().filter(|strides| axis < strides.len()) {
                strides.remove(axis);
            }
        });
        push(&|import| import.shape[axis] = 1);
        push(&|import| import.shape[axis] /= 2);
    }
    simpler
}

fn simpler_writes(write: &Write) -> Vec<Write> {
    match write {
        Write::Pointer { offset, bytes } => {
            let pointer = |offset: i64, bytes: &[u8]| Write::Pointer { offset, bytes: bytes.to_vec() };
            let first = bytes.len().min(1);
            vec![pointer(0, bytes), pointer(*offset, &bytes[..first]), pointer(offset / 2, bytes)]
        }
        Write::Item { index, bytes } => {
            let item = |index| Write::Item { index, bytes: bytes.clone() };
            simpler_indices(index).into_iter().map(item).collect()
        }
        Write::Shape { axis, value } => {
            vec![Write::Shape { axis: 0, value: *value }, Write::Shape { axis: *axis, value: 0 }]
        }
        Write::Strides { axis, value } => {
            vec![Write::Strides { axis: 0, value: *value }, Write::Strides { axis: *axis, value: 0 }]
        }
        Write::File { offset, bytes } => {
            let file = |offset: u64, bytes: &[u8]| Write::File { offset, bytes: bytes.to_vec() };
            vec![file(0, bytes), file(*offset, &bytes[..bytes.len().min(1)])]
        }
        Write::TruncateFile(size) => vec![Write::TruncateFile(0), Write::TruncateFile(size / 2)],
        Write::Flush | Write::CloseMap => Vec::new(),
    }
}
