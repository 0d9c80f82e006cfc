//! What a fault is made of, and what it knows of the case that it spoils.

use crate::adapters::Reference;
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::spec::ctype::{CType, Stored, store};
use array_ctypes_conformance::spec::layout::{Invalid, Layout, resolve};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Question, Raises, Rule, Step, View, Write};
use array_ctypes_conformance::{Case, Implementation, Reply};

/// The faults of one rule.
#[derive(Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

/// One mistake.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Rules that it may break beside its own.
    pub(crate) also: &'static [Rule],
    mistake: Mistake,
}

#[derive(Clone)]
enum Mistake {
    /// In the answer to a question, whatever came before.
    Answer(fn(&About, &Question, &mut Answer)),
    /// In what a script does.
    Script(fn(&About, &mut [Answer])),
    /// In what is accepted: whether the array is refused.
    Refuses(Raises, fn(&About) -> bool),
    /// In what is survived: how it is lost on the case.
    Dies(fn(&About) -> Option<&'static str>),
    /// In what is refused: the layout of the array that is made all the same.
    Accepts(fn(&Refused) -> Option<Layout>),
    /// In how arrays are refused: whether this one is refused with that error.
    Refused(Raises, fn(&Refused) -> bool),
    /// In how questions are refused: whether this one is refused with that error.
    Raises(Raises, fn(&About, &Question) -> bool),
}

impl Faults {
    /// A wrong answer to a question.
    pub(crate) fn answer(&mut self, name: &'static str, mistake: fn(&About, &Question, &mut Answer)) -> &mut Fault {
        self.add(name, Mistake::Answer(mistake))
    }

    /// Wrong answers to a script.
    pub(crate) fn script(&mut self, name: &'static str, mistake: fn(&About, &mut [Answer])) -> &mut Fault {
        self.add(name, Mistake::Script(mistake))
    }

    /// An array that exists, and is refused.
    pub(crate) fn refuses(&mut self, name: &'static str, mistake: fn(&About) -> bool) -> &mut Fault {
        self.add(name, Mistake::Refuses(Raises::ValueError, mistake))
    }

    /// An array that exists, and is refused in that way.
    pub(crate) fn refuses_with(&mut self, name: &'static str, kind: Raises, mistake: fn(&About) -> bool) -> &mut Fault {
        self.add(name, Mistake::Refuses(kind, mistake))
    }

    /// An array that it does not survive.
    pub(crate) fn dies(&mut self, name: &'static str, mistake: fn(&About) -> Option<&'static str>) -> &mut Fault {
        self.add(name, Mistake::Dies(mistake))
    }

    /// An array that does not exist, and is made.
    pub(crate) fn accepts(&mut self, name: &'static str, mistake: fn(&Refused) -> Option<Layout>) -> &mut Fault {
        self.add(name, Mistake::Accepts(mistake))
    }

    /// An array that does not exist, and is refused with another error.
    pub(crate) fn refused(&mut self, name: &'static str, kind: Raises, such: fn(&Refused) -> bool) -> &mut Fault {
        self.add(name, Mistake::Refused(kind, such))
    }

    /// A question that is refused, and with another error.
    pub(crate) fn raises(
        &mut self,
        name: &'static str,
        kind: Raises,
        such: fn(&About, &Question) -> bool,
    ) -> &mut Fault {
        self.add(name, Mistake::Raises(kind, such))
    }

    fn add(&mut self, name: &'static str, mistake: Mistake) -> &mut Fault {
        self.0.push(Fault { name, also: &[], mistake });
        self.0.last_mut().expect("one was pushed")
    }
}

impl Fault {
    /// Names the rules that it breaks beside its own.
    pub(crate) fn also(&mut self, rules: &'static [Rule]) {
        self.also = rules;
    }

    /// The reply of the reference with the mistake in it; `None` if it makes no difference.
    pub(crate) fn spoiled(&self, case: &Case, layout: &Result<Layout, Invalid>, reply: &Reply) -> Option<Reply> {
        let mut faulty = reply.clone();
        self.spoil(case, layout, &mut faulty);
        (faulty != *reply).then_some(faulty)
    }

