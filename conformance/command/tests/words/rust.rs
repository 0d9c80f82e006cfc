//! The words that the Rust code knows.
//!
//! Where it has no list, there is a row for each variant here: the compiler asks for a row for a new variant, and a test proves
//! that the text of each row is parsed as its variant.

use crate::Words;
use crate::harness::{Test, tests};
use array_ctypes_conformance::adapter::cost;
use array_ctypes_conformance::adapter::limits::VIEWS;
use array_ctypes_conformance::spec::dtype::Kind;
use array_ctypes_conformance::spec::memmap::{Handle, Mode, Part};
use array_ctypes_conformance::spec::{
    Absent, Act, Address, Answer, Attribute, BufferMember, BufferRequest, Ctypeslib, Derive, DlpackMember,
    DlpackRequest, Export, Flag, ImportData, Imported, Key, Library, Member, Profile, Question, Raises, ShapeArgument,
    Source, Step, Use, View, Write,
};
use array_ctypes_conformance::{Limits, json};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = tests![each_form_is_parsed_and_printed, the_limit_on_views_knows_every_view,];

/// Texts, one for each variant of an enum.
macro_rules! texts {
    ($($pattern:pat => $text:literal,)*) => {{
        // Without a wildcard: a new variant does not compile.
        let is_of_row = |row: &str, parsed: &_| match parsed { $($pattern => row == $text,)* };
        (vec![$($text),*], is_of_row)
    }};
}

/// Returns a step of each kind, in its text form.
fn steps() -> Vec<String> {
    let mut steps = vec!["forked data".to_owned()];
    let (texts, is_of_row) = texts! {
        Question::Native => "native",
        Question::SizeOf(_) => "sizeof c_int",
        Question::Name(_) => "name c_int",
        Question::ItemSize => "itemsize",
        Question::Alignment => "alignment",
        Question::Item(_) => "item 1",
        Question::Flag(_) => "flag aligned",
        Question::Data => "data",
        Question::Shape => "shape",
        Question::Strides => "strides",
        Question::ShapeType => "shape-type",
        Question::StridesType => "strides-type",
        Question::ShapeAs(_) => "shape_as c_int",
        Question::StridesAs(_) => "strides_as c_int",
        Question::DataAs(_) => "data_as c_int",
        Question::AsParameter => "_as_parameter_",
        Question::Contents(_) => "contents c_int",
        Question::Index(..) => "index 1 c_int",
        Question::Printed(_) => "printed c_int",
        Question::Pass(_) => "pass c_int",
        Question::Assign(_) => "assign data",
        Question::Object(_) => "object data",
        Question::Interface(_) => "interface data",
        Question::Struct(_) => "struct data",
        Question::Import(_) => "import data=buffer read_only=0 shape= typestr=|b1 version=3",
        Question::Map(_) => "map mode",
        Question::File(..) => "file 1 1",
        Question::FileSize => "file-size",
        Question::Ctypeslib(_) => "ctypeslib c_intp",
        Question::Absent(_) => "absent data",
        Question::Buffer(..) => "buffer simple len",
        Question::Dlpack(..) => "dlpack versioned ndim",
    };
    for text in texts {
        assert!(
            text.parse().is_ok_and(|step: Step| step.question().is_some_and(|asked| is_of_row(text, asked))),
            "{text}"
        );
        steps.push(text.to_owned());
    }
    let (texts, is_of_row) = texts! {
        Write::Pointer { .. } => "write-pointer 1 00",
        Write::Item { .. } => "write-item 00 1",
        Write::Shape { .. } => "write-shape 1 1",
        Write::Strides { .. } => "write-strides 1 1",
        Write::File { .. } => "write-file 1 00",
        Write::Flush => "flush",
        Write::TruncateFile(_) => "truncate-file 1",
        Write::CloseMap => "close-map",
    };
    for text in texts {
        assert!(matches!(text.parse(), Ok(Step::Write(write)) if is_of_row(text, &write)), "{text}");
        steps.push(text.to_owned());
    }
    let (texts, is_of_row) = texts! {
        Act::Export { .. } => "export 1 data",
        Act::Derive { .. } => "derive 1 1 contents",
        Act::DropArray => "drop array",
        Act::Drop(_) => "drop 1",
        Act::Collect => "collect",
        Act::Overwrite => "overwrite",
        Act::Alive => "alive",
        Act::Memory => "memory",
        Act::Read { .. } => "read 1 1",
        Act::Balance(_) => "balance data",
        Act::Call(_) => "call data",
    };
    for text in texts {
        assert!(matches!(text.parse(), Ok(Step::Act(act)) if is_of_row(text, &act)), "{text}");
        steps.push(text.to_owned());
    }
    steps.extend(exports());
    steps.extend(derivations());
    steps.extend(helpers());
    steps.extend(imports());
    steps.extend(shapes());
    steps
}

