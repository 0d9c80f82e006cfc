//! The functions of an adapter in C, and the structures of `array_ctypes_adapter.h`.
//!
//! # Invariants
//! What the header demands of an adapter; nothing here can check it, so a faulty adapter ends its process:
//!
//! 1. The structure that the exported function returns, and all that it points to, stays as long as the process. Each function
//!    pointer in it has the header's type; texts end with a zero.
//! 2. A view that a door returned is valid until it is dropped, which happens once.
//!
//! What this module promises the adapter:
//!
//! 3. An array that is handed over, with its lengths, strides and texts, stays until the door returns; its owner is the count of
//!    the producer, which stays as long as anybody holds it.
//! 4. An index has one number for each axis of the view, and there is room for an element behind `value`.
//! 5. Texts that are given to the system end with a zero, as those do that it returns; a library that was loaded is never unloaded.
#![expect(unsafe_code, reason = "functions of another language")]

use array_ctypes_conformance::transports::producer::Object;
use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicIsize, Ordering};

/// The version of the header.
const VERSION: u32 = 1;

/// The name of the function that an adapter exports.
const ENTRY: &CStr = c"array_ctypes_adapter";

/// The longest reason for a refusal, in bytes, with the zero at its end.
const REASON: usize = 256;

/// `array_ctypes_array`.
#[repr(C)]
struct GivenArray {
    data: *mut c_void,
    ndim: i32,
    shape: *const isize,
    strides: *const isize,
    itemsize: usize,
    typestr: *const c_char,
    read_only: i32,
    owner: *mut c_void,
    hold: extern "C" fn(*mut c_void),
    release: extern "C" fn(*mut c_void),
}

/// `array_ctypes_door`.
#[repr(C)]
struct RawDoor {
    name: *const c_char,
    types: *const c_char,
    accepts: *const c_char,
    copies: *const c_char,
    unaligned: *const c_char,
    is_mutable: i32,
    is_exclusive: i32,
    take: Option<unsafe extern "C" fn(*const GivenArray, *mut c_char) -> *mut c_void>,
}

/// `array_ctypes_adapter_v1`.
#[repr(C)]
struct RawAdapter {
    version: u32,
    name: *const c_char,
    library_version: *const c_char,
    doors: *const RawDoor,
    door_count: usize,
    drop: unsafe extern "C" fn(*mut c_void),
    data: unsafe extern "C" fn(*mut c_void) -> *const c_void,
    ndim: unsafe extern "C" fn(*mut c_void) -> i32,
    length: unsafe extern "C" fn(*mut c_void, i32) -> isize,
    stride: unsafe extern "C" fn(*mut c_void, i32) -> isize,
    itemsize: unsafe extern "C" fn(*mut c_void) -> usize,
    read_only: unsafe extern "C" fn(*mut c_void) -> i32,
    get: unsafe extern "C" fn(*mut c_void, *const isize, *mut c_void) -> i32,
    set: unsafe extern "C" fn(*mut c_void, *const isize, *const c_void) -> i32,
}

/// The functions of an adapter, in their order.
const FUNCTIONS: [&str; 9] = ["drop", "data", "ndim", "length", "stride", "itemsize", "read_only", "get", "set"];

/// The same structure, of whose functions nothing is known yet.
#[repr(C)]
struct RawWords {
    version: u32,
    others: [usize; 4],
    functions: [usize; FUNCTIONS.len()],
}

/// A door, with its texts.
#[derive(Clone, Debug)]
pub(super) struct CDoor {
    pub(super) name: String,
    pub(super) types: Option<String>,
    pub(super) accepts: Option<String>,
    pub(super) copies: Option<String>,
    pub(super) unaligned: Option<String>,
    pub(super) is_mutable: bool,
    pub(super) is_exclusive: bool,
}

/// An adapter that was loaded. It stays as long as the process.
pub(super) struct Library {
    raw: &'static RawAdapter,
    doors: &'static [RawDoor],
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "library {}", self.name())
    }
}

