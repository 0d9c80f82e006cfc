//! The specification is total: absurd platforms, arrays, views and scripts have predictions too.

use crate::arrays::{arrays, lengths, platforms};
use crate::cases;
use crate::numbers::{wild_i64, wild_u64};
use crate::types::{ctypes, plains, records};
use crate::views;
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::memmap::{Handle, Map, Mode, Part};
use array_ctypes_spec::{
    Absent, Act, Address, Array, Attribute, Buffer, BufferMember, BufferRequest, Consumer, Copies, Ctypeslib, Derive,
    DlpackMember, DlpackRequest, Door, ElementType, Expectation, Export, Feature, Flag, Given, Hand, Handed, Import,
    ImportData, Key, Library, Member, NdPointer, NdShape, Outside, Owner, Producer, Protocol, Question, ShapeArgument,
    Source, Step, Take, Taken, Unaligned, Use, Value, Walk, Write, expect, expect_making, expect_reply, judges_replies,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Types that need not make sense. What is read as a whole is small enough to be read.
pub(crate) fn wild_dtypes() -> impl Strategy<Value = Dtype> {
    let plain = (select(&Kind::ALL[..]), prop_oneof![Just(0), 0u32..40], plains())
        .prop_map(|(kind, size, plain)| Dtype::Plain(Plain { kind, size, ..plain }));
    let leaf = prop_oneof![plains().prop_map(Dtype::Plain), plain, records()];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let field = (select(&["x", "y"][..]), inner, vec(wild_u64(), 0..3), wild_u64())
            .prop_map(|(name, dtype, shape, offset)| Field { name: name.into(), title: None, dtype, shape, offset });
        (vec(field, 0..3), prop_oneof![0u64..40, select(&[u64::MAX, 1 << 63][..])], any::<bool>())
            .prop_map(|(fields, size, aligned)| Dtype::from(Record { fields, size, aligned }))
    })
}

fn maps() -> impl Strategy<Value = Map> {
    (select(Mode::ALL), any::<bool>(), select(Handle::ALL), option::of(any::<String>()))
        .prop_map(|(mode, deduced, file, name)| Map { mode, deduced, file, name })
}

fn wild_arrays() -> impl Strategy<Value = Array> {
    // Half of them in room enough for all that is small.
    let axes = prop_oneof![vec((wild_u64(), wild_i64()), 0..4), vec((0u64..5, -9i64..10), 0..4)];
    let buffer = (
        prop_oneof![2 => Just(u64::MAX), 1 => Just(1u64 << 62), 1 => wild_u64()],
        vec(any::<u8>(), 0..64),
        any::<u32>(),
    )
        .prop_map(|(size, bytes, at)| Buffer { size, bytes, at });
    (
        buffer,
        option::weighted(0.3, maps()),
        any::<bool>(),
        wild_dtypes(),
        prop_oneof![Just(1000), wild_i64()],
        axes,
        option::weighted(0.1, vec(wild_i64(), 0..3)),
    )
        .prop_map(|(buffer, map, writeable, dtype, offset, axes, other_strides)| {
            let (shape, strides) = axes.into_iter().unzip();
            let strides = other_strides.unwrap_or(strides);
            Array { buffer, map, owner: None, writeable, dtype, offset, shape, strides, views: vec![] }
        })
}

/// Absurd arrays and sensible ones, with any views.
fn viewed_arrays() -> impl Strategy<Value = Array> {
    let of_record = (records(), lengths(), 0u32..4).prop_map(|(dtype, shape, spare)| {
        let strides = array_ctypes_spec::layout::c_strides(&shape, dtype.item_size());
        crate::arrays::array(dtype, shape, strides, spare)
    });
    let array = prop_oneof![2 => wild_arrays(), 1 => arrays(), 1 => of_record];
    let map = option::weighted(0.3, maps());
    let owner = option::weighted(0.2, select(Owner::ALL));
    (array, vec(views::wild(), 0..4), any::<bool>(), map, owner).prop_map(|(array, views, writeable, map, owner)| {
        Array { views, writeable, map: map.or(array.map), owner, ..array }
    })
}

