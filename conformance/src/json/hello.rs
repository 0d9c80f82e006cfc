//! The adapter's part of the handshake as JSON: name, version, profiles and limits.

use super::case::to_owner;
use super::platform::to_platform;
use super::{Error, Result, boolean, entry, line, number, parsed, text, wrong};
use crate::adapter::hello::{Base, Hello};
use crate::adapter::limits::{Allowed, Limits, Order, Read, RecordFeature, Records, StepWord, ViewWord};
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Copies, Door, Feature, Owner, Profile, Protocol, Taken, Unaligned};
use serde_json::{Value, json};

/// The version of the protocol.
pub const PROTOCOL_VERSION: u64 = 1;

/// The most items of a list in a handshake. Each case is compared with all of them.
const MOST_ITEMS: usize = 1000;

fn list<T>(value: &Value, place: &str, item: impl Fn(&Value, &str) -> Result<T>) -> Result<Vec<T>> {
    match value.as_array() {
        Some(items) if items.len() > MOST_ITEMS => {
            wrong(place, &format!("a list of at most {MOST_ITEMS} items"), &json!(items.len()))
        }
        _ => super::list(value, place, item),
    }
}

/// The handshake that JSON describes. A limit that is not mentioned does not exist.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_hello(value: &Value) -> Result<Hello> {
    let hello = entry(value, "hello")?;
    let protocol: u64 = number(entry(hello, "protocol")?, "protocol")?;
    if protocol != PROTOCOL_VERSION {
        return wrong("protocol", &format!("version {PROTOCOL_VERSION} of the protocol"), hello);
    }
    let platform = to_platform(entry(hello, "platform")?)?;
    Ok(Hello {
        name: line(entry(hello, "name")?, "name")?,
        version: line(entry(hello, "version")?, "version")?,
        runtime: hello.get("runtime").map(|runtime| line(runtime, "runtime")).transpose()?,
        based_on: hello.get("based_on").map(to_base).transpose()?,
        platform,
        profiles: to_profiles(entry(hello, "profiles")?)?,
        limits: hello.get("limits").map_or(Ok(Limits::default()), |limits| to_limits(limits, &platform))?,
        doors: to_doors(hello)?,
    })
}

/// The process that an adapter reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Any number: it is a claim.
    pub process: i64,
    /// Where it keeps the bytes that it was sent.
    pub nonce: Option<u64>,
}

/// The process that a handshake reports.
///
/// # Errors
/// [`Error`], with the place.
pub fn to_process(value: &Value) -> Result<Option<Reported>> {
    let hello = entry(value, "hello")?;
    let Some(pid) = hello.get("pid").filter(|pid| !pid.is_null()) else { return Ok(None) };
    let Some(process) = pid.as_i64() else { return wrong("pid", "the number of a process", pid) };
    let nonce = hello.get("nonce").map(|nonce| number(nonce, "nonce")).transpose()?;
    Ok(Some(Reported { process, nonce }))
}

/// The doors of a consumer. Who claims the profile has at least one, and nobody else has any.
fn to_doors(hello: &Value) -> Result<Vec<Door>> {
    let doors = hello.get("doors").map_or(Ok(Vec::new()), |doors| list(doors, "doors", to_door))?;
    let claims = entry(hello, "profiles")?.as_array().is_some_and(|all| all.contains(&json!(Profile::Consumer.name())));
    if claims == doors.is_empty() {
        return wrong("doors", "a door at least with the profile consumer, and none without", hello);
    }
    if let Some(twice) = Door::same_name(&doors) {
        return wrong("doors", "a name of its own for each door", &json!(twice));
    }
    Ok(doors)
}