fn exports() -> Vec<String> {
    let (texts, is_of_row) = texts! {
        Export::Ctypes => "ctypes",
        Export::Method => "method",
        Export::Data => "data",
        Export::Shape => "shape",
        Export::Strides => "strides",
        Export::ShapeAs(_) => "shape_as c_int",
        Export::StridesAs(_) => "strides_as c_int",
        Export::DataAs(_) => "data_as c_int",
        Export::AsParameter => "_as_parameter_",
        Export::Interface => "interface",
        Export::Struct => "struct",
        Export::View => "view",
        Export::AsCtypes => "as_ctypes",
    };
    let step = |text: &str| {
        let step = format!("balance {text}");
        assert!(matches!(step.parse(), Ok(Step::Act(Act::Balance(what))) if is_of_row(text, &what)), "{text}");
        step
    };
    texts.into_iter().map(step).collect()
}

fn derivations() -> Vec<String> {
    let (texts, is_of_row) = texts! {
        Derive::Contents => "contents",
        Derive::Item => "item",
        Derive::ByRef => "byref",
        Derive::Pointer => "pointer",
        Derive::Value => "value",
        Derive::Cast(_) => "cast c_int",
        Derive::AsArray => "as_array",
    };
    let step = |text: &str| {
        let step = format!("derive 1 1 {text}");
        assert!(matches!(step.parse(), Ok(Step::Act(Act::Derive { how, .. })) if is_of_row(text, &how)), "{text}");
        step
    };
    texts.into_iter().map(step).collect()
}

fn helpers() -> Vec<String> {
    let (texts, is_of_row) = texts! {
        Ctypeslib::CIntP => "c_intp",
        Ctypeslib::AsCtypesType(_) => "as_ctypes_type",
        Ctypeslib::AsCtypes => "as_ctypes",
        Ctypeslib::TypeOfAsCtypes => "as_ctypes-type",
        Ctypeslib::AsArray { .. } => "as_array null none c_int",
        Ctypeslib::NdPointer(..) => "ndpointer class",
        Ctypeslib::LoadLibrary(_) => "load_library name",
    };
    let step = |text: &str| {
        let step = format!("ctypeslib {text}");
        let parsed = step.parse();
        assert!(matches!(parsed, Ok(Step::Ask(Question::Ctypeslib(helper))) if is_of_row(text, &helper)), "{text}");
        step
    };
    texts.into_iter().map(step).collect()
}

