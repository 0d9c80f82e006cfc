//! The outside look: the suite reads an implementation's memory through the kernel instead of trusting its answers.
//!
//! The steps of [`Outside`] are done by the suite itself. It takes address, shape, byte strides and item size from the
//! implementation's answers, and reads, writes and looks up the memory of that process through the kernel, so a wrong
//! address is an error and not a crash. An in-process crate is looked at in the same way. The suite writes to memory of
//! the case only.
//!
//! Linux allows this. On other systems, or if the kernel forbids it, the answer is [`Answer::NotObserved`], and nothing
//! is judged.

use crate::adapter::reply::{Answers, Message};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Address, Answer, Outside, Question, Raises, Step};
use mapping::Mapping;
use piece::Piece;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Once;

#[cfg(target_os = "linux")]
mod linux;
mod mapping;
mod piece;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(not(target_os = "linux"))]
mod system {
    //! No other system lets one process see another's memory by address.

    use std::io;

    pub(super) fn read(_: i32, _: &[super::piece::Piece]) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn write(_: i32, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn mapping(_: i32, _: u64) -> io::Result<Option<super::mapping::Mapping>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn identity(_: i32, _: &std::path::Path) -> Option<(super::mapping::Device, u64)> {
        None
    }
}

/// The most bytes that one step reads. Cases have far less; an implementation may say anything.
const MOST_READ: u64 = 1 << 24;

/// The process and the memory of a case, where the suite looks.
#[derive(Clone, Debug)]
pub struct Place {
    /// The process that the memory is in; `None` if it is not known.
    pub process: Option<i32>,
    /// The file of the case; `None` if it has none, or nobody knows which it is. The system says if it is the mapped one.
    pub file: Option<PathBuf>,
    /// The addresses that may be written to: the memory of the case. A write elsewhere could crash the process in
    /// another case. `None` if nobody but the array knows where its memory is; then nothing is written.
    pub writable: Option<Range<u64>>,
}

/// The process has ended meanwhile, so there was nothing to look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone;

/// An answer to a step of the suite's own.
struct Looked {
    answer: Answer,
    /// The message, if the answer is an error.
    message: Option<String>,
}

impl Looked {
    fn error(kind: Raises, message: String) -> Looked {
        Looked { answer: Answer::Raises(kind), message: Some(message) }
    }
}

impl From<Answer> for Looked {
    fn from(answer: Answer) -> Looked {
        Looked { answer, message: None }
    }
}

/// Splits off the first steps that the implementation does, and the suite's own steps that follow them.
pub(crate) fn part(script: &[Step]) -> (&[Step], &[Step]) {
    let own = |step: &Step| matches!(step, Step::Outside(_));
    let asked = script.iter().position(own).unwrap_or(script.len());
    let looked = script[asked..].iter().position(|step| !own(step)).unwrap_or(script.len() - asked);
    (&script[..asked], &script[asked..asked + looked])
}

/// Returns true if a process has these bytes at an address.
pub(crate) fn holds(process: i32, address: u64, bytes: &[u8]) -> bool {
    let found = system::read(process, &[Piece { address, size: bytes.len() }]);
    found.is_ok_and(|found| found == bytes)
}

impl Place {
    /// This process, with memory of `size` bytes at an address.
    pub fn here(address: u64, size: u64) -> Place {
        let process = i32::try_from(std::process::id()).ok();
        Place { process, file: None, writable: Some(address..address.saturating_add(size)) }
    }

    /// A process of that platform, with memory whose bytes are these offsets from a buffer. Addresses wrap around where its
    /// pointers do: the start of a large file may have no address.
    pub(crate) fn of(process: Option<i32>, platform: &Platform, buffer: Option<u64>, reach: &Range<i128>) -> Place {
        let highest = u64::MAX >> (64 - 8 * platform.pointer_size());
        let range = |buffer: u64| {
            let at = |offset: i128| buffer.wrapping_add(offset as u64) & highest;
            at(reach.start)..at(reach.end)
        };
        Place { process, file: None, writable: buffer.map(range) }
    }

