//! The faults of each statement of NumPy's documentation: mistakes that make it false.
//!
//! The zoo proves each of them: a test for each rule asserts that the check catches the faults of the rule, and
//! `array-ctypes faults --sentences` writes down how soon.

/// The number of each statement that claims something, with the names of its faults.
const SENTENCES: &[(u32, &[&str])] = &[
    (1, &["a mapped array has no data"]),
    (3, &["a foreign function refuses the interface object"]),
    (
        4,
        &[
            "the interface object has no data",
            "the interface object has no shape",
            "the interface object has no strides",
        ],
    ),
    (5, &["the shape is a list", "the interface yields a c_void_p for data"]),
    (6, &["a C array is freed before the function reads it", "a function receives the address of the pointer"]),
    (11, &["the address is that of a copy that is not filled yet"]),
    (12, &["data is a floating-point number", "data is text with the digits"]),
    (13, &["the address is rounded down to the alignment"]),
    (14, &["memory in the other byte order is copied"]),
    (15, &["read-only memory is copied"]),
    (16, &["the writeable flag is inverted", "a pointer to a read-only array refuses writes"]),
    (17, &["a pointer reads in the platform's byte order", "the byte order is written as ="]),
    (18, &["mode r maps for writing"]),
    (19, &["the dictionary has the address NULL for an empty array"]),
    (20, &["the shape is a tuple", "the shape is a list"]),
    (21, &["an array without axes has one of length 1"]),
    (22, &["items are C ints"]),
    (23, &["c_intp is unsigned"]),
    (24, &["c_intp is an int"]),
    (25, &["the lengths are in the order of Fortran"]),
    (26, &["the strides are a tuple"]),
    (27, &["the item size follows the strides of the axes"]),
    (28, &["only the strides are C ints", "the strides are an unsigned C array of the same size"]),
    (29, &["strides are computed from the shape"]),
    (30, &["strides are in elements"]),
    (31, &["text is copied to add a NUL", "every pointer is a c_void_p"]),
    (32, &["data_as of an empty array is NULL", "the parameter is a plain number"]),
    (33, &["subnormal numbers are zero"]),
    (34, &["the memory of the shape is cast", "a converted shape is an array of c_intp"]),
    (35, &["shape_as refuses c_short"]),
    (36, &["the memory of the strides is cast", "unsigned types convert to the signed type of the same size"]),
    (37, &["strides_as refuses c_longlong"]),
    (39, &["memory is freed only when the garbage collector runs"]),
    (40, &["a pointer holds its array"]),
    (41, &["dropping a pointer frees the array"]),
    (42, &["the interface object refers to its array weakly"]),
    (43, &["the interface object and the array refer to each other"]),
    (44, &["the attribute ctypes is missing"]),
    (45, &["without ctypes the offset is left out"]),
    (46, &["data is an object of c_void_p"]),
    (47, &["a conversion crashes"]),
    (48, &["the parameter is missing without ctypes"]),
    (49, &["the parameter is the address of the buffer", "without ctypes data is text"]),
    (51, &["an address with its highest bit set overflows", "data is text with the digits"]),
    (52, &["a pointer is aligned as what it points at", "a pointer to a structure is one to bytes"]),
    (53, &["the contents begin where the buffer does"]),
    (54, &["contents print as the value alone"]),
    (55, &["the contents end with the first element"]),
    (56, &["items are C ints"]),
    (57, &["only the strides are C ints"]),
    (58, &["lengths are in bytes"]),
    (59, &["converted strides are in elements"]),
    (61, &["the address holds its array"]),
    (62, &["a temporary array is freed once its pointer exists"]),
    (63, &["a pointer holds nothing"]),
    (64, &["a temporary array is freed once its address is known"]),
    (66, &["the printed name is the one that was asked for"]),
];

/// Returns the names of the faults of the statement with that number; none if it claims nothing.
pub(crate) fn faults_of(statement: u32) -> &'static [&'static str] {
    SENTENCES.iter().find(|(number, _)| *number == statement).map_or(&[], |(_, faults)| faults)
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, faults_of};
    use crate::faults::of;
    use array_ctypes_conformance::spec::Rule;
    use array_ctypes_conformance::spec::documentation::statements;

    #[test]
    fn each_statement_that_claims_something_has_a_fault_of_one_of_its_rules() {
        for statement in statements().filter(|statement| statement.no_claim.is_none()) {
            let number = statement.number;
            let faults = faults_of(number);
            assert!(
                !faults.is_empty(),
                "expected a fault of statement {number}, found none; add one to SENTENCES in \
                 conformance/command/src/faults/sentences.rs"
            );
            for fault in faults {
                let breaks = Rule::all().find(|rule| of(*rule).iter().any(|found| found.name == *fault));
                let breaks = breaks.unwrap_or_else(|| panic!("statement {number}: expected a fault, found {fault:?}"));
                assert!(
                    statement.rules.contains(&breaks.id()),
                    "expected a fault of a rule of statement {number}, found {fault:?}, which is one of {breaks}"
                );
            }
        }
    }

    #[test]
    fn each_entry_is_about_another_statement_that_claims_something() {
        assert!(SENTENCES.is_sorted_by(|(before, _), (after, _)| before < after));
        for (number, _) in SENTENCES {
            let claims = statements().any(|statement| statement.number == *number && statement.no_claim.is_none());
            assert!(claims, "expected a statement that claims something, found {number}");
        }
    }
}
