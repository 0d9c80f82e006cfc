//! Checked parameter types.

use super::arrays::{result_rule, seen};
use super::refuse::refuse;
use crate::vocabulary::dtype::Dtype;
use crate::vocabulary::layout::{Layout, c_strides};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{
    Ctypeslib, ElementType, Expectation, Flag, NdPointer, NdShape, Question, Raises, Rule, Step, Use,
    rules::ctypeslib as rules,
};
use crate::world::{Predictions, World};

const TYPE_ERROR: Expectation = Expectation::Raises(&[Raises::TypeError]);

/// A flag of arrays, under any of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Flag(Flag),
    /// The memory is the array's own. That of most arrays here is the buffer's, and that of views their base's.
    Owner,
    /// Writes go to another array. None here do.
    WriteBack,
}

fn flag(name: &str) -> Option<Known> {
    Some(match name.to_ascii_uppercase().as_str() {
        "C_CONTIGUOUS" | "C" | "CONTIGUOUS" => Known::Flag(Flag::CContiguous),
        "F_CONTIGUOUS" | "F" | "FORTRAN" => Known::Flag(Flag::FContiguous),
        "ALIGNED" | "A" => Known::Flag(Flag::Aligned),
        "WRITEABLE" | "W" => Known::Flag(Flag::Writeable),
        "OWNDATA" | "O" => Known::Owner,
        "WRITEBACKIFCOPY" | "X" => Known::WriteBack,
        _ => return None,
    })
}

/// Flags that NumPy had for a while.
fn is_retired(name: &str) -> bool {
    ["UPDATEIFCOPY", "U"].contains(&name.to_ascii_uppercase().as_str())
}

pub(super) fn expect(world: &World, what: Use, pointer: &NdPointer, out: &mut Predictions) {
    let typed = match &pointer.dtype {
        Some(ElementType::Typestr(typestr)) => match Dtype::from_typestr(typestr) {
            Ok(dtype) if dtype.exists_on(world.platform) => Some(dtype),
            _ => return,
        },
        Some(ElementType::Own) => Some(world.layout.dtype.clone()),
        None => None,
    };
    if pointer.flags.iter().any(|name| is_retired(name)) {
        return;
    }
    let Some(flags) = pointer.flags.iter().map(|name| flag(name)).collect::<Option<Vec<Known>>>() else {
        return refuse(rules::ndpointer_flag_name, &[Raises::KeyError], out);
    };
    let lengths = lengths(pointer);
    match what {
        Use::None | Use::List => out.push(rules::ndpointer_not_an_array, TYPE_ERROR),
        Use::FromParam | Use::Argument => {
            let verdict = verdict(world, pointer, typed.as_ref(), lengths.as_deref(), &flags);
            let rule = match verdict {
                Verdict::Free => return,
                _ if repeat(&flags) => rules::ndpointer_flags_twice,
                _ if what == Use::Argument => rules::ndpointer_argument,
                Verdict::Accepts => rules::ndpointer_accepts,
                Verdict::Refuses(rule) => rule,
            };
            match (verdict, world.address(), world.asked_before(&Question::Data)) {
                (Verdict::Refuses(_), ..) => out.push(rule, TYPE_ERROR),
                (_, Some(address), _) => out.push(rule, Expectation::Is(address)),
                // Without elements it is where the array says that it is.
                (_, None, Some(data)) => out.push(rule, Expectation::SameAs(data)),
                (_, None, None) => {}
            }
        }
        Use::Result => result(world, typed, lengths, out),
        Use::Class => class(world, pointer, out),
    }
}

/// What a checked parameter type does with the array.
#[derive(Clone, Copy)]
enum Verdict {
    Accepts,
    /// It refuses the array, by this rule.
    Refuses(Rule),
    /// The implementation chooses.
    Free,
}

fn verdict(
    world: &World,
    pointer: &NdPointer,
    dtype: Option<&Dtype>,
    lengths: Option<&[u64]>,
    flags: &[Known],
) -> Verdict {
    let layout = &world.layout;
    let mut free = false;
    if let Some(dtype) = dtype {
        match same_type(dtype, &layout.dtype) {
            Some(true) => {}
            Some(false) => return Verdict::Refuses(rules::ndpointer_dtype),
            None => free = true,
        }
    }
    if pointer.ndim.is_some_and(|ndim| ndim as usize != layout.shape.len()) {
        return Verdict::Refuses(rules::ndpointer_ndim);
    }
    if lengths.is_some_and(|lengths| lengths != layout.shape) {
        return Verdict::Refuses(rules::ndpointer_shape);
    }
    for known in flags {
        let holds = match known {
            Known::Flag(Flag::CContiguous) => layout.is_c_contiguous(),
            Known::Flag(Flag::FContiguous) => layout.is_f_contiguous(),
            Known::Flag(Flag::Aligned) => layout.is_aligned(world.platform, world.array.at()),
            // The implementation chooses if a broadcast array may be written to.
            Known::Flag(Flag::Writeable) if world.writeability_is_free() => {
                free = true;
                true
            }
            Known::Flag(Flag::Writeable) => world.array.is_writeable(),
            // An implementation may keep memory apart from all arrays.
            Known::Owner if world.array.owner.is_some() && world.array.views.is_empty() => {
                free = true;
                true
            }
            Known::Owner | Known::WriteBack => false,
        };
        if !holds {
            return Verdict::Refuses(rules::ndpointer_flags);
        }
    }
    if free { Verdict::Free } else { Verdict::Accepts }
}

