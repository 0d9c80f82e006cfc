//! View operations, drawn from the list of their forms: a form, an argument for each of its placeholders, and the operation
//! that this text means.

use crate::arrays::lengths;
use crate::numbers::{wild_i64, wild_u64};
use crate::slice::{bounds, steps};
use crate::types::plains;
use array_ctypes_spec::View;
use array_ctypes_spec::dtype::Dtype;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// Views of any array, with arguments that break things on purpose.
pub(crate) fn wild() -> impl Strategy<Value = View> {
    let axis = || prop_oneof![8 => 0usize..4, 1 => Just(usize::MAX)];
    drawn(move |placeholder| {
        Some(match placeholder {
            "AXIS" => text(axis()),
            "AT" | "STEP" => text(wild_i64()),
            "START" | "STOP" => bound(option::of(wild_i64())),
            "AXIS…" => list(vec(axis(), 0..4)),
            "LENGTH…" => list(vec(wild_u64(), 0..5)),
            "NAME" => text(select(&["f0", "f1", "x", "y"][..])),
            "TYPESTR" => text(plains().prop_map(|plain| Dtype::Plain(plain).typestr())),
            _ => return None,
        })
    })
}

/// Views that small arrays of up to that many axes often have.
pub(crate) fn tame(dimensions: usize) -> impl Strategy<Value = View> {
    let permutations =
        (1..=dimensions).prop_flat_map(|count| Just((0..count).collect::<Vec<_>>()).prop_shuffle()).boxed();
    drawn(move |placeholder| {
        Some(match placeholder {
            "AXIS" => text(0..dimensions),
            "AT" => text(-4i64..4),
            "STEP" => text(steps()),
            "START" | "STOP" => bound(bounds()),
            "AXIS…" => list(permutations.clone()),
            "LENGTH…" => list(lengths()),
            "NAME" => text(Just("f0")),
            "TYPESTR" => text(select(&["<i2", "<i4", "|V1", "|V6"][..])),
            _ => return None,
        })
    })
}

/// Draws the forms with arguments the more often the more arguments they have.
fn drawn(strategy: impl Fn(&str) -> Option<BoxedStrategy<String>>) -> impl Strategy<Value = View> {
    let operations = View::FORMS.iter().map(|form| {
        let of = |placeholder: &&str| {
            strategy(placeholder).unwrap_or_else(|| {
                panic!(
                    "expected a strategy for the argument {placeholder} of the view `{form}`, found none; \
                     add one to `wild` and to `tame` in spec/tests/laws/views.rs"
                )
            })
        };
        let arguments: Vec<_> = form.arguments.iter().map(of).collect();
        let view = arguments.prop_map(move |arguments| {
            let text = [&[form.word.to_owned()], &arguments[..]].concat().join(" ");
            text.parse::<View>().unwrap_or_else(|error| panic!("{error}"))
        });
        (form.arguments.len().max(1) as u32, view)
    });
    Union::new_weighted(operations.collect())
}

fn text(values: impl Strategy<Value = impl ToString> + 'static) -> BoxedStrategy<String> {
    values.prop_map(|value| value.to_string()).boxed()
}

fn list(values: impl Strategy<Value = Vec<impl ToString>> + 'static) -> BoxedStrategy<String> {
    let join = |values: Vec<_>| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    values.prop_map(join).boxed()
}

fn bound(values: impl Strategy<Value = Option<i64>> + 'static) -> BoxedStrategy<String> {
    values.prop_map(|bound| bound.map_or_else(|| "_".to_owned(), |bound| bound.to_string())).boxed()
}
