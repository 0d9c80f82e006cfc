//! The words that the Rust code knows: the specification's lists of forms, and the few that have none.

use crate::Words;
use crate::harness::{Test, tests};
use array_ctypes_conformance::adapter::cost;
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::spec::memmap::{Handle, Mode, Part};
use array_ctypes_conformance::spec::{
    Absent, Address, Answer, Attribute, BufferMember, BufferRequest, Ctypeslib, Derive, DlpackMember, DlpackRequest,
    Export, Flag, ImportData, Imported, Key, Library, Member, Outside, Owner, Profile, Question, Raises, ShapeArgument,
    Source, Step, Use, Value, View,
};
use array_ctypes_conformance::{Limits, Order, RecordFeature, json};

pub(crate) const TESTS: &[Test] = tests![each_form_is_parsed_and_printed,];

/// Texts, one for each variant of an enum.
macro_rules! texts {
    ($($pattern:pat => $text:literal,)*) => {{
        // Without a wildcard: a new variant does not compile.
        let is_of_row = |row: &str, parsed: &_| match parsed { $($pattern => row == $text,)* };
        (vec![$($text),*], is_of_row)
    }};
}

/// Returns imports with each form of the entry `data`.
fn imports() -> Vec<String> {
    let (texts, is_of_row) = texts! {
        ImportData::Tuple(Address::InBuffer(_)) => "at:1",
        ImportData::Tuple(Address::Absolute(_)) => "address:1",
        ImportData::Buffer => "buffer",
        ImportData::List => "list",
        ImportData::Single => "single",
        ImportData::Triple => "triple",
        ImportData::Text => "text",
        ImportData::Wide => "wide",
    };
    let step = |text: &str| {
        let step = format!("import data={text} read_only=0 shape= typestr=|b1 version=3");
        assert!(matches!(step.parse(), Ok(Step::Ask(Question::Import(it))) if is_of_row(text, &it.data)), "{text}");
        step
    };
    texts.into_iter().map(step).collect()
}

/// Returns imports of ctypes objects with each form of the argument `shape`.
fn shapes() -> Vec<String> {
    let (texts, is_of_row) = texts! {
        ShapeArgument::Missing => "none",
        ShapeArgument::Int(_) => "int=1",
        ShapeArgument::Lengths(_) => "shape=1",
    };
    let step = |text: &str| {
        let step = format!("ctypeslib as_array null {text} c_int");
        let helper = match step.parse() {
            Ok(Step::Ask(Question::Ctypeslib(helper))) => helper,
            other => panic!("{text}: {other:?}"),
        };
        assert!(matches!(helper, Ctypeslib::AsArray { shape, .. } if is_of_row(text, &shape)), "{text}");
        step
    };
    texts.into_iter().map(step).collect()
}

/// Returns steps with every form of an argument that has no list of words.
fn steps() -> Vec<String> {
    [imports(), shapes(), OPTIONAL.map(str::to_owned).to_vec()].concat()
}

/// Steps with every argument that may be left out.
const OPTIONAL: [&str; 5] = [
    "import data=buffer read_only=0 shape= strides= typestr=|b1 offset=1 version=3",
    "import data=buffer read_only=0 shape_list= typestr=|b1 version=3",
    "import data=buffer read_only=0 shape= typestr=|b1 version=3 copied=1",
    "ctypeslib ndpointer class dtype=|b1 ndim=1 shape=1 flags=C",
    "ctypeslib ndpointer class length=1",
];

/// Returns all vocabularies.
pub(crate) fn words() -> Words {
    let mut words = Words::default();
    // The steps that the suite does itself are never sent.
    let sent = Step::forms().filter(|form| !Outside::FORMS.contains(form));
    words.add_all("step", sent.filter_map(|form| form.word.split(' ').next()));
    words.add_all("view", View::FORMS.iter().map(|form| form.word));
    words.add_all("ctypeslib", Ctypeslib::FORMS.iter().map(|form| form.word));
    words.add_all("value", Value::FORMS.iter().map(|form| form.word));
    words.add_all("export", Export::FORMS.iter().map(|form| form.word));
    words.add_all("derive", Derive::FORMS.iter().map(|form| form.word));
    for step in steps() {
        words.add_step(&step);
    }
    words.add_all("profile", Profile::ALL.iter().map(|profile| profile.name()));
    words.add_all("exception", Raises::ALL.map(Raises::name));
    words.add_all("flag", Flag::ALL.iter().map(|word| word.word()));
    words.add_all("attribute", Attribute::ALL.iter().map(|word| word.word()));
    words.add_all("interface", Key::ALL.iter().map(|word| word.word()));
    words.add_all("struct", Member::ALL.iter().map(|word| word.word()));
    words.add_all("map", Part::ALL.iter().map(|word| word.word()));
    words.add_all("mode", Mode::ALL.iter().map(|word| word.word()));
    words.add_all("owner", Owner::ALL.iter().map(|word| word.word()));
    words.add_all("handle", Handle::ALL.iter().map(|word| word.word()));
    words.add_all("absent", Absent::ALL.iter().map(|word| word.word()));
    words.add_all("buffer request", BufferRequest::ALL.iter().map(|word| word.word()));
    words.add_all("buffer member", BufferMember::ALL.iter().map(|word| word.word()));
    words.add_all("dlpack request", DlpackRequest::ALL.iter().map(|word| word.word()));
    words.add_all("dlpack member", DlpackMember::ALL.iter().map(|word| word.word()));
    words.add_all("as_array source", Source::ALL.iter().map(|word| word.word()));
    words.add_all("ndpointer use", Use::ALL.iter().map(|word| word.word()));
    words.add_all("load_library", Library::ALL.iter().map(|word| word.word()));
    words.add_all("cost question", cost::Question::ALL.map(cost::Question::word));
    words.add_all("kind", Kind::ALL.map(|kind| kind.code().to_string()));
    words.add_all("answer", answers());
    words.add_all("limit", Limits::NAMES);
    words.add_all("order", Order::ALL.map(Order::word));
    words.add_all("record feature", RecordFeature::ALL.iter().map(|feature| feature.word()));
    words.add_all("byte_order", json::BYTE_ORDERS.iter().map(|(word, _)| word));
    words.add_all("data_model", json::DATA_MODELS.iter().map(|(word, _)| word));
    words.add_all("long_double", json::LONG_DOUBLES.iter().map(|(word, _)| word));
    words
}

/// Returns the key of each answer that is an object in JSON. Answers that only the suite observes are not among them.
fn answers() -> Vec<String> {
    let imported = Imported {
        data: Address::Absolute(1),
        read_only: false,
        shape: vec![],
        strides: vec![],
        typestr: "|b1".into(),
        elements: None,
    };
    let answers = [
        Answer::Address(Address::Absolute(1)),
        Answer::Integer(1),
        Answer::Integers(vec![1]),
        Answer::Float(1),
        Answer::Complex([1, 1]),
        Answer::Bytes(vec![1]),
        Answer::Text("a".into()),
        Answer::Object(1),
        Answer::Imported(Box::new(imported)),
        Answer::Raises(Raises::TypeError),
        Answer::Signal("SIGSEGV".into()),
        Answer::Declined("too large".into()),
    ];
    let keys = answers.iter().map(json::from_answer).flat_map(|value| value.as_object().cloned().unwrap_or_default());
    keys.map(|(key, _)| key).collect()
}

fn each_form_is_parsed_and_printed() {
    for step in steps() {
        let parsed: Step = step.parse().unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert_eq!(parsed.to_string(), step);
    }
}
