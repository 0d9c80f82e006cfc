//! C functions, built by the compiler at hand, walk arrays by the address, shape and strides that the reference hands them;
//! and the Rust example of `conformance/docs/interface.md` calls its C function.
//!
//! Where no compiler builds a library that this program can load, the tests are ignored, and their names say so.

#[cfg(unix)]
#[expect(unsafe_code, reason = "calling C functions")]
mod tests {
    use array_ctypes::ctype::CNumber;
    use array_ctypes::spec::dtype::Dtype;
    use array_ctypes::{Array, Buffer};
    use libtest_mimic::{Arguments, Trial};
    use std::ffi::{CStr, CString, c_char, c_void};
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::rc::Rc;

    const DOCUMENT: &str = include_str!("../../conformance/docs/interface.md");

    pub(super) fn main() {
        let c = [include_str!("compiled_c/walk.c"), block("```c\n")].concat();
        let library = load(&c);
        let suffix = if library.is_some() { "" } else { " (ignored: no C compiler that builds for this machine)" };
        let trial = |name: &str, test: fn(Library)| {
            let run = move || {
                test(library.ok_or("no library")?);
                Ok(())
            };
            Trial::test(format!("{name}{suffix}"), run).with_ignored_flag(library.is_none())
        };
        let trials = vec![
            trial("c walks reversed transposed broadcast swapped empty arrays, and those without axes", walks_views),
            trial("c walks by lengths and strides of other types", walks_other_types),
            trial("the example of the document yields the sum", sums),
            Trial::test("the example of the document is what is tested here", || {
                let here = include_str!("compiled_c.rs");
                let found =
                    here.contains(&indented(block("```rust\nuse array_ctypes::Array;\nuse std::ffi::c_char;\n")));
                if found { Ok(()) } else { Err("expected the lines of the document in this file, found others".into()) }
            }),
        ];
        libtest_mimic::run(&Arguments::from_args(), trials).exit();
    }

