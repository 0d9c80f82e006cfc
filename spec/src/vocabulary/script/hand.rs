//! What is handed to foreign functions: one value, or all that a function needs to walk the array.

use super::value::Value;
use crate::vocabulary::argument::{Argument, Rest};
use crate::vocabulary::ctype::CType;
use std::fmt;

/// What is passed to a foreign function: the interface object itself, or a value that it yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The interface object, `a.ctypes`. `ctypes`
    Interface,
    /// A value of it.
    Value(Value),
}

/// The word for the interface object.
const INTERFACE: &str = "ctypes";

impl Handed {
    /// The C type that it names, if it does.
    pub fn ctype(&self) -> Option<&CType> {
        match self {
            Handed::Interface => None,
            Handed::Value(value) => value.ctype(),
        }
    }

    fn parse(text: &str) -> Option<Handed> {
        if text == INTERFACE { Some(Handed::Interface) } else { Value::parse(text).map(Handed::Value) }
    }
}

impl fmt::Display for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Handed::Interface => f.write_str(INTERFACE),
            Handed::Value(value) => write!(f, "{value}"),
        }
    }
}

/// A value, and the parameter of the foreign function that it is passed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The value.
    pub what: Handed,
    /// The type that the parameter is declared as; `None` if the function declares no parameters.
    pub to: Option<CType>,
}

/// Stands for a parameter that is not declared.
const UNDECLARED: &str = "undeclared";

impl Hand {
    /// The C types that it names.
    pub fn ctypes(&self) -> impl Iterator<Item = &CType> {
        self.what.ctype().into_iter().chain(&self.to)
    }
}

impl Argument for Hand {
    fn take(rest: &mut Rest) -> Option<Self> {
        let (what, to) = rest.all()?.rsplit_once(" to ")?;
        let to = if to == UNDECLARED { None } else { Some(to.parse().ok()?) };
        Some(Hand { what: Handed::parse(what)?, to })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} to ", self.what)?;
        match &self.to {
            Some(ctype) => write!(f, "{ctype}"),
            None => f.write_str(UNDECLARED),
        }
    }
}

/// The most elements, and the most bytes, of an array that a foreign function walks.
pub const MOST_WALKED: u64 = 4096;

/// What a foreign function walks the array by. Its parameters are declared as the types of the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The interface object, or a pointer of it.
    pub from: Handed,
    /// The C array with the lengths.
    pub shape: Value,
    /// The C array with the strides.
    pub strides: Value,
}

impl Walk {
    /// The C types that it names.
    pub fn ctypes(&self) -> impl Iterator<Item = &CType> {
        self.from.ctype().into_iter().chain(self.shape.ctype()).chain(self.strides.ctype())
    }
}

impl Argument for Walk {
    fn take(rest: &mut Rest) -> Option<Self> {
        let (from, by) = rest.all()?.split_once(" by ")?;
        let (shape, strides) = by.split_once(" and ")?;
        let (from, shape, strides) = (Handed::parse(from)?, Value::parse(shape)?, Value::parse(strides)?);
        let is_walk = matches!(from, Handed::Interface | Handed::Value(Value::AsParameter | Value::DataAs(_)))
            && matches!(shape, Value::Shape | Value::ShapeAs(_))
            && matches!(strides, Value::Strides | Value::StridesAs(_));
        is_walk.then_some(Walk { from, shape, strides })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} by {} and {}", self.from, self.shape, self.strides)
    }
}
