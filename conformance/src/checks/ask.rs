//! What the checks of rules are given: an array, and a script to add questions to.

use crate::draw::Draw;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Question, Rule, Step, Write, rules};

/// A script in the making.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// The rule that is asked about.
    pub(crate) rule: Rule,
    /// The choices of one check, which are the same whatever other checks there are.
    pub(crate) draw: Draw,
    pub(crate) platform: &'a Platform,
    pub(crate) array: &'a Array,
    /// After all views.
    pub(crate) layout: &'a Layout,
    pub(crate) script: Vec<Step>,
    /// What is done after all questions, since little can be asked after it. At most one check of a case has its say here,
    /// see [`has_last_word`](Ask::has_last_word).
    pub(crate) last: Vec<Step>,
    /// Whether only few rules are asked about, so that each check should ask at every opportunity.
    pub(crate) focused: bool,
}

impl<'a> Ask<'a> {
    /// An empty script about an array.
    pub(crate) fn new(
        draw: &Draw,
        platform: &'a Platform,
        array: &'a Array,
        layout: &'a Layout,
        focused: bool,
    ) -> Ask<'a> {
        let (rule, draw) = (rules::layout::answered, draw.clone());
        Ask { rule, draw, platform, array, layout, script: Vec::with_capacity(24), last: Vec::new(), focused }
    }

    /// The whole script.
    pub(crate) fn into_script(mut self) -> Vec<Step> {
        self.script.append(&mut self.last);
        self.script
    }
}

impl Ask<'_> {
    /// Whether to ask at this opportunity: once in so many times, or always where few rules are asked about.
    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.draw.one_in(times) || self.focused
    }

    /// Asks.
    pub(crate) fn ask(&mut self, question: Question) {
        self.script.push(Step::Ask(question));
    }

    /// Asks, unless that was asked before.
    pub(crate) fn once(&mut self, question: Question) {
        if !self.script.iter().any(|step| step.asks(&question)) {
            self.script.push(Step::Ask(question));
        }
    }

    /// Writes.
    pub(crate) fn write(&mut self, write: Write) {
        self.script.push(Step::Write(write));
    }

    /// Whether a check may say what is done after all questions. Where few rules are asked about, the first that asks would leave
    /// the others nothing: then it may be taken from it.
    pub(crate) fn has_last_word(&mut self) -> bool {
        let free = self.last.is_empty() || self.focused && self.draw.one_in(2);
        if free {
            self.last.clear();
        }
        free
    }

    /// An index of an element; the first, the last, or any. `None` where there is none.
    pub(crate) fn index(&mut self) -> Option<Vec<u64>> {
        if self.layout.is_empty() {
            return None;
        }
        let which = self.draw.below(4);
        let at = |length: &u64, draw: &mut Draw| match which {
            0 => 0,
            1 => length - 1,
            _ => draw.word() % length,
        };
        Some(self.layout.shape.iter().map(|length| at(length, &mut self.draw)).collect())
    }

    /// Whether the bytes of an element, of which there are some, may be touched: those that a buffer is filled with, since
    /// others are reserved; and those of a mapping.
    pub(crate) fn is_given(&self, index: &[u64]) -> bool {
        let start = self.layout.element(index);
        let end = start + i128::from(self.layout.dtype.item_size());
        let given = i128::from(self.array.buffer.bytes.len() as u64);
        start >= 0 && start < end && (self.array.map.is_some() || end <= given)
    }

    /// Whether item `at` of a pointer to that type lies in the buffer or mapping.
    pub(crate) fn reaches(&self, at: i64, ctype: &CType) -> bool {
        let Some((size, _)) = ctype.layout(self.platform) else { return false };
        // The address of a view without elements is not prescribed everywhere.
        if self.layout.is_empty() && !self.array.views.is_empty() {
            return false;
        }
        let start = i128::from(self.layout.offset) + i128::from(at) * i128::from(size);
        let reach = self.array.reach(self.platform);
        let inside = reach.start <= start && start + i128::from(size) <= reach.end;
        // References are the implementation's own, and no bytes are nothing to read.
        inside && size > 0 && !self.array.dtype.has_objects()
    }

    /// An item of a pointer to that type that lies in the buffer, near the address; not the first.
    pub(crate) fn item_near(&mut self, ctype: &CType) -> Option<i64> {
        let first = self.draw.pick(&[-1, 1, -2, 2, 3]);
        [first, 1, -1].into_iter().find(|at| self.reaches(*at, ctype))
    }
}
