//! Hunts the fault zoo: spoiled replies of the reference.
//!
//! The reference answers each case once, and each fault at large spoils a copy of the reply. The reference is the twin, in both
//! readings of the documentation. Both readings get the same number of cases.

use super::{Fault, of, reading, seen};
use crate::adapters::{Reading, Reference};
use crate::hunt::{self, Hunt, HuntedFault, Options, Plan, Report, Seen, Suspects, Task, broken, drawn};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::{Implementation, RunError};
use std::ops::Range;

/// The readings, with the name of the twin in each.
const READINGS: [(Reading, &str); 2] = [
    (Reading::Holds, "the reference, whose pointers hold"),
    (Reading::Borrows, "the reference, whose pointers borrow"),
];

/// The faults of the zoo, each with the rule that must catch it.
fn zoo(rules: &Rules) -> Vec<(Rule, Fault)> {
    let wanted = Rule::all().filter(|rule| rules.includes(*rule));
    wanted.flat_map(|rule| of(rule).into_iter().map(move |fault| (rule, fault))).collect()
}

/// How many faults these rules have.
pub(crate) fn count(rules: &Rules) -> usize {
    zoo(rules).len()
}

/// Hunts the faults of these rules. `progress` is called with the number of faults that were caught.
///
/// # Errors
/// [`RunError`] if the reference cannot be run.
pub(crate) fn hunt(rules: &Rules, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, RunError> {
    let zoo = zoo(rules);
    let fault = |(rule, fault): &(Rule, Fault)| HuntedFault {
        name: fault.name.to_owned(),
        rule: *rule,
        seen: seen(fault.name)
            .map(|(link, remark)| Seen { link: link.to_owned(), remark: Some(remark.to_owned()) })
            .collect(),
    };
    let plan = Plan {
        faults: zoo.iter().map(fault).collect(),
        twins: READINGS.map(|(_, name)| name).to_vec(),
        batches: [1, 1],
        tasks: (1..=options.seeds).map(|seed| Task { faults: 0..zoo.len(), seeds: seed..seed + 1 }).collect(),
        start: &|| Ok(Box::new(Spoiled::new(&zoo))),
    };
    hunt::hunt(&plan, options, progress)
}

/// The reference, with faults that spoil its replies.
struct Spoiled<'a> {
    zoo: &'a [(Rule, Fault)],
    sides: Vec<Side>,
}

/// The reference in one reading.
struct Side {
    reference: Reference,
    rules: Rules,
    /// The positions of the faults of that reading.
    faults: Vec<usize>,
}

impl Spoiled<'_> {
    fn new(zoo: &[(Rule, Fault)]) -> Spoiled<'_> {
        let side = |(of_side, _)| {
            let reference = Reference::reading(of_side);
            let rules = Rules::all().binding(reference.hello());
            let faults = (0..zoo.len()).filter(|at| reading(zoo[*at].0) == of_side).collect();
            Side { reference, rules, faults }
        };
        Spoiled { zoo, sides: READINGS.into_iter().map(side).collect() }
    }
}

impl Suspects for Spoiled<'_> {
    fn prepare(&mut self, _: &Range<usize>) -> Result<(), RunError> {
        Ok(())
    }

    fn judge(&mut self, hunt: &mut Hunt, indices: Range<u64>) -> Result<(), RunError> {
        for (twin, Side { reference, rules, faults }) in self.sides.iter_mut().enumerate() {
            let hello = reference.hello().clone();
            for (index, case) in drawn(hunt, indices.clone(), &hello, rules) {
                let reply = reference.answer(&case)?;
                hunt.record_twin(twin, index, broken(&hello, rules, &case, &reply));
                let layout = resolve(&hello.platform, &case.array);
                for at in faults.iter().copied() {
                    if hunt.is_at_large(at)
                        && let Some(faulty) = self.zoo[at].1.spoiled(&case, &layout, &reply)
                    {
                        hunt.record(at, index, broken(&hello, rules, &case, &faulty));
                    }
                }
            }
        }
        Ok(())
    }
}