/// The text at a pointer that the adapter gave; `None` for NULL.
fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: 1: it is a text that ends with a zero.
    Some(unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

/// Holds the owner of an array once more.
extern "C" fn hold(owner: *mut c_void) {
    count(owner, 1);
}

/// Lets go of the owner of an array.
extern "C" fn release(owner: *mut c_void) {
    count(owner, -1);
}

fn count(owner: *mut c_void, times: isize) {
    if !owner.is_null() {
        // SAFETY: 3: the adapter got it as the owner of an array, and it is the count of the producer.
        unsafe { &*owner.cast::<AtomicIsize>() }.fetch_add(times, Ordering::SeqCst);
    }
}

impl Library {
    /// Loads an adapter.
    ///
    /// # Errors
    /// What the system says, or what the adapter lacks.
    pub(super) fn open(path: &Path) -> Result<Library, String> {
        // A path without a separator would be looked up elsewhere.
        let path = std::path::absolute(path).map_err(|error| error.to_string())?;
        let path = CString::new(path.as_os_str().as_bytes()).map_err(|error| error.to_string())?;
        // SAFETY: 5: the path is such a text. What the library does when it is loaded is its own.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() {
            return Err(format!("expected a shared library, found: {}", system_error()));
        }
        // SAFETY: 5: the handle is that of a library that stays, and the name is such a text.
        let entry = unsafe { libc::dlsym(handle, ENTRY.as_ptr()) };
        if entry.is_null() {
            return Err(format!("expected it to export {}, found: {}", ENTRY.to_string_lossy(), system_error()));
        }
        // SAFETY: 1: what has that name is the function of the header.
        let entry = unsafe { std::mem::transmute::<*mut c_void, extern "C" fn() -> *const RawWords>(entry) };
        // SAFETY: 1: what it returns stays, or is NULL.
        let Some(words) = (unsafe { entry().as_ref() }) else {
            return Err("expected an adapter, found NULL".to_owned());
        };
        if words.version != VERSION {
            return Err(format!("expected version {VERSION} of the header, found {}", words.version));
        }
        if let Some((name, _)) = FUNCTIONS.iter().zip(words.functions).find(|(_, function)| *function == 0) {
            return Err(format!("expected a function `{name}`, found NULL"));
        }
        // SAFETY: 1: it is this structure, and each function is there.
        let raw = unsafe { &*ptr::from_ref(words).cast::<RawAdapter>() };
        if raw.doors.is_null() || raw.door_count == 0 {
            return Err("expected a door at least, found none".to_owned());
        }
        // SAFETY: 1: there are so many doors, which stay.
        let doors = unsafe { std::slice::from_raw_parts(raw.doors, raw.door_count) };
        if let Some(door) = doors.iter().find(|door| door.take.is_none()) {
            return Err(format!(
                "expected a function `take` of each door, and {:?} has none",
                text(door.name).unwrap_or_default()
            ));
        }
        Ok(Library { raw, doors })
    }

    pub(super) fn name(&self) -> String {
        text(self.raw.name).unwrap_or_default()
    }

    pub(super) fn version(&self) -> String {
        text(self.raw.library_version).unwrap_or_default()
    }

    pub(super) fn doors(&self) -> Vec<CDoor> {
        let door = |raw: &RawDoor| CDoor {
            name: text(raw.name).unwrap_or_default(),
            types: text(raw.types),
            accepts: text(raw.accepts),
            copies: text(raw.copies),
            unaligned: text(raw.unaligned),
            is_mutable: raw.is_mutable != 0,
            is_exclusive: raw.is_exclusive != 0,
        };
        self.doors.iter().map(door).collect()
    }

    /// Hands an array to the door at that position.
    ///
    /// # Errors
    /// The reason for which the library refuses it.
    pub(super) fn take(self: &Rc<Library>, door: usize, object: &Object) -> Result<View, String> {
        let Some(take) = self.doors.get(door).and_then(|door| door.take) else {
            return Err("the door has no function".to_owned());
        };
        let shape: Vec<isize> = object.shape.iter().map(|length| *length as isize).collect();
        let typestr = CString::new(object.dtype.typestr()).unwrap_or_default();
        let given = GivenArray {
            data: object.data.cast(),
            ndim: shape.len() as i32,
            shape: shape.as_ptr(),
            strides: object.strides.as_ptr(),
            itemsize: object.dtype.item_size() as usize,
            typestr: typestr.as_ptr(),
            read_only: i32::from(object.is_read_only),
            owner: ptr::from_ref(object.hold.counter()).cast_mut().cast(),
            hold,
            release,
        };
        let mut reason = [0; REASON];
        // SAFETY: 1 and 3: the door has the header's type, and everything given to it stays until it returns.
        let view = unsafe { take(&raw const given, reason.as_mut_ptr()) };
        if view.is_null() {
            reason[REASON - 1] = 0;
            return Err(text(reason.as_ptr()).unwrap_or_default());
        }
        Ok(View { library: Rc::clone(self), view })
    }
}