fn imports() -> impl Strategy<Value = Import> {
    let data = prop_oneof![
        wild_i64().prop_map(|offset| ImportData::Tuple(Address::InBuffer(offset))),
        wild_u64().prop_map(|address| ImportData::Tuple(Address::Absolute(address))),
        select(
            &[
                ImportData::Buffer,
                ImportData::List,
                ImportData::Single,
                ImportData::Triple,
                ImportData::Text,
                ImportData::Wide,
            ][..]
        ),
    ];
    let typestr = prop_oneof![
        plains().prop_map(|plain| Dtype::Plain(plain).typestr()),
        select(&["", "?", "<i3", "i4", "<é", "=x=", "<f80"][..]).prop_map(str::to_owned),
    ];
    let entries = (vec(wild_u64(), 0..4), any::<bool>(), option::of(vec(wild_i64(), 0..4)), option::of(wild_i64()));
    (data, any::<bool>(), entries, typestr, (wild_i64(), any::<bool>())).prop_map(
        |(data, read_only, (shape, shape_is_list, strides, offset), typestr, (version, copied))| Import {
            data,
            read_only,
            shape,
            shape_is_list,
            strides,
            typestr,
            offset,
            version,
            copied,
        },
    )
}

/// In a box, as questions and steps are: strategies of this size would not fit the stack.
fn ctypeslib() -> BoxedStrategy<Ctypeslib> {
    let plain = [Ctypeslib::CIntP, Ctypeslib::AsCtypesType(None), Ctypeslib::AsCtypes, Ctypeslib::TypeOfAsCtypes];
    let lengths = || prop_oneof![4 => vec(wild_u64(), 0..4), 1 => vec(Just(1), 30..70)];
    let shape = prop_oneof![
        4 => lengths().prop_map(ShapeArgument::Lengths),
        1 => Just(ShapeArgument::Missing),
        1 => wild_u64().prop_map(ShapeArgument::Int),
    ];
    let dtype = prop_oneof![
        1 => Just(ElementType::Own),
        3 => plains().prop_map(|plain| ElementType::Typestr(Dtype::Plain(plain).typestr())),
        1 => select(&["", "<i3", "é"][..]).prop_map(|typestr| ElementType::Typestr(typestr.to_owned())),
    ];
    let nd_shape = prop_oneof![
        3 => lengths().prop_map(NdShape::Lengths),
        1 => wild_u64().prop_map(NdShape::Length),
    ];
    let flag = select(&["C", "contiguous", "F", "ALIGNED", "W"][..]).prop_map(str::to_owned);
    let other = select(&["O", "X", "U", "", "UPDATEIFCOPY", "Ω"][..]).prop_map(str::to_owned);
    let flags = vec(prop_oneof![3 => flag, 1 => other], 0..4);
    let pointer = (option::of(dtype), option::of(0u32..4), option::of(nd_shape), flags)
        .prop_map(|(dtype, ndim, shape, flags)| NdPointer { dtype, ndim, shape, flags });
    prop_oneof![
        2 => select(plain.to_vec()),
        1 => ctypes().prop_map(|ctype| Ctypeslib::AsCtypesType(Some(ctype))),
        4 => (select(Source::ALL), shape, ctypes())
            .prop_map(|(source, shape, ctype)| Ctypeslib::AsArray { source, shape, ctype: Box::new(ctype) }),
        4 => (select(Use::ALL), pointer).prop_map(|(what, pointer)| Ctypeslib::NdPointer(what, Box::new(pointer))),
        1 => select(Library::ALL).prop_map(Ctypeslib::LoadLibrary),
    ]
    .boxed()
}

fn hands() -> impl Strategy<Value = Question> {
    let value = prop_oneof![
        3 => select(vec![Value::Data, Value::Shape, Value::Strides, Value::AsParameter]),
        1 => ctypes().prop_map(Value::ShapeAs),
        1 => ctypes().prop_map(Value::StridesAs),
        2 => ctypes().prop_map(Value::DataAs),
    ];
    let what = prop_oneof![1 => Just(Handed::Interface), 6 => value.prop_map(Handed::Value)];
    (what, option::weighted(0.8, ctypes())).prop_map(|(what, to)| Question::Hand(Box::new(Hand { what, to })))
}

