//! A tuple, as Python prints it.

/// A tuple.
pub(super) fn tuple<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match &items[..] {
        [one] => format!("({one},)"),
        all => format!("({})", all.join(", ")),
    }
}
