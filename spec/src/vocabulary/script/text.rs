//! The one-line text forms of steps, both ways.

use super::{
    Absent, Attribute, BufferMember, BufferRequest, Ctypeslib, DlpackMember, DlpackRequest, Flag, Import, ImportData,
    Key, Member, Outside, Question, Step, Write, act,
};
use crate::vocabulary::answer::Address;
use crate::vocabulary::ctype::CType;
use crate::vocabulary::memmap::Part;
use std::fmt;
use std::str::FromStr;

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Ask(question) => write!(f, "{question}"),
            Step::Write(write) => write!(f, "{write}"),
            Step::Forked(step) => write!(f, "forked {step}"),
            Step::Outside(outside) => write!(f, "{outside}"),
            Step::Act(act) => write!(f, "{act}"),
        }
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outside::Peek(count) => write!(f, "peek {count}"),
            Outside::Poke { index, bytes } => {
                write!(f, "poke {}", Hex(bytes))?;
                index.iter().try_for_each(|at| write!(f, " {at}"))
            }
            Outside::Mapping => f.write_str("mapping"),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Question::Native => f.write_str("native"),
            Question::SizeOf(ctype) => write!(f, "sizeof {ctype}"),
            Question::Name(ctype) => write!(f, "name {ctype}"),
            Question::ItemSize => f.write_str("itemsize"),
            Question::Alignment => f.write_str("alignment"),
            Question::Item(index) => {
                f.write_str("item")?;
                index.iter().try_for_each(|at| write!(f, " {at}"))
            }
            Question::Flag(flag) => write!(f, "flag {}", flag.word()),
            Question::Data => f.write_str("data"),
            Question::Shape => f.write_str("shape"),
            Question::Strides => f.write_str("strides"),
            Question::ShapeType => f.write_str("shape-type"),
            Question::StridesType => f.write_str("strides-type"),
            Question::ShapeAs(ctype) => write!(f, "shape_as {ctype}"),
            Question::StridesAs(ctype) => write!(f, "strides_as {ctype}"),
            Question::DataAs(ctype) => write!(f, "data_as {ctype}"),
            Question::AsParameter => f.write_str("_as_parameter_"),
            Question::Contents(ctype) => write!(f, "contents {ctype}"),
            Question::Index(at, ctype) => write!(f, "index {at} {ctype}"),
            Question::Printed(ctype) => write!(f, "printed {ctype}"),
            Question::Pass(ctype) => write!(f, "pass {ctype}"),
            Question::Assign(attribute) => write!(f, "assign {}", attribute.word()),
            Question::Object(attribute) => write!(f, "object {}", attribute.word()),
            Question::Interface(key) => write!(f, "interface {}", key.word()),
            Question::Struct(member) => write!(f, "struct {}", member.word()),
            Question::Import(import) => write!(f, "{import}"),
            Question::Map(part) => write!(f, "map {}", part.word()),
            Question::File(offset, length) => write!(f, "file {offset} {length}"),
            Question::FileSize => f.write_str("file-size"),
            Question::Ctypeslib(question) => write!(f, "{question}"),
            Question::Absent(what) => write!(f, "absent {}", what.word()),
            Question::Buffer(request, member) => write!(f, "buffer {} {}", request.word(), member.word()),
            Question::Dlpack(request, member) => write!(f, "dlpack {} {}", request.word(), member.word()),
        }
    }
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Write::Pointer { offset, bytes } => write!(f, "write-pointer {offset} {}", Hex(bytes)),
            Write::Item { index, bytes } => {
                write!(f, "write-item {}", Hex(bytes))?;
                index.iter().try_for_each(|at| write!(f, " {at}"))
            }
            Write::Shape { axis, value } => write!(f, "write-shape {axis} {value}"),
            Write::Strides { axis, value } => write!(f, "write-strides {axis} {value}"),
            Write::File { offset, bytes } => write!(f, "write-file {offset} {}", Hex(bytes)),
            Write::Flush => f.write_str("flush"),
            Write::TruncateFile(size) => write!(f, "truncate-file {size}"),
            Write::CloseMap => f.write_str("close-map"),
        }
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("import data=")?;
        match self.data {
            ImportData::Tuple(Address::InBuffer(offset)) => write!(f, "at:{offset}")?,
            ImportData::Tuple(Address::Absolute(address)) => write!(f, "address:{address}")?,
            ImportData::Buffer => f.write_str("buffer")?,
            ImportData::List => f.write_str("list")?,
            ImportData::Single => f.write_str("single")?,
            ImportData::Triple => f.write_str("triple")?,
            ImportData::Text => f.write_str("text")?,
            ImportData::Wide => f.write_str("wide")?,
        }
        write!(f, " read_only={} ", u8::from(self.read_only))?;
        f.write_str(if self.shape_is_list { "shape_list=" } else { "shape=" })?;
        f.write_str(&self.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(","))?;
        if let Some(strides) = &self.strides {
            write!(f, " strides={}", strides.iter().map(i64::to_string).collect::<Vec<_>>().join(","))?;
        }
        write!(f, " typestr={}", self.typestr)?;
        if let Some(offset) = self.offset {
            write!(f, " offset={offset}")?;
        }
        write!(f, " version={}", self.version)
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let whole = digits.len() % 2 == 0;
    whole.then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A text that is no step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseStepError {
    text: String,
}