fn walks() -> impl Strategy<Value = Question> {
    let from = prop_oneof![
        Just(Handed::Interface),
        Just(Handed::Value(Value::AsParameter)),
        ctypes().prop_map(|ctype| Handed::Value(Value::DataAs(ctype))),
    ];
    let shape = prop_oneof![Just(Value::Shape), ctypes().prop_map(Value::ShapeAs)];
    let strides = prop_oneof![Just(Value::Strides), ctypes().prop_map(Value::StridesAs)];
    (from, shape, strides).prop_map(|(from, shape, strides)| Question::Walk(Box::new(Walk { from, shape, strides })))
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => select(vec![Value::Data, Value::Shape, Value::Strides, Value::AsParameter]),
        1 => ctypes().prop_map(Value::ShapeAs),
        1 => ctypes().prop_map(Value::StridesAs),
        1 => ctypes().prop_map(Value::DataAs),
    ]
}

/// Boxed, because copies of its parts would be too large for a stack.
fn questions() -> BoxedStrategy<Question> {
    let plain = [
        Question::Native,
        Question::ItemSize,
        Question::Alignment,
        Question::Data,
        Question::Shape,
        Question::Strides,
        Question::ShapeType,
        Question::StridesType,
        Question::AsParameter,
    ];
    prop_oneof![
        4 => select(plain.to_vec()),
        1 => ctypes().prop_map(Question::SizeOf),
        1 => ctypes().prop_map(Question::Name),
        3 => vec(wild_u64(), 0..4).prop_map(Question::Item),
        1 => select(Flag::ALL).prop_map(Question::Flag),
        2 => ctypes().prop_map(Question::ShapeAs),
        2 => ctypes().prop_map(Question::StridesAs),
        2 => ctypes().prop_map(Question::DataAs),
        2 => values().prop_map(Question::Type),
        2 => ctypes().prop_map(Question::Contents),
        2 => (wild_i64(), ctypes()).prop_map(|(at, ctype)| Question::Index(at, ctype)),
        2 => ctypes().prop_map(Question::Printed),
        1 => ctypes().prop_map(Question::Pass),
        2 => hands(),
        2 => walks(),
        1 => select(Attribute::ALL).prop_map(Question::Assign),
        1 => select(Attribute::ALL).prop_map(Question::Object),
        3 => select(Key::ALL).prop_map(Question::Interface),
        3 => select(Member::ALL).prop_map(Question::Struct),
        2 => imports().prop_map(|import| Question::Import(Box::new(import))),
        2 => select(Part::ALL).prop_map(Question::Map),
        2 => (wild_u64(), wild_u64()).prop_map(|(offset, length)| Question::File(offset, length)),
        1 => Just(Question::FileSize),
        4 => ctypeslib().prop_map(Question::Ctypeslib),
        1 => select(Absent::ALL).prop_map(Question::Absent),
        3 => (select(BufferRequest::ALL), select(BufferMember::ALL))
            .prop_map(|(request, member)| Question::Buffer(request, member)),
        3 => (select(DlpackRequest::ALL), select(DlpackMember::ALL))
            .prop_map(|(request, member)| Question::Dlpack(request, member)),
        1 => Just(Question::DlpackDevice),
    ]
    .boxed()
}

fn writes() -> BoxedStrategy<Write> {
    let bytes = || vec(any::<u8>(), 0..9);
    let axis = || prop_oneof![4 => 0usize..4, 1 => Just(usize::MAX)];
    prop_oneof![
        (wild_i64(), bytes()).prop_map(|(offset, bytes)| Write::Pointer { offset, bytes }),
        (vec(wild_u64(), 0..4), bytes()).prop_map(|(index, bytes)| Write::Item { index, bytes }),
        (axis(), wild_i64()).prop_map(|(axis, value)| Write::Shape { axis, value }),
        (axis(), wild_i64()).prop_map(|(axis, value)| Write::Strides { axis, value }),
        (wild_u64(), bytes()).prop_map(|(offset, bytes)| Write::File { offset, bytes }),
        wild_u64().prop_map(Write::TruncateFile),
        select(&[Write::Flush, Write::CloseMap][..]),
    ]
    .boxed()
}

