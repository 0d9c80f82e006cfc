//! Questions that name a C type.

use array_ctypes_spec::ctype::CType;
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
fn nothing_is_predicted_for_a_c_type_that_the_platform_lacks() {
    for question in QUESTIONS {
        assert_ne!(expectations(question, "c_int"), 0, "{question}");
        // One byte has no order.
        for lacking in ["c_byte.__ctype_be__", "c_byte.__ctype_be__ * 2", "Structure(c_int, c_byte.__ctype_be__)"] {
            assert_eq!(expectations(question, lacking), 0, "{question} {lacking}");
        }
    }
}

#[test]
fn an_alias_has_the_name_of_its_canonical_type() {
    let named = |text: &str, platform| text.parse::<CType>().unwrap().canonical(platform).to_string();
    let (little, big, windows) = (&Platform::X86_64_LINUX, &Platform::S390X_LINUX, &Platform::X86_64_WINDOWS);
    assert_eq!(named("c_short.__ctype_le__", little), "c_short");
    assert_eq!(named("c_short.__ctype_le__", big), "c_short.__ctype_le__");
    assert_eq!(named("c_short.__ctype_be__", little), "c_short.__ctype_be__");
    assert_eq!(named("c_short.__ctype_be__", big), "c_short");
    assert_eq!(named("c_longdouble", little), "c_longdouble");
    assert_eq!(named("c_longdouble", windows), "c_double");
    assert_eq!(named("Structure(c_longlong, c_int64 * 2)", little), "Structure(c_long, c_long * 2)");
}

#[test]
fn a_type_is_a_pointer_if_it_holds_an_address() {
    for (text, is_pointer) in [
        ("POINTER(c_int)", true),
        ("POINTER(None)", true),
        ("CFUNCTYPE(None)", true),
        ("c_void_p", true),
        ("c_char_p", true),
        ("py_object", true),
        ("c_int", false),
        ("c_size_t", false),
        ("c_int * 2", false),
        ("Structure(POINTER(c_int))", false),
        ("int", false),
    ] {
        assert_eq!(text.parse::<CType>().unwrap().is_pointer(), is_pointer, "{text}");
    }
}
