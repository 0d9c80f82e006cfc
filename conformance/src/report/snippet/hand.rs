//! Python that hands values of the interface object to foreign functions.

use array_ctypes_spec::{Hand, Handed, Value, Walk};

/// Code to insert before a step that walks an array.
pub(super) const WALK: (&str, &str) = (
    "walk(",
    "def walk(p, shape, strides):
    if not shape: return string_at(p, a.itemsize).hex()
    return ' '.join(walk(p + i * strides[0], shape[1:], strides[1:]) for i in range(shape[0]))",
);

fn expression(value: &Value) -> String {
    match value {
        Value::ShapeAs(ctype) | Value::StridesAs(ctype) | Value::DataAs(ctype) => {
            format!("a.ctypes.{}({ctype})", value.word())
        }
        _ => format!("a.ctypes.{}", value.word()),
    }
}

fn handed(what: &Handed) -> String {
    match what {
        Handed::Interface => "a.ctypes".to_owned(),
        Handed::Value(value) => expression(value),
    }
}

/// Python that prints what a function receives, which is memmove, asked to move nothing: it returns its first argument.
pub(super) fn hand(hand: &Hand) -> String {
    let function = match &hand.to {
        Some(ctype) => format!("f = CFUNCTYPE(c_void_p, {ctype}, c_void_p, c_size_t)(cast(memmove, c_void_p).value)"),
        None => "f = CDLL(None).memmove; f.restype = c_void_p".to_owned(),
    };
    let is_array =
        matches!(hand.what, Handed::Value(Value::Shape | Value::Strides | Value::ShapeAs(_) | Value::StridesAs(_)));
    let shown = if is_array { "p and string_at(p, sizeof(v)).hex()" } else { "p - base" };
    format!("{function}\nv = {}\np = f(v, None, c_size_t(0))\nprint({shown})", handed(&hand.what))
}

/// Python that walks the array by what a function receives.
pub(super) fn walk(how: &Walk) -> String {
    let items = |value: &Value| value.ctype().map_or("c_intp".to_owned(), ToString::to_string);
    format!(
        "f = CFUNCTYPE(None, c_void_p, POINTER({}), POINTER({}))(\n    \
         lambda p, shape, strides: print(a.size and walk(p, shape[:a.ndim], strides[:a.ndim])))\n\
         f({}, {}, {})",
        items(&how.shape),
        items(&how.strides),
        handed(&how.from),
        expression(&how.shape),
        expression(&how.strides)
    )
}