impl fmt::Display for ParseStepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no step of a script: expected a question such as `data`, `shape_as c_short`, `index -1 c_int`, \
             `interface typestr`, or a write such as `write-pointer 4 00ff`; the protocol's schema lists them all",
            self.text
        )
    }
}

impl std::error::Error for ParseStepError {}

impl FromStr for Step {
    type Err = ParseStepError;

    fn from_str(text: &str) -> Result<Step, ParseStepError> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let step = match word {
            "forked" => rest.parse().ok().filter(Step::may_be_forked).map(|step| Step::Forked(Box::new(step))),
            _ => parse_write(word, rest)
                .map(Step::Write)
                .or_else(|| parse_outside(word, rest).map(Step::Outside))
                .or_else(|| act::parse(word, rest).map(Step::Act))
                .or_else(|| parse_question(word, rest).map(Step::Ask)),
        };
        step.ok_or_else(|| ParseStepError { text: text.to_owned() })
    }
}

fn parse_write(word: &str, rest: &str) -> Option<Write> {
    let words: Vec<&str> = rest.split(' ').collect();
    Some(match (word, &words[..]) {
        ("write-pointer", [offset, hex]) => Write::Pointer { offset: offset.parse().ok()?, bytes: from_hex(hex)? },
        ("write-item", [hex, index @ ..]) => {
            Write::Item { index: index.iter().map(|at| at.parse().ok()).collect::<Option<_>>()?, bytes: from_hex(hex)? }
        }
        ("write-shape", [axis, value]) => Write::Shape { axis: axis.parse().ok()?, value: value.parse().ok()? },
        ("write-strides", [axis, value]) => Write::Strides { axis: axis.parse().ok()?, value: value.parse().ok()? },
        ("write-file", [offset, hex]) => Write::File { offset: offset.parse().ok()?, bytes: from_hex(hex)? },
        ("flush", [""]) => Write::Flush,
        ("truncate-file", [size]) => Write::TruncateFile(size.parse().ok()?),
        ("close-map", [""]) => Write::CloseMap,
        _ => return None,
    })
}

fn parse_outside(word: &str, rest: &str) -> Option<Outside> {
    let words: Vec<&str> = rest.split(' ').collect();
    Some(match (word, &words[..]) {
        ("peek", [count]) => Outside::Peek(count.parse().ok()?),
        ("poke", [hex, index @ ..]) => Outside::Poke {
            index: index.iter().map(|at| at.parse().ok()).collect::<Option<_>>()?,
            bytes: from_hex(hex)?,
        },
        ("mapping", [""]) => Outside::Mapping,
        _ => return None,
    })
}

