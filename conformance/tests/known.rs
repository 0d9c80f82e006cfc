//! Known deviations under `cargo test`: a failure that the file beside the manifest lists passes; a new failure or a stale
//! entry fails.

use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Step, rules};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, testing};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A crate that reports the shape, and the strides in elements or, once it is mended, in bytes.
struct Strides {
    mended: bool,
    /// The most dimensions.
    most: usize,
}

impl InProcess for Strides {
    fn hello(&self) -> Hello {
        Hello::core("strides", "2.1", Limits { invalid: false, max_dimensions: self.most, ..Limits::default() })
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
    // With one axis at most, the examples of the page do not apply.
    tested(
        |manifest| testing::holds(|| Local::new(Strides { mended, most: 1 }), rules::shape::strides, manifest),
        manifest,
    )
}

/// Returns the message of a test; `None` if it passes.
fn tested(test: impl Fn(&str), manifest: &Path) -> Option<String> {
    let manifest = manifest.to_str().expect("a name");
    let test = || test(manifest);
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

#[test]
fn an_example_of_the_page_can_be_the_case_of_a_known_deviation() {
    let folder = tempfile::tempdir().expect("a folder");
    let holds = |mended| {
        let test = move |manifest: &str| {
            testing::holds(|| Local::new(Strides { mended, most: 64 }), rules::shape::strides, manifest);
        };
        tested(test, folder.path())
    };
    let message = holds(false).expect("strides in elements fail");
    assert!(message.contains("case page:8") && message.contains("cargo test; page:8 is asked first"), "{message}");
    assert!(!folder.path().join("array-ctypes-regressions").exists(), "an example of the page is not saved");
    let entry = "rule = \"shape.strides\"\ncase = \"page:8\"\nreason = \"it counts elements\"";
    let text = format!("implementation = \"strides\"\n[[deviation]]\n{entry}");
    fs::write(folder.path().join("array-ctypes-deviations.toml"), text).expect("the file");
    assert_eq!(holds(false), None);
    let page = |manifest: &str| testing::page(|| Local::new(Strides { mended: false, most: 64 }), manifest);
    let page = tested(page, folder.path()).expect("the crate does not answer the address");
    assert!(page.contains("FAILED data.first-element") && !page.contains("FAILED shape.strides"), "{page}");
    let stale = holds(true).expect("a stale entry fails");
    assert!(stale.contains("expected the case page:8 to break shape.strides"), "{stale}");
}
