//! Structured types that real programs and files have.
//!
//! Each is taken from a public description: the header of a C library, the specification of a file format, or the
//! documentation of the library that reads it. [`FORMATS`] is the list.
//!
//! - pixels: RGBA of 4 bytes; BGR of 3, as in BMP; half of a `YCbCr` pair
//! - sound: a stereo frame of two 24-bit samples; the header of a WAV file (RIFF, little-endian)
//! - images: the header of a BMP file (packed, 14 bytes); a directory entry of TIFF, big-endian; the start of a PNG chunk
//! - point clouds: `PointXYZ`, `PointXYZI` and `PointXYZRGB` of PCL, padded for SSE; a point of a rotating lidar as ROS packs
//!   it; LAS point formats 0 and 1
//! - geometry: a vector of three floats padded to four; a triangle of binary STL (50 bytes); a 4 × 4 matrix
//! - tables: a row of a FITS binary table, big-endian; a compound type as HDF5 and netCDF-4 store it; `arr[["a", "c"]]` of
//!   NumPy, which keeps the offsets of the fields that it left out; an integer whose halves have names
//! - C: a character before a double, and after one; `timespec`; `input_event` of Linux; a symbol of ELF64; a complex number
//!   as two floats; a structure in a structure

/// A structured type by its description.
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub(super) place: Place,
    /// A compiler decides the offsets itself.
    pub(super) fields: &'static [FieldOf],
}

/// Name, type, shape of a sub-array, and offset of a field.
type FieldOf = (&'static str, Type, &'static [u64], u64);

/// Who decides where fields lie.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The compiler of the platform.
    Compiled,
    /// The description, which gives the size of an element too.
    Prescribed { size: u64 },
}