fn parse_question(word: &str, rest: &str) -> Option<Question> {
    if rest.is_empty() {
        return Some(match word {
            "native" => Question::Native,
            "itemsize" => Question::ItemSize,
            "alignment" => Question::Alignment,
            "data" => Question::Data,
            "shape" => Question::Shape,
            "strides" => Question::Strides,
            "shape-type" => Question::ShapeType,
            "strides-type" => Question::StridesType,
            "_as_parameter_" => Question::AsParameter,
            "item" => Question::Item(Vec::new()),
            "file-size" => Question::FileSize,
            _ => return None,
        });
    }
    let ctype = || rest.parse::<CType>().ok();
    Some(match word {
        "sizeof" => Question::SizeOf(ctype()?),
        "name" => Question::Name(ctype()?),
        "item" => Question::Item(rest.split(' ').map(|at| at.parse().ok()).collect::<Option<_>>()?),
        "flag" => Question::Flag(Flag::from_word(rest)?),
        "shape_as" => Question::ShapeAs(ctype()?),
        "strides_as" => Question::StridesAs(ctype()?),
        "data_as" => Question::DataAs(ctype()?),
        "contents" => Question::Contents(ctype()?),
        "index" => {
            let (at, ctype) = rest.split_once(' ')?;
            Question::Index(at.parse().ok()?, ctype.parse().ok()?)
        }
        "printed" => Question::Printed(ctype()?),
        "pass" => Question::Pass(ctype()?),
        "assign" => Question::Assign(Attribute::from_word(rest)?),
        "object" => Question::Object(Attribute::from_word(rest)?),
        "interface" => Question::Interface(Key::from_word(rest)?),
        "struct" => Question::Struct(Member::from_word(rest)?),
        "map" => Question::Map(Part::from_word(rest)?),
        "file" => {
            let (offset, length) = rest.split_once(' ')?;
            Question::File(offset.parse().ok()?, length.parse().ok()?)
        }
        "import" => Question::Import(Box::new(parse_import(rest)?)),
        "ctypeslib" => Question::Ctypeslib(Ctypeslib::parse(rest)?),
        "absent" => Question::Absent(Absent::from_word(rest)?),
        "buffer" => {
            let (request, member) = rest.split_once(' ')?;
            Question::Buffer(BufferRequest::from_word(request)?, BufferMember::from_word(member)?)
        }
        "dlpack" => {
            let (request, member) = rest.split_once(' ')?;
            Question::Dlpack(DlpackRequest::from_word(request)?, DlpackMember::from_word(member)?)
        }
        _ => return None,
    })
}

fn parse_import(text: &str) -> Option<Import> {
    fn list<T: FromStr>(text: &str) -> Option<Vec<T>> {
        if text.is_empty() { Some(Vec::new()) } else { text.split(',').map(|item| item.parse().ok()).collect() }
    }
    let mut import = Import {
        data: ImportData::Buffer,
        read_only: false,
        shape: Vec::new(),
        shape_is_list: false,
        strides: None,
        typestr: String::new(),
        offset: None,
        version: 3,
    };
    for word in text.split(' ') {
        let (name, value) = word.split_once('=')?;
        match name {
            "data" => import.data = parse_import_data(value)?,
            "read_only" => import.read_only = value == "1",
            "shape" | "shape_list" => {
                import.shape = list(value)?;
                import.shape_is_list = name == "shape_list";
            }
            "strides" => import.strides = Some(list(value)?),
            "typestr" => value.clone_into(&mut import.typestr),
            "offset" => import.offset = Some(value.parse().ok()?),
            "version" => import.version = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(import)
}

fn parse_import_data(text: &str) -> Option<ImportData> {
    Some(match text.split_once(':') {
        Some(("at", offset)) => ImportData::Tuple(Address::InBuffer(offset.parse().ok()?)),
        Some(("address", address)) => ImportData::Tuple(Address::Absolute(address.parse().ok()?)),
        Some(_) => return None,
        None => match text {
            "buffer" => ImportData::Buffer,
            "list" => ImportData::List,
            "single" => ImportData::Single,
            "triple" => ImportData::Triple,
            "text" => ImportData::Text,
            "wide" => ImportData::Wide,
            _ => return None,
        },
    })
}
