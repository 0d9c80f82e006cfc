//! How an importer answers an `__array_interface__`: with an array, or with a refusal.

use crate::vocabulary::dtype::{Dtype, names_nothing};
use crate::vocabulary::layout::{Layout, c_strides};
use crate::vocabulary::{
    Address, Expectation, Import, ImportData, Imported, MOST_COPIED, Raises, Rule, rules::interface as rules,
};
use crate::world::{Predictions, World};

/// The most dimensions that every importer has.
const DIMENSIONS: usize = 32;

/// The outcome of an import.
enum Outcome {
    /// Something about the interface is wrong or unusual, and has rules of its own.
    By(Vec<(Rule, Expectation)>),
    /// Nothing is unusual, so an array is made.
    Made(Expectation),
}

pub(super) fn expect(world: &World, import: &Import, out: &mut Predictions) {
    match outcome(world, import) {
        Some(Outcome::By(rules)) => rules.into_iter().for_each(|(rule, expectation)| out.push(rule, expectation)),
        Some(Outcome::Made(array)) => {
            if let Some(rule) = rule_of(import) {
                out.push(rule, array);
            }
        }
        None => {}
    }
}

/// The array that an importer makes, if nothing about the interface is unusual, except perhaps its address.
pub(crate) fn made(world: &World, import: &Import) -> Option<Expectation> {
    match outcome(world, import)? {
        Outcome::By(_) => None,
        Outcome::Made(array) => Some(array),
    }
}

/// Returns the rule of an array that is made; `None` if the chapter data has that rule.
fn rule_of(import: &Import) -> Option<Rule> {
    Some(match import.data {
        ImportData::Buffer => rules::import_buffer,
        ImportData::Tuple(Address::Absolute(_)) => return None,
        _ if import.version < 3 => rules::import_old_version,
        _ if import.version > 3 => rules::import_version,
        _ if import.offset.is_some() => rules::import_offset,
        _ if import.read_only => rules::import_read_only,
        _ if import.strides.is_none() => rules::import_no_strides,
        _ => rules::import_array,
    })
}

/// Expects a refusal by that rule with one of these errors.
fn refused(rule: Rule, kinds: &'static [Raises]) -> Outcome {
    Outcome::By(vec![(rule, Expectation::Raises(kinds))])
}

/// Expects a refusal by that rule, and of NumPy this error.
fn refused_with(rule: Rule, kinds: &'static [Raises]) -> Outcome {
    let by = [(rule, Raises::ANY), (rules::import_error, kinds)];
    Outcome::By(by.map(|(rule, kinds)| (rule, Expectation::Raises(kinds))).into())
}

/// Returns the outcome of an import; `None` if the implementation chooses it.
fn outcome(world: &World, import: &Import) -> Option<Outcome> {
    // Imports are of memory that the adapter gives. An array that owns its memory was given none.
    if world.array.owner.is_some() {
        return None;
    }
    let dtype = match Dtype::from_typestr(&import.typestr) {
        // References are the implementation's own.
        Ok(dtype) if dtype.has_objects() => return None,
        Ok(dtype) if dtype.exists_on(world.platform) => dtype,
        Err(_) if !names_nothing(&import.typestr) => return None,
        _ => return Some(refused(rules::import_typestr, &[Raises::TypeError])),
    };
    let (data, read_only) = match import.data {
        _ if import.shape_is_list => return Some(refused(rules::import_shape, &[Raises::TypeError])),
        ImportData::List | ImportData::Single | ImportData::Triple | ImportData::Text => {
            return Some(refused(rules::import_data, &[Raises::TypeError]));
        }
        ImportData::Wide => return Some(refused_with(rules::import_wide, &[Raises::OverflowError])),
        // The object that exposes a mapping exposes what the library has mapped.
        ImportData::Buffer if world.array.map.is_some() => return None,
        ImportData::Buffer => (Address::InBuffer(import.offset.unwrap_or(0)), !world.array.is_writeable()),
        ImportData::Tuple(address) => (address, import.read_only),
    };
    // Who gets a copy may write to it or not, and no address is the interface's.
    if import.copied && (read_only || matches!(data, Address::Absolute(1..))) {
        return None;
    }
    let strides = import.strides.clone().unwrap_or_else(|| c_strides(&import.shape, dtype.item_size()));
    let layout = Layout { dtype, offset: 0, shape: import.shape.clone(), strides };
    if layout.shape.len() != layout.strides.len() {
        Some(refused_with(rules::import_rank, &[Raises::ValueError]))
    } else if layout.check_size(world.platform).is_err() {
        const VALUE: &[Raises] = &[Raises::ValueError];
        Some(if layout.is_empty() {
            refused(rules::import_error, VALUE)
        } else {
            refused_with(rules::import_size, VALUE)
        })
    } else if data == Address::Absolute(0) {
        null(layout, read_only, import.copied)
    } else {
        array(world, layout, data, read_only, import.copied)
    }
}

