//! An array that was handed to a door of the reference, and what the reference answered about it.

use crate::faults::about::About;
use array_ctypes_conformance::spec::layout::Layout;
use array_ctypes_conformance::spec::{Answer, Consumer, Copies, Feature, Producer, Protocol, Step, Take};

/// An array that was handed over.
pub(super) struct Scene<'a> {
    pub(super) about: &'a About<'a>,
    pub(super) take: &'a Take,
    pub(super) features: Vec<Feature>,
    /// True if the door took it.
    pub(super) taken: bool,
    /// True once the consumer has let go.
    pub(super) dropped: bool,
    /// True once the producer has let go.
    pub(super) left: bool,
    /// The last write so far.
    pub(super) written: Option<&'a Step>,
    /// How many times the array was handed over and dropped.
    pub(super) repeated: u64,
}

impl<'a> Scene<'a> {
    /// The array that a case hands over; `None` if it hands over none.
    pub(super) fn of(about: &'a About<'a>, answers: &[Answer]) -> Option<Scene<'a>> {
        let Some(Step::Consumer(Consumer::Take(take))) = about.case.script.first() else { return None };
        let features = take.features(&about.platform, about.array(), about.layout);
        let taken = answers.first() == Some(&Answer::Nothing);
        let (dropped, left, written, repeated) = (false, false, None, 0);
        Some(Scene { about, take, features, taken, dropped, left, written, repeated })
    }

    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    pub(super) fn by(&self, protocol: Protocol) -> bool {
        self.take.door.takes == protocol
    }

    pub(super) fn by_dlpack(&self) -> bool {
        self.by(Protocol::Dlpack) || self.by(Protocol::DlpackVersioned)
    }

    pub(super) fn copies(&self) -> bool {
        self.take.door.copies == Copies::Always
    }

    pub(super) fn layout(&self) -> &'a Layout {
        self.about.layout
    }

    /// The value of the bytes at that offset of the memory, as it was at first; `None` outside of it.
    pub(super) fn at(&self, offset: i128) -> Option<Answer> {
        let plain = self.layout().dtype.plain()?;
        plain.value(&self.about.bytes(offset, u64::from(plain.size))?)
    }

    /// The value of the element with that index in another layout.
    pub(super) fn in_layout(&self, strides: &[i64], index: &[u64]) -> Option<Answer> {
        let layout = Layout { strides: strides.to_vec(), ..self.layout().clone() };
        self.at(layout.element(index))
    }

    fn after(&mut self, step: &'a Step) {
        match step {
            Step::Consumer(Consumer::Write { .. }) | Step::Producer(Producer::Write { .. }) => {
                self.written = Some(step);
            }
            Step::Consumer(Consumer::Drop) => self.dropped = true,
            Step::Consumer(Consumer::Repeat(count)) => self.repeated = *count,
            Step::Producer(Producer::Drop) => self.left = true,
            _ => {}
        }
    }
}

/// Changes answers of the consumer and of its producer.
pub(super) fn change(about: &About, answers: &mut [Answer], mut each: impl FnMut(&Scene, &Step, &mut Answer)) {
    let Some(mut scene) = Scene::of(about, answers) else { return };
    for (step, answer) in about.case.script.iter().zip(answers) {
        each(&scene, step, answer);
        scene.after(step);
    }
}

/// Changes what is seen of an array that was taken.
pub(super) fn change_seen(about: &About, answers: &mut [Answer], each: impl Fn(&Scene, &Consumer, &mut Answer)) {
    change(about, answers, |scene, step, answer| {
        if let Step::Consumer(step) = step
            && scene.taken
            && !scene.dropped
        {
            each(scene, step, answer);
        }
    });
}

/// Changes what the producer sees.
pub(super) fn change_produced(about: &About, answers: &mut [Answer], each: impl Fn(&Scene, &Producer, &mut Answer)) {
    change(about, answers, |scene, step, answer| {
        if let Step::Producer(step) = step {
            each(scene, step, answer);
        }
    });
}

/// Another value of the same kind.
pub(super) fn another(value: &Answer) -> Answer {
    match value {
        Answer::Bool(is) => Answer::Bool(!is),
        Answer::Integer(number) => Answer::Integer(if *number == 7 { 8 } else { 7 }),
        Answer::Float(bits) => Answer::Float((if *bits == 2.5f64.to_bits() { 3.5f64 } else { 2.5 }).to_bits()),
        Answer::Complex([real, imaginary]) if real == imaginary => {
            Answer::Complex([2.5f64.to_bits(), 3.5f64.to_bits()])
        }
        Answer::Complex([real, imaginary]) => Answer::Complex([*imaginary, *real]),
        other => other.clone(),
    }
}
