//! Which structured types are inside the limits.

use array_ctypes_spec::dtype::Record;
use array_ctypes_spec::platform::Platform;

/// The structured types that a library has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Records {
    /// None.
    None,
    /// Flat ones, whose fields are plain, aligned, and follow each other without gaps; and those that take these features.
    Only(Vec<RecordFeature>),
    /// All.
    All,
}

/// Declares the features of structured types, each with its word in the protocol.
macro_rules! features {
    ($(#[$about:meta])* pub enum RecordFeature { $($(#[$doc:meta])* $Feature:ident = $word:literal,)* }) => {
        $(#[$about])*
        pub enum RecordFeature { $($(#[$doc])* $Feature,)* }

        impl RecordFeature {
            /// All of them.
            pub const ALL: &'static [RecordFeature] = &[$(RecordFeature::$Feature),*];

            /// Its word in the protocol.
            pub fn word(self) -> &'static str {
                match self { $(RecordFeature::$Feature => $word,)* }
            }
        }
    };
}

features! {
    /// What a structured type may have beyond plain fields, each aligned, one after another.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RecordFeature {
        /// A field that is structured itself.
        Nested = "nested",
        /// A field that is an array of items.
        SubArrays = "sub-arrays",
        /// Bytes that belong to no field.
        Padded = "padded",
        /// Fields that need not be aligned: the type claims a smaller alignment than one of them.
        Unaligned = "unaligned",
        /// Fields that share bytes.
        Overlap = "overlap",
        /// A field that begins before an earlier one does.
        Unordered = "unordered",
        /// A second name of a field.
        Titles = "titles",
    }
}

impl RecordFeature {
    /// The one of that word.
    pub fn from_word(word: &str) -> Option<RecordFeature> {
        RecordFeature::ALL.iter().copied().find(|feature| feature.word() == word)
    }

    /// Returns true if a structured type has this feature itself, whatever the types of its fields have.
    fn is_of(self, platform: &Platform, record: &Record) -> bool {
        let fields = &record.fields;
        match self {
            RecordFeature::Nested => fields.iter().any(|field| field.dtype.plain().is_none()),
            RecordFeature::SubArrays => fields.iter().any(|field| !field.shape.is_empty()),
            RecordFeature::Padded => is_padded(record),
            RecordFeature::Unaligned => {
                !record.aligned && fields.iter().any(|field| field.dtype.alignment(platform) > 1)
            }
            RecordFeature::Overlap => {
                let overlaps = |(at, end): &(u64, u64), (other, other_end): &(u64, u64)| at < other_end && other < end;
                let places = places(record);
                places.iter().enumerate().any(|(at, one)| places[..at].iter().any(|other| overlaps(one, other)))
            }
            RecordFeature::Unordered => fields.windows(2).any(|pair| pair[1].offset < pair[0].offset),
            RecordFeature::Titles => fields.iter().any(|field| field.title.is_some()),
        }
    }
}

impl Records {
    /// Returns true if there are structured types with this feature.
    pub(crate) fn have(&self, feature: RecordFeature) -> bool {
        match self {
            Records::None => false,
            Records::Only(features) => features.contains(&feature),
            Records::All => true,
        }
    }

    /// Returns true if a structured type is inside, whatever the types of its fields are.
    pub(super) fn allow(&self, platform: &Platform, record: &Record) -> bool {
        let is_inside = |feature: &RecordFeature| self.have(*feature) || !feature.is_of(platform, record);
        *self != Records::None && RecordFeature::ALL.iter().all(is_inside)
    }
}

/// Where each field begins and ends.
fn places(record: &Record) -> Vec<(u64, u64)> {
    record.fields.iter().map(|field| (field.offset, field.offset.saturating_add(field.size()))).collect()
}

/// Returns true if a byte belongs to no field.
fn is_padded(record: &Record) -> bool {
    let mut places = places(record);
    places.sort_unstable();
    let mut covered = 0;
    for (start, end) in places {
        if start > covered {
            return true;
        }
        covered = covered.max(end);
    }
    covered < record.size
}