fn to_door(value: &Value, place: &str) -> Result<Door> {
    fn word<T>(value: &Value, key: &str, known: fn(&str) -> Option<T>) -> Result<T> {
        known(text(value, key)?).map_or_else(|| wrong(key, "a word that the protocol knows", value), Ok)
    }
    let Some(given) = value.as_object() else { return wrong(place, "an object", value) };
    let takes = word(entry(value, "takes")?, "takes", Protocol::from_word)?;
    let mut door = Door::new(text(entry(value, "name")?, "name")?, takes);
    if !Door::is_name(&door.name) {
        return wrong("name", "up to 64 letters, digits, `_`, `.` and `-`", value);
    }
    for (key, value) in given {
        match key.as_str() {
            "name" | "takes" => {}
            "copies" => door.copies = word(value, key, Copies::from_word)?,
            "mutable" => door.mutable = boolean(value, key)?,
            "exclusive" => door.exclusive = boolean(value, key)?,
            "unaligned" => door.unaligned = word(value, key, Unaligned::from_word)?,
            "types" => door.types = list(value, key, parsed::<Taken>)?,
            "accepts" => door.accepts = list(value, key, |value, key| word(value, key, Feature::from_word))?,
            _ => return wrong(place, "entries that the protocol knows", &json!(key)),
        }
    }
    Ok(door)
}

/// A door as JSON.
pub fn from_door(door: &Door) -> Value {
    let words = |features: &[Feature]| features.iter().map(|feature| feature.word().into()).collect::<Vec<Value>>();
    json!({
        "name": door.name,
        "takes": door.takes.word(),
        "copies": door.copies.word(),
        "mutable": door.mutable,
        "exclusive": door.exclusive,
        "unaligned": door.unaligned.word(),
        "types": door.types.iter().map(Taken::to_string).collect::<Vec<String>>(),
        "accepts": words(&door.accepts),
    })
}

fn to_base(value: &Value) -> Result<Base> {
    let part = |name| line(entry(value, name)?, name);
    Ok(Base { name: part("name")?, version: part("version")? })
}

fn to_profiles(value: &Value) -> Result<Vec<Profile>> {
    let profiles = list(value, "profiles", |value, place| {
        let profile = Profile::from_name(text(value, place)?);
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        profile.map_or_else(|| wrong(place, &format!("one of {}", names.join(", ")), value), Ok)
    })?;
    // `holds` and `borrows` are two readings of one sentence, so exactly one of them goes with `lifetime`.
    let claims = |profile| profiles.contains(&profile);
    match (claims(Profile::Lifetime), claims(Profile::Holds), claims(Profile::Borrows)) {
        (true, true, false) | (true, false, true) | (false, false, false) => Ok(profiles),
        _ => wrong("profiles", "lifetime with one of holds and borrows, or none of the three", value),
    }
}

fn to_limits(value: &Value, platform: &Platform) -> Result<Limits> {
    let mut limits = Limits::default();
    let Some(given) = value.as_object() else { return wrong("limits", "an object", value) };
    for (name, value) in given {
        if !limits.set(name, &Limit { name, value })? {
            return wrong("limits", "limits that the protocol knows", &json!(name));
        }
    }
    match limits.contradiction(platform) {
        Some(contradiction) => wrong("limits", &contradiction, value),
        None => Ok(limits),
    }
}

/// A limit as JSON.
struct Limit<'a> {
    name: &'a str,
    value: &'a Value,
}

impl Read<bool> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &bool) -> Result<bool> {
        boolean(self.value, self.name)
    }
}

impl Read<u64> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &u64) -> Result<u64> {
        number(self.value, self.name)
    }
}

impl Read<usize> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &usize) -> Result<usize> {
        number(self.value, self.name)
    }
}

/// Kinds of element types, by their characters.
impl Read<Allowed<Kind>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<Kind>) -> Result<Allowed<Kind>> {
        let kinds: Option<Vec<Kind>> = text(self.value, self.name)?.chars().map(Kind::from_code).collect();
        let expected = || format!("characters of {:?}", Kind::CODES);
        kinds.map_or_else(|| wrong(self.name, &expected(), self.value), |kinds| Ok(Allowed::Only(kinds)))
    }
}

/// Ways to make arrays that own their memory.
impl Read<Vec<Owner>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Vec<Owner>) -> Result<Vec<Owner>> {
        list(self.value, self.name, to_owner)
    }
}

