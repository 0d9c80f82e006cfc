//! Simpler C types.

use array_ctypes_spec::ctype::{CType, Simple};

/// Returns bytes and integers, and the parts of a composed type.
pub(super) fn simpler_types(ctype: &CType) -> Vec<CType> {
    let mut simpler = vec![CType::Simple(Simple::Byte), CType::Simple(Simple::Int), CType::PointerNone];
    let without = |types: &[CType], at: usize| [&types[..at], &types[at + 1..]].concat();
    match ctype {
        CType::Simple(_) | CType::PointerNone | CType::Function | CType::NotACType => {}
        CType::Swapped(simple, _) => simpler.push(CType::Simple(*simple)),
        CType::Pointer(to) => {
            simpler.push((**to).clone());
            simpler.extend(simpler_types(to).into_iter().map(|to| CType::Pointer(Box::new(to))));
        }
        CType::Array(item, length) => {
            simpler.push((**item).clone());
            simpler.extend([1, 2, length / 2].map(|length| CType::Array(item.clone(), length)));
            simpler.extend(simpler_types(item).into_iter().map(|item| CType::Array(Box::new(item), *length)));
        }
        CType::Structure(types) => {
            simpler.extend(types.iter().cloned());
            simpler.extend((0..types.len()).map(|at| CType::Structure(without(types, at))));
        }
        CType::Union(types) => {
            simpler.extend(types.iter().cloned());
            simpler.extend((0..types.len()).map(|at| CType::Union(without(types, at))));
        }
    }
    simpler
}
