//! Faults of the chapter `dtype`.

use crate::faults::about::About;
use crate::faults::answers::{end_of_fields, integer};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::{Descr, DescrEntry, DescrType, Dtype, Field, Kind, Plain, Record};
use array_ctypes_conformance::spec::rules::dtype as rules;
use array_ctypes_conformance::spec::{Answer, Key, Question, Rule};

/// The rules of `descr`. Each description falls under the rule of its most difficult part, so a mistake shows under several.
const DESCR: &[Rule] =
    &[rules::descr_fields, rules::descr_padding, rules::descr_nested, rules::descr_sub_array, rules::descr_title];

/// Returns the structured type of the elements.
fn record(about: &About) -> Option<Record> {
    match &about.layout.dtype {
        Dtype::Record(record) => Some((**record).clone()),
        Dtype::Plain(_) => None,
    }
}

pub(crate) fn item_size(faults: &mut Faults) {
    faults.answer("an item loses the padding at its end", |about, question, answer| {
        if let (Question::ItemSize, Some(record)) = (question, record(about)) {
            *answer = integer(end_of_fields(&record));
        }
    });
    faults.answer("text is counted in characters", |about, question, answer| {
        if let (Question::ItemSize, Some(Plain { kind: Kind::Unicode, size, .. })) =
            (question, about.layout.dtype.plain())
        {
            *answer = integer(u64::from(size / 4));
        }
    });
}

pub(crate) fn alignment(faults: &mut Faults) {
    faults.answer("a number is aligned by its size", |about, question, answer| {
        if let (Question::Alignment, Some(Plain { kind: Kind::Complex, size, .. })) =
            (question, about.layout.dtype.plain())
        {
            *answer = integer(u64::from(*size));
        }
    });
    faults.answer("every structure is aligned as its fields", |about, question, answer| {
        if let (Question::Alignment, Some(record)) = (question, record(about)) {
            let aligned = Dtype::from(Record { aligned: true, ..record });
            *answer = integer(aligned.alignment(&about.platform));
        }
    });
    faults.answer("no structure is aligned", |about, question, answer| {
        if let (Question::Alignment, Some(_)) = (question, record(about)) {
            *answer = integer(1);
        }
    });
    faults.answer("text is aligned as bytes", |about, question, answer| {
        if let (Question::Alignment, Some(Plain { kind: Kind::Unicode, .. })) = (question, about.layout.dtype.plain()) {
            *answer = integer(1);
        }
    });
}

/// Changes the typestr of the element types that a rule speaks of.
fn typestr(about: &About, question: &Question, answer: &mut Answer, rule: Rule, change: impl Fn(&str) -> String) {
    let speaks = array_ctypes_conformance::spec::dtype::typestr_rule(&about.layout.dtype) == rule;
    if let (true, Question::Interface(Key::Typestr), Answer::Text(text)) = (speaks, question, answer) {
        *text = change(text);
    }
}

pub(crate) fn typestr_number(faults: &mut Faults) {
    faults.answer("the byte order is written as =", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_number, |text| text.replace(['<', '>'], "="));
    });
    faults.answer("the size is in bits", |about, question, answer| {
        let bits = 8 * about.layout.dtype.item_size();
        typestr(about, question, answer, rules::typestr_number, |text| format!("{}{bits}", &text[..2]));
    });
    faults.answer("a complex number has the size of one part", |about, question, answer| {
        if about.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Complex) {
            let part = about.layout.dtype.item_size() / 2;
            typestr(about, question, answer, rules::typestr_number, |text| format!("{}{part}", &text[..2]));
        }
    });
}

pub(crate) fn typestr_time(faults: &mut Faults) {
    faults.answer("the count of the unit is left out", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_time, |text| {
            text.get(4..).map_or(text.to_owned(), |unit| {
                format!("{}[{}", &text[..3], unit.trim_start_matches(|digit: char| digit.is_ascii_digit()))
            })
        });
    });
    faults.answer("the generic unit has a name", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_time, |text| {
            if text.len() == 3 { format!("{text}[generic]") } else { text.to_owned() }
        });
    });
}

pub(crate) fn typestr_text(faults: &mut Faults) {
    faults.answer("unicode text is counted in bytes", |about, question, answer| {
        let size = about.layout.dtype.item_size();
        typestr(about, question, answer, rules::typestr_text, |text| format!("{}{size}", &text[..2]));
    });
    faults.answer("unicode text has no byte order", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_text, |text| text.replace(['<', '>'], "|"));
    });
}

