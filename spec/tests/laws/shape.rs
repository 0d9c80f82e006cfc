//! Shape and strides as objects.

use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Expectation, Step, expect};

/// What is expected of the second of two equal questions, about an array of that shape.
fn again(question: &str, shape: &[u64]) -> Vec<Expectation> {
    let array = Array::contiguous(vec![0; 8], Dtype::from_typestr("<i4").expect("a type"), shape);
    let step: Step = question.parse().expect("a step");
    let script = [step.clone(), step];
    expect(&Platform::X86_64_LINUX, &array, &script).into_iter().map(|prediction| prediction.expectation).collect()
}

#[test]
fn shape_and_strides_are_new_objects_each_time_but_none_is_always_the_same() {
    for question in ["object shape", "object strides"] {
        assert_eq!(again(question, &[2]), [Expectation::FreshFrom(0)], "{question}");
        assert_eq!(again(question, &[]), [], "{question}");
    }
    assert_eq!(again("object ctypes", &[]), [Expectation::FreshFrom(0)]);
}