/// Returns the outcome for the address 0. The array that is made may be read-only or not.
fn null(layout: Layout, read_only: bool, is_copied: bool) -> Option<Outcome> {
    if !layout.is_empty() {
        return Some(refused(rules::import_null_elements, &[Raises::ValueError]));
    }
    if read_only || layout.shape.len() > DIMENSIONS {
        return None;
    }
    let imported = Box::new(imported(layout, Address::Absolute(0), read_only));
    let made = if is_copied { Expectation::copied(imported) } else { Expectation::imported(imported) };
    Some(Outcome::By(vec![(rules::import_null, made)]))
}

/// The array that is made. Memory is taken on trust, so nothing is prescribed of elements outside the buffer.
fn array(world: &World, layout: Layout, data: Address, read_only: bool, is_copied: bool) -> Option<Outcome> {
    let (low, high) = layout.extent();
    let inside = match data {
        Address::InBuffer(start) => {
            let start = i128::from(start);
            let reach = world.array.reach(world.platform);
            start + low >= reach.start && start.saturating_add(high) <= reach.end
        }
        Address::Absolute(_) => layout.is_empty(),
    };
    if !inside {
        return None;
    }
    let many = layout.shape.len() > DIMENSIONS;
    let made = if is_copied {
        let elements = elements(world, &layout, data);
        let imported = Imported { elements, ..imported(layout, data, read_only) };
        Expectation::copied(Box::new(imported))
    } else {
        Expectation::imported(Box::new(imported(layout, data, read_only)))
    };
    Some(if many {
        let by = |refusal| Expectation::AnyOf(vec![made.clone(), Expectation::Raises(refusal)]);
        Outcome::By(vec![(rules::import_dimensions, by(Raises::ANY)), (rules::import_error, by(&[Raises::ValueError]))])
    } else {
        Outcome::Made(made)
    })
}

fn imported(layout: Layout, data: Address, read_only: bool) -> Imported {
    let typestr = layout.dtype.typestr();
    let Layout { shape, strides, .. } = layout;
    Imported { data, read_only, shape, strides, typestr, elements: None }
}

/// The memory of the elements that a copy has, in C order; `None` if some of it is padding, unknown, or written to before,
/// or if it is too much for an answer.
fn elements(world: &World, layout: &Layout, data: Address) -> Option<Vec<u8>> {
    let Address::InBuffer(start) = data else { return None };
    let size = layout.dtype.item_size();
    let is_small = layout.elements().saturating_mul(size.max(1)) <= MOST_COPIED;
    if !is_small
        || world.is_written()
        || world.has_objects()
        || layout.dtype.value_mask(world.platform).contains(&false)
    {
        return None;
    }
    let elements = layout.offsets().map(|offset| world.read(i128::from(start) + offset, size));
    Some(elements.collect::<Option<Vec<_>>>()?.concat())
}
