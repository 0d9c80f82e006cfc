//! How an interpreter prints the answer to a step.

use crate::vocabulary::ctype::{CType, load, python_bytes, python_float};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Address, Answer, Question, Step};

/// What an interpreter prints after the line of a step, given the answer; nothing for `None`. Addresses stay relative to
/// the buffer, and an object of ctypes shows the address that it holds.
///
/// ```
/// use array_ctypes_spec::{Address, Answer, page::output, platform::Platform};
/// let platform = Platform::X86_64_WINDOWS;
/// let pointer = "data_as POINTER(c_int)".parse().unwrap();
/// let found = Answer::Address(Address::InBuffer(0));
/// assert_eq!(output(&platform, &pointer, &found), "<LP_c_long object that holds buffer+0>");
/// let shape = "shape_as c_short".parse().unwrap();
/// assert_eq!(output(&platform, &shape, &Answer::Bytes(vec![2, 0, 2, 0])), "[2, 2]");
/// ```
pub fn output(platform: &Platform, step: &Step, answer: &Answer) -> String {
    match (step.question(), answer) {
        (_, Answer::Nothing) => String::new(),
        (_, Answer::Text(text)) => text.clone(),
        (_, Answer::Float(bits)) => python_float(f64::from_bits(*bits)),
        (Some(Question::ShapeAs(item) | Question::StridesAs(item)), Answer::Bytes(bytes)) => {
            items(platform, item, bytes).unwrap_or_else(|| python_bytes(bytes))
        }
        (_, Answer::Bytes(bytes)) => python_bytes(bytes),
        (Some(Question::DataAs(ctype)), Answer::Address(address)) => pointer(&ctype.canonical(platform), *address),
        (Some(Question::AsParameter), Answer::Address(address)) => format!("c_void_p({address})"),
        (_, answer) => answer.to_string(),
    }
}

/// The printed form of a C array, given its memory; `None` if that is not made of such items.
fn items(platform: &Platform, item: &CType, bytes: &[u8]) -> Option<String> {
    let size = (item.layout(platform)?.size as usize).max(1);
    let values: Option<Vec<String>> =
        bytes.chunks(size).map(|item_bytes| Some(load(platform, item, item_bytes)?.to_string())).collect();
    Some(format!("[{}]", values?.join(", ")))
}

/// The printed form of a pointer.
fn pointer(ctype: &CType, address: Address) -> String {
    match ctype {
        CType::Pointer(to) => match &**to {
            CType::Simple(simple) => format!("<LP_{} object that holds {address}>", simple.name()),
            to => format!("<POINTER({to}) object that holds {address}>"),
        },
        ctype => format!("{ctype}({address})"),
    }
}
