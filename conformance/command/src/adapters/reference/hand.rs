//! Values of the interface that are handed to C functions.

use super::answer::address;
use super::c_function::{Items, receive_items, receive_pointer, walk};
use super::raises::type_error;
use array_ctypes::{Array, CArray, ctype};
use array_ctypes_spec::ctype::{CType, Class, Simple};
use array_ctypes_spec::{Answer, Hand, Handed, Raises, Value, Walk};

const VOID_P: CType = CType::Simple(Simple::VoidP);

/// The most bytes that a walk yields.
const ROOM: usize = 1 << 16;

/// A C array that the interface yields.
enum Yielded {
    IntP(Box<[isize]>),
    /// The memory of its items, and their type.
    Memory(Vec<u8>, CType),
}

impl Yielded {
    /// The type of the items.
    fn ctype(&self) -> &CType {
        match self {
            Yielded::IntP(_) => &array_ctypes::shape::ITEM,
            Yielded::Memory(_, ctype) => ctype,
        }
    }

    fn items(&self) -> Items<'_> {
        match self {
            Yielded::IntP(items) => Items::IntP(items),
            Yielded::Memory(memory, ctype) => Items::Memory(memory, width(ctype)),
        }
    }

    fn count(&self) -> usize {
        match self {
            Yielded::IntP(items) => items.len(),
            Yielded::Memory(memory, ctype) => memory.len() / width(ctype).unsigned_abs().max(1) as usize,
        }
    }
}

/// The size of a number in bytes, negative for a signed one.
fn width(ctype: &CType) -> i32 {
    let size = ctype::layout(ctype).map_or(0, |layout| layout.size() as i32);
    let is_signed = matches!(ctype, CType::Simple(simple) if simple.class() == Class::Signed);
    if is_signed { -size } else { size }
}

fn is_integer(ctype: &CType) -> bool {
    matches!(ctype, CType::Simple(simple) if matches!(simple.class(), Class::Signed | Class::Unsigned))
}

/// Returns the C array of that value; `None` without axes. Other values are refused.
fn yielded(array: &Array, value: &Value) -> Result<Option<Yielded>, Raises> {
    let ctypes = array.ctypes();
    let memory = |array: Option<CArray>| match array {
        None => Ok(None),
        Some(CArray::Memory { item, bytes }) => Ok(Some(Yielded::Memory(bytes, item))),
        Some(CArray::Objects(_)) => Err(Raises::NotImplementedError),
    };
    match value {
        Value::Shape => Ok(ctypes.shape().map(Yielded::IntP)),
        Value::Strides => Ok(ctypes.strides().map(Yielded::IntP)),
        Value::ShapeAs(ctype) => memory(ctypes.shape_as(ctype).map_err(type_error)?),
        Value::StridesAs(ctype) => memory(ctypes.strides_as(ctype).map_err(type_error)?),
        Value::Data | Value::DataAs(_) | Value::AsParameter => Err(Raises::TypeError),
    }
}

/// Answers what a C function receives.
pub(super) fn hand(array: &Array, hand: &Hand) -> Result<Answer, Raises> {
    let ctypes = array.ctypes();
    let to = hand.to.as_ref().map(ctype::named);
    let own = match &hand.what {
        Handed::Value(value @ (Value::Shape | Value::Strides | Value::ShapeAs(_) | Value::StridesAs(_))) => {
            return hand_array(yielded(array, value)?.as_ref(), to.as_ref());
        }
        // A number has no type of a pointer: C takes it for `void *` alone, and only if that is declared.
        Handed::Value(Value::Data) if to != Some(VOID_P) => return Err(Raises::TypeError),
        Handed::Interface | Handed::Value(Value::Data) => VOID_P,
        Handed::Value(Value::DataAs(ctype)) => {
            ctypes.data_as(ctype).map_err(type_error)?;
            ctype.clone()
        }
        Handed::Value(_) => VOID_P,
    };
    if is_accepted(&own, to.as_ref()) {
        Ok(address(receive_pointer(ctypes.data_as_ptr())))
    } else {
        Err(Raises::TypeError)
    }
}

fn hand_array(array: Option<&Yielded>, to: Option<&CType>) -> Result<Answer, Raises> {
    let is_text = |ctype: &CType| matches!(ctype, CType::Simple(Simple::CharP | Simple::WCharP));
    match array {
        Some(array) => {
            let own = CType::Array(Box::new(array.ctype().clone()), array.count() as u32);
            let is_pointer = to == Some(&CType::Pointer(Box::new(ctype::named(&own))));
            let accepted = is_pointer || is_accepted(&own, to);
            if accepted { Ok(Answer::Bytes(receive_items(array.items()))) } else { Err(Raises::TypeError) }
        }
        None if to.is_none_or(|to| *to == VOID_P || is_text(to) || matches!(to, CType::Pointer(_))) => {
            let null = receive_pointer(std::ptr::null());
            Ok(if null == 0 { Answer::Nothing } else { address(null) })
        }
        None => Err(Raises::TypeError),
    }
}

/// Returns true if C takes a pointer or an array of that type for the parameter. `None` is one that is not declared.
fn is_accepted(own: &CType, to: Option<&CType>) -> bool {
    let own = ctype::named(own);
    let items = match &own {
        CType::Array(item, _) | CType::Pointer(item) => Some(item.clone()),
        CType::Simple(Simple::CharP) => Some(Box::new(CType::Simple(Simple::Char))),
        CType::Simple(Simple::WCharP) => Some(Box::new(CType::Simple(Simple::WChar))),
        _ => None,
    };
    let text = |simple: Simple| items.as_deref() == Some(&CType::Simple(simple));
    match to {
        None => true,
        Some(to) if *to == VOID_P || *to == own => true,
        Some(CType::Pointer(to)) => items.is_some_and(|item| item == *to),
        Some(CType::Simple(Simple::CharP)) => text(Simple::Char),
        Some(CType::Simple(Simple::WCharP)) => text(Simple::WChar),
        Some(_) => false,
    }
}

/// Answers what a C function sees that walks the array.
pub(super) fn walk_array(array: &Array, how: &Walk) -> Result<Answer, Raises> {
    if let Handed::Value(Value::DataAs(ctype)) = &how.from {
        array.ctypes().data_as(ctype).map_err(type_error)?;
    }
    let (shape, strides) = (yielded(array, &how.shape)?, yielded(array, &how.strides)?);
    let is_integer = |array: &Option<Yielded>| array.as_ref().is_none_or(|array| is_integer(array.ctype()));
    if !is_integer(&shape) || !is_integer(&strides) {
        return Err(Raises::TypeError);
    }
    let seen = walk(array, shape.as_ref().map(Yielded::items), strides.as_ref().map(Yielded::items), ROOM);
    seen.map(Answer::Bytes).ok_or(Raises::OverflowError)
}
