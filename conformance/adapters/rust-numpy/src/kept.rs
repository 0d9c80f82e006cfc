//! Borrows that outlive the call of the function that was handed an array, as the suite asks for its result later.
//!
//! # Invariants
//!
//! 1. A kept borrow is used and dropped by methods of an object of Python alone, so only while the thread is attached.
#![expect(
    unsafe_code,
    reason = "a lifetime stands for the time that a thread is attached, which calls of methods bring back"
)]

use numpy::{Element, PyReadonlyArrayDyn, PyReadwriteArrayDyn};
use std::mem::transmute;

pub(crate) fn readonly<T: Element>(borrow: PyReadonlyArrayDyn<'_, T>) -> PyReadonlyArrayDyn<'static, T> {
    // SAFETY: 1: the lifetime is that of the attached thread; it is not looked at elsewhere.
    unsafe { transmute(borrow) }
}

pub(crate) fn readwrite<T: Element>(borrow: PyReadwriteArrayDyn<'_, T>) -> PyReadwriteArrayDyn<'static, T> {
    // SAFETY: 1: the lifetime is that of the attached thread; it is not looked at elsewhere.
    unsafe { transmute(borrow) }
}
