//! Scenarios of lifetimes. The array is behind a counted reference; a weak one observes when it is freed.

use super::answer::integer;
use super::raises::{as_array_error, as_ctypes_error, too_wide, type_error};
use super::scenario::{Kept, Reading};
use super::subject::Subject;
use array_ctypes::{Buffer, OwnedCtypes};
use array_ctypes_spec::{Act, Answer, Derive, Export, Raises};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

impl Subject<'_> {
    /// Does a step of a scenario.
    pub(super) fn act(&mut self, act: &Act) -> Result<Answer, Raises> {
        match act {
            Act::Export { name, what } => {
                let kept = self.export(what)?;
                self.scenario.kept.insert(*name, kept);
            }
            Act::Derive { name, from, how } => {
                let kept = derive(self.scenario.kept.get(from).ok_or(Raises::KeyError)?, how)?;
                self.scenario.kept.insert(*name, kept);
            }
            Act::DropArray => {
                (self.array, self.buffer) = (None, None);
                self.objects.clear();
            }
            Act::Drop(name) => drop(self.scenario.kept.remove(name).ok_or(Raises::KeyError)?),
            // Rust has no garbage collector.
            Act::Collect => {}
            Act::Overwrite => {
                let bytes = vec![0xA5; self.size];
                for _ in 0..8 {
                    let filler = Buffer::new(self.size, 0, &bytes).map_err(|_| Raises::OtherError)?;
                    self.scenario.filler.push(filler);
                }
            }
            Act::Alive => return Ok(Answer::Bool(self.scenario.array.strong_count() > 0)),
            Act::Memory => return Ok(Answer::Bool(self.scenario.memory.strong_count() > 0)),
            Act::Read { name, count } => {
                let address = self.scenario.kept.get(name).and_then(Kept::address).ok_or(Raises::KeyError)?;
                let count = usize::try_from(*count).map_err(too_wide)?;
                // Freed memory is not read, even if an object still holds its address.
                let memory = self.scenario.memory.upgrade().ok_or(Raises::OtherError)?;
                let bytes = memory.read(std::ptr::without_provenance(address), count);
                return bytes.map(Answer::Bytes).map_err(|_| Raises::IndexError);
            }
            Act::Balance(what) => {
                let before = self.references();
                // An object that is refused must leave no reference behind either.
                drop(self.export(what));
                return Ok(integer(self.references() - before));
            }
            Act::Call(what) => return self.call(what),
        }
        Ok(Answer::Nothing)
    }

    /// Returns the number of references to the array and to its memory.
    fn references(&self) -> i64 {
        (self.scenario.array.strong_count() + self.scenario.memory.strong_count()) as i64
    }

    /// Takes an object from the array.
    fn export(&self, what: &Export) -> Result<Kept, Raises> {
        let array = self.array.as_ref().ok_or(Raises::OtherError)?;
        let owned = OwnedCtypes::of(array);
        let ctypes = array.ctypes();
        Ok(match what {
            Export::Ctypes => Kept::Interface(owned),
            Export::Method => Kept::Method(Box::new(move |ctype| owned.data_as(ctype).ok())),
            Export::Data => Kept::Address(ctypes.data()),
            Export::Shape => Kept::Value(Box::new(ctypes.shape())),
            Export::Strides => Kept::Value(Box::new(ctypes.strides())),
            Export::ShapeAs(ctype) => Kept::Value(Box::new(ctypes.shape_as(ctype).map_err(type_error)?)),
            Export::StridesAs(ctype) => Kept::Value(Box::new(ctypes.strides_as(ctype).map_err(type_error)?)),
            Export::DataAs(ctype) => match self.scenario.reading {
                Reading::Holds => Kept::Pointer(owned.data_as(ctype).map_err(type_error)?),
                Reading::Borrows => {
                    ctypes.data_as(ctype).map(|_| Kept::Raw(ctypes.data_as_ptr())).map_err(type_error)?
                }
            },
            Export::AsParameter => match self.scenario.reading {
                Reading::Holds => Kept::Pointer(owned.as_parameter()),
                Reading::Borrows => Kept::Raw(ctypes.data_as_ptr()),
            },
            // The dictionary borrows the array, so only a copied value outlives it.
            Export::Interface => Kept::Address(array.interface().data.0),
            Export::Struct => Kept::Structure(array.array_struct()),
            Export::Dlpack => Kept::Tensor(array.dlpack().map_err(|_| Raises::BufferError)?),
            // The filled-in members borrow the array, so what outlives it is the reference to it beside them.
            Export::Buffer => Kept::Buffer(Rc::clone(array)),
            Export::View => Kept::Array((**array).clone()),
            Export::AsCtypes => Kept::Object(owned.as_ctypes().map_err(as_ctypes_error)?),
        })
    }

    /// Answers whether a temporary array exists while a function runs. Temporaries live until the end of the statement.
    fn call(&self, what: &Export) -> Result<Answer, Raises> {
        let array = self.array.as_ref().ok_or(Raises::OtherError)?;
        let watched = RefCell::new(Weak::new());
        let temporary = || {
            let array = Rc::new((**array).clone());
            *watched.borrow_mut() = Rc::downgrade(&array);
            array
        };
        let foreign = |_: usize| Answer::Bool(watched.borrow().strong_count() > 0);
        Ok(match what {
            Export::Ctypes => foreign(OwnedCtypes::of(&temporary()).ctypes().as_parameter().address()),
            Export::AsParameter => foreign(temporary().ctypes().as_parameter().address()),
            Export::DataAs(ctype) => foreign(temporary().ctypes().data_as(ctype).map_err(type_error)?.address()),
            Export::Method
            | Export::Data
            | Export::Shape
            | Export::Strides
            | Export::ShapeAs(_)
            | Export::StridesAs(_)
            | Export::Interface
            | Export::Struct
            | Export::Dlpack
            | Export::Buffer
            | Export::View
            | Export::AsCtypes => return Err(Raises::TypeError),
        })
    }
}

