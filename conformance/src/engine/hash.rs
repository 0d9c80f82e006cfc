//! A number for a text that stays when others are added: FNV-1a.

/// The number. It needs no more than to differ.
pub const fn of(text: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325;
    let mut rest = text.as_bytes();
    while let [byte, others @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x100_0000_01B3);
        rest = others;
    }
    hash
}
