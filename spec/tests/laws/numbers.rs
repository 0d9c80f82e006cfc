//! Numbers, drawn: any, with those on purpose that break things.

use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn wild_i64() -> impl Strategy<Value = i64> {
    let edges = [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, i64::from(i32::MIN), i64::from(u32::MAX), 0, 1, -1];
    prop_oneof![-9i64..10, select(edges.to_vec()), any::<i64>()]
}

pub(crate) fn wild_u64() -> impl Strategy<Value = u64> {
    let edges = [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1, 1 << 62, 1 << 32, (1 << 32) - 1, 1 << 31, 0, 1];
    prop_oneof![4 => 0u64..5, 1 => select(edges.to_vec()), 1 => any::<u64>()]
}
