//! The cost of a mapped file beside one that is read: to open it, to touch it first, and to read touched pages.
//!
//! The file is in the system's cache, so the disk is not measured.
//!
//! On systems without `mmap` nothing is measured.
#![forbid(unsafe_code)]

#[cfg(unix)]
criterion::criterion_main!(unix::benches);

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use array_ctypes::Memmap;
    use array_ctypes::spec::memmap::Mode;
    use array_ctypes_benches::by_hand::Numbers;
    use array_ctypes_benches::mapped::{ByHand, memmap2};
    use array_ctypes_benches::{AGAIN, BETWEEN, BY_HAND, settings, sum_of};
    use criterion::{Bencher, Criterion, Throughput, criterion_group};
    use std::fs::{self, File};
    use std::hint::black_box;
    use std::io::Read;
    use std::path::{Path, PathBuf};
    use tempfile::TempDir;

    /// The size in bytes. Debug builds only test that everything runs.
    const SIZE: usize = if cfg!(debug_assertions) { 1 << 16 } else { 16 << 20 };

    /// The distance of touched bytes: at least one in each page, whatever the system's page size.
    const PAGE: usize = 4096;

    /// Makes a folder with a file of numbers. Returns both.
    fn file() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let bytes: Vec<u8> = (0..SIZE / 8).flat_map(|number| ((number % 7) as f64).to_ne_bytes()).collect();
        fs::write(&path, bytes).expect("room for the file");
        (folder, path)
    }

    fn reference(path: &Path) -> Memmap {
        let bytes = array_ctypes::dtype::parse("|u1").expect("a type");
        Memmap::options(Mode::R, bytes).open(path).expect("a mapping")
    }

    fn slice(map: &Memmap) -> &[u8] {
        Numbers::of(map).and_then(|numbers| numbers.slice().ok()).expect("contiguous")
    }

    /// Reads one byte of each page.
    fn touch(bytes: &[u8]) -> u64 {
        bytes.iter().step_by(PAGE).map(|byte| u64::from(*byte)).sum()
    }

    fn open(criterion: &mut Criterion) {
        let (_folder, path) = file();
        let mut buffer = [0; PAGE];
        let mut group = criterion.benchmark_group("memory map, open and close");
        let again = |bencher: &mut Bencher| bencher.iter(|| ByHand::open(black_box(&path)));
        group.bench_function(BY_HAND, again);
        group.bench_function("reference, Memmap", |bencher| bencher.iter(|| reference(black_box(&path))));
        group.bench_function("memmap2", |bencher| bencher.iter(|| memmap2(black_box(&path))));
        group.bench_function(BETWEEN, again);
        group.bench_function("read, of one page", |bencher| {
            bencher.iter(|| File::open(black_box(&path)).and_then(|mut file| file.read_exact(&mut buffer)));
        });
        group.bench_function(AGAIN, again);
        group.finish();
    }

    fn first_touch(criterion: &mut Criterion) {
        let (_folder, path) = file();
        let mut buffer = vec![1; SIZE];
        let mut group = criterion.benchmark_group("memory map, open and first touch of each page");
        group.throughput(Throughput::Bytes(SIZE as u64));
        let again = |bencher: &mut Bencher| bencher.iter(|| ByHand::open(&path).map(|map| touch(&map)));
        group.bench_function(BY_HAND, again);
        group.bench_function("reference, Memmap", |bencher| bencher.iter(|| touch(slice(&reference(&path)))));
        group.bench_function("memmap2", |bencher| bencher.iter(|| memmap2(&path).map(|map| touch(&map))));
        group.bench_function(BETWEEN, again);
        group.bench_function("read, into new memory", |bencher| {
            bencher.iter(|| fs::read(&path).map(|bytes| touch(&bytes)));
        });
        group.bench_function("read, into memory that was there", |bencher| {
            bencher.iter(|| {
                let read = File::open(&path).and_then(|mut file| file.read_exact(&mut buffer));
                read.map(|()| touch(&buffer))
            });
        });
        group.bench_function(AGAIN, again);
        group.finish();
    }

    fn warm_read(criterion: &mut Criterion) {
        let (_folder, path) = file();
        let (by_hand, map) = (ByHand::open(&path).expect("a mapping"), reference(&path));
        let (with_memmap2, read) = (memmap2(&path).expect("a mapping"), fs::read(&path).expect("the file"));
        let mut buffer = vec![1; SIZE];
        let sum = |bytes: &[u8]| sum_of(bytes.as_chunks::<8>().0, f64::from_ne_bytes);
        let mut group = criterion.benchmark_group("memory map, warm read of all");
        group.throughput(Throughput::Bytes(SIZE as u64));
        let again = |bencher: &mut Bencher| bencher.iter(|| sum(black_box(&by_hand)));
        group.bench_function(BY_HAND, again);
        group.bench_function("reference, as_slice", |bencher| bencher.iter(|| sum(slice(black_box(&map)))));
        group.bench_function("memmap2", |bencher| bencher.iter(|| sum(black_box(&with_memmap2))));
        group.bench_function(BETWEEN, again);
        group.bench_function("slice, of memory read before", |bencher| bencher.iter(|| sum(black_box(&read))));
        group.bench_function("read, each time", |bencher| {
            bencher.iter(|| {
                let read = File::open(&path).and_then(|mut file| file.read_exact(&mut buffer));
                read.map(|()| sum(&buffer))
            });
        });
        group.bench_function(AGAIN, again);
        group.finish();
    }

    criterion_group! {
        name = benches;
        config = settings();
        targets = open, first_touch, warm_read
    }
}
