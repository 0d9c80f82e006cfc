//! The reference as an implementation: this adapter translates every step of a script into calls of the reference.
//!
//! The suite asks it like any other. The address of a buffer comes from the memory, not from an array.

use array_ctypes::Buffer;
use array_ctypes::platform;
use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_conformance::transports::doors as handing;
use array_ctypes_conformance::transports::file::Files;
use array_ctypes_conformance::{Case, Hello, Implementation, Limits, Reply, RunError};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array as Described, Profile, Step};
use make::{make, owned, viewed};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use subject::Subject;

mod answer;
mod c_function;
mod cost;
mod ctypeslib;
mod doors;
mod files;
mod hand;
mod interface;
mod library;
mod lifetime;
mod make;
mod protocols;
mod raises;
mod scenario;
mod subject;
mod types;

pub use scenario::Reading;

/// The reference implementation, in this process.
#[derive(Debug)]
pub struct Reference {
    hello: Hello,
    reading: Reading,
    /// Replies to the batches that were sent and whose replies were not received yet.
    answered: VecDeque<Vec<Reply>>,
    libraries: library::Folder,
    files: Files,
}

impl Default for Reference {
    fn default() -> Reference {
        Reference::reading(Reading::Holds)
    }
}

/// Returns all profiles except that of the other reading.
fn profiles(reading: Reading) -> Vec<Profile> {
    let other = match reading {
        Reading::Holds => Profile::Borrows,
        Reading::Borrows => Profile::Holds,
    };
    Profile::ALL.iter().copied().filter(|profile| *profile != other).collect()
}

/// Returns the platform of this machine. Its granularity may differ from the usual one.
fn host() -> Platform {
    Platform { granularity: platform::granularity() as u32, ..Platform::host() }
}

impl Reference {
    /// Makes the reference implementation.
    #[must_use]
    pub fn new() -> Reference {
        Reference::default()
    }

    /// Makes the reference implementation with the pointers and the profile of one reading of the documentation.
    #[must_use]
    pub fn reading(reading: Reading) -> Reference {
        let hello = Hello {
            name: "array-ctypes reference".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            runtime: None,
            based_on: None,
            platform: host(),
            profiles: profiles(reading),
            limits: Limits { load_library: library::is_there(), ..Limits::with_all_abilities() },
            doors: doors::doors(),
        };
        Reference {
            hello,
            reading,
            answered: VecDeque::new(),
            libraries: library::Folder::default(),
            files: Files::default(),
        }
    }

    /// Makes the array of a case and does its script. The message is about a system that refuses a buffer or a file.
    fn reply(&mut self, case: &Case) -> Result<Reply, String> {
        if case.script.iter().any(|step| matches!(step, Step::Consumer(_))) {
            let mut doors = doors::Consumer(&self.hello);
            return handing::reply(&mut doors, &self.hello.platform, case, &mut self.files);
        }
        if let Some(map) = &case.array.map {
            let file = self.files.make(&case.array, map).map_err(|error| error.to_string())?;
            let made = files::map(&file, &case.array).and_then(|array| {
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
        let made = match case.array.owner {
            Some(owner) => owned(&case.array, owner, &buffer).map(|array| (Rc::clone(array.memory()), array)),
            None => make(&case.array, &buffer).map(|array| (buffer, array)),
        };
        Ok(match made {
            Err(kind) => Reply::refused(kind),
            Ok((memory, array)) => {
                let address = memory.address() as u64;
                let read_only = !case.array.writeable;
                Subject::new(array, memory, read_only, self.reading, &self.libraries).reply(case, address)
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
        for case in cases {
            replies.push(self.reply(case).unwrap_or_else(Reply::prevented));
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
