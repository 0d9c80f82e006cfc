//! What comes back for one case.

use array_ctypes_spec::{Address, Answer, Imported, Raises};

/// What comes back for one case.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The implementation made the array and answered the script.
    Answered(Answers),
    /// The implementation refused the array as a whole, and so every step.
    Refused(Refusal),
    /// The implementation crashed, hung, exited or broke the protocol: how.
    Lost(String),
}

/// The answers to a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Address of the first byte of the buffer, known by other means than the interface under test.
    pub buffer: u64,
    /// One answer for each step.
    pub answers: Vec<Answer>,
    /// The messages of refusals, by step.
    pub messages: Vec<(usize, String)>,
}

/// How an array was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The kind.
    pub kind: Raises,
    /// The implementation's message.
    pub message: Option<String>,
}

/// The answer of a refusal to every step, for each kind in order.
static REFUSALS: [Answer; Raises::ALL.len()] = {
    let mut refusals = [const { Answer::Raises(Raises::ALL[0]) }; Raises::ALL.len()];
    let mut at = 0;
    while at < refusals.len() {
        if let Answer::Raises(kind) = &mut refusals[at] {
            *kind = Raises::ALL[at];
        }
        at += 1;
    }
    refusals
};

impl Reply {
    /// A refusal without a message.
    pub fn refused(kind: Raises) -> Reply {
        Reply::Refused(Refusal { kind, message: None })
    }

    /// The answer to a step: that of the implementation, or its refusal of the array.
    pub fn answer(&self, step: usize) -> Option<&Answer> {
        match self {
            Reply::Answered(answers) => answers.answers.get(step),
            Reply::Refused(refusal) => REFUSALS.get(refusal.kind as usize),
            Reply::Lost(_) => None,
        }
    }

    /// The answer to a step as a person reads it: addresses relative to the buffer, if they are near it.
    pub fn relative_answer(&self, step: usize) -> Option<Answer> {
        let answer = self.answer(step)?;
        Some(match self {
            Reply::Answered(answers) => relative(answer, answers.buffer),
            _ => answer.clone(),
        })
    }

    /// Returns true if the implementation refused the array as a whole.
    pub fn is_refused(&self) -> bool {
        matches!(self, Reply::Refused(_))
    }

    /// Returns true if the implementation was lost on the case.
    pub fn is_lost(&self) -> bool {
        matches!(self, Reply::Lost(_))
    }

    /// What was found at a step, as a person reads it.
    pub fn found(&self, step: usize) -> String {
        match self {
            Reply::Lost(how) => how.clone(),
            Reply::Refused(Refusal { kind, message }) => described(&Answer::Raises(*kind), message.as_ref()),
            Reply::Answered(Answers { buffer, answers, messages }) => {
                let Some(answer) = answers.get(step) else { return "nothing".to_owned() };
                let message = messages.iter().find(|(at, _)| *at == step).map(|(_, message)| message);
                described(&relative(answer, *buffer), message)
            }
        }
    }
}

fn described(answer: &Answer, message: Option<&String>) -> String {
    message.map_or_else(|| answer.to_string(), |message| format!("{answer}: {message}"))
}

/// An answer as a person reads it: addresses relative to the buffer, where they are near it.
fn relative(answer: &Answer, buffer: u64) -> Answer {
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
