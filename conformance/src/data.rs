//! Checks of the chapter `data`.

use crate::ask::Ask;
use array_ctypes_spec::{Address, Attribute, Import, ImportData, Key, Outside, Question, Step};

/// Where a buffer begins, modulo 4096: on a boundary, or off it.
pub(crate) fn base(draw: &mut crate::draw::Draw) -> u32 {
    match draw.below(8) {
        0..=2 => 0,
        3 => 1 + draw.below(7),
        4 => draw.pick(&[8, 16, 32, 64, 128, 256, 512, 1024, 2048]),
        5 => 4095 - draw.below(8),
        _ => draw.below(4096),
    }
}

pub(crate) fn first_element(ask: &mut Ask) {
    if !ask.layout.is_empty() {
        ask.once(Question::Data);
    }
}

pub(crate) fn empty(ask: &mut Ask) {
    if ask.layout.is_empty() && ask.array.views.is_empty() {
        ask.once(Question::Data);
    }
}

pub(crate) fn empty_view(ask: &mut Ask) {
    if ask.layout.is_empty() && !ask.array.views.is_empty() {
        ask.once(Question::Data);
    }
}

pub(crate) fn raw(ask: &mut Ask) {
    ask.once(Question::Data);
}

pub(crate) fn stable(ask: &mut Ask) {
    if ask.one_in(8) {
        ask.once(Question::Data);
        ask.ask(Question::Data);
    }
}

pub(crate) fn interface(ask: &mut Ask) {
    if ask.one_in(4) {
        ask.once(Question::Interface(Key::Data));
        ask.ask(Question::Data);
    }
}

/// Looks at the first elements from outside, at most so many of them.
pub(crate) fn peek(ask: &mut Ask) -> Option<Step> {
    if ask.array.dtype.has_objects() {
        return None;
    }
    // The suite looks where these answers say.
    for question in [Question::Data, Question::ItemSize, Question::Shape, Question::Strides] {
        ask.once(question);
    }
    let most = (1 << 14) / ask.layout.dtype.item_size().max(1);
    let count = ask.draw.pick(&[1u64, 2, 8, 64]).min(most.max(1));
    Some(Step::Outside(Outside::Peek(count)))
}

pub(crate) fn memory(ask: &mut Ask) {
    if ask.one_in(24) && ask.has_last_word() {
        ask.last = peek(ask).into_iter().collect();
    }
}

pub(crate) fn memory_written(ask: &mut Ask) {
    if ask.one_in(24) && ask.has_last_word() {
        let (Some(peek), Some(index)) = (peek(ask), ask.index()) else { return };
        let bytes = (0..ask.layout.dtype.item_size()).map(|_| ask.draw.below(256) as u8).collect();
        let poke = Step::Outside(Outside::Poke { index: index.clone(), bytes });
        if ask.is_given(&index) {
            ask.last.extend([poke, Step::Ask(Question::Item(index)), peek]);
        }
    }
}

pub(crate) fn unsigned(ask: &mut Ask) {
    if ask.one_in(32) {
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
        })));
    }
}

pub(crate) fn no_setter(ask: &mut Ask) {
    if ask.one_in(24) {
        let attribute = ask.draw.pick(&[Attribute::Data, Attribute::Shape, Attribute::Strides, Attribute::Ctypes]);
        ask.once(Question::Assign(attribute));
    }
}
