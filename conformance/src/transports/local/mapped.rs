//! A case with a file, in process: the crate maps the file, and is asked step by step.
//!
//! The suite does itself what needs no array: it reads and changes the file, drops the array, and makes the copies of the
//! process in which a step may fault.

use super::answers::{answered, native};
use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::{Answers, Reply};
use crate::transports::file::CaseFile;
use crate::transports::outside::Place;
use crate::transports::panics;
use array_ctypes_spec::memmap::Part;
use array_ctypes_spec::{Answer, Question, Raises, Step};

/// An array that a crate has mapped from a file. When it is dropped, the file is no longer mapped.
pub trait Mapped {
    /// The address that the first byte of the file has or would have: that of the mapping, less the mapping's offset in the
    /// file. It wraps around.
    fn origin(&self) -> u64;

    /// Does a step. The suite does those that need no array itself: all that read or change the file, `map dropped`,
    /// `forked` and those from outside.
    ///
    /// # Errors
    /// The kind of error, if the crate refuses.
    fn answer(&mut self, step: &Step) -> Result<Answer, Raises>;
}

/// Does the script of a case whose array is mapped.
pub(super) fn reply(hello: &Hello, case: &Case, file: &CaseFile, mapped: Box<dyn Mapped + '_>) -> Reply {
    let origin = mapped.origin();
    let (process, platform) = (i32::try_from(std::process::id()).ok(), &hello.platform);
    let place = Place::of(process, platform, Some(origin), &case.array.reach(platform));
    let place = Place { file: Some(file.path().to_owned()), ..place };
    let mut so_far = Answers { buffer: Some(origin), ..Answers::default() };
    let mut subject = Subject { file, mapped: Some(mapped) };
    for step in &case.script {
        if matches!(step, Step::Outside(_)) {
            place.look(step, &case.script, &mut so_far);
            continue;
        }
        match panics::catch(|| subject.answer(step)) {
            Ok(answer) => so_far.answers.push(answer),
            Err(message) => return panics::at_step(hello, case, so_far, message),
        }
    }
    answered(so_far)
}

struct Subject<'a> {
    file: &'a CaseFile,
    /// `None` after it was dropped.
    mapped: Option<Box<dyn Mapped + 'a>>,
}

impl Subject<'_> {
    fn answer(&mut self, step: &Step) -> Answer {
        if let Some(answer) = self.file.answer(step) {
            return answer;
        }
        match step {
            Step::Forked(step) => self.in_copy(step),
            Step::Ask(Question::Native) => native(),
            Step::Ask(Question::Map(Part::Dropped)) => {
                self.mapped = None;
                self.file.mapped()
            }
            _ => match &mut self.mapped {
                Some(mapped) => mapped.answer(step).unwrap_or_else(Answer::Raises),
                None => Answer::Raises(Raises::OtherError),
            },
        }
    }

    #[cfg(unix)]
    fn in_copy(&mut self, step: &Step) -> Answer {
        crate::transports::forked::in_copy(|| self.answer(step))
    }

    /// No step that faults is asked for where there are no copies of a process.
    #[cfg(not(unix))]
    fn in_copy(&mut self, step: &Step) -> Answer {
        self.answer(step)
    }
}
