//! Faults of the chapter `memmap`.

pub(crate) use attributes::*;
pub(crate) use refused::*;

use crate::faults::about::About;
use crate::faults::answers::{integer, lengths};
use crate::faults::families::ADDRESS;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::memmap::{Mode, Part};
use array_ctypes_conformance::spec::rules::{cast, layout, memmap as rules, shape};
use array_ctypes_conformance::spec::{Answer, Outside, Question, Raises, Step, Write, expect_making};
use file::{change_file, change_forked, change_writes, is_element_write, is_shared, mode, opened, part, reached, rest};

mod attributes;
mod file;
mod refused;

pub(crate) fn granularity(faults: &mut Faults) {
    faults.also(ADDRESS);
    faults.answer("a mapped array has no data", |about, question, answer| {
        if about.array().map.is_some() && *question == Question::Data {
            *answer = Answer::Raises(Raises::AttributeError);
        }
    });
    faults.answer("the rest of the rounded offset is not added back", |about, question, answer| {
        if about.array().map.is_some() && *question == Question::Data {
            *answer = about.address(about.layout.offset - rest(about));
        }
    });
    faults.answer("the offset is added twice", |about, question, answer| {
        if about.array().map.is_some() && *question == Question::Data {
            *answer = about.address(about.layout.offset.wrapping_add(about.array().offset));
        }
    });
}

pub(crate) fn start(faults: &mut Faults) {
    faults.answer("the file is mapped from its beginning", |about, question, answer| {
        if about.array().views.is_empty() && part(question) == Some(Part::Start) {
            *answer = integer(0);
        }
    });
    faults.answer("the mapping begins at the boundary after the offset", |about, question, answer| {
        if about.array().views.is_empty() && part(question) == Some(Part::Start) && rest(about) > 0 {
            let start = about.array().offset - rest(about) + i64::from(about.platform.granularity);
            *answer = integer(start as u64);
        }
    });
}

/// Returns true for the question about a deduced shape.
fn is_deduced(about: &About, question: &Question) -> bool {
    let array = about.array();
    array.map.as_ref().is_some_and(|map| map.deduced) && array.views.is_empty() && *question == Question::Shape
}

pub(crate) fn deduced(faults: &mut Faults) {
    faults.also(&[shape::shape, shape::copy]);
    faults.answer("the length is deduced from the whole file", |about, question, answer| {
        if is_deduced(about, question) {
            *answer = lengths(&[about.array().buffer.size / about.layout.dtype.item_size()]);
        }
    });
    faults.answer("the deduced length is in bytes", |about, question, answer| {
        if is_deduced(about, question) {
            *answer = lengths(&[about.layout.shape[0] * about.layout.dtype.item_size()]);
        }
    });
}

/// Returns true for the question about the size of a file that the script does not cut.
fn is_first_size(about: &About, question: &Question) -> bool {
    let cut = about.case.script.iter().any(|step| matches!(step, Step::Write(Write::TruncateFile(_))));
    *question == Question::FileSize && !cut
}

pub(crate) fn size(faults: &mut Faults) {
    faults.answer("the file is not grown", |about, question, answer| {
        if is_first_size(about, question) && mode(about) == Some(Mode::RPlus) {
            *answer = integer(about.array().buffer.size);
        }
    });
    faults.answer("the file grows to a whole page", |about, question, answer| {
        if is_first_size(about, question) && mode(about) != Some(Mode::C) {
            *answer = integer(about.array().memory().size.next_multiple_of(4096));
        }
    });
    faults.answer("w+ does not cut a longer file", |about, question, answer| {
        if is_first_size(about, question) && mode(about) == Some(Mode::WPlus) {
            *answer = integer(about.array().memory().size.max(about.array().buffer.size));
        }
    });
}