    /// Does one of the suite's own steps, the next of the script, and adds its answer to those so far.
    pub fn look(&self, step: &Step, script: &[Step], so_far: &mut Answers) {
        if let Err(Gone) = self.look_while_it_lives(step, script, so_far) {
            so_far.answers.push(Answer::NotObserved);
        }
    }

    /// Does the same where the process may end at any time.
    ///
    /// # Errors
    /// [`Gone`] if it has ended. Then no answer is added.
    pub(crate) fn look_while_it_lives(&self, step: &Step, script: &[Step], so_far: &mut Answers) -> Result<(), Gone> {
        let Step::Outside(outside) = step else { return Ok(()) };
        let Looked { answer, message } = self.answer(outside, script, &so_far.answers)?;
        let step = so_far.answers.len();
        so_far.messages.extend(message.map(|text| Message { step, text, place: None }));
        so_far.answers.push(answer);
        Ok(())
    }

    fn answer(&self, outside: &Outside, script: &[Step], answers: &[Answer]) -> Result<Looked, Gone> {
        let Some(process) = self.process else { return Ok(Answer::NotObserved.into()) };
        if let Some(reason) = View::declined(script, answers) {
            return Ok(Answer::Declined(reason.to_owned()).into());
        }
        let Some(view) = View::from_answers(script, answers) else {
            let message = "expected address, shape, strides and item size among the answers, found not all of them, or \
                           some that do not fit together";
            return Ok(Looked::error(Raises::OtherError, message.to_owned()));
        };
        let done = match outside {
            Outside::Peek(count) => match view.pieces(*count) {
                Some(pieces) => system::read(process, &pieces).map(Answer::Bytes),
                None => return Ok(Looked::error(Raises::OtherError, view.too_large(*count))),
            },
            Outside::Poke { index, bytes } => self.poke(process, view.element(index), bytes),
            Outside::Mapping => {
                system::mapping(process, view.address).map(|mapping| self.describe(process, mapping.as_ref()))
            }
        };
        match done {
            Err(error) if is_gone(&error) => Err(Gone),
            done => Ok(done.map_or_else(|error| refused(&error), Looked::from)),
        }
    }

    fn poke(&self, process: i32, address: u64, bytes: &[u8]) -> io::Result<Answer> {
        let Some(writable) = &self.writable else { return Ok(Answer::NotObserved) };
        let end = address.checked_add(bytes.len() as u64);
        if address < writable.start || end.is_none_or(|end| end > writable.end) {
            let message = format!("expected an address in the memory of the case, found {address:#x}");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        system::write(process, address, bytes).map(|()| Answer::Nothing)
    }

    fn describe(&self, process: i32, mapping: Option<&Mapping>) -> Answer {
        let Some(mapping) = mapping else { return Answer::Nothing };
        let Mapping { permissions, offset, path, .. } = mapping;
        if !path.starts_with('/') {
            return Answer::Text(permissions.clone());
        }
        // Some file is mapped. Without a name of the file of the case, nobody knows if it is that one.
        let Some(file) = &self.file else { return Answer::NotObserved };
        // The kernel lists a mapped file by device and inode. Some file systems report others for the same file; then
        // the name decides.
        let ours = Path::new(path) == file || system::identity(process, file) == Some((mapping.device, mapping.inode));
        Answer::Text(if ours { format!("{permissions} file+{offset}") } else { format!("{permissions} another file") })
    }
}

/// The answer if the kernel refuses: not observed if it forbids all such looks, else an error about the address.
fn refused(error: &io::Error) -> Looked {
    static ONCE: Once = Once::new();
    let unsupported = error.kind() == io::ErrorKind::Unsupported;
    if unsupported || error.raw_os_error().is_some_and(system_forbids) {
        ONCE.call_once(|| {
            use io::Write as _;
            let _ = writeln!(
                io::stderr(),
                "array-ctypes: this system does not let one process look at another's memory ({error}): rules that \
                 need it are not applicable"
            );
        });
        return Answer::NotObserved.into();
    }
    Looked::error(Raises::OSError, error.to_string())
}

#[cfg(unix)]
fn is_gone(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ESRCH)
}

#[cfg(not(unix))]
fn is_gone(_: &io::Error) -> bool {
    false
}

#[cfg(unix)]
fn system_forbids(error: i32) -> bool {
    matches!(error, libc::EPERM | libc::ENOSYS)
}

#[cfg(not(unix))]
fn system_forbids(_: i32) -> bool {
    false
}

/// The latest answer to a question.
fn latest<'a>(script: &[Step], answers: &'a [Answer], question: &Question) -> Option<&'a Answer> {
    script.iter().zip(answers).rev().find(|(step, _)| step.asks(question)).map(|(_, answer)| answer)
}