/// The type of a field.
#[derive(Clone, Copy)]
pub(super) enum Type {
    /// A type string, with `=` for the byte order of the platform.
    Plain(&'static str),
    Nested(&'static Format),
}

use Place::{Compiled, Prescribed};
use Type::{Nested, Plain};

const U1: Type = Plain("|u1");
const F4: Type = Plain("=f4");
const X: FieldOf = ("x", F4, &[], 0);
const Y: FieldOf = ("y", F4, &[], 4);
const Z: FieldOf = ("z", F4, &[], 8);

pub(super) const FORMATS: &[Format] = &[
    // RGBA.
    Format {
        place: Prescribed { size: 4 },
        fields: &[("r", U1, &[], 0), ("g", U1, &[], 1), ("b", U1, &[], 2), ("a", U1, &[], 3)],
    },
    // BGR.
    Format { place: Prescribed { size: 3 }, fields: &[("b", U1, &[], 0), ("g", U1, &[], 1), ("r", U1, &[], 2)] },
    // YCbCr pair.
    Format { place: Prescribed { size: 4 }, fields: &[("y", U1, &[2], 0), ("cb", U1, &[], 2), ("cr", U1, &[], 3)] },
    // Stereo frame of 24 bits.
    Format {
        place: Prescribed { size: 6 },
        fields: &[("left", Plain("|V3"), &[], 0), ("right", Plain("|V3"), &[], 3)],
    },
    // WAV header.
    Format {
        place: Prescribed { size: 36 },
        fields: &[
            ("riff", Plain("|S4"), &[], 0),
            ("size", Plain("<u4"), &[], 4),
            ("wave", Plain("|S4"), &[], 8),
            ("fmt", Plain("|S4"), &[], 12),
            ("fmt size", Plain("<u4"), &[], 16),
            ("format", Plain("<u2"), &[], 20),
            ("channels", Plain("<u2"), &[], 22),
            ("rate", Plain("<u4"), &[], 24),
            ("byte rate", Plain("<u4"), &[], 28),
            ("align", Plain("<u2"), &[], 32),
            ("bits", Plain("<u2"), &[], 34),
        ],
    },
    // BMP header.
    Format {
        place: Prescribed { size: 14 },
        fields: &[
            ("type", Plain("<u2"), &[], 0),
            ("size", Plain("<u4"), &[], 2),
            ("reserved", Plain("<u2"), &[2], 6),
            ("offset", Plain("<u4"), &[], 10),
        ],
    },
    // TIFF directory entry.
    Format {
        place: Prescribed { size: 12 },
        fields: &[
            ("tag", Plain(">u2"), &[], 0),
            ("type", Plain(">u2"), &[], 2),
            ("count", Plain(">u4"), &[], 4),
            ("value", Plain(">u4"), &[], 8),
        ],
    },
    // PNG chunk.
    Format {
        place: Prescribed { size: 8 },
        fields: &[("length", Plain(">u4"), &[], 0), ("type", Plain("|S4"), &[], 4)],
    },
    // PointXYZ.
    Format { place: Prescribed { size: 16 }, fields: &[X, Y, Z] },
    // PointXYZI.
    Format { place: Prescribed { size: 32 }, fields: &[X, Y, Z, ("intensity", F4, &[], 16)] },
    // PointXYZRGB.
    Format {
        place: Prescribed { size: 32 },
        fields: &[X, Y, Z, ("rgb", F4, &[], 16), ("rgba", Plain("=u4"), &[], 16)],
    },
    // Point of a rotating lidar.
    Format {
        place: Prescribed { size: 22 },
        fields: &[X, Y, Z, ("intensity", F4, &[], 12), ("ring", Plain("=u2"), &[], 16), ("time", F4, &[], 18)],
    },
    // LAS point format 0.
    Format { place: Prescribed { size: 20 }, fields: LAS },
    // LAS point format 1.
    Format {
        place: Prescribed { size: 28 },
        fields: &[
            LAS[0],
            LAS[1],
            LAS[2],
            LAS[3],
            LAS[4],
            LAS[5],
            LAS[6],
            LAS[7],
            LAS[8],
            ("gps time", Plain("<f8"), &[], 20),
        ],
    },
    // Vector with padding.
    Format { place: Prescribed { size: 16 }, fields: &[("v", F4, &[3], 0)] },
    // STL triangle.
    Format {
        place: Prescribed { size: 50 },
        fields: &[
            ("normal", Plain("<f4"), &[3], 0),
            ("vertices", Plain("<f4"), &[3, 3], 12),
            ("attribute", Plain("<u2"), &[], 48),
        ],
    },
    // Matrix.
    Format { place: Prescribed { size: 64 }, fields: &[("m", F4, &[4, 4], 0)] },
    // FITS row.
    Format {
        place: Prescribed { size: 28 },
        fields: &[
            ("RA", Plain(">f8"), &[], 0),
            ("DEC", Plain(">f8"), &[], 8),
            ("ID", Plain(">i4"), &[], 16),
            ("NAME", Plain("|S8"), &[], 20),
        ],
    },
    // HDF5 compound.
    Format {
        place: Prescribed { size: 48 },
        fields: &[("id", Plain("<i8"), &[], 0), ("name", Plain("|S16"), &[], 8), ("position", Plain("<f8"), &[3], 24)],
    },
    // NetCDF compound.
    Format {
        place: Compiled,
        fields: &[("flag", Plain("|i1"), &[], 0), ("count", Plain("=i4"), &[], 0), ("depth", Plain("=f8"), &[2], 0)],
    },
    // Some fields of a larger type.
    Format { place: Prescribed { size: 24 }, fields: &[("a", Plain("=i4"), &[], 0), ("c", Plain("=f8"), &[], 16)] },
    // Halves of an integer.
    Format {
        place: Prescribed { size: 4 },
        fields: &[("whole", Plain("=i4"), &[], 0), ("low", Plain("=u2"), &[], 0), ("high", Plain("=i2"), &[], 2)],
    },
    // Character before a double.
    Format { place: Compiled, fields: &[("c", Plain("|S1"), &[], 0), ("d", Plain("=f8"), &[], 0)] },
    // Double before a character.
    Format { place: Compiled, fields: &[("d", Plain("=f8"), &[], 0), ("c", Plain("|i1"), &[], 0)] },
    TIMESPEC,
    // Input_event.
    Format {
        place: Compiled,
        fields: &[
            ("time", Nested(&TIMESPEC), &[], 0),
            ("type", Plain("=u2"), &[], 0),
            ("code", Plain("=u2"), &[], 0),
            ("value", Plain("=i4"), &[], 0),
        ],
    },
    // ELF64 symbol.
    Format {
        place: Compiled,
        fields: &[
            ("name", Plain("=u4"), &[], 0),
            ("info", U1, &[], 0),
            ("other", U1, &[], 0),
            ("section", Plain("=u2"), &[], 0),
            ("value", Plain("=u8"), &[], 0),
            ("size", Plain("=u8"), &[], 0),
        ],
    },
    // Complex as a pair.
    Format { place: Compiled, fields: &[("re", F4, &[], 0), ("im", F4, &[], 0)] },
    // Structure in a structure.
    Format {
        place: Compiled,
        fields: &[("kind", Plain("=i2"), &[], 0), ("pair", Nested(&INNER), &[2], 0), ("last", U1, &[], 0)],
    },
];

const LAS: &[FieldOf] = &[
    ("X", Plain("<i4"), &[], 0),
    ("Y", Plain("<i4"), &[], 4),
    ("Z", Plain("<i4"), &[], 8),
    ("intensity", Plain("<u2"), &[], 12),
    ("returns", U1, &[], 14),
    ("classification", U1, &[], 15),
    ("scan_angle", Plain("|i1"), &[], 16),
    ("user_data", U1, &[], 17),
    ("source", Plain("<u2"), &[], 18),
];

// Timespec.
const TIMESPEC: Format =
    Format { place: Compiled, fields: &[("sec", Plain("=i8"), &[], 0), ("nsec", Plain("=i8"), &[], 0)] };

const INNER: Format =
    // Inner.
    Format { place: Compiled, fields: &[("tag", Plain("|i1"), &[], 0), ("x", F4, &[], 0)] };
