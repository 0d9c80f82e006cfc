//! The samples of two READMEs are ends of files of tests, word for word; so they compile, and their tests run. Samples without tests
//! are doctests of their crates.

use std::path::Path;

/// Each README, what stands before its sample, and the file that ends with the sample.
const SAMPLES: [(&str, &str, &str); 2] = [
    ("README.md", "\n## Check your Rust crate\n", "conformance/tests/readme.rs"),
    ("conformance/README.md", "\n", "conformance/tests/contiguous.rs"),
];

#[test]
fn the_readmes_have_the_samples_that_are_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file of the workspace");
    for (readme, before, tests) in SAMPLES {
        let text = read(readme);
        let (_, section) = text.split_once(before).expect("the section");
        let sample = section.split("```rust\n").nth(1).and_then(|block| block.split("```").next()).expect("a sample");
        assert!(
            read(tests).ends_with(sample),
            "expected the sample of {readme} at the end of {tests}, found another text there; copy one to the other:\n{sample}"
        );
    }
}