    /// Returns the code of the document that begins with this line, up to the end of the block.
    fn block(begin: &str) -> &'static str {
        let (_, rest) = DOCUMENT.split_once(begin).expect("a block in the document");
        rest.split("```").next().unwrap_or(rest)
    }

    fn indented(text: &str) -> String {
        let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") };
        text.lines().map(line).collect::<String>().trim_start_matches('\n').to_owned()
    }

    /// A loaded library. It is never closed.
    #[derive(Clone, Copy)]
    struct Library(usize);

    /// Builds and loads a library; `None` if there is no compiler, or what it builds is for another machine.
    fn load(c: &str) -> Option<Library> {
        let folder = tempfile::tempdir().ok()?;
        let (source, built) = (folder.path().join("c.c"), folder.path().join("c.so"));
        std::fs::write(&source, c).ok()?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).args([&built, &source]).stderr(Stdio::null());
        compiler.status().ok().filter(std::process::ExitStatus::success)?;
        open(&built)
    }

    fn open(path: &Path) -> Option<Library> {
        let path = CString::new(path.as_os_str().as_bytes()).ok()?;
        // SAFETY: the path is a C string, and the library has no code that runs when it is loaded.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        (!handle.is_null()).then(|| Library(handle.expose_provenance()))
    }

    impl Library {
        fn symbol(self, name: &CStr) -> *mut c_void {
            // SAFETY: the handle is that of a library that is never closed.
            let symbol = unsafe { libc::dlsym(std::ptr::with_exposed_provenance_mut(self.0), name.as_ptr()) };
            assert!(!symbol.is_null(), "expected the function {name:?} in the library");
            symbol
        }
    }

    type Walk<L, S> = unsafe extern "C" fn(*const u8, usize, usize, *const L, *const S, *mut u8) -> usize;

    /// Returns what a C function sees that walks the array.
    fn walked<L, S>(array: &Array, walk: Walk<L, S>, shape: Option<&[L]>, strides: Option<&[S]>) -> Vec<u8> {
        let size = array_ctypes::dtype::size(array.dtype());
        let mut seen = vec![0; array.shape().iter().product::<usize>() * size];
        let shape = shape.map_or(std::ptr::null(), <[L]>::as_ptr);
        let strides = strides.map_or(std::ptr::null(), <[S]>::as_ptr);
        let data = array.ctypes().data_as_ptr();
        // SAFETY: address, lengths and strides are those of one array, which is alive; `seen` has room for all elements.
        let filled = unsafe { walk(data, size, array.shape().len(), shape, strides, seen.as_mut_ptr()) };
        assert_eq!(filled, seen.len());
        seen
    }

    /// Returns all elements in C order, by the array's own indexing.
    fn elements(array: &Array) -> Vec<u8> {
        let mut all = vec![Vec::new()];
        for length in array.shape() {
            let longer = |index: &Vec<usize>| (0..*length).map(|at| [&index[..], &[at]].concat()).collect::<Vec<_>>();
            all = all.iter().flat_map(longer).collect();
        }
        all.iter().flat_map(|index| array.item(index).expect("an element")).collect()
    }

    /// Returns views of arrays in both byte orders.
    fn views() -> Vec<Array> {
        let chains: [&[&str]; 9] = [
            &[],
            &["reverse 0"],
            &["transpose 2 0 1", "reverse 1"],
            &["slice 2 _ _ -2", "index 0 1"],
            &["newaxis 0", "broadcast 5 2 3 4"],
            &["index 0 0", "index 0 1", "index 0 2"],
            &["slice 1 3 _ 1"],
            &["slice 0 0 0 1", "transpose 2 1 0"],
            &["reshape 6 4", "reverse 0", "reverse 1"],
        ];
        let bytes: Vec<u8> = (0..24 * 4).collect();
        let array = |typestr: &str| {
            let buffer = Rc::new(Buffer::new(bytes.len() + 1, 0, &[&[0], &bytes[..]].concat()).expect("a buffer"));
            let dtype = Dtype::from_typestr(typestr).expect("a type");
            Array::new(&buffer, dtype, 1, &[2, 3, 4], &[48, 16, 4], true).expect("an array")
        };
        let view = |array: Array, view: &&str| array.view(&view.parse().expect("a view")).expect("a view");
        let both = ["<i4", ">f4"].map(|typestr| chains.map(|chain| chain.iter().fold(array(typestr), view)));
        both.into_iter().flatten().collect()
    }

    fn walks_views(library: Library) {
        // SAFETY: the function has this type.
        let walk = unsafe { std::mem::transmute::<*mut c_void, Walk<isize, isize>>(library.symbol(c"walk")) };
        let views = views();
        assert!(views.iter().any(|view| view.shape().is_empty()) && views.iter().any(|view| view.shape().contains(&0)));
        for view in views {
            let (shape, strides) = (view.ctypes().shape(), view.ctypes().strides());
            assert_eq!(walked(&view, walk, shape.as_deref(), strides.as_deref()), elements(&view), "{view:?}");
        }
    }

    fn walks_other_types(library: Library) {
        fn all<L: CNumber, S: CNumber>(walk: Walk<L, S>) {
            for view in views() {
                let (shape, strides) = (view.ctypes().shape_in::<L>(), view.ctypes().strides_in::<S>());
                assert_eq!(walked(&view, walk, shape.as_deref(), strides.as_deref()), elements(&view), "{view:?}");
            }
        }
        // SAFETY: the function has this type.
        all(unsafe { std::mem::transmute::<*mut c_void, Walk<u8, i16>>(library.symbol(c"walk_narrow")) });
        // SAFETY: the function has this type.
        all(unsafe { std::mem::transmute::<*mut c_void, Walk<u64, i64>>(library.symbol(c"walk_wide")) });
    }

    fn sums(library: Library) {
        // SAFETY: the function has this type.
        let sum = unsafe { std::mem::transmute::<*mut c_void, Sum>(library.symbol(c"sum")) };
        assert_eq!(total(sum).expect("a sum").to_bits(), 10.0f64.to_bits());
    }

    type Sum = unsafe extern "C" fn(*const c_char, *const isize, *const isize) -> f64;

    fn total(sum: Sum) -> Result<f64, Box<dyn std::error::Error>> {
        let array = Array::from_slice(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3])?;
        let view = array.view(&"reverse 0".parse()?)?.view(&"slice 1 _ _ 2".parse()?)?;
        let c = view.ctypes();
        let (shape, strides) = (c.shape().ok_or("no axes")?, c.strides().ok_or("no axes")?);
        // SAFETY: address, shape and strides are those of one array of double, which is alive.
        Ok(unsafe { sum(c.data_as_ptr(), shape.as_ptr(), strides.as_ptr()) }) // 10.0
    }
}

#[cfg(unix)]
fn main() {
    tests::main();
}

#[cfg(not(unix))]
fn main() {}