pub(crate) fn typestr_void(faults: &mut Faults) {
    faults.answer("the typestr of a structure loses the padding at its end", |about, question, answer| {
        if let Some(record) = record(about) {
            typestr(about, question, answer, rules::typestr_void, |_| format!("|V{}", end_of_fields(&record)));
        }
    });
    faults.answer("the typestr of raw bytes is that of a byte string", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_void, |text| text.replace('V', "S"));
    });
}

pub(crate) fn typestr_object(faults: &mut Faults) {
    faults.answer("the typestr of references is that of raw bytes", |about, question, answer| {
        let size = about.layout.dtype.item_size();
        typestr(about, question, answer, rules::typestr_object, |_| format!("|V{size}"));
    });
}

pub(crate) fn typestr_spelling(faults: &mut Faults) {
    faults.answer("a type of one byte has a byte order", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_number, |text| text.replace('|', "<"));
    });
    faults.answer("the unit of time is left out", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_time, |text| text[..3].to_owned());
    });
    faults.answer("byte strings have a byte order", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_text, |text| text.replace('|', "<"));
    });
    faults.answer("a structure has a byte order", |about, question, answer| {
        typestr(about, question, answer, rules::typestr_void, |text| text.replace('|', "<"));
    });
    faults.answer("the typestr of an object has a size", |about, question, answer| {
        let size = about.layout.dtype.item_size();
        typestr(about, question, answer, rules::typestr_object, |text| format!("{text}{size}"));
    });
}

/// Changes the description of a structured type without overlaps.
fn describe(about: &About, question: &Question, answer: &mut Answer, change: impl Fn(&Record, &mut Vec<DescrEntry>)) {
    if let (Question::Interface(Key::Descr), Some(record)) = (question, record(about))
        && !about.layout.dtype.has_overlaps()
    {
        let mut descr = about.layout.dtype.descr();
        change(&record, &mut descr.0);
        *answer = Answer::Text(descr.to_string());
    }
}

/// Replaces a byte order by the other.
fn swapped(typestr: &str) -> String {
    let other = |order| match order {
        '<' => '>',
        '>' => '<',
        same => same,
    };
    typestr.chars().map(other).collect()
}

pub(crate) fn descr_plain(faults: &mut Faults) {
    faults.answer("the descr of a plain type has the other byte order", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Answer::Text(text), Some(_)) =
            (question, answer, about.layout.dtype.plain())
        {
            *text = swapped(text);
        }
    });
    faults.answer("the real and the imaginary part are integers", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Answer::Text(text), Some(Plain { kind: Kind::Complex, size, .. })) =
            (question, answer, about.layout.dtype.plain())
        {
            *text = format!("[('real', '<i{}'), ('imag', '<i{0}')]", size / 2);
        }
    });
}

pub(crate) fn descr_fields(faults: &mut Faults) {
    faults.also(DESCR);
    faults.answer("fields have the platform's byte order", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            for entry in entries {
                if let DescrType::Typestr(text) = &mut entry.of {
                    *text = text.replace(['<', '>'], "=");
                }
            }
        });
    });
    faults.answer("fields are in reverse order", |about, question, answer| {
        describe(about, question, answer, |_, entries| entries.reverse());
    });
    faults.answer("each field has the name of the next", |about, question, answer| {
        describe(about, question, answer, |record, entries| {
            let mut next = record.fields.iter().map(|field| field.name.clone()).cycle().skip(1);
            let fields = entries.iter_mut().filter(|entry| !entry.name.is_empty());
            fields.zip(&mut next).for_each(|(entry, name)| entry.name = name);
        });
    });
}

pub(crate) fn descr_padding(faults: &mut Faults) {
    faults.also(DESCR);
    faults.answer("padding has no entries", |about, question, answer| {
        describe(about, question, answer, |_, entries| entries.retain(|entry| !entry.name.is_empty()));
    });
    faults.answer("padding at the end has no entry", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            entries.pop_if(|last| last.name.is_empty());
        });
    });
    faults.answer("padding at the start has no entry", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            if entries.first().is_some_and(|first| first.name.is_empty()) {
                entries.remove(0);
            }
        });
    });
    faults.answer("a field is described before the padding in front of it", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            for at in 1..entries.len() {
                if entries[at - 1].name.is_empty() && !entries[at].name.is_empty() {
                    entries.swap(at - 1, at);
                }
            }
        });
    });
}

/// Changes the entries of each list that stands in the place of a type string.
fn change_inner(entries: &mut [DescrEntry], change: fn(&mut Vec<DescrEntry>)) {
    for entry in entries {
        if let DescrType::Nested(Descr(inner)) = &mut entry.of {
            change(inner);
            change_inner(inner, change);
        }
    }
}