    /// Makes the mistake in the reply of the reference.
    pub(crate) fn spoil(&self, case: &Case, layout: &Result<Layout, Invalid>, reply: &mut Reply) {
        let platform = Platform::host();
        match (layout, &mut *reply) {
            (Ok(layout), Reply::Answered(Answers { buffer, answers, .. })) => {
                let about = About { case, layout, platform, buffer: *buffer };
                if let Some(other) = self.spoil_answers(&about, answers) {
                    *reply = other;
                }
            }
            (Err(invalid), Reply::Refused(refusal)) => {
                let refused = Refused { array: &case.array, invalid, platform };
                match &self.mistake {
                    Mistake::Refused(kind, such) if such(&refused) => refusal.kind = *kind,
                    Mistake::Accepts(mistake) => {
                        if let Some(layout) = mistake(&refused) {
                            *reply = accepted(case, &layout, refusal.kind);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Makes the mistake in the answers about an array that exists, or returns another reply.
    fn spoil_answers(&self, about: &About, answers: &mut [Answer]) -> Option<Reply> {
        let asked = about.case.script.iter().zip(&mut *answers);
        match &self.mistake {
            Mistake::Answer(mistake) => asked.for_each(|(step, answer)| {
                if let Step::Ask(question) = step {
                    mistake(about, question, answer);
                }
            }),
            Mistake::Raises(kind, such) => asked.for_each(|(step, answer)| {
                if let (Step::Ask(question), Answer::Raises(found)) = (step, answer)
                    && such(about, question)
                {
                    *found = *kind;
                }
            }),
            Mistake::Script(mistake) => mistake(about, answers),
            Mistake::Refuses(kind, mistake) if mistake(about) => return Some(Reply::refused(*kind)),
            Mistake::Dies(mistake) => return mistake(about).map(|how| Reply::Lost(how.to_owned())),
            Mistake::Refuses(..) | Mistake::Accepts(_) | Mistake::Refused(..) => {}
        }
        None
    }
}

/// The reply of somebody who makes an array that does not exist, in a buffer at 0, and refuses all but its address and shape.
fn accepted(case: &Case, layout: &Layout, kind: Raises) -> Reply {
    let answer = |step: &Step| match step {
        Step::Ask(Question::Data) => absolute(0, layout.offset),
        Step::Ask(Question::Shape) => lengths(&layout.shape),
        _ => Answer::Raises(kind),
    };
    let answers = case.script.iter().map(answer).collect();
    Reply::Answered(Answers { answers, ..Answers::default() })
}

/// What a fault knows of a case that the reference answers.
pub(crate) struct About<'a> {
    pub(crate) case: &'a Case,
    /// After all views.
    pub(crate) layout: &'a Layout,
    pub(crate) platform: Platform,
    pub(crate) buffer: u64,
}

impl About<'_> {
    /// The array.
    pub(crate) fn array(&self) -> &Array {
        &self.case.array
    }

    /// The address so many bytes after that of the buffer.
    pub(crate) fn address(&self, offset: i64) -> Answer {
        absolute(self.buffer, offset)
    }

    /// What the reference answers to another question.
    pub(crate) fn ask(&self, question: Question) -> Answer {
        ask(self.array(), question)
    }

    /// What the reference answers where the first element is elsewhere.
    pub(crate) fn ask_at(&self, offset: i64, question: &Question) -> Answer {
        let (shape, strides) = (vec![0], vec![1]);
        ask(&Array { offset, shape, strides, views: Vec::new(), ..self.array().clone() }, question.clone())
    }

    /// One byte of the buffer, before anything was written.
    pub(crate) fn byte(&self, offset: i128) -> Option<u8> {
        let memory = self.array().memory();
        let offset = u64::try_from(offset).ok().filter(|offset| *offset < memory.size)?;
        Some(memory.byte(offset))
    }

    /// So many bytes of the buffer from that offset on.
    pub(crate) fn bytes(&self, offset: i128, size: u64) -> Option<Vec<u8>> {
        (0..size).map(|at| self.byte(offset + i128::from(at))).collect()
    }

    /// Whether bytes of the other order stand in the element.
    pub(crate) fn is_swapped(&self) -> bool {
        self.layout.dtype.is_swapped(&self.platform)
    }

    /// The lengths or strides that a question wants converted, and the type it wants them in; not of an array without
    /// axes.
    pub(crate) fn converted<'q>(&self, question: &'q Question) -> Option<(&'q CType, Vec<i64>)> {
        let (ctype, values) = match question {
            Question::ShapeAs(ctype) => (ctype, self.layout.shape.iter().map(|length| *length as i64).collect()),
            Question::StridesAs(ctype) => (ctype, self.layout.strides.clone()),
            _ => return None,
        };
        (!self.layout.shape.is_empty()).then_some((ctype, values))
    }

    /// The memory of an integer in a C type, where the type takes it.
    pub(crate) fn stored(&self, ctype: &CType, value: i64) -> Option<Vec<u8>> {
        match store(&self.platform, ctype, value) {
            Ok(Stored::Number(number)) => Some(number.bytes().to_vec()),
            _ => None,
        }
    }

    /// The array that the last view was taken of, and that view.
    pub(crate) fn parent(&self) -> Option<(Layout, &View)> {
        parent(&self.platform, self.array())
    }

    /// What the script reads, where such writes come to nothing.
    pub(crate) fn unwritten(&self, answers: &mut [Answer], lost: fn(&Write) -> bool) {
        let is_lost = |step: &Step| matches!(step, Step::Write(write) if lost(write));
        if !self.case.script.iter().any(is_lost) {
            return;
        }
        let script = self.case.script.iter().filter(|step| !is_lost(step)).cloned().collect();
        let kept = reply(&Case { array: self.array().clone(), script });
        let places = self.case.script.iter().zip(answers).filter(|(step, _)| !is_lost(step));
        for (at, (step, answer)) in places.enumerate() {
            if matches!(step, Step::Ask(Question::Item(_) | Question::Contents(_)))
                && let Some(found) = kept.answer(at)
            {
                answer.clone_from(found);
            }
        }
    }
}

/// What a fault knows of an array that the reference refuses.
pub(crate) struct Refused<'a> {
    pub(crate) array: &'a Array,
    pub(crate) invalid: &'a Invalid,
    pub(crate) platform: Platform,
}

impl Refused<'_> {
    /// The array as it was described, before views.
    pub(crate) fn described(&self) -> Layout {
        let Array { dtype, offset, shape, strides, .. } = self.array.clone();
        Layout { dtype, offset, shape, strides }
    }

    /// The view that is refused, and the array that it is taken of.
    pub(crate) fn view(&self) -> Option<(Layout, &View)> {
        parent(&self.platform, self.array).filter(|_| matches!(self.invalid, Invalid::View { .. }))
    }
}

fn parent<'a>(platform: &Platform, array: &'a Array) -> Option<(Layout, &'a View)> {
    let (last, views) = array.views.split_last()?;
    Some((resolve(platform, &Array { views: views.to_vec(), ..array.clone() }).ok()?, last))
}

fn absolute(buffer: u64, offset: i64) -> Answer {
    Answer::Address(Address::Absolute(buffer.wrapping_add(offset as u64)))
}

fn ask(array: &Array, question: Question) -> Answer {
    let case = Case { array: array.clone(), script: vec![Step::Ask(question)] };
    reply(&case).answer(0).cloned().unwrap_or(Answer::Raises(Raises::OtherError))
}

fn reply(case: &Case) -> Reply {
    Reference::new().answer(case).unwrap_or_else(|error| panic!("{error}"))
}

/// Lengths of axes as an answer.
pub(crate) fn lengths(shape: &[u64]) -> Answer {
    Answer::Integers(shape.iter().map(|length| *length as i64).collect())
}

/// One integer as an answer.
pub(crate) fn integer(value: u64) -> Answer {
    Answer::Integer(i128::from(value))
}

/// Moves an address.
pub(crate) fn shift(answer: &mut Answer, bytes: i64) {
    if let Answer::Address(Address::Absolute(address)) = answer {
        *address = address.wrapping_add(bytes as u64);
    }
}
