//! How an address is mapped.

/// The mapping that an address lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// As in `rw-p`.
    pub(super) permissions: String,
    /// Where the address is in the mapped file, in bytes.
    pub(super) offset: u64,
    /// The mapped file; empty where it is none.
    pub(super) path: String,
}
