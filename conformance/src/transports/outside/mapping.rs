//! The mapping that an address lies in, in a form that is the same for every system.

/// The major and minor number of a device.
pub(super) type Device = (u32, u32);

/// The mapping that an address lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Permissions, as in `rw-p`.
    pub(super) permissions: String,
    /// The offset of the address in the mapped file, in bytes.
    pub(super) offset: u64,
    /// The device of the mapped file.
    pub(super) device: Device,
    /// The number of the mapped file on its device.
    pub(super) inode: u64,
    /// The mapped file; empty if the mapping has no file.
    pub(super) path: String,
}
