//! Mapped arrays: the bytes they share with the file, and how long the mapping exists.

use array_ctypes::memmap::{MemmapError, Order, close};
use array_ctypes::platform::granularity;
use array_ctypes::spec::dtype::Dtype;
use array_ctypes::spec::memmap::Mode;
use array_ctypes::{Array, Memmap};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

fn dtype(typestr: &str) -> Dtype {
    Dtype::from_typestr(typestr).unwrap()
}

/// A folder, and the path of a file in it that holds the bytes 0, 1, 2, …
fn file(size: u8) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, (0..size).collect::<Vec<u8>>()).unwrap();
    (folder, path)
}

fn bytes_at(path: &Path, offset: u64, count: usize) -> Vec<u8> {
    let mut file = File::open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes).unwrap();
    bytes
}

/// Number of mappings of the file in this process.
#[cfg(target_os = "linux")]
fn mappings(path: &Path) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter(|line| line.ends_with(path.to_str().unwrap())).count()
}

#[test]
fn the_offset_is_rounded_down_to_the_granularity_and_added_back() {
    let unit = granularity() as u64;
    for offset in [0, 1, 6, unit - 1, unit, unit + 1, 3 * unit + 7] {
        let (_folder, path) = file(0);
        let map = Memmap::options(Mode::WPlus, dtype("<i4")).offset(offset).shape(&[2]).open(&path).unwrap();
        let mapping = map.mapping().unwrap();
        assert_eq!((mapping.start(), mapping.offset()), (offset / unit * unit, offset));
        assert_eq!(map.ctypes().data() as u64 - mapping.address() as u64, offset % unit);
        assert_eq!(map.ctypes().data() as u64 % unit, offset % unit);
        assert_eq!(map.memory().size() as u64, offset % unit + 8);
        assert_eq!(fs::metadata(&path).unwrap().len(), offset + 8);
        map.set_item(&[1], b"abcd").unwrap();
        assert_eq!(bytes_at(&path, offset + 4, 4), b"abcd");
    }
}

#[test]
fn elements_have_the_order_that_was_asked_for_and_any_element_type() {
    let (_folder, path) = file(24);
    let options = Memmap::options(Mode::R, dtype(">i2")).shape(&[2, 3]);
    let rows = options.clone().open(&path).unwrap();
    let columns = options.order(Order::Fortran).open(&path).unwrap();
    assert_eq!((rows.strides(), rows.item(&[1, 0]).unwrap()), (&[6isize, 2][..], vec![6, 7]));
    assert_eq!((columns.strides(), columns.item(&[1, 0]).unwrap()), (&[2isize, 4][..], vec![2, 3]));
    let odd = Memmap::options(Mode::C, dtype("|V7")).offset(3).open(&path).unwrap();
    assert_eq!((odd.shape(), odd.item(&[2]).unwrap()), (&[3][..], (17..24).collect()));
    let single = Memmap::options(Mode::R, dtype("<f8")).offset(1).shape(&[]).open(&path).unwrap();
    assert_eq!((single.item(&[]).unwrap(), single.is_aligned()), ((1..9).collect(), false));
}

#[test]
fn the_mode_decides_if_writes_reach_the_file_or_stay_private() {
    for mode in [Mode::RPlus, Mode::WPlus, Mode::C] {
        let (_folder, path) = file(8);
        let map = Memmap::options(mode, dtype("<i4")).shape(&[2]).open(&path).unwrap();
        let before = bytes_at(&path, 0, 8);
        let to_bytes = "POINTER(c_ubyte)".parse().unwrap();
        map.ctypes().data_as(&to_bytes).unwrap().write(4, b"wxyz").unwrap();
        assert_eq!(map.item(&[1]).unwrap(), b"wxyz");
        let shared = mode != Mode::C;
        assert_eq!(bytes_at(&path, 4, 4), if shared { b"wxyz" } else { &before[4..] }, "no flush is needed");
        if shared {
            OpenOptions::new().write(true).open(&path).unwrap().write_all(b"abcd").unwrap();
            assert_eq!(map.item(&[0]).unwrap(), b"abcd");
        }
        map.mapping().unwrap().flush().unwrap();
        assert_eq!(bytes_at(&path, 4, 4), if shared { b"wxyz" } else { &before[4..] });
    }
}

