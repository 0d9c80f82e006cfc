//! Simpler questions about the helpers of `ctypeslib`.

use crate::engine::shrink::ctype::simpler_types;
use array_ctypes_spec::{Ctypeslib, ElementType, NdPointer, NdShape, ShapeArgument};

pub(super) fn simpler(question: &Ctypeslib) -> Vec<Ctypeslib> {
    match question {
        Ctypeslib::AsCtypesType(Some(ctype)) => {
            let mut simpler = vec![Ctypeslib::AsCtypesType(None)];
            simpler.extend(simpler_types(ctype).into_iter().map(|ctype| Ctypeslib::AsCtypesType(Some(ctype))));
            simpler
        }
        Ctypeslib::AsArray { source, shape, ctype } => {
            let array = |shape, ctype| Ctypeslib::AsArray { source: *source, shape, ctype };
            let mut simpler: Vec<Ctypeslib> =
                simpler_types(ctype).into_iter().map(|ctype| array(shape.clone(), Box::new(ctype))).collect();
            if let ShapeArgument::Lengths(lengths) = shape {
                let shapes = simpler_lengths(lengths).into_iter().map(ShapeArgument::Lengths);
                simpler.extend(shapes.map(|shape| array(shape, ctype.clone())));
            }
            simpler
        }
        Ctypeslib::NdPointer(what, pointer) => simpler_pointers(pointer)
            .into_iter()
            .map(|pointer| Ctypeslib::NdPointer(*what, Box::new(pointer)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Half of the lengths; one length less; one length 1; one length halved.
fn simpler_lengths(lengths: &[u64]) -> Vec<Vec<u64>> {
    let mut simpler = Vec::new();
    // Many axes need few tries this way.
    simpler.push(lengths[..lengths.len() / 2].to_vec());
    for at in 0..lengths.len() {
        let with = |length: u64| {
            let mut lengths = lengths.to_vec();
            lengths[at] = length;
            lengths
        };
        simpler.push([&lengths[..at], &lengths[at + 1..]].concat());
        simpler.extend([with(1), with(lengths[at] / 2)]);
    }
    simpler
}

/// Fewer demands, or simpler ones.
fn simpler_pointers(pointer: &NdPointer) -> Vec<NdPointer> {
    let mut simpler = Vec::new();
    let mut push = |change: &dyn Fn(&mut NdPointer)| {
        let mut changed = pointer.clone();
        change(&mut changed);
        simpler.push(changed);
    };
    push(&|pointer| pointer.dtype = None);
    push(&|pointer| pointer.dtype = Some(ElementType::Own));
    push(&|pointer| pointer.dtype = Some(ElementType::Typestr("|u1".to_owned())));
    push(&|pointer| pointer.ndim = None);
    push(&|pointer| pointer.shape = None);
    if let Some(NdShape::Lengths(lengths)) = &pointer.shape {
        for lengths in simpler_lengths(lengths) {
            push(&|pointer| pointer.shape = Some(NdShape::Lengths(lengths.clone())));
        }
    }
    for at in 0..pointer.flags.len() {
        push(&|pointer| drop(pointer.flags.remove(at)));
    }
    simpler
}
