//! `Ask`, which a check gets: an array, and the script that the check extends.
//!
//! A check looks at the array and draws its choices here, so that every check draws in the same way. This module knows
//! no rule; what a rule asks is in its row.

use super::end::{End, PLACES, end};
use crate::draw::Draw;
use crate::draw::domain::Domain;
use array_ctypes_spec::ctype::{CType, MemoryLayout};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Consumer, Question, Rule, Step, Take, Write, expect_resolved, rules};
use std::mem;

/// How often a row draws its steps until all are inside the limits.
const ATTEMPTS: u64 = 6;

/// A script while checks add to it.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// The rule whose row adds steps now.
    pub(crate) rule: Rule,
    /// The choices of this check alone: other checks do not move them.
    pub(crate) draw: Draw,
    /// Choices that several checks have in common.
    pub(crate) common: Draw,
    pub(crate) platform: &'a Platform,
    /// What an implementation can be asked about.
    pub(crate) domain: Domain<'a>,
    pub(crate) array: &'a Array,
    /// After all views.
    pub(crate) layout: &'a Layout,
    /// The steps before all others: they look at a file before anything is written.
    pub(crate) first: Vec<Step>,
    pub(crate) script: Vec<Step>,
    /// The steps after all questions: few questions make sense after them. At most one check of a case sets them, see
    /// [`ends`](Ask::ends).
    pub(crate) last: Vec<Step>,
    /// True if the run is about few rules, so that each check asks at every opportunity.
    pub(crate) focused: bool,
    /// The check that may end the script.
    end: Option<End>,
    /// In a run about few rules, the check that might last, and how many might before it.
    offered: (Option<End>, u32),
    /// True if there are pointers of ctypes to write through.
    pub(crate) has_pointers: bool,
    /// True if a rule speaks of what is read through an object that outlives the array.
    pub(crate) reads_held: bool,
    /// How the array is handed to a consumer; `None` if the implementation makes it.
    pub(crate) take: Option<Take>,
}

impl<'a> Ask<'a> {
    /// An empty script about an array.
    pub(crate) fn new(
        draw: &Draw,
        domain: Domain<'a>,
        array: &'a Array,
        layout: &'a Layout,
        take: Option<Take>,
        focused: bool,
    ) -> Ask<'a> {
        let (rule, draw, common) = (rules::layout::answered, draw.clone(), draw.of("common"));
        let platform = domain.platform;
        let end = end(array, take.is_some(), draw.of("end").below(PLACES));
        let first = take.iter().map(|take| Step::Consumer(Consumer::Take(Box::new(take.clone())))).collect();
        let (script, last) = (Vec::with_capacity(24), Vec::new());
        Ask {
            rule,
            draw,
            common,
            platform,
            domain,
            array,
            layout,
            first,
            script,
            last,
            focused,
            end,
            offered: (None, 1),
            has_pointers: true,
            reads_held: true,
            take,
        }
    }

    /// The whole script.
    pub(crate) fn into_script(mut self) -> Vec<Step> {
        self.first.append(&mut self.script);
        self.first.append(&mut self.last);
        self.first
    }
}