pub(crate) fn descr_nested(faults: &mut Faults) {
    faults.also(DESCR);
    faults.answer("fields of a nested type have the other byte order", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            change_inner(entries, |inner| {
                for entry in inner {
                    if let DescrType::Typestr(text) = &mut entry.of {
                        *text = swapped(text);
                    }
                }
            });
        });
    });
    faults.answer("the descr of a nested type is a byte short", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            change_inner(entries, |inner| {
                let padding = inner.pop_if(|last| last.name.is_empty());
                if let Some(DescrEntry { of: DescrType::Typestr(text), .. }) = padding
                    && let Some(size @ 1..) = text[2..].parse::<u64>().ok().map(|size| size - 1)
                {
                    let of = DescrType::Typestr(format!("|V{size}"));
                    inner.push(DescrEntry { name: String::new(), title: None, of, shape: Vec::new() });
                }
            });
        });
    });
}

pub(crate) fn descr_sub_array(faults: &mut Faults) {
    faults.also(DESCR);
    faults.answer("descr describes one item of a sub-array", |about, question, answer| {
        describe(about, question, answer, |_, entries| entries.iter_mut().for_each(|entry| entry.shape.clear()));
    });
    faults.answer("a sub-array in a nested type loses its last length", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            change_inner(entries, |inner| {
                for entry in inner {
                    entry.shape.pop();
                }
            });
        });
    });
    faults.answer("a sub-array is described along one axis", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            for entry in entries.iter_mut().filter(|entry| entry.shape.len() > 1) {
                entry.shape = vec![entry.shape.iter().product()];
            }
        });
    });
    faults.answer("a single length is a number, not a tuple", |_, question, answer| {
        if let (Question::Interface(Key::Descr), Answer::Text(text)) = (question, answer) {
            for length in 1..=3 {
                *text = text.replace(&format!("({length},)"), &length.to_string());
            }
        }
    });
}

pub(crate) fn descr_title(faults: &mut Faults) {
    faults.answer("the name stands before the title", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            for entry in entries {
                if let Some(title) = &mut entry.title {
                    std::mem::swap(title, &mut entry.name);
                }
            }
        });
    });
}

/// Returns a description with one entry for each field, also of fields that overlap.
fn fields(fields: &[Field]) -> Descr {
    let entry = |field: &Field| DescrEntry {
        name: field.name.clone(),
        title: field.title.clone(),
        of: match &field.dtype {
            Dtype::Plain(_) => DescrType::Typestr(field.dtype.typestr()),
            Dtype::Record(record) => DescrType::Nested(self::fields(&record.fields)),
        },
        shape: field.shape.clone(),
    };
    Descr(fields.iter().map(entry).collect())
}

pub(crate) fn descr_overlap(faults: &mut Faults) {
    faults.answer("overlapping fields are listed", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Some(record)) = (question, record(about))
            && record.overlaps()
        {
            *answer = Answer::Text(fields(&record.fields).to_string());
        }
    });
    faults.answer("only the outermost type is searched for overlaps", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Some(record)) = (question, record(about))
            && !record.overlaps()
            && about.layout.dtype.has_overlaps()
        {
            *answer = Answer::Text(fields(&record.fields).to_string());
        }
    });
}

pub(crate) fn descr_given(faults: &mut Faults) {
    faults.answer("there is no descr", |_, question, answer| {
        if *question == Question::Interface(Key::Descr) {
            *answer = Answer::Nothing;
        }
    });
    faults.answer("a structured type is described as raw bytes", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Answer::Text(text), Some(_)) = (question, answer, record(about)) {
            *text = format!("[('', '{}')]", about.layout.dtype.typestr());
        }
    });
    faults.answer("a plain type is a field with a name", |about, question, answer| {
        if let (Question::Interface(Key::Descr), Answer::Text(text), Some(_)) =
            (question, answer, about.layout.dtype.plain())
        {
            *text = text.replace("''", "'f0'");
        }
    });
    faults.answer("padding has a name", |about, question, answer| {
        describe(about, question, answer, |_, entries| {
            let padding = entries.iter_mut().filter(|entry| entry.name.is_empty());
            padding.zip(0..).for_each(|(entry, number)| entry.name = format!("pad{number}"));
        });
    });
    faults.answer("a nested type is raw bytes", |about, question, answer| {
        describe(about, question, answer, |record, entries| {
            for field in &record.fields {
                if let (Dtype::Record(_), Some(entry)) =
                    (&field.dtype, entries.iter_mut().find(|entry| entry.name == field.name))
                {
                    entry.of = DescrType::Typestr(field.dtype.typestr());
                }
            }
        });
    });
    faults.answer("titles are left out", |about, question, answer| {
        describe(about, question, answer, |_, entries| entries.iter_mut().for_each(|entry| entry.title = None));
    });
}
