//! Questions about `__array_interface__` and about the structure of `__array_struct__`, asked of the reference.

use super::answer::{address, integer, integers};
use array_ctypes::{Array, interface};
use array_ctypes_spec::{Answer, Key, Member};

/// Answers a question about an entry of the dictionary.
pub(super) fn dictionary(array: &Array, key: Key) -> Answer {
    let interface = array.interface();
    match key {
        Key::Keys => Answer::Text(interface::ArrayInterface::KEYS.join(" ")),
        Key::Data => address(interface.data.0),
        Key::ReadOnly => Answer::Bool(interface.data.1),
        Key::Shape => Answer::Integers(interface.shape.iter().map(|length| *length as i64).collect()),
        Key::Strides => interface.strides.map_or(Answer::Nothing, integers),
        Key::Typestr => Answer::Text(interface.typestr),
        Key::Descr => Answer::Text(interface.descr),
        Key::DataType => Answer::Text("int".to_owned()),
        Key::ShapeType => integers_of(interface.shape.len()),
        Key::StridesType => interface.strides.map_or(Answer::Nothing, |strides| integers_of(strides.len())),
        Key::Version => integer(i64::from(interface.version)),
    }
}

/// Returns the name of the type of a tuple with so many integers.
fn integers_of(count: usize) -> Answer {
    Answer::Text(if count == 0 { "tuple" } else { "tuple of int" }.to_owned())
}

/// Answers a question about a member of the structure.
pub(super) fn structure(array: &Array, member: Member) -> Answer {
    let owner = array.array_struct();
    let structure = owner.as_c();
    match member {
        Member::Two => integer(i64::from(structure.two)),
        Member::Nd => integer(i64::from(structure.nd)),
        Member::TypeKind => Answer::Text(char::from(structure.typekind as u8).to_string()),
        Member::ItemSize => integer(i64::from(structure.itemsize)),
        Member::Flags => integer(i64::from(structure.flags)),
        Member::Shape => integers(owner.shape()),
        Member::Strides => integers(owner.strides()),
        Member::Data => address(structure.data.addr()),
        Member::Descr => {
            owner.descr().map_or(Answer::Nothing, |text| Answer::Text(text.to_string_lossy().into_owned()))
        }
    }
}