/// Returns true if two element types are the same; `None` if only their units of time differ.
fn same_type(one: &Dtype, other: &Dtype) -> Option<bool> {
    let (Dtype::Plain(one), Dtype::Plain(other)) = (one, other) else { return Some(one == other) };
    let order = !one.has_order() || one.order == other.order;
    if one.kind != other.kind || one.size != other.size || !order {
        return Some(false);
    }
    (one.unit == other.unit).then_some(true)
}

fn result(world: &World, dtype: Option<Dtype>, lengths: Option<Vec<u64>>, out: &mut Predictions) {
    let (Some(dtype), Some(shape)) = (dtype, lengths) else {
        if let Some(address) = world.address() {
            out.push(rules::ndpointer_vague_result, Expectation::Is(address));
        }
        return;
    };
    let strides = c_strides(&shape, dtype.item_size());
    let layout = Layout { dtype, offset: world.layout.offset, shape, strides };
    let exists = layout.check_size(world.platform).is_ok() && layout.shape.len() <= 32;
    // References are the implementation's own.
    if exists && !layout.dtype.has_objects() && layout.dtype.item_size() > 0 {
        let rule = result_rule(&layout);
        if let Some(seen) = seen(world, layout) {
            out.push(rule, Expectation::imported(seen));
        }
    }
}

/// Compares with the latest type that an earlier step asked for.
fn class(world: &World, pointer: &NdPointer, out: &mut Predictions) {
    let Some(mine) = normal(world.platform, pointer) else { return };
    let latest = world.earlier().iter().enumerate().rev().find_map(|(at, step)| match step {
        Step::Ask(Question::Ctypeslib(Ctypeslib::NdPointer(Use::Class, other))) => {
            Some((at, normal(world.platform, other)?))
        }
        _ => None,
    });
    match latest {
        Some((at, other)) if other == mine => out.push(rules::ndpointer_cached, Expectation::SameAs(at)),
        // The array's own type may equal one that another step spells out.
        Some((at, other)) if mine.owns == other.owns => out.push(rules::ndpointer_distinct, Expectation::FreshFrom(at)),
        _ => {}
    }
}

/// What a checked parameter type requires, whatever its spelling.
#[derive(PartialEq)]
struct Normal {
    owns: bool,
    dtype: Option<Dtype>,
    ndim: Option<u32>,
    shape: Option<Vec<u64>>,
    /// The flags that it asks for, in the order of [`ALL`].
    flags: Vec<Known>,
}

const ALL: [Known; 6] = [
    Known::Flag(Flag::CContiguous),
    Known::Flag(Flag::FContiguous),
    Known::Flag(Flag::Aligned),
    Known::Flag(Flag::Writeable),
    Known::Owner,
    Known::WriteBack,
];

/// `None` if there is no such type, or if units of time or repeated flags make it unclear which types are the same.
fn normal(platform: &Platform, pointer: &NdPointer) -> Option<Normal> {
    let dtype = match &pointer.dtype {
        Some(ElementType::Typestr(typestr)) => {
            let dtype = Dtype::from_typestr(typestr).ok().filter(|dtype| dtype.exists_on(platform))?;
            if dtype.plain().is_some_and(|plain| plain.kind.has_unit()) {
                return None;
            }
            Some(dtype)
        }
        _ => None,
    };
    let named = pointer.flags.iter().map(|name| flag(name)).collect::<Option<Vec<Known>>>()?;
    if repeat(&named) {
        return None;
    }
    Some(Normal {
        owns: pointer.dtype == Some(ElementType::Own),
        dtype,
        ndim: pointer.ndim,
        shape: lengths(pointer),
        flags: ALL.into_iter().filter(|known| named.contains(known)).collect(),
    })
}

/// Returns true if a flag is there twice.
fn repeat(flags: &[Known]) -> bool {
    flags.iter().enumerate().any(|(at, flag)| flags[..at].contains(flag))
}

/// The lengths that the type requires.
fn lengths(pointer: &NdPointer) -> Option<Vec<u64>> {
    pointer.shape.as_ref().map(|shape| match shape {
        NdShape::Lengths(lengths) => lengths.clone(),
        NdShape::Length(length) => vec![*length],
    })
}
