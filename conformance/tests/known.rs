//! Known deviations under `cargo test`: a failure that the file beside the manifest lists passes; a new failure or a stale
//! entry fails.

use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Step, rules};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, testing};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A crate that reports the shape, and the strides in elements or, once it is mended, in bytes.
struct Strides {
    mended: bool,
}

impl InProcess for Strides {
    fn hello(&self) -> Hello {
        Hello::core("strides", "2.1", Limits { invalid: false, ..Limits::default() })
    }

    fn answer(&mut self, array: &Array, _: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let layout = resolve(&Platform::host(), array).map_err(|_| Raises::ValueError)?;
        let size = if self.mended { 1 } else { layout.dtype.item_size() as i64 };
        let answer = |question: &Question| match question {
            Question::Shape => Answer::integers(layout.shape.iter().copied()),
            Question::Strides => Answer::integers(layout.strides.iter().map(|stride| stride / size)),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().map(|step| step.question().map_or(Answer::Nothing, answer)).collect())
    }
}

/// Returns the message of the rule's test; `None` if the test passes.
fn failure(mended: bool, manifest: &Path) -> Option<String> {
    let manifest = manifest.to_str().expect("a name");
    let test = || testing::holds(|| Strides { mended }, rules::shape::strides, &[], manifest);
    catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn a_known_deviation_passes_until_it_is_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let message = failure(false, folder.path()).expect("strides in elements fail");
    assert!(message.contains("FAILED shape.strides"), "{message}");
    let saved = fs::read_dir(folder.path().join("array-ctypes-regressions")).expect("saved cases");
    let saved = saved.map(|entry| entry.expect("an entry").path()).next().expect("a case");
    let case = saved.strip_prefix(folder.path()).expect("inside").display().to_string();
    let known = |lines: &str| {
        let entry = format!("rule = \"shape.strides\"\ncase = '{case}'\nreason = \"it counts elements\"\n{lines}");
        let text = format!("implementation = \"strides\"\n[[deviation]]\n{entry}");
        fs::write(folder.path().join("array-ctypes-deviations.toml"), text).expect("the file");
    };
    known("found = \"[*\"");
    assert_eq!(failure(false, folder.path()), None);
    let stale = failure(true, folder.path()).expect("a stale entry fails");
    assert!(stale.contains("the rule holds there") && stale.contains("it counts elements"), "{stale}");
    known("before = \"2\"");
    assert!(failure(false, folder.path()).expect("another version").contains("FAILED shape.strides"));
    assert_eq!(failure(true, folder.path()), None);
    known("since = 2");
    assert!(failure(true, folder.path()).expect("a mistake").contains("deviation 1, since: expected a text"));
}
