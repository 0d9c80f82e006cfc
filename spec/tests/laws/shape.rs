//! Shape and strides as objects.

use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Expectation, Step, expect};

/// What is expected of the second of two equal questions, about an array of that shape.
fn again(question: &str, shape: &[u64]) -> Vec<Expectation> {
    let array = Array::contiguous(vec![0; 8], Dtype::from_typestr("<i4").expect("a type"), shape);
    let step: Step = question.parse().expect("a step");
    let script = [step.clone(), step];
    expect(&Platform::X86_64_LINUX, &array, &script).into_iter().map(|prediction| prediction.expectation).collect()
}

#[test]
fn the_memory_of_a_converted_shape_is_as_large_as_the_type_of_the_conversion() {
    let array = Array::contiguous(vec![0; 24], Dtype::from_typestr("<i4").expect("a type"), &[2, 3]);
    for platform in [Platform::X86_64_LINUX, Platform::S390X_LINUX] {
        for simple in Simple::ALL.iter().filter(|simple| **simple != Simple::PyObject) {
            let script =
                ["shape_as", "type shape_as"].map(|word| format!("{word} {}", simple.name()).parse().expect("a step"));
            let expected = expect(&platform, &array, &script).into_iter().map(|prediction| prediction.expectation);
            let (memory, types): (Vec<_>, Vec<_>) =
                expected.partition(|expectation| !matches!(expectation, Expectation::Is(Answer::Text(_))));
            let [Expectation::Is(Answer::Text(name))] = &types[..] else {
                assert!(matches!(memory[..], [Expectation::Raises(_)]) && types.is_empty(), "{}", simple.name());
                continue;
            };
            let ctype: CType = name.parse().expect("a C type");
            let size = match &memory[..] {
                [Expectation::Is(Answer::Bytes(bytes)) | Expectation::SomeBytes { bytes, .. }] => bytes.len(),
                other => panic!("expected the memory of {name}, found {other:?}"),
            };
            assert_eq!(ctype.layout(&platform).map(|layout| layout.size), Some(size as u64), "{name}");
            assert_eq!(ctype, CType::Array(Box::new(CType::Simple(*simple).canonical(&platform)), 2));
        }
    }
}

#[test]
fn shape_and_strides_are_new_objects_each_time_but_none_is_always_the_same() {
    for question in ["object shape", "object strides"] {
        assert_eq!(again(question, &[2]), [Expectation::FreshFrom(0)], "{question}");
        assert_eq!(again(question, &[]), [], "{question}");
    }
    assert_eq!(again("object ctypes", &[]), [Expectation::FreshFrom(0)]);
}