/// What the system says about the last library that was not loaded.
fn system_error() -> String {
    // SAFETY: 5: it returns such a text, or NULL.
    text(unsafe { libc::dlerror() }).unwrap_or_else(|| "nothing".to_owned())
}

/// A view that a door made. Dropping it lets the library drop it.
#[derive(Debug)]
pub(super) struct View {
    library: Rc<Library>,
    view: *mut c_void,
}

impl View {
    pub(super) fn data(&self) -> *const u8 {
        // SAFETY: 1 and 2: the function has that type, and the view is not dropped yet.
        unsafe { (self.library.raw.data)(self.view) }.cast()
    }

    pub(super) fn ndim(&self) -> usize {
        // SAFETY: 1 and 2: as in `data`.
        let ndim = unsafe { (self.library.raw.ndim)(self.view) };
        // A number that cannot be one is no reason to ask about so many axes.
        usize::try_from(ndim).unwrap_or(0).min(64)
    }

    pub(super) fn length(&self, axis: usize) -> isize {
        // SAFETY: 1 and 2: as in `data`.
        unsafe { (self.library.raw.length)(self.view, axis as i32) }
    }

    pub(super) fn stride(&self, axis: usize) -> isize {
        // SAFETY: 1 and 2: as in `data`.
        unsafe { (self.library.raw.stride)(self.view, axis as i32) }
    }

    pub(super) fn item_size(&self) -> usize {
        // SAFETY: 1 and 2: as in `data`.
        unsafe { (self.library.raw.itemsize)(self.view) }
    }

    pub(super) fn is_read_only(&self) -> bool {
        // SAFETY: 1 and 2: as in `data`.
        unsafe { (self.library.raw.read_only)(self.view) != 0 }
    }

    /// The value of an element, of that many bytes, in the byte order of the machine; `None` if the library refuses.
    pub(super) fn get(&self, index: &[isize], size: usize) -> Option<Vec<u8>> {
        // An element of the library may be larger than one of the array, if it is wrong about the type.
        let mut value = vec![0u8; size.max(self.item_size().min(1 << 16))];
        // SAFETY: 1, 2 and 4: the caller gives an index of the view, and the element has room.
        let is_refused = unsafe { (self.library.raw.get)(self.view, index.as_ptr(), value.as_mut_ptr().cast()) };
        value.truncate(size);
        (is_refused == 0).then_some(value)
    }

    /// Sets an element. Returns false if the library refuses.
    pub(super) fn set(&self, index: &[isize], value: &[u8]) -> bool {
        let mut padded = value.to_vec();
        padded.resize(value.len().max(self.item_size().min(1 << 16)), 0);
        // SAFETY: 1, 2 and 4: the caller gives an index of the view, and the value is as long as an element.
        unsafe { (self.library.raw.set)(self.view, index.as_ptr(), padded.as_ptr().cast()) == 0 }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: 1 and 2: the view is dropped once, here.
        unsafe { (self.library.raw.drop)(self.view) }
    }
}
