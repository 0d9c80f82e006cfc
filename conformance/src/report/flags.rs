//! Flags of the C structure behind `__array_struct__`, by their names instead of a number.

use array_ctypes_spec::interface::flags;
use array_ctypes_spec::{Answer, Expectation, Member, Prediction, Question, Step};

const NAMES: [(i64, &str); 6] = [
    (flags::C_CONTIGUOUS, "C_CONTIGUOUS"),
    (flags::F_CONTIGUOUS, "F_CONTIGUOUS"),
    (flags::ALIGNED, "ALIGNED"),
    (flags::NOTSWAPPED, "NOTSWAPPED"),
    (flags::WRITEABLE, "WRITEABLE"),
    (flags::HAS_DESCR, "HAS_DESCR"),
];

/// Returns true if a step asks for the flags.
fn asks(step: Option<&Step>) -> bool {
    matches!(step, Some(Step::Ask(Question::Struct(Member::Flags))))
}

/// What is expected of a step, with the names of flags if it asks for them.
pub(super) fn expected(script: &[Step], prediction: &Prediction) -> String {
    let text = prediction.expectation.to_string();
    if !asks(script.get(prediction.step)) {
        return text;
    }
    match &prediction.expectation {
        Expectation::Is(Answer::Integer(flags)) => named(*flags),
        Expectation::OneOf(answers) => {
            let all =
                answers.iter().map(|answer| if let Answer::Integer(flags) = answer { Some(*flags) } else { None });
            let Some(all) = all.collect::<Option<Vec<i128>>>() else { return text };
            // Those that each choice has, and those that some have.
            let must = all.iter().fold(!0, |must, flags| must & flags);
            let may = all.iter().fold(0, |may, flags| may | flags) & !must;
            format!("{}, with or without {}", named(must), names(may))
        }
        _ => text,
    }
}

/// The names of flags after what an implementation answered, if it is a number and the step asks for them.
pub(super) fn found(step: Option<&Step>, answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer::Integer(flags)) if asks(step) => format!(", {}", names(*flags)),
        _ => String::new(),
    }
}

fn named(flags: i128) -> String {
    format!("{flags}, {}", names(flags))
}

fn names(flags: i128) -> String {
    let is_set = |flag: i64| flags & i128::from(flag) != 0;
    let mut names: Vec<String> =
        NAMES.iter().filter(|(flag, _)| is_set(*flag)).map(|(_, name)| (*name).to_owned()).collect();
    let known = NAMES.iter().fold(0, |all, (flag, _)| all | i128::from(*flag));
    if flags & !known != 0 {
        names.push(format!("{:#x}", flags & !known));
    }
    if names.is_empty() { "no flag".to_owned() } else { names.join(" | ") }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn flags_have_names_and_unknown_bits_are_shown() {
        assert_eq!(names(0), "no flag");
        assert_eq!(names(0x501), "C_CONTIGUOUS | ALIGNED | WRITEABLE");
        assert_eq!(names(0x1201), "C_CONTIGUOUS | NOTSWAPPED | 0x1000");
    }
}
