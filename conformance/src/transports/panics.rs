//! Panics of a crate under test: each is a verdict on one case, and on one step of it if that can be found.
//!
//! The crate must cope with what a panic leaves behind. A panic that is caught here is not printed where it happens: a failing
//! test would print thousands. The failure says what it said, and where.

use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::{Answers, Message, Reply};
use array_ctypes_spec::{Answer, Raises};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// True while this thread runs what is caught here.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic that was caught here happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns what the function returns, or what it says if it panics, and where.
pub(super) fn catch<T>(ask: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if IS_CAUGHT.get() {
                PLACE.set(panic.location().map(ToString::to_string));
            } else {
                before(panic);
            }
        }));
    });
    let was_caught = IS_CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(ask));
    IS_CAUGHT.set(was_caught);
    outcome.map_err(|panic| {
        let place = PLACE.take().map(|place| format!(", at {place}")).unwrap_or_default();
        format!("it panicked: {}{place}", message(&*panic))
    })
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
    so_far.messages.push(Message { step, text, place: None });
    Reply::Answered(so_far)
}
