//! How the command ends.

/// Declares the exit codes, each with its meaning, which is its documentation and stands in the help.
macro_rules! exits {
    ($($name:ident = $code:literal $meaning:literal)*) => {
        /// How the command ends. The numbers are part of the interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Exit {
            $(#[doc = $meaning] $name = $code),*
        }

        impl Exit {
            /// All exit codes, in order.
            pub(crate) const ALL: &[Exit] = &[$(Exit::$name),*];

            /// What the code means.
            pub(crate) fn meaning(self) -> &'static str {
                match self {
                    $(Exit::$name => $meaning),*
                }
            }
        }
    };
}

exits! {
    Conforms = 0 "the implementation conforms"
    Violated = 1 "a rule is violated, or the implementation did not end in order"
    Usage = 2 "bad usage"
    RunError = 3 "the run did not start or did not finish, nothing was judged, or too much was declined"
    Stale = 4 "a known deviation no longer reproduces"
}

/// The exit codes that can meet, the one that wins first: a run error may hide a violation, as what is declined may, and a violation weighs more than an
/// entry that is out of date. Bad usage ends the command at once, so it meets no other.
const PRECEDENCE: [Exit; 3] = [Exit::RunError, Exit::Violated, Exit::Stale];

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// Returns the exit of two implementations that were run one after the other.
    pub(crate) fn or(self, other: Exit) -> Exit {
        let rank = |exit| PRECEDENCE.iter().position(|known| *known == exit).unwrap_or(PRECEDENCE.len());
        if rank(other) < rank(self) { other } else { self }
    }

    /// The list of exit codes that the help ends with.
    pub(crate) fn help() -> String {
        let lines: String = Exit::ALL.iter().map(|exit| format!("  {}  {}\n", exit.code(), exit.meaning())).collect();
        let precedence = PRECEDENCE.map(|exit| exit.code().to_string()).join(", ");
        format!(
            "Exit codes:\n{lines}  128 + N  signal N interrupted the run; the report is of what was known by then\nIf several apply, \
             the precedence is {precedence}."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn of_two_exits_the_one_with_precedence_wins_in_either_order() {
        let order = [Exit::RunError, Exit::Violated, Exit::Stale, Exit::Conforms];
        for (rank, first) in order.into_iter().enumerate() {
            for second in &order[rank..] {
                assert_eq!((first.or(*second), second.or(first)), (first, first));
            }
        }
    }
}
