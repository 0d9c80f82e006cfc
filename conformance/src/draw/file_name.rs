//! Draws the names of mapped files: as people give them, and as only some systems allow.

use crate::draw::Draw;
use array_ctypes_spec::platform::{DataModel, Platform};

/// Names that every system allows.
const NAMES: &[&str] = &[
    "data.bin",
    "data",
    "DATA.BIN",
    "weights.npy",
    "weights.npz",
    "scan.tar.gz",
    "run.2024-05-31.v2.final.dat",
    "memmap",
    "2024",
    "my data.bin",
    "copy of data (2).bin",
    "  two  spaces",
    "data (deleted)",
    ".hidden",
    ".cache.dat",
    "-rf",
    "--shape=3.dat",
    "~data.bin",
    "~",
    "100%.dat",
    "a%20b.dat",
    "%41.bin",
    "%s%d{0}.raw",
    "run#1.dat",
    "a&b;c=d.dat",
    "$HOME.dat",
    "${HOME}.dat",
    "it's.dat",
    "`id`.dat",
    "a[0-9].dat",
    "{a,b}.dat",
    "!data^@+,.bin",
    "file,1.0,2.0.csv",
    // One letter, composed and decomposed.
    "caf\u{e9}.dat",
    "cafe\u{301}.dat",
    "Messwerte \u{c4}\u{d6}\u{dc}\u{df}.dat",
    "\u{434}\u{430}\u{43d}\u{43d}\u{44b}\u{435}.bin",
    "\u{30c7}\u{30fc}\u{30bf}.dat",
    "\u{6e2c}\u{5b9a} 1.bin",
    "\u{5e0}\u{5ea}\u{5d5}\u{5e0}\u{5d9}\u{5dd}.dat",
    "\u{1f4c8}.bin",
    "\u{1f468}\u{200d}\u{1f52c} results.dat",
    "non\u{a0}breaking.dat",
    // 200 bytes.
    "a-name-that-says-where-when-and-how-the-data-was-recorded-and-by-whom-so-that-nobody-has-to-open-it-to-find-out-\
     and-that-therefore-is-longer-than-most-of-the-buffers-that-people-reserve-for-names.dat",
    // 199 bytes, 69 characters.
    "\u{6e2c}\u{5b9a}\u{6e2c}\u{5b9a}\u{6e2c}\u{5b9a}\u{6e2c}\u{5b9a}\u{6e2c}\u{5b9a}\u{6e2c}\u{5b9a}\u{6e2c}",
];

/// Names that Windows refuses, or changes.
const OTHER_NAMES: &[&str] = &[
    "data?.dat",
    "?mode=r",
    "*.dat",
    "a:b.dat",
    "C:data.bin",
    "file:data.bin",
    "12:30:00.dat",
    "back\\slash.dat",
    "\\",
    "\\n.dat",
    "a\"quoted\".dat",
    "<data>.bin",
    "a|b.dat",
    "trailing space ",
    "data.bin ",
    " ",
    "trailing.dot.",
    "...",
    "NUL",
    "con.npy",
];

/// Draws the last component of the name of a file; `None` if whoever makes the file chooses it.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform) -> Option<String> {
    let is_windows = platform.data_model == DataModel::Llp64;
    let names = if is_windows || draw.one_in(3) { NAMES } else { OTHER_NAMES };
    draw.one_in(2).then(|| draw.pick(names).to_owned())
}