/// Makes an object of one that is kept.
fn derive(kept: &Kept, how: &Derive) -> Result<Kept, Raises> {
    Ok(match (how, kept) {
        (Derive::Value, _) => Kept::Address(kept.address().ok_or(Raises::TypeError)?),
        (_, Kept::Raw(pointer)) => Kept::Raw(*pointer),
        // An item is a number, or a part of the memory that holds what the pointer holds.
        (Derive::Item, Kept::Pointer(pointer)) => match pointer.pointer().index(0) {
            Ok(value) => Kept::Value(Box::new(value)),
            Err(_) => Kept::Pointer(pointer.clone()),
        },
        // A row is a part of the object, and holds what the object holds.
        (Derive::Item, Kept::Object(object)) => Kept::Object(object.clone()),
        (Derive::AsArray, Kept::Pointer(pointer)) => Kept::Array(pointer.as_array(&[1]).map_err(as_array_error)?),
        (Derive::AsArray, Kept::Object(object)) => Kept::Array(object.as_array()),
        (Derive::Contents, Kept::Pointer(pointer)) => Kept::Pointer(pointer.clone()),
        (Derive::ByRef | Derive::Pointer, Kept::Pointer(pointer)) => Kept::Reference(Rc::new(pointer.clone())),
        (Derive::Cast(ctype), Kept::Pointer(pointer)) => Kept::Pointer(pointer.cast(ctype).map_err(type_error)?),
        // ctypes makes nothing else.
        (
            Derive::Item | Derive::AsArray | Derive::Contents | Derive::ByRef | Derive::Pointer | Derive::Cast(_),
            Kept::Interface(_)
            | Kept::Method(_)
            | Kept::Reference(_)
            | Kept::Array(_)
            | Kept::Object(_)
            | Kept::Structure(_)
            | Kept::Tensor(_)
            | Kept::Buffer(_)
            | Kept::Address(_)
            | Kept::Value(_),
        ) => return Err(Raises::TypeError),
    })
}
