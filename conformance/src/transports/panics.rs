//! Panics of a crate under test: each is a verdict on one case, and on one step of it if that can be found.
//!
//! The crate must cope with what a panic leaves behind.

use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::{Answers, Message, Reply};
use array_ctypes_spec::{Answer, Raises};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Returns what the function returns, or what it says if it panics.
pub(super) fn catch<T>(ask: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(ask)).map_err(|panic| format!("it panicked: {}", message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}

/// The reply to a case whose next step after these answers panics. The answers after it are unknown.
///
/// If a rule that binds the crate says something of that step, it is that rule which is broken; otherwise the case is
/// lost, which breaks `layout.answered`.
pub(super) fn at_step(hello: &Hello, case: &Case, mut so_far: Answers, text: String) -> Reply {
    let step = so_far.answers.len();
    let is_judged = case
        .expect(&hello.platform)
        .iter()
        .any(|prediction| prediction.step == step && hello.profiles.contains(&prediction.rule.profile()));
    if !is_judged {
        return Reply::Lost(text);
    }
    so_far.answers.push(Answer::Raises(Raises::OtherError));
    so_far.answers.resize(case.script.len(), Answer::NotObserved);
    so_far.messages.push(Message { step, text });
    Reply::Answered(so_far)
}