impl Ask<'_> {
    /// Returns true at one opportunity in so many, and always if the run is about few rules.
    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.draw.one_in(times) || self.focused
    }

    /// Adds a question.
    pub(crate) fn ask(&mut self, question: Question) {
        self.script.push(Step::Ask(question));
    }

    /// Adds a question unless the script has it already.
    pub(crate) fn once(&mut self, question: Question) {
        if !self.script.iter().any(|step| step.asks(&question)) {
            self.script.push(Step::Ask(question));
        }
    }

    /// Adds a question that reads memory, unless the script has it already, or the specification expects nothing of the
    /// answer: what is read then may lie anywhere.
    pub(crate) fn once_if_expected(&mut self, question: Question) {
        let (layout, step) = (Ok(self.layout.clone()), [Step::Ask(question.clone())]);
        let mut is_expected = false;
        expect_resolved(self.platform, self.array, &layout, &step, &mut |_| is_expected = true);
        if is_expected {
            self.once(question);
        }
    }

    /// Adds a write.
    pub(crate) fn write(&mut self, write: Write) {
        self.script.push(Step::Write(write));
    }

    /// Returns true if the check may set the steps after all questions, [`Ask::last`].
    ///
    /// In a run about few rules each check may, one after the other, and a later one replaces an earlier one so often that all
    /// ends are as frequent. Rows of the same end have one turn.
    pub(crate) fn ends(&mut self, end: End) -> bool {
        let (offered, offers) = self.offered;
        let is_same = offered == Some(end) && !self.last.is_empty();
        let may = if !self.focused || is_same {
            self.end == Some(end)
        } else if self.last.is_empty() {
            true
        } else {
            self.offered.1 += 1;
            self.draw.one_in(offers + 1)
        };
        self.offered.0 = Some(end);
        if may {
            self.end = Some(end);
            self.last.clear();
        }
        may
    }

    /// Adds the steps of the row of a rule, as `add` does; none of them if one is outside the limits, after a few tries.
    pub(crate) fn add(&mut self, rule: Rule, draw: &Draw, add: impl Fn(&mut Ask)) {
        let (first, script) = (self.first.len(), self.script.len());
        self.rule = rule;
        // Only in a run about few rules a row may replace the end that another row set.
        let end = if self.focused { self.last.clone() } else { mem::take(&mut self.last) };
        for attempt in 0..ATTEMPTS {
            self.draw = if attempt == 0 { draw.clone() } else { draw.part(attempt) };
            add(self);
            let mut added = self.first[first..].iter().chain(&self.script[script..]).chain(&self.last);
            if added.all(|step| self.allows(step)) {
                break;
            }
            self.first.truncate(first);
            self.script.truncate(script);
            self.last = if self.focused { end.clone() } else { Vec::new() };
        }
        if self.last.is_empty() {
            self.last = end;
        }
    }

    /// Returns true if the step is inside the limits.
    fn allows(&self, step: &Step) -> bool {
        self.domain.limits.allow_step(self.platform, self.array, self.layout, step)
    }

    /// Returns true if the array before all views, or after them, has references to objects.
    pub(crate) fn has_objects(&self) -> bool {
        self.layout.dtype.has_objects() || self.array.dtype.has_objects()
    }

    /// Draws bytes for a whole element.
    pub(crate) fn element_bytes(&mut self) -> Vec<u8> {
        (0..self.layout.dtype.item_size()).map(|_| self.draw.word() as u8).collect()
    }

    /// Draws the index of an element: the first, the last, or any. `None` if there is no element.
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

    /// Returns true if the element has bytes and they may be touched: they are in a mapping, or among those that the
    /// buffer is filled with. The rest of a large buffer is only reserved.
    pub(crate) fn is_given(&self, index: &[u64]) -> bool {
        let start = self.layout.element(index);
        let end = start + i128::from(self.layout.dtype.item_size());
        let given = i128::from(self.array.buffer.bytes.len() as u64);
        start >= 0 && start < end && (is_mapped(self) || end <= given)
    }

    /// Returns true if item `at` of a pointer to that type lies in the buffer or mapping and can be compared.
    pub(crate) fn reaches(&self, at: i64, ctype: &CType) -> bool {
        let Some(MemoryLayout { size, .. }) = ctype.layout(self.platform) else { return false };
        // Where no element is, no address is prescribed.
        if self.layout.is_empty() {
            return false;
        }
        let start = i128::from(self.layout.offset) + i128::from(at) * i128::from(size);
        let reach = self.array.reach(self.platform);
        let inside = reach.start <= start && start + i128::from(size) <= reach.end;
        // What a reference looks like is up to the implementation, and an item without bytes cannot be read.
        inside && size > 0 && !self.array.dtype.has_objects()
    }

    /// Draws an item near the address, but not the first, of a pointer to that type; `None` if none lies in the buffer.
    pub(crate) fn item_near(&mut self, ctype: &CType) -> Option<i64> {
        let first = self.draw.pick(&[-1, 1, -2, 2, 3]);
        [first, 1, -1].into_iter().find(|at| self.reaches(*at, ctype))
    }
}

/// Returns true if the array lies in a mapped file.
pub(crate) fn is_mapped(ask: &Ask) -> bool {
    ask.array.map.is_some()
}

/// Returns true if the array owns its memory.
pub(crate) fn is_owner(ask: &Ask) -> bool {
    ask.array.owner.is_some()
}

/// Returns true if the element type has no fields.
pub(crate) fn is_plain(ask: &Ask) -> bool {
    ask.layout.dtype.plain().is_some()
}