/// Returns a view of each kind.
fn views() -> Vec<View> {
    let (texts, is_of_row) = texts! {
        View::Index { .. } => "index 1 1",
        View::Slice { .. } => "slice 1 _ _ 1",
        View::Reverse { .. } => "reverse 1",
        View::Transpose { .. } => "transpose 1",
        View::NewAxis { .. } => "newaxis 1",
        View::Broadcast { .. } => "broadcast 1",
        View::Reshape { .. } => "reshape 1",
        View::Field { .. } => "field a",
        View::Reinterpret { .. } => "view |b1",
    };
    let view = |text: &str| {
        let view: View = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert!(is_of_row(text, &view), "{text}");
        view
    };
    texts.into_iter().map(view).collect()
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

/// Steps with every argument that may be left out.
const OPTIONAL: [&str; 4] = [
    "import data=buffer read_only=0 shape= strides= typestr=|b1 offset=1 version=3",
    "import data=buffer read_only=0 shape_list= typestr=|b1 version=3",
    "ctypeslib ndpointer class dtype=|b1 ndim=1 shape=1 flags=C",
    "ctypeslib ndpointer class length=1",
];

/// Returns all vocabularies.
pub(crate) fn words() -> Words {
    let mut words = Words::default();
    steps().iter().map(String::as_str).chain(OPTIONAL).for_each(|step| words.add_step(step));
    words.add_all("view", views().iter().map(View::word));
    words.add_all("profile", Profile::ALL.iter().map(|profile| profile.name()));
    words.add_all("exception", Raises::ALL.map(Raises::name));
    words.add_all("flag", Flag::ALL.iter().map(|word| word.word()));
    words.add_all("attribute", Attribute::ALL.iter().map(|word| word.word()));
    words.add_all("interface", Key::ALL.iter().map(|word| word.word()));
    words.add_all("struct", Member::ALL.iter().map(|word| word.word()));
    words.add_all("map", Part::ALL.iter().map(|word| word.word()));
    words.add_all("mode", Mode::ALL.iter().map(|word| word.word()));
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
    words.add_all("limit", limits());
    for key in ["byte_order", "data_model", "long_double"] {
        words.add_all(key, platform(key));
    }
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
    };
    let answers = [
        Answer::Address(Address::Absolute(1)),
        Answer::Integer(1),
        Answer::Integers(vec![1]),
        Answer::Float(1),
        Answer::Bytes(vec![1]),
        Answer::Text("a".into()),
        Answer::Object(1),
        Answer::Imported(Box::new(imported)),
        Answer::Raises(Raises::TypeError),
        Answer::Signal("SIGSEGV".into()),
    ];
    let keys = answers.iter().map(json::from_answer).flat_map(|value| value.as_object().cloned().unwrap_or_default());
    keys.map(|(key, _)| key).collect()
}

/// Returns the names of the limits, which are the names of the fields.
fn limits() -> Vec<String> {
    let printed = format!("{:#?}", Limits::default());
    let fields = printed.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| !line.starts_with(' '));
    fields.filter_map(|line| line.split_once(": ")).map(|(name, _)| name.to_owned()).collect()
}

/// Returns the words for a part of a platform, from the message about a wrong word.
fn platform(key: &str) -> Vec<String> {
    let mut hello: Value = json!({ "hello": { "protocol": 1, "name": "a", "version": "1", "profiles": [], "platform": {
        "byte_order": "little", "data_model": "LP64", "long_double": "x87-16", "long_double_align": 16,
        "eight_byte_align": 8, "wchar_size": 4, "granularity": 4096 } } });
    hello["hello"]["platform"][key] = "no such word".into();
    let message = json::to_hello(&hello).expect_err("the word is wrong").to_string();
    let expected = message.split_once("expected ").and_then(|(_, rest)| rest.split_once(", found"));
    let (list, _) = expected.unwrap_or_else(|| panic!("expected a message that lists words, found {message:?}"));
    list.split(" or ").map(str::to_owned).collect()
}

fn each_form_is_parsed_and_printed() {
    for step in steps().iter().map(String::as_str).chain(OPTIONAL) {
        let parsed: Step = step.parse().unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert_eq!(parsed.to_string(), step);
    }
}

fn the_limit_on_views_knows_every_view() {
    let words: Vec<String> = views().into_iter().map(|view| view.word().to_owned()).collect();
    assert_eq!(words, VIEWS);
}
