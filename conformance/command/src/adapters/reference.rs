//! The reference as an implementation: every step of a script, translated into its calls.
//!
//! It is asked like any other. Its buffers are its own; the address of a buffer is that of the memory, not of an array.

#[cfg(unix)]
use array_ctypes::{Buffer, platform};
use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_conformance::{Case, Hello, Implementation, Limits, Reply, RunError};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array as Described, Profile};
use make::{make, viewed};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use subject::Subject;

mod answer;
mod cost;
mod ctypeslib;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod forked;
mod interface;
mod lifetime;
mod make;
mod protocols;
mod raises;
mod scenario;
mod subject;

pub use scenario::Reading;

/// The reference implementation, in this process.
#[derive(Debug)]
pub struct Reference {
    hello: Hello,
    reading: Reading,
    /// Replies to batches that were sent and not yet received.
    answered: VecDeque<Vec<Reply>>,
    libraries: ctypeslib::library::Folder,
    #[cfg(unix)]
    files: files::Files,
}

impl Default for Reference {
    fn default() -> Reference {
        Reference::reading(Reading::Holds)
    }
}

/// All, but those of the other reading, and those of mappings where the system has none.
fn profiles(reading: Reading) -> Vec<Profile> {
    let other = match reading {
        Reading::Holds => Profile::Borrows,
        Reading::Borrows => Profile::Holds,
    };
    let has = |profile: &Profile| *profile != other && (cfg!(unix) || *profile != Profile::Memmap);
    Profile::ALL.iter().copied().filter(has).collect()
}

/// This machine, which may have another granularity than its like.
fn host() -> Platform {
    Platform {
        #[cfg(unix)]
        granularity: platform::granularity() as u32,
        ..Platform::host()
    }
}

impl Reference {
    /// The reference implementation.
    #[must_use]
    pub fn new() -> Reference {
        Reference::default()
    }

    /// The reference implementation with the pointers of one reading of the documentation, and that profile.
    #[must_use]
    pub fn reading(reading: Reading) -> Reference {
        let hello = Hello {
            name: "array-ctypes reference".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            runtime: None,
            platform: host(),
            profiles: profiles(reading),
            limits: Limits { load_library: ctypeslib::library::is_there(), ..Limits::default() },
        };
        Reference {
            hello,
            reading,
            answered: VecDeque::new(),
            libraries: ctypeslib::library::Folder::default(),
            #[cfg(unix)]
            files: files::Files::default(),
        }
    }

    fn reply(&mut self, case: &Case) -> Result<Reply, String> {
        #[cfg(unix)]
        if let Some(map) = &case.array.map {
            let file = self.files.make(&case.array, map).map_err(|error| error.to_string())?;
            let made = file.map(&case.array, map).and_then(|array| {
                let origin = files::origin(&array).unwrap_or_default();
                Ok((viewed(&case.array, array)?, origin))
            });
            return Ok(match made {
                Err(kind) => Reply::refused(kind),
                Ok((array, origin)) => {
                    let memory = Rc::clone(array.memory());
                    let mut subject = Subject::new(array, memory, false, self.reading, &self.libraries);
                    subject.file = Some(file);
                    subject.reply(case, origin)
                }
            });
        }
        let wanted = &case.array.buffer;
        let size = usize::try_from(wanted.size).map_err(|error| error.to_string())?;
        let buffer = Buffer::new(size, wanted.at as usize, &wanted.bytes).map_err(|error| error.to_string())?;
        let buffer = Rc::new(buffer);
        let address = buffer.address() as u64;
        Ok(match make(&case.array, &buffer) {
            Err(kind) => Reply::refused(kind),
            Ok(array) => {
                let read_only = !case.array.writeable;
                Subject::new(array, buffer, read_only, self.reading, &self.libraries).reply(case, address)
            }
        })
    }
}

impl Implementation for Reference {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        let mut replies = Vec::with_capacity(cases.len());
        for (position, case) in cases.iter().enumerate() {
            let reply = self.reply(case);
            replies.push(reply.map_err(|message| RunError::lost(message).at(position))?);
        }
        self.answered.push_back(replies);
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        replies.extend(self.answered.pop_front().unwrap_or_default());
        Ok(())
    }

    fn costs(&mut self, array: &Described, budget: Duration) -> Result<Vec<Cost>, RunError> {
        cost::costs(array, budget)
    }
}
