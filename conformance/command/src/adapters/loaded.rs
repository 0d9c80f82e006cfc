//! A library in C or C++ that has an adapter by the header `array_ctypes_adapter.h`: it is loaded into this process, which
//! answers for it.

use array_ctypes_conformance::adapter::hello::Hello;
use array_ctypes_conformance::adapter::limits::ViewWord;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Copies, Door, Feature, Profile, Protocol, Raises, Unaligned};
use array_ctypes_conformance::transports::doors::{Doors, Seen};
use array_ctypes_conformance::transports::producer::Offered;
use array_ctypes_conformance::{Allowed, Limits, RunError};
use library::{CDoor, Library, View};
use std::path::Path;
use std::rc::Rc;

mod library;

/// A library that is loaded.
#[derive(Debug)]
pub struct Loaded {
    library: Rc<Library>,
    hello: Hello,
}

impl Loaded {
    /// Loads the adapter from a file.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be loaded, or is no adapter by the header.
    pub fn open(path: &Path) -> Result<Loaded, RunError> {
        let library =
            Library::open(path).map_err(|error| RunError::unavailable(format!("{}: {error}", path.display())))?;
        let doors = library.doors().iter().map(door).collect::<Result<Vec<Door>, String>>();
        let doors = doors.and_then(|doors| match Door::same_name(&doors) {
            Some(twice) => Err(format!("expected a name of its own for each door, found {twice:?} twice")),
            None => Ok(doors),
        });
        let doors = doors.map_err(|error| RunError::unavailable(format!("{}: {error}", path.display())))?;
        let hello = Hello {
            name: library.name(),
            version: library.version(),
            runtime: None,
            based_on: None,
            platform: Platform::host(),
            profiles: vec![Profile::Consumer],
            limits: Limits { views: Allowed::only(Vec::<ViewWord>::new()), invalid: false, ..Limits::default() },
            doors,
        };
        Ok(Loaded { library: Rc::new(library), hello })
    }
}

/// A door as the header describes it.
fn door(given: &CDoor) -> Result<Door, String> {
    let word = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
    let wrong = |what: &str, found: &str| format!("door {}: expected {what}, found {found:?}", given.name);
    let list = |text: &Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.split(',')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    if !Door::is_name(&given.name) {
        return Err(wrong("up to 64 letters, digits, `_`, `.` and `-`", &given.name));
    }
    let (copies, unaligned) = (word(&given.copies, "never"), word(&given.unaligned, "reads"));
    let types = list(&given.types);
    let types = types.iter().map(|text| text.parse().map_err(|_| wrong("element types", text)));
    let features = list(&given.accepts);
    let accepts = features.iter().map(|text| Feature::from_word(text).ok_or_else(|| wrong("features", text)));
    Ok(Door {
        copies: Copies::from_word(&copies).ok_or_else(|| wrong("never, may or always", &copies))?,
        unaligned: Unaligned::from_word(&unaligned).ok_or_else(|| wrong("reads or refuses", &unaligned))?,
        mutable: given.is_mutable,
        exclusive: given.is_exclusive,
        types: types.collect::<Result<_, _>>()?,
        accepts: accepts.collect::<Result<_, _>>()?,
        ..Door::new(&given.name, Protocol::Object)
    })
}

impl Doors for Loaded {
    fn hello(&self) -> Hello {
        self.hello.clone()
    }

    fn take(&mut self, door: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises> {
        let Offered::Object(object) = offered else { return Err(Raises::NotImplementedError) };
        let at = self.hello.doors.iter().position(|known| known.name == door.name).ok_or(Raises::KeyError)?;
        let dtype = object.dtype.clone();
        let view = self.library.take(at, &object).map_err(|_| Raises::ValueError)?;
        Ok(Box::new(Taken { view, dtype }))
    }
}

/// What the library made of an array.
struct Taken {
    view: View,
    dtype: Dtype,
}

impl Seen for Taken {
    fn data(&self) -> *const u8 {
        self.view.data()
    }

    fn shape(&self) -> Vec<usize> {
        (0..self.view.ndim()).map(|axis| usize::try_from(self.view.length(axis)).unwrap_or(usize::MAX)).collect()
    }

    fn strides(&self) -> Vec<isize> {
        (0..self.view.ndim()).map(|axis| self.view.stride(axis)).collect()
    }

    fn item_size(&self) -> usize {
        self.view.item_size()
    }

    fn is_read_only(&self) -> bool {
        self.view.is_read_only()
    }

    fn value(&self, index: &[usize]) -> Result<Answer, Raises> {
        let bytes = self.bytes(index)?;
        let plain = self.dtype.plain().ok_or(Raises::TypeError)?;
        let native = array_ctypes_conformance::spec::dtype::Plain { order: Platform::host().byte_order, ..*plain };
        native.value(&bytes).ok_or(Raises::TypeError)
    }

    fn bytes(&self, index: &[usize]) -> Result<Vec<u8>, Raises> {
        self.view.get(&self.index(index)?, self.dtype.item_size() as usize).ok_or(Raises::ValueError)
    }

    fn put(&mut self, index: &[usize], bytes: &[u8]) -> Result<(), Raises> {
        let mut native = bytes.to_vec();
        if self.dtype.is_swapped(&Platform::host()) {
            let parts = if self.dtype.plain().is_some_and(|plain| plain.kind == Kind::Complex) { 2 } else { 1 };
            native.chunks_mut((bytes.len() / parts).max(1)).for_each(<[u8]>::reverse);
        }
        if self.view.set(&self.index(index)?, &native) { Ok(()) } else { Err(Raises::ValueError) }
    }
}

impl Taken {
    /// The index in C's numbers, if it has one number for each axis that the view has.
    fn index(&self, index: &[usize]) -> Result<Vec<isize>, Raises> {
        let fits = index.len() == self.view.ndim();
        if fits { Ok(index.iter().map(|at| *at as isize).collect()) } else { Err(Raises::IndexError) }
    }
}
