//! Tuples in Python.

/// A tuple as Python writes it, with a comma after a single item.
pub(super) fn tuple<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match &items[..] {
        [one] => format!("({one},)"),
        all => format!("({})", all.join(", ")),
    }
}
