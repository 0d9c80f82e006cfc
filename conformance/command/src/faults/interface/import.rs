//! Faults of arrays made of an interface.

use crate::faults::answers::shift_address;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::rules::interface as rules;
use array_ctypes_conformance::spec::{Address, Answer, Import, ImportData, Imported, Question, Raises, Step};

/// Returns the array that an interface describes, without any check.
fn taken(import: &Import, typestr: &str) -> Answer {
    let size = Dtype::from_typestr(typestr).map_or(1, |dtype| dtype.item_size());
    Answer::Imported(Box::new(Imported {
        data: match import.data {
            ImportData::Tuple(address) => address,
            _ => Address::Absolute(0),
        },
        read_only: import.read_only,
        shape: import.shape.clone(),
        strides: import.strides.clone().unwrap_or_else(|| c_strides(&import.shape, size)),
        typestr: typestr.to_owned(),
        elements: None,
    }))
}

/// Changes the array that is made of an interface.
fn made(question: &Question, answer: &mut Answer, change: impl Fn(&Import, &mut Imported)) {
    if let (Question::Import(import), Answer::Imported(seen)) = (question, answer) {
        change(import, seen);
    }
}

/// Accepts such interfaces although they should be refused with that error.
fn accept(question: &Question, answer: &mut Answer, kind: Raises, which: impl Fn(&Import) -> bool) {
    if let Question::Import(import) = question
        && *answer == Answer::Raises(kind)
        && which(import)
    {
        *answer = taken(import, &import.typestr);
    }
}

/// Returns true for an interface that only the rule `interface.import-array` speaks of.
fn is_plain(import: &Import) -> bool {
    let address = matches!(import.data, ImportData::Tuple(Address::InBuffer(_)));
    address && import.version == 3 && import.offset.is_none() && !import.read_only && import.strides.is_some()
}

/// Returns the item size of an imported array.
fn item_size(seen: &Imported) -> u64 {
    Dtype::from_typestr(&seen.typestr).map_or(1, |dtype| dtype.item_size())
}

/// Moves the first element.
fn shift(seen: &mut Imported, bytes: i64) {
    shift_address(&mut seen.data, bytes);
}

pub(crate) fn import_array(faults: &mut Faults) {
    faults.answer("an importer ignores strides", |_, question, answer| {
        made(question, answer, |import, seen| {
            if is_plain(import) {
                seen.strides = c_strides(&seen.shape, item_size(seen));
            }
        });
    });
    faults.answer("an importer copies the memory", |_, question, answer| {
        made(question, answer, |import, seen| {
            if is_plain(import) {
                shift(seen, 1 << 20);
            }
        });
    });
    faults.answer("an importer begins a reversed axis at its low end", |_, question, answer| {
        made(question, answer, |import, seen| {
            let axes = seen.shape.iter().zip(&seen.strides).filter(|(length, stride)| **length > 0 && **stride < 0);
            let low = axes.map(|(length, stride)| (*length as i64 - 1) * stride).sum();
            if is_plain(import) {
                shift(seen, low);
            }
        });
    });
    faults.answer("an importer takes the platform's byte order", |_, question, answer| {
        made(question, answer, |import, seen| {
            if is_plain(import) {
                seen.typestr = seen.typestr.replace('>', "<");
            }
        });
    });
}

/// Returns true for an interface that lacks strides and is plain otherwise.
fn lacks_strides(import: &Import) -> bool {
    import.strides.is_none() && is_plain(&Import { strides: Some(Vec::new()), ..import.clone() })
}

pub(crate) fn import_no_strides(faults: &mut Faults) {
    faults.answer("an importer without strides uses the order of Fortran", |_, question, answer| {
        made(question, answer, |import, seen| {
            if lacks_strides(import) {
                seen.shape.reverse();
                seen.strides = c_strides(&seen.shape, item_size(seen));
                seen.shape.reverse();
                seen.strides.reverse();
            }
        });
    });
    faults.answer("missing strides are zero", |_, question, answer| {
        made(question, answer, |import, seen| {
            if lacks_strides(import) {
                seen.strides.fill(0);
            }
        });
    });
}