pub(crate) fn kept(faults: &mut Faults) {
    faults
        .script("every mode that writes empties the file", |about, answers| {
            change_file(about, answers, |last, offset, length| {
                let old = mode(about) == Some(Mode::RPlus) && last.is_none() && offset < about.array().buffer.size;
                old.then(|| vec![0; opened(about, offset, length).len()])
            });
        })
        .also(&[rules::shared]);
    faults
        .script("bytes before the array are overwritten", |about, answers| {
            change_file(about, answers, |last, offset, length| {
                let before = is_shared(about) && mode(about) != Some(Mode::WPlus) && last.is_none();
                let before = before && i128::from(offset) < i128::from(about.array().offset);
                before.then(|| opened(about, offset, length).into_iter().map(|byte| !byte).collect())
            });
        })
        .also(&[rules::shared, rules::grown]);
}

pub(crate) fn grown(faults: &mut Faults) {
    faults.also(&[rules::shared]);
    faults.script("new bytes of a file are not zero", |about, answers| {
        change_file(about, answers, |last, offset, length| {
            let new = mode(about) == Some(Mode::RPlus) && last.is_none() && offset >= about.array().buffer.size;
            new.then(|| vec![0xAA; opened(about, offset, length).len()])
        });
    });
}

pub(crate) fn emptied(faults: &mut Faults) {
    faults.also(&[rules::shared]);
    faults.script("w+ keeps the old bytes of the file", |about, answers| {
        change_file(about, answers, |last, offset, length| {
            let old = mode(about) == Some(Mode::WPlus) && last.is_none();
            let count = opened(about, offset, length).len() as u64;
            old.then(|| (0..count).map(|at| about.array().buffer.byte(offset + at)).collect())
        });
    });
}

pub(crate) fn empty(faults: &mut Faults) {
    faults.refuses("an array without elements raises TypeError", Raises::TypeError, |about| {
        expect_making(about.array(), &resolve(&about.platform, about.array())).rule == rules::empty
    });
}

pub(crate) fn refuses(faults: &mut Faults) {
    faults.script("elements can be set in mode r", |about, answers| {
        change_writes(about, answers, |write| {
            let sets = mode(about) == Some(Mode::R) && matches!(write, Write::Item { .. });
            sets.then_some(Answer::Nothing)
        });
    });
    faults.script("a write in mode r raises OSError", |about, answers| {
        change_writes(about, answers, |write| {
            let refused = mode(about) == Some(Mode::R) && matches!(write, Write::Item { .. });
            refused.then_some(Answer::Raises(Raises::OSError))
        });
    });
}

/// Changes what the system reports about the mapping.
fn change_mapping(about: &About, answers: &mut [Answer], change: impl Fn(&str) -> String) {
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let (Step::Outside(Outside::Mapping), Answer::Text(text)) = (step, answer) {
            *text = change(text);
        }
    }
}

pub(crate) fn mapping(faults: &mut Faults) {
    faults.script("shared mappings are private", |about, answers| {
        change_mapping(about, answers, |text| text.replace("rw-s", "rw-p"));
    });
    faults.script("mode r maps for writing and relies on the flag", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            if let (Step::Outside(Outside::Poke { .. }), Answer::Raises(Raises::OSError)) = (step, &answer) {
                *answer = Answer::Nothing;
            }
        }
    });
    faults.script("the memory is a copy of the file", |about, answers| {
        change_mapping(about, answers, |text| text.split(' ').next().unwrap_or_default().to_owned());
    });
    faults.script("the offset is applied twice", |about, answers| {
        let offset = about.array().offset;
        let place = about.layout.offset;
        change_mapping(about, answers, |text| {
            text.replace(&format!("+{place}"), &format!("+{}", place.wrapping_add(offset)))
        });
    });
    faults.script("a write to read-only memory raises IndexError", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            if let (Step::Outside(Outside::Poke { .. }), Answer::Raises(_)) = (step, &answer) {
                *answer = Answer::Raises(Raises::IndexError);
            }
        }
    });
}