#[test]
fn a_file_past_four_gibibytes_is_mapped_at_the_offset_that_was_asked_for() {
    let (_folder, path) = file(0);
    let offset = (5 << 30) + 3;
    let map = Memmap::options(Mode::WPlus, dtype("<i8")).offset(offset).shape(&[3]).open(&path).unwrap();
    map.set_item(&[2], b"far away").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), offset + 24);
    assert_eq!(bytes_at(&path, offset + 16, 8), b"far away");
    let read = Memmap::options(Mode::R, dtype("<i8")).offset(offset).open(&path).unwrap();
    assert_eq!((read.shape(), read.item(&[2]).unwrap()), (&[3][..], b"far away".to_vec()));
    if cfg!(target_pointer_width = "64") {
        let whole = Memmap::options(Mode::R, dtype("|u1")).open(&path).unwrap();
        assert_eq!(whole.shape(), [5 * (1 << 30) + 27]);
        assert_eq!(whole.item(&[(offset + 16) as usize]).unwrap(), b"f");
    } else {
        // The file may be this large, but a mapping of it may not.
        let refused = Memmap::options(Mode::R, dtype("|u1")).open(&path).unwrap_err();
        assert!(matches!(refused, MemmapError::TooBig), "{refused}");
    }
}

#[test]
fn an_array_without_elements_can_be_mapped_and_has_no_readable_byte() {
    for (mode, offset, size) in [(Mode::R, 0, 0), (Mode::C, 9, 9), (Mode::RPlus, 5, 5), (Mode::WPlus, 0, 0)] {
        let (_folder, path) = file(if mode == Mode::C { 9 } else { 0 });
        let map = Memmap::options(mode, dtype("<i4")).offset(offset).shape(&[0, 4]).open(&path).unwrap();
        assert_eq!(map.ctypes().data() as u64 % granularity() as u64, offset);
        assert_eq!(fs::metadata(&path).unwrap().len(), size);
        assert!(map.memory().read(map.ctypes().data_as_ptr(), 1).is_err());
    }
}

#[test]
fn a_file_that_cannot_be_mapped_is_an_error_with_its_reason() {
    let (folder, path) = file(10);
    let of = |mode| Memmap::options(mode, dtype("<i4"));
    let refused = |result: Result<Memmap, MemmapError>| {
        let error = result.unwrap_err();
        let message = error.to_string();
        assert!(message.contains("expected") && message.contains("found"), "{message}");
        error
    };
    for mode in [Mode::R, Mode::RPlus, Mode::C] {
        let missing = refused(of(mode).open(folder.path().join("none")));
        assert!(matches!(missing, MemmapError::Missing), "{missing}");
        let uneven = refused(of(mode).open(&path));
        assert!(matches!(uneven, MemmapError::NotWhole { bytes: 10, item: 4 }), "{uneven}");
        let behind = refused(of(mode).offset(11).open(&path));
        assert!(matches!(behind, MemmapError::Offset { offset: 11, size: 10 }), "{behind}");
    }
    for mode in Mode::ALL {
        let directory = refused(of(*mode).shape(&[1]).open(folder.path()));
        assert!(matches!(directory, MemmapError::Directory), "{directory}");
        let lengths: [&[usize]; 3] = [&[usize::MAX / 2], &[1 << 16, 1 << (usize::BITS - 17)], &[0, usize::MAX]];
        for shape in lengths {
            let big = refused(of(*mode).shape(shape).open(&path));
            assert!(matches!(big, MemmapError::TooBig), "{big}");
            fs::write(&path, [0; 10]).unwrap();
        }
        let far = refused(of(*mode).offset(i64::MAX as u64).shape(&[1]).open(&path));
        assert!(matches!(far, MemmapError::TooBig), "{far}");
        fs::write(&path, [0; 10]).unwrap();
    }
    for mode in [Mode::R, Mode::C] {
        let short = refused(of(mode).shape(&[3]).open(&path));
        assert!(matches!(short, MemmapError::TooShort { needed: 12, size: 10 }), "{short}");
    }
    for (mode, shape) in [(Mode::RPlus, 2), (Mode::RPlus, 3), (Mode::WPlus, 2)] {
        let read_only = File::open(&path).unwrap();
        let permission = refused(of(mode).shape(&[shape]).open_file(&read_only));
        assert!(matches!(permission, MemmapError::Permission { .. }), "{permission}");
    }
    let shapeless = refused(of(Mode::WPlus).open(&path));
    assert!(matches!(shapeless, MemmapError::NoShape), "{shapeless}");
    assert_eq!(fs::metadata(&path).unwrap().len(), 10, "the file is not changed");
    let objects = refused(Memmap::options(Mode::R, Dtype::object(8)).shape(&[1]).open(&path));
    assert!(matches!(objects, MemmapError::Objects), "{objects}");
}

