//! A stable hash of a string: FNV-1a.
//!
//! The standard library's hash may differ between versions; this one numbers the choices of checks and names case
//! files, so it must never change. It is not meant to resist attacks.

/// Returns the hash of a string.
pub const fn stable_hash(text: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325;
    let mut rest = text.as_bytes();
    while let [byte, others @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x100_0000_01B3);
        rest = others;
    }
    hash
}
