//! Type descriptions of the array interface, both ways, and as Python prints them.

use super::{Dtype, Field, Record, TypestrError};
use std::fmt;

mod meaning;
mod parse;

/// A type description: a list of entries, in the order of their offsets, that leave no byte out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descr(pub Vec<DescrEntry>);

/// One entry of a type description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescrEntry {
    /// Name; empty for padding and for the one entry of a plain type.
    pub name: String,
    /// Title.
    pub title: Option<String>,
    /// Type.
    pub of: DescrType,
    /// Shape of a sub-array; empty where there is none.
    pub shape: Vec<u64>,
}

/// The type of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DescrType {
    /// A type string.
    Typestr(String),
    /// A description.
    Nested(Descr),
}

impl DescrEntry {
    fn anonymous(typestr: String) -> DescrEntry {
        DescrEntry { name: String::new(), title: None, of: DescrType::Typestr(typestr), shape: Vec::new() }
    }
}

impl Record {
    /// Returns true if fields overlap, or stand in another order than that of their offsets: no description can express that.
    pub fn overlaps(&self) -> bool {
        let mut end = 0;
        self.fields.iter().any(|field| {
            let overlaps = field.offset < end;
            end = field.offset.saturating_add(field.size());
            overlaps
        })
    }
}

impl Dtype {
    /// The description. Padding has entries of its own, at the end too; where fields overlap or stand out of order, here
    /// or in a nested type, that type is one entry of raw bytes.
    pub fn descr(&self) -> Descr {
        match self {
            Dtype::Record(record) if !self.has_overlaps() => describe(record),
            _ => Descr(vec![DescrEntry::anonymous(self.typestr())]),
        }
    }

    /// Returns true if fields overlap or stand out of order, here or in a nested type: no description can express that.
    pub fn has_overlaps(&self) -> bool {
        match self {
            Dtype::Plain(_) => false,
            Dtype::Record(record) => record.overlaps() || record.fields.iter().any(|field| field.dtype.has_overlaps()),
        }
    }

    /// The type that a description describes. It never claims alignment.
    ///
    /// # Errors
    /// [`TypestrError`] where an entry has no valid type string.
    pub fn from_descr(descr: &Descr) -> Result<Dtype, TypestrError> {
        if let [DescrEntry { name, of: DescrType::Typestr(typestr), shape, .. }] = &descr.0[..] {
            if name.is_empty() && shape.is_empty() {
                return Dtype::from_typestr(typestr);
            }
        }
        let mut fields = Vec::new();
        let mut offset = 0u64;
        for entry in &descr.0 {
            let dtype = match &entry.of {
                DescrType::Typestr(typestr) => Dtype::from_typestr(typestr)?,
                DescrType::Nested(nested) => Dtype::from_descr(nested)?,
            };
            let field = Field {
                name: entry.name.clone(),
                title: entry.title.clone(),
                dtype,
                shape: entry.shape.clone(),
                offset,
            };
            offset = offset.saturating_add(field.size());
            if !field.name.is_empty() {
                fields.push(field);
            }
        }
        Ok(Dtype::from(Record { fields, size: offset, aligned: false }))
    }
}

fn describe(record: &Record) -> Descr {
    let mut entries = Vec::new();
    let mut end = 0;
    let pad = |entries: &mut Vec<DescrEntry>, bytes: u64| {
        if bytes > 0 {
            entries.push(DescrEntry::anonymous(format!("|V{bytes}")));
        }
    };
    for field in &record.fields {
        pad(&mut entries, field.offset.saturating_sub(end));
        end = field.offset.saturating_add(field.size());
        entries.push(DescrEntry {
            name: field.name.clone(),
            title: field.title.clone(),
            of: match &field.dtype {
                Dtype::Plain(_) => DescrType::Typestr(field.dtype.typestr()),
                Dtype::Record(_) => DescrType::Nested(field.dtype.descr()),
            },
            shape: field.shape.clone(),
        });
    }
    pad(&mut entries, record.size.saturating_sub(end));
    Descr(entries)
}

impl fmt::Display for Descr {
    /// As Python prints the list. Names are plain: no quotes, no backslashes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, entry) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "(" } else { ", (" })?;
            match &entry.title {
                Some(title) => write!(f, "('{title}', '{}')", entry.name)?,
                None => write!(f, "'{}'", entry.name)?,
            }
            match &entry.of {
                DescrType::Typestr(typestr) => write!(f, ", '{typestr}'")?,
                DescrType::Nested(nested) => write!(f, ", {nested}")?,
            }
            match &entry.shape[..] {
                [] => {}
                [length] => write!(f, ", ({length},)")?,
                lengths => {
                    let lengths: Vec<String> = lengths.iter().map(u64::to_string).collect();
                    write!(f, ", ({})", lengths.join(", "))?;
                }
            }
            f.write_str(")")?;
        }
        f.write_str("]")
    }
}
