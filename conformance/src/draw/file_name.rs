//! Draws the names of mapped files, as people give them.

use crate::draw::Draw;
use array_ctypes_spec::platform::{DataModel, Platform};

/// Names that have something in common. Each kind is drawn equally often.
struct Names {
    /// Names that every system allows, at least one.
    anywhere: &'static [&'static str],
    /// Names that Windows refuses, or changes.
    not_on_windows: &'static [&'static str],
}

const NAMES: &[Names] = &[
    // Plain.
    Names { anywhere: &["data.bin", "data", "DATA.BIN", "memmap", "2024"], not_on_windows: &["NUL"] },
    // Those of other formats.
    Names { anywhere: &["weights.npy", "weights.npz", "table,1.0.csv"], not_on_windows: &["con.npy"] },
    Names { anywhere: &["scan.tar.gz", "run.2024-05-31.v2.dat", "v1..2"], not_on_windows: &["data.", "..."] },
    // Hidden ones, and those that look like options or a folder.
    Names { anywhere: &[".hidden", ".cache.dat", "-rf", "--shape=3.dat", "~", "~data.bin"], not_on_windows: &[] },
    Names {
        anywhere: &["my data.bin", "copy of data (2).bin", "  two  spaces", "data (deleted)"],
        not_on_windows: &["trailing space ", "data.bin ", " "],
    },
    Names { anywhere: &["a%20b.dat", "%41.bin", "100%.dat", "%s%d.raw"], not_on_windows: &[] },
    // Those that mean something else in a URL.
    Names {
        anywhere: &["run#1.dat", "a&b;c=d+e.dat"],
        not_on_windows: &["data?.dat", "?mode=r", "file:data.bin", "C:data.bin", "12:30:00.dat"],
    },
    // Those that mean something else to a shell.
    Names {
        anywhere: &["$HOME.dat", "${HOME}.dat", "%TEMP%.dat", "`id`.dat", "!data^@.bin"],
        not_on_windows: &["a|b>c.dat"],
    },
    Names { anywhere: &["a[0-9].dat", "{a,b}.dat", "{0}.dat"], not_on_windows: &["*.dat", "<data>.bin"] },
    Names { anywhere: &["it's.dat", "''"], not_on_windows: &["a\"quoted\".dat", "back\\slash.dat", "\\", "\\n.dat"] },
    // One letter, composed and decomposed.
    Names { anywhere: &["caf\u{e9}.dat", "\u{e9}", "cafe\u{301}.dat"], not_on_windows: &[] },
    Names {
        anywhere: &["größe.dat", "данные.bin", "データ.dat", "測定 1.bin", "נתונים.dat", "no\u{a0}break.dat"],
        not_on_windows: &[],
    },
    // Letters of more than 16 bits, also joined.
    Names { anywhere: &["\u{1f4c8}.bin", "\u{1f468}\u{200d}\u{1f52c} results.dat", "𝛼.dat"], not_on_windows: &[] },
    // About 200 bytes.
    Names {
        anywhere: &[
            "a-name-that-says-when-and-where-and-how-and-by-whom-these-data-were-recorded-so-that-nobody-needs-to-open-the-\
             file-to-find-out-and-that-is-longer-than-the-buffers-that-people-reserve-for-names.dat",
            "測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定測定",
        ],
        not_on_windows: &[],
    },
];

/// Draws the last component of the name of a file; `None` if whoever makes the file chooses it.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform) -> Option<String> {
    if draw.one_in(2) {
        return None;
    }
    let Names { anywhere, not_on_windows } = &NAMES[draw.below(NAMES.len() as u32) as usize];
    // The data model is that of Windows alone.
    let others = if platform.data_model == DataModel::Llp64 { &[] } else { *not_on_windows };
    let at = draw.below((anywhere.len() + others.len()) as u32) as usize;
    anywhere.iter().chain(others).nth(at).map(|name| (*name).to_owned())
}