/// Where the elements are, according to the implementation.
#[derive(Debug)]
struct View {
    address: u64,
    /// The item size, in bytes.
    item: u64,
    shape: Vec<u64>,
    strides: Vec<i64>,
}

impl View {
    /// Returns the reason for which the implementation declined one of the four questions, if it did.
    fn declined<'a>(script: &[Step], answers: &'a [Answer]) -> Option<&'a str> {
        let questions = [Question::Data, Question::Shape, Question::Strides, Question::ItemSize];
        questions.iter().find_map(|question| match latest(script, answers, question) {
            Some(Answer::Declined(reason)) => Some(&**reason),
            _ => None,
        })
    }

    /// Takes the latest answers to the four questions; `None` if one is missing or malformed.
    fn from_answers(script: &[Step], answers: &[Answer]) -> Option<View> {
        let latest = |question| latest(script, answers, &question);
        let integers = |question| match latest(question)? {
            Answer::Integers(items) => Some(items.clone()),
            _ => None,
        };
        let Answer::Address(Address::Absolute(address)) = latest(Question::Data)? else { return None };
        let Answer::Integer(item) = latest(Question::ItemSize)? else { return None };
        let shape = integers(Question::Shape)?.into_iter().map(u64::try_from).collect::<Result<Vec<_>, _>>().ok()?;
        let strides = integers(Question::Strides)?;
        let fits = shape.len() == strides.len();
        fits.then_some(View { address: *address, item: u64::try_from(*item).ok()?, shape, strides })
    }

    /// The address of an element.
    fn element(&self, index: &[u64]) -> u64 {
        let step = |(at, stride): (&u64, &i64)| at.wrapping_mul(*stride as u64);
        index.iter().zip(&self.strides).map(step).fold(self.address, u64::wrapping_add)
    }

    /// The first elements, in C order; `None` if they are more than [`MOST_READ`].
    fn pieces(&self, count: u64) -> Option<Vec<Piece>> {
        let elements = self.shape.iter().fold(1u64, |elements, length| elements.saturating_mul(*length));
        let bytes = count.min(elements).saturating_mul(self.item.max(1));
        if bytes > MOST_READ {
            return None;
        }
        let mut index = vec![0; self.shape.len()];
        let mut pieces = Vec::new();
        while !self.shape.contains(&0) && (pieces.len() as u64) < count {
            pieces.push(Piece { address: self.element(&index), size: self.item as usize });
            // The next index; after the last one, all are 0 again.
            let wrapped = index.iter_mut().zip(&self.shape).rev().all(|(at, length)| {
                *at = (*at + 1) % length;
                *at == 0
            });
            if wrapped {
                break;
            }
        }
        Some(pieces)
    }

    fn too_large(&self, count: u64) -> String {
        let (item, shape) = (self.item, &self.shape);
        format!(
            "expected at most {MOST_READ} bytes to read, found an item size of {item} and {count} elements of {shape:?}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_wrap_around_where_the_pointers_of_the_platform_do() {
        let writable = |name: &str| {
            let (_, platform) = Platform::ALL.into_iter().find(|(known, _)| *known == name).unwrap();
            Place::of(None, &platform, Some(0xffff_f000), &(0x2000..0x2010)).writable.unwrap()
        };
        assert_eq!(writable("i686-linux"), 0x1000..0x1010);
        assert_eq!(writable("x86_64-linux"), 0x1_0000_1000..0x1_0000_1010);
    }
}