/// Orders of arrays, by their letters.
impl Read<Vec<Order>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Vec<Order>) -> Result<Vec<Order>> {
        let order = |value: &Value, place: &str| {
            Order::from_word(text(value, place)?).map_or_else(|| wrong(place, "C or F", value), Ok)
        };
        list(self.value, self.name, order)
    }
}

/// Structured types: all, none, or those with some features, by their words.
impl Read<Records> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Records) -> Result<Records> {
        let words = || RecordFeature::ALL.iter().map(|feature| feature.word()).collect::<Vec<_>>().join(", ");
        let feature = |value: &Value, place: &str| {
            let feature = RecordFeature::from_word(text(value, place)?);
            feature.map_or_else(|| wrong(place, &format!("names of {}", words()), value), Ok)
        };
        match self.value {
            Value::Bool(true) => Ok(Records::All),
            Value::Bool(false) => Ok(Records::None),
            Value::Array(_) => list(self.value, self.name, feature).map(Records::Only),
            _ => wrong(self.name, &format!("true or false, or a list of {}", words()), self.value),
        }
    }
}

/// View operations, by the first words of their text forms.
impl Read<Allowed<ViewWord>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<ViewWord>) -> Result<Allowed<ViewWord>> {
        let view = |value: &Value, place: &str| {
            let known = || ViewWord::ALL.iter().map(|view| view.word()).collect::<Vec<_>>().join(", ");
            let view = ViewWord::from_word(text(value, place)?);
            view.map_or_else(|| wrong(place, &format!("names of {}", known()), value), Ok)
        };
        list(self.value, self.name, view).map(Allowed::Only)
    }
}

/// Plain element types, by their type strings.
impl Read<Allowed<Dtype>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<Dtype>) -> Result<Allowed<Dtype>> {
        let typestr = |value: &Value, place: &str| {
            let expected = "type strings of plain element types, such as \"<f8\" or \"|u1\"";
            Dtype::from_typestr(text(value, place)?).or_else(|_| wrong(place, expected, value))
        };
        list(self.value, self.name, typestr).map(Allowed::Only)
    }
}

/// A set of sizes.
impl Read<Allowed<u64>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<u64>) -> Result<Allowed<u64>> {
        list(self.value, self.name, number).map(Allowed::Only)
    }
}

/// A set of axes.
impl Read<Allowed<i64>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<i64>) -> Result<Allowed<i64>> {
        list(self.value, self.name, number).map(Allowed::Only)
    }
}

/// First words of steps.
impl Read<Allowed<StepWord>> for Limit<'_> {
    type Error = Error;

    fn read(&self, _: &Allowed<StepWord>) -> Result<Allowed<StepWord>> {
        let step = |value: &Value, place: &str| {
            let known = || StepWord::all().map(StepWord::word).collect::<Vec<_>>().join(", ");
            let word = StepWord::from_word(text(value, place)?);
            word.map_or_else(|| wrong(place, &format!("first words of steps: {}", known()), value), Ok)
        };
        list(self.value, self.name, step).map(Allowed::Only)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_ITEMS, to_hello};
    use array_ctypes_spec::platform::Platform;
    use serde_json::{Value, json};

    #[test]
    fn a_list_of_a_handshake_is_not_longer_than_each_case_can_be_compared_with() {
        let hello = |sizes: usize| {
            let platform = crate::json::from_platform(&Platform::host());
            let limits = json!({ "item_sizes": vec![1; sizes] });
            let hello = json!({ "protocol": 1, "name": "a", "version": "1", "profiles": ["core"], "platform": platform, "limits": limits });
            to_hello(&Value::from_iter([("hello", hello)])).map_err(|error| error.to_string())
        };
        hello(MOST_ITEMS).expect("it may be so long");
        let error = hello(MOST_ITEMS + 1).expect_err("it may not be longer");
        assert_eq!(error, "item_sizes: expected a list of at most 1000 items, found 1001");
    }
}
