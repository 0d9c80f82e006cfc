//! Checks of the chapter `data`: the address of the first element.

use crate::checks::ask::{Ask, is_owner};
use crate::checks::end::End;
use crate::checks::row::{Need, act, once, rows};
use array_ctypes_spec::{Address, Attribute, Import, ImportData, Key, Outside, Profile, Question, Step, Value};

rows! {
    first_element: once(&[Question::Data]).when(|ask| !ask.layout.is_empty());
    empty: once(&[Question::Data]).when(is_empty_itself).needs(Need::AddressIfEmpty);
    empty_view: once(&[Question::Data]).when(is_empty_view).needs(Need::AddressIfEmpty);
    integer: once(&[Question::Type(Value::Data)]).one_in(8).needs(Need::Types);
    raw: once(&[Question::Data]);
    stable: act(add_stable).one_in(16);
    memory: act(add_memory);
    memory_written: act(add_memory_written);
    interface: act(add_interface).one_in(3).needs(Need::Profile(Profile::Ctypes));
    unsigned: act(add_unsigned).one_in(32).when(|ask| !is_owner(ask));
    no_setter: act(add_no_setter).one_in(24);
}

fn is_empty_itself(ask: &Ask) -> bool {
    ask.layout.is_empty() && ask.array.views.is_empty()
}

fn is_empty_view(ask: &Ask) -> bool {
    ask.layout.is_empty() && !ask.array.views.is_empty()
}

/// The most bytes that one look from outside reads.
const MAX_BYTES_SEEN: u64 = 1 << 14;

/// Returns the step that looks at the first elements from outside; `None` if there are none, or if they are references.
pub(crate) fn peek(ask: &mut Ask) -> Option<Step> {
    if ask.array.dtype.has_objects() || ask.layout.is_empty() {
        return None;
    }
    // The suite looks at the addresses that follow from these answers.
    for question in [Question::Data, Question::ItemSize, Question::Shape, Question::Strides] {
        ask.once(question);
    }
    let most = MAX_BYTES_SEEN / ask.layout.dtype.item_size().max(1);
    let count = ask.draw.pick(&[1u64, 2, 8, 64]).min(most.max(1));
    Some(Step::Outside(Outside::Peek(count)))
}

fn add_stable(ask: &mut Ask) {
    ask.once(Question::Data);
    ask.ask(Question::Data);
}

fn add_memory(ask: &mut Ask) {
    if ask.ends(End::Memory) {
        ask.last = peek(ask).into_iter().collect();
    }
}

fn add_memory_written(ask: &mut Ask) {
    if ask.ends(End::MemoryWritten) {
        let (Some(peek), Some(index)) = (peek(ask), ask.index()) else { return };
        let bytes = (0..ask.layout.dtype.item_size()).map(|_| ask.draw.below(256) as u8).collect();
        let poke = Step::Outside(Outside::Poke { index: index.clone(), bytes });
        if ask.is_given(&index) {
            ask.last.extend([poke, Step::Ask(Question::Item(index)), peek]);
        }
    }
}

fn add_interface(ask: &mut Ask) {
    ask.once(Question::Interface(Key::Data));
    ask.ask(Question::Data);
}

fn add_unsigned(ask: &mut Ask) {
    let top = if ask.platform.pointer_size() == 4 { 1 << 31 } else { 1 << 63 };
    let address = Address::Absolute(top + u64::from(ask.draw.below(1 << 24)) * 64);
    let read_only = ask.draw.one_in(2);
    ask.ask(Question::Import(Box::new(Import {
        data: ImportData::Tuple(address),
        read_only,
        shape: vec![0],
        shape_is_list: false,
        strides: None,
        typestr: "|u1".to_owned(),
        offset: None,
        version: 3,
        copied: ask.domain.limits.copies_imports,
    })));
}

fn add_no_setter(ask: &mut Ask) {
    let attribute = ask.draw.pick(Attribute::ALL);
    ask.once(Question::Assign(attribute));
}