fn outside() -> impl Strategy<Value = Outside> {
    let poke = (vec(wild_u64(), 0..4), vec(any::<u8>(), 0..9));
    prop_oneof![
        wild_u64().prop_map(Outside::Peek),
        poke.prop_map(|(index, bytes)| Outside::Poke { index, bytes }),
        Just(Outside::Mapping),
    ]
}

fn exports() -> impl Strategy<Value = Export> {
    let plain = [
        Export::Ctypes,
        Export::Method,
        Export::Data,
        Export::Shape,
        Export::Strides,
        Export::AsParameter,
        Export::Interface,
        Export::Struct,
        Export::Dlpack,
        Export::Buffer,
        Export::View,
        Export::AsCtypes,
    ];
    prop_oneof![
        4 => select(plain.to_vec()),
        1 => ctypes().prop_map(Export::ShapeAs),
        1 => ctypes().prop_map(Export::StridesAs),
        3 => ctypes().prop_map(Export::DataAs),
    ]
}

fn derivations() -> impl Strategy<Value = Derive> {
    let plain = [Derive::Contents, Derive::Item, Derive::ByRef, Derive::Pointer, Derive::Value, Derive::AsArray];
    prop_oneof![4 => select(plain.to_vec()), 1 => ctypes().prop_map(Derive::Cast)]
}

pub(crate) fn acts() -> impl Strategy<Value = Act> {
    // Few names, so that steps share some.
    let name = || prop_oneof![8 => 0u8..3, 1 => any::<u8>()];
    prop_oneof![
        3 => (name(), exports()).prop_map(|(name, what)| Act::Export { name, what }),
        3 => (name(), name(), derivations()).prop_map(|(name, from, how)| Act::Derive { name, from, how }),
        1 => Just(Act::DropArray),
        2 => name().prop_map(Act::Drop),
        4 => select(vec![Act::Collect, Act::Overwrite, Act::Alive, Act::Memory]),
        2 => (name(), wild_u64()).prop_map(|(name, count)| Act::Read { name, count }),
        1 => exports().prop_map(Act::Balance),
        1 => exports().prop_map(Act::Call),
    ]
}

fn takes() -> BoxedStrategy<Take> {
    let size = prop_oneof![3 => Just(None), 1 => (0u32..20).prop_map(Some)];
    let taken = (select(&Kind::ALL[..]), size).prop_map(|(kind, size)| Taken { kind, size });
    let features = || vec(select(Feature::ALL), 0..4);
    let terms = (select(Copies::ALL), any::<bool>(), any::<bool>(), select(Unaligned::ALL));
    (select(Protocol::ALL), terms, vec(taken, 0..4), features(), prop_oneof![2 => Just(vec![]), 1 => features()])
        .prop_map(|(takes, (copies, mutable, exclusive, unaligned), types, accepts, with)| {
            let door = Door { copies, mutable, exclusive, unaligned, types, accepts, ..Door::new("door", takes) };
            Take { door, with }
        })
        .boxed()
}

fn consumers() -> BoxedStrategy<Consumer> {
    let index = || vec(prop_oneof![3 => 0u64..3, 1 => wild_u64()], 0..4);
    prop_oneof![
        4 => takes().prop_map(|take| Consumer::Take(Box::new(take))),
        4 => select(vec![
            Consumer::TakeAgain, Consumer::Drop, Consumer::Data, Consumer::Shape, Consumer::Strides, Consumer::ItemSize,
            Consumer::Length, Consumer::ReadOnly,
        ]),
        1 => wild_u64().prop_map(Consumer::Repeat),
        2 => index().prop_map(Consumer::Value),
        1 => index().prop_map(Consumer::Bytes),
        2 => (index(), vec(any::<u8>(), 0..9)).prop_map(|(index, bytes)| Consumer::Write { bytes, index }),
    ]
    .boxed()
}

fn producers() -> BoxedStrategy<Producer> {
    prop_oneof![
        4 => select(vec![
            Producer::Memory, Producer::File, Producer::Drop, Producer::Held, Producer::Exports, Producer::Capsule,
        ]),
        1 => (wild_u64(), vec(any::<u8>(), 0..9)).prop_map(|(offset, bytes)| Producer::Write { offset, bytes }),
    ]
    .boxed()
}

