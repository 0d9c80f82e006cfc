//! The answers to one case.

use array_ctypes_spec::{Address, Answer, Imported};

/// The answers to one case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// Address of the first byte of the buffer, known by other means than the interface under test.
    pub buffer: u64,
    /// One answer for each step.
    pub answers: Vec<Answer>,
    /// Whether the array as a whole was refused. Then each answer is that refusal.
    pub refused: bool,
    /// What was said about a refusal, by step. A refusal of the whole array is said at step 0.
    pub messages: Vec<(usize, String)>,
    /// How the implementation was lost on this case, if it was: it crashed, hung, exited or said garbage. Then no answer
    /// counts.
    pub lost: Option<String>,
}

impl Reply {
    /// What was found at a step, as a person reads it.
    pub fn found(&self, step: usize) -> String {
        if let Some(lost) = &self.lost {
            return lost.clone();
        }
        let Some(answer) = self.answers.get(step) else { return "nothing".to_owned() };
        let answer = relative(answer, self.buffer);
        let said = self.messages.iter().find(|(at, _)| *at == if self.refused { 0 } else { step });
        said.map_or_else(|| answer.to_string(), |(_, message)| format!("{answer}: {message}"))
    }
}

/// An answer as a person reads it: addresses relative to the buffer, where they are near it.
pub fn relative(answer: &Answer, buffer: u64) -> Answer {
    let near = |address: Address| match address {
        Address::Absolute(absolute) if absolute.abs_diff(buffer) < 1 << 44 => {
            Address::InBuffer(absolute.wrapping_sub(buffer) as i64)
        }
        other => other,
    };
    match answer {
        Answer::Address(address) => Answer::Address(near(*address)),
        Answer::Imported(seen) => Answer::Imported(Box::new(Imported { data: near(seen.data), ..(**seen).clone() })),
        other => other.clone(),
    }
}