pub(crate) fn import_read_only(faults: &mut Faults) {
    faults.answer("an importer ignores the read-only flag", |_, question, answer| {
        made(question, answer, |import, seen| seen.read_only &= !import.read_only || address_is_high(import));
    });
}

/// Returns true for an address outside the buffer. Only the rules about such addresses speak of it.
fn address_is_high(import: &Import) -> bool {
    matches!(import.data, ImportData::Tuple(Address::Absolute(_)))
}

pub(crate) fn import_version(faults: &mut Faults) {
    faults.answer("an importer refuses later versions", |_, question, answer| {
        if matches!(question, Question::Import(import) if import.version > 3) {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

pub(crate) fn import_old_version(faults: &mut Faults) {
    faults.answer("an importer refuses earlier versions", |_, question, answer| {
        if matches!(question, Question::Import(import) if import.version < 3) {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
}

pub(crate) fn import_offset(faults: &mut Faults) {
    faults.answer("the offset is added to the address", |_, question, answer| {
        made(question, answer, |import, seen| {
            if let (ImportData::Tuple(_), Some(offset)) = (import.data, import.offset) {
                shift(seen, offset);
            }
        });
    });
}

pub(crate) fn import_buffer(faults: &mut Faults) {
    faults.answer("an importer ignores the offset", |_, question, answer| {
        made(question, answer, |import, seen| {
            if import.data == ImportData::Buffer {
                shift(seen, -import.offset.unwrap_or(0));
            }
        });
    });
    faults.answer("an array imported from a buffer is writeable", |_, question, answer| {
        made(question, answer, |import, seen| seen.read_only &= import.data != ImportData::Buffer);
    });
}

pub(crate) fn import_data(faults: &mut Faults) {
    faults.answer("a list is accepted as address and flag", |_, question, answer| {
        accept(question, answer, Raises::TypeError, |import| import.data == ImportData::List);
    });
    faults.answer("a missing flag is false", |_, question, answer| {
        accept(question, answer, Raises::TypeError, |import| import.data == ImportData::Single);
    });
    faults.answer("a third item is ignored", |_, question, answer| {
        accept(question, answer, Raises::TypeError, |import| import.data == ImportData::Triple);
    });
    faults.answer("text is parsed as an address", |_, question, answer| {
        accept(question, answer, Raises::TypeError, |import| import.data == ImportData::Text);
    });
    faults.raises("data of the wrong type raises ValueError", Raises::ValueError, |_, question| {
        let Question::Import(import) = question else { return false };
        matches!(import.data, ImportData::List | ImportData::Single | ImportData::Triple | ImportData::Text)
    });
}

pub(crate) fn import_shape(faults: &mut Faults) {
    faults.answer("a list is accepted as shape", |_, question, answer| {
        accept(question, answer, Raises::TypeError, |import| import.shape_is_list);
    });
    faults.raises(
        "a list as shape raises ValueError",
        Raises::ValueError,
        |_, question| matches!(question, Question::Import(import) if import.shape_is_list),
    );
}

/// Accepts a typestr that names no type as another typestr.
fn repaired(question: &Question, answer: &mut Answer, repair: impl Fn(&str) -> String) {
    if let Question::Import(import) = question
        && *answer == Answer::Raises(Raises::TypeError)
        && Dtype::from_typestr(&import.typestr).is_err()
        && Dtype::from_typestr(&repair(&import.typestr)).is_ok()
    {
        *answer = taken(import, &repair(&import.typestr));
    }
}

pub(crate) fn import_typestr(faults: &mut Faults) {
    faults.answer("a number of unknown size is raw bytes", |_, question, answer| {
        repaired(question, answer, |text| text.replace("<i", "|V").replace("<u", "|V"));
    });
    faults.answer("a unit is ignored", |_, question, answer| {
        repaired(question, answer, |text| text.split('[').next().unwrap_or_default().to_owned());
    });
    faults.raises(
        "a typestr that names no type raises ValueError",
        Raises::ValueError,
        |_, question| matches!(question, Question::Import(import) if Dtype::from_typestr(&import.typestr).is_err()),
    );
}

pub(crate) fn import_rank(faults: &mut Faults) {
    faults.answer("surplus strides are ignored", |_, question, answer| {
        accept(question, answer, Raises::ValueError, |import| {
            import.strides.as_ref().is_some_and(|strides| strides.len() > import.shape.len())
        });
    });
}

/// Returns the number of bytes of the elements; `None` if it overflows or the type is unknown.
fn bytes(import: &Import) -> Option<u64> {
    let size = Dtype::from_typestr(&import.typestr).ok()?.item_size();
    import.shape.iter().try_fold(size, |bytes, length| bytes.checked_mul(*length))
}

/// Returns true unless the number of strides is wrong.
fn same_rank(import: &Import) -> bool {
    import.strides.as_ref().is_none_or(|strides| strides.len() == import.shape.len())
}

pub(crate) fn import_size(faults: &mut Faults) {
    faults
        .answer("an importer refuses only sizes past 2^64", |_, question, answer| {
            accept(question, answer, Raises::ValueError, |import| same_rank(import) && bytes(import).is_some());
        })
        .also(&[rules::import_null_elements]);
    faults
        .answer("an importer accepts any size if all strides are zero", |_, question, answer| {
            accept(question, answer, Raises::ValueError, |import| {
                same_rank(import) && import.strides.iter().flatten().all(|stride| *stride == 0)
            });
        })
        .also(&[rules::import_null_elements]);
}

pub(crate) fn import_wide(faults: &mut Faults) {
    faults.answer("an importer cuts the address", |_, question, answer| {
        accept(question, answer, Raises::OverflowError, |import| import.data == ImportData::Wide);
    });
}

/// Returns true for the address 0.
fn is_null(import: &Import) -> bool {
    import.data == ImportData::Tuple(Address::Absolute(0))
}

pub(crate) fn import_null(faults: &mut Faults) {
    faults.answer("an importer refuses the address 0", |_, question, answer| {
        if matches!(question, Question::Import(import) if is_null(import)) {
            *answer = Answer::Raises(Raises::ValueError);
        }
    });
    faults.answer("an importer takes the address 0 for a scalar", |_, question, answer| {
        made(question, answer, |import, seen| {
            if is_null(import) {
                seen.shape.clear();
                seen.strides.clear();
            }
        });
    });
}

pub(crate) fn import_null_elements(faults: &mut Faults) {
    faults.answer("elements at the address 0 are accepted", |_, question, answer| {
        accept(question, answer, Raises::ValueError, |import| is_null(import) && !import.shape.contains(&0));
    });
    faults.raises(
        "elements at the address 0 raise TypeError",
        Raises::TypeError,
        |_, question| matches!(question, Question::Import(import) if is_null(import)),
    );
}

pub(crate) fn import_dimensions(faults: &mut Faults) {
    faults.script("too many dimensions are written past their end", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            let Step::Forked(step) = step else { continue };
            if matches!(step.question(), Some(Question::Import(import)) if import.shape.len() > 32) {
                *answer = Answer::Signal("SIGSEGV".to_owned());
            }
        }
    });
}

pub(crate) fn import_error(faults: &mut Faults) {
    faults.raises("a wrong number of strides raises IndexError", Raises::IndexError, |_, question| {
        let Question::Import(import) = question else { return false };
        import.strides.as_ref().is_some_and(|strides| strides.len() != import.shape.len())
    });
    faults.raises("an interface of too many bytes raises OverflowError", Raises::OverflowError, |_, question| {
        matches!(question, Question::Import(import) if import.shape.iter().any(|length| *length > 1 << 31))
    });
    faults.raises(
        "an address wider than a pointer raises ValueError",
        Raises::ValueError,
        |_, question| matches!(question, Question::Import(import) if import.data == ImportData::Wide),
    );
}