pub(crate) fn steps() -> BoxedStrategy<Step> {
    let plain = || prop_oneof![4 => questions().prop_map(Step::Ask), 1 => writes().prop_map(Step::Write)].boxed();
    prop_oneof![
        8 => plain(),
        1 => plain().prop_map(|step| Step::Forked(Box::new(step))),
        1 => outside().prop_map(Step::Outside),
        2 => acts().prop_map(Step::Act),
        2 => consumers().prop_map(Step::Consumer),
        1 => producers().prop_map(Step::Producer),
    ]
    // As one value, the alternatives of all kinds of steps would fill the stack of a test.
    .boxed()
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn every_array_resolves_or_is_refused_with_a_reason(platform in platforms(), array in viewed_arrays()) {
        match resolve(&platform, &array) {
            Ok(layout) => {
                prop_assert_eq!(layout.shape.len(), layout.strides.len());
                let _ = (layout.elements(), layout.extent(), layout.may_overlap(), layout.strides_that_matter());
                let _ = (layout.is_c_contiguous(), layout.is_f_contiguous());
                let _ = layout.is_aligned(&platform, array.buffer.at);
            }
            Err(invalid) => {
                prop_assert!(!invalid.to_string().is_empty());
                prop_assert!(invalid.refusals().iter().all(|(_, kinds)| !kinds.is_empty()));
            }
        }
    }

    #[test]
    fn every_script_has_predictions_each_of_a_step_of_it(
        platform in platforms(), array in viewed_arrays(), script in vec(steps(), 0..6)
    ) {
        prop_assert!(judges_replies(expect_reply(&script).rule));
        for prediction in expect(&platform, &array, &script) {
            prop_assert!(!judges_replies(prediction.rule));
            prop_assert!(prediction.step < script.len());
            prop_assert!(!prediction.expectation.to_string().is_empty());
            match prediction.expectation {
                Expectation::SameAs(step) | Expectation::FreshFrom(step) => prop_assert!(step < prediction.step),
                Expectation::Raises(kinds) => prop_assert!(!kinds.is_empty()),
                _ => {}
            }
            if let Some(Given::Taken(step) | Given::Refused(step)) = prediction.given {
                prop_assert!(step < prediction.step);
                prop_assert!(matches!(script[step], Step::Consumer(Consumer::Take(_))));
            }
        }
    }

    #[test]
    fn every_step_of_an_invalid_array_is_refused_by_the_same_rules(
        platform in platforms(), array in viewed_arrays(), script in vec(steps(), 0..4)
    ) {
        if let Err(invalid) = resolve(&platform, &array) {
            let refusals = invalid.refusals();
            // A file without elements may be refused before any view is taken, with the errors of that.
            let of_file = Array { views: Vec::new(), ..array.clone() };
            let earlier = expect_making(&of_file, &resolve(&platform, &of_file)).expectation;
            let is_earlier = matches!(earlier, Expectation::AcceptedOr(_));
            let predictions = expect(&platform, &array, &script);
            prop_assert_eq!(predictions.len(), script.len() * refusals.len());
            for (prediction, (at, (rule, kinds))) in predictions.iter().zip(refusals.iter().enumerate().cycle()) {
                prop_assert_eq!(prediction.rule, *rule);
                let of_kind = match at {
                    0 => Expectation::Raises(kinds),
                    _ if is_earlier => Expectation::AnyOf(vec![Expectation::AcceptedOr(kinds), earlier.clone()]),
                    _ => Expectation::AcceptedOr(kinds),
                };
                prop_assert_eq!(&prediction.expectation, &of_kind);
            }
        }
    }

    #[test]
    fn a_prediction_does_not_depend_on_later_steps(
        platform in platforms(), array in viewed_arrays(), script in vec(steps(), 1..6)
    ) {
        let whole = expect(&platform, &array, &script);
        let end = script.len() - 1;
        let earlier: Vec<_> = whole.into_iter().filter(|prediction| prediction.step < end).collect();
        prop_assert_eq!(earlier, expect(&platform, &array, &script[..end]));
    }
}
