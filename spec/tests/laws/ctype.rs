//! Questions that name a C type.

use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Step, expect};

/// Each with a type in place of `$`.
const QUESTIONS: [&str; 11] = [
    "sizeof $",
    "name $",
    "shape_as $",
    "strides_as $",
    "data_as $",
    "contents $",
    "index 0 $",
    "printed $",
    "pass POINTER($)",
    "ctypeslib as_ctypes_type $",
    "ctypeslib as_array pointer shape=1 $",
];

/// How much is expected of a question.
fn expectations(question: &str, ctype: &str) -> usize {
    let array = Array::contiguous(vec![0; 8], Dtype::from_typestr("<i4").expect("a type"), &[2]);
    let step: Step = question.replace('$', ctype).parse().expect("a step");
    expect(&Platform::X86_64_LINUX, &array, &[step]).len()
}

#[test]
fn of_a_c_type_that_the_platform_lacks_nothing_is_expected() {
    for question in QUESTIONS {
        assert_ne!(expectations(question, "c_int"), 0, "{question}");
        // One byte has no order.
        for lacking in ["c_byte.__ctype_be__", "c_byte.__ctype_be__ * 2", "Structure(c_int, c_byte.__ctype_be__)"] {
            assert_eq!(expectations(question, lacking), 0, "{question} {lacking}");
        }
    }
}