pub(crate) fn faults(faults: &mut Faults) {
    faults.script("mode r maps for writing", |about, answers| {
        change_forked(about, answers, |step| matches!(step, Step::Write(_)).then_some(Answer::Nothing));
    });
}

pub(crate) fn shared(faults: &mut Faults) {
    faults.script("writes reach the file only when it is flushed", |about, answers| {
        change_file(about, answers, |last, offset, length| {
            (is_shared(about) && is_element_write(last)).then(|| opened(about, offset, length))
        });
    });
    faults.script("only what the library writes reaches the file", |about, answers| {
        change_file(about, answers, |last, offset, length| {
            let pointer = is_shared(about) && matches!(last, Some(Write::Pointer { .. }));
            pointer.then(|| opened(about, offset, length))
        });
    });
}

pub(crate) fn private(faults: &mut Faults) {
    faults.script("mode c is shared", |about, answers| {
        change_file(
            about,
            answers,
            |last, offset, length| {
                if is_shared(about) { None } else { reached(about, last, offset, length) }
            },
        );
    });
}

pub(crate) fn sees_file(faults: &mut Faults) {
    faults.also(&[cast::write_through, cast::sees_writes, layout::element]);
    faults.script("the file is copied when it is opened", |about, answers| {
        about.lose_writes(answers, |write| matches!(write, Write::File { .. }));
    });
}

pub(crate) fn flush(faults: &mut Faults) {
    faults.script("a flush in mode c is refused", |about, answers| {
        change_writes(about, answers, |write| {
            (mode(about) == Some(Mode::C) && *write == Write::Flush).then_some(Answer::Raises(Raises::OSError))
        });
    });
    faults.script("views cannot be flushed", |about, answers| {
        change_writes(about, answers, |write| {
            let view = !about.array().views.is_empty() && *write == Write::Flush;
            view.then_some(Answer::Raises(Raises::AttributeError))
        });
    });
    faults
        .script("a flush reads the file again instead", |about, answers| {
            change_file(about, answers, |last, offset, length| {
                (is_shared(about) && last == Some(&Write::Flush)).then(|| opened(about, offset, length))
            });
        })
        .also(&[rules::shared]);
}

pub(crate) fn past_end(faults: &mut Faults) {
    faults.script("memory past the end of the file reads as zeros", |about, answers| {
        change_forked(about, answers, |step| {
            let size = about.layout.dtype.item_size() as usize;
            matches!(step, Step::Ask(Question::Item(_))).then(|| Answer::Bytes(vec![0; size]))
        });
    });
}

pub(crate) fn holds(faults: &mut Faults) {
    faults.answer("a view does not keep the mapping", |about, question, answer| {
        if !about.array().views.is_empty() && part(question) == Some(Part::Start) {
            *answer = Answer::Raises(Raises::OtherError);
        }
    });
}

pub(crate) fn unmaps(faults: &mut Faults) {
    faults.script("the mapping is never unmapped", |about, answers| {
        for (step, answer) in about.case.script.iter().zip(answers) {
            let asked = if let Step::Forked(step) = step { step } else { step };
            if asked.question().and_then(part) == Some(Part::Dropped) {
                *answer = Answer::Bool(true);
            }
        }
    });
}

pub(crate) fn close(faults: &mut Faults) {
    faults.script("the mapping is closed under the array", |about, answers| {
        change_writes(about, answers, |write| (*write == Write::CloseMap).then_some(Answer::Nothing));
    });
    faults.script("closing a mapping in use raises ValueError", |about, answers| {
        change_writes(about, answers, |write| {
            (*write == Write::CloseMap).then_some(Answer::Raises(Raises::ValueError))
        });
    });
}

pub(crate) fn copy(faults: &mut Faults) {
    faults.answer("a copy is another view of the mapping", |_, question, answer| {
        if part(question) == Some(Part::Copy) {
            *answer = Answer::Bool(true);
        }
    });
}
