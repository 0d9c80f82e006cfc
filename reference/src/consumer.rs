//! Arrays that somebody else hands over: a [`View`] of their memory, by a bare pointer, by DLPack, or by a description.
//!
//! A view is what a careful consumer makes of an array: it checks what it is told before it keeps anything, reads and
//! writes elements by their bytes, so that neither alignment nor byte order matters, and holds the producer until it is
//! dropped. [`Terms`] say what it promises to its user, and so what it must refuse.
//!
//! ```
//! use array_ctypes::Array;
//! use array_ctypes::consumer::{Terms, Value, View};
//! let array = Array::from_slice(&[1i16, 2, 3, 4], &[2, 2])?.view(&"transpose 1 0".parse()?)?;
//! let tensor = array.dlpack()?.into_raw();
//! drop(array); // the tensor holds the memory
//! // SAFETY: the tensor is valid, and belongs to the view from here on.
//! let view = unsafe { View::from_dlpack(tensor, &Terms::default()) }?;
//! assert_eq!((view.shape(), view.strides()), (&[2, 2][..], &[2, 4][..]));
//! assert_eq!(view.value(&[1, 0]), Some(Value::Int(2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claim;
mod description;
mod dlpack;
mod entries;
mod refused;
mod value;
mod view;

pub use description::Description;
pub use dlpack::Version;
pub use entries::{Data, Entries};
pub use refused::Refused;
pub use value::Value;
pub use view::{Terms, View};