#[test]
fn an_open_file_is_mapped_and_may_be_closed_afterwards() {
    let (_folder, path) = file(8);
    let opened = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let map = Memmap::options(Mode::WPlus, dtype("<i2")).shape(&[2]).name(&path).open_file(&opened).unwrap();
    drop(opened);
    assert_eq!(map.mapping().unwrap().path(), Some(&*path));
    assert_eq!((map.item(&[1]).unwrap(), bytes_at(&path, 0, 4)), (vec![0; 2], vec![0; 4]));
}

#[test]
fn only_the_mode_that_makes_the_file_empties_an_open_file() {
    let (_folder, path) = file(8);
    let opened = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let map = Memmap::options(Mode::RPlus, dtype("<i2")).shape(&[2]).open_file(&opened).unwrap();
    assert_eq!(map.item(&[1]).unwrap(), [2, 3]);
    assert!(Memmap::options(Mode::WPlus, dtype("<i2")).open_file(&opened).is_err(), "without a shape");
    assert_eq!(bytes_at(&path, 0, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_file_that_is_large_enough_is_not_modified() {
    let (_folder, path) = file(8);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    for shape in [1, 2] {
        let map = Memmap::options(Mode::RPlus, dtype("<i4")).shape(&[shape]).open(&path).unwrap();
        drop(map);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
    }
}

#[test]
fn no_space_is_reserved_for_an_array_without_elements() {
    let (_folder, path) = file(0);
    let map = Memmap::options(Mode::WPlus, dtype("<i4")).shape(&[0]).reserve(true).open(&path).unwrap();
    assert_eq!((map.shape(), fs::metadata(&path).unwrap().len()), (&[0][..], 0));
}

#[test]
#[cfg(target_os = "linux")]
fn views_hold_the_mapping_and_the_last_one_unmaps_it_once() {
    let (_folder, path) = file(64);
    let map = Memmap::options(Mode::R, dtype("<i4")).shape(&[16]).open(&path).unwrap();
    // A second mapping of the same file: if the first were unmapped twice, a part of this one would be lost.
    let other = Memmap::options(Mode::R, dtype("|u1")).open(&path).unwrap();
    assert_eq!(mappings(&path), 2);
    let view = map.view(&"reverse 0".parse().unwrap()).unwrap();
    let owned = map.view(&"slice 0 3 5 1".parse().unwrap()).unwrap().into_ctypes();
    drop(map);
    assert_eq!(mappings(&path), 2);
    assert_eq!(view.item(&[0]).unwrap(), [60, 61, 62, 63]);
    drop(view);
    assert_eq!(mappings(&path), 2);
    assert_eq!(owned.array().item(&[0]).unwrap(), [12, 13, 14, 15]);
    drop(owned);
    assert_eq!(mappings(&path), 1);
    // A new mapping, likely at the same address: later drops must not unmap it.
    let third = Memmap::options(Mode::R, dtype("|u1")).open(&path).unwrap();
    assert_eq!(mappings(&path), 2);
    drop(other);
    assert_eq!((third.item(&[9]).unwrap(), mappings(&path)), (vec![9], 1));
    drop(third);
    assert_eq!(mappings(&path), 0);
}

#[test]
fn a_mapping_in_use_is_not_closed() {
    let (_folder, path) = file(4);
    let map = Memmap::options(Mode::RPlus, dtype("|u1")).open(&path).unwrap();
    let view: Array = map.view(&"index 0 2".parse().unwrap()).unwrap();
    let another = view.clone();
    let (map, in_use) = map.close().unwrap_err();
    assert_eq!((in_use.others, map.item(&[1]).unwrap()), (2, vec![1]));
    assert!(in_use.to_string().contains("found 2 that use it"));
    drop(another);
    drop(map);
    assert_eq!(close(Rc::clone(view.memory())).unwrap_err().others, 1);
    assert_eq!(view.item(&[]).unwrap(), [2]);
}

#[test]
fn a_copy_has_memory_of_its_own() {
    let (_folder, path) = file(8);
    let map = Memmap::options(Mode::R, dtype("<i2")).shape(&[2, 2]).order(Order::Fortran).open(&path).unwrap();
    let copy = map.copy().unwrap();
    drop(map);
    assert!(copy.mapping().is_none() && copy.is_c_contiguous() && copy.is_writeable());
    assert_eq!((copy.item(&[0, 1]).unwrap(), copy.item(&[1, 0]).unwrap()), (vec![4, 5], vec![2, 3]));
}
