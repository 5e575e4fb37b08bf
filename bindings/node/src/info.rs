//! What is told about keys and keyrings, as plain objects.

use crate::failure::{Failure, error_value, family};
use crate::js::call::Arguments;
use crate::js::{Env, Refused, Value};
use crate::spec::name_of;
use strongroom::{Error, KeyInfo, KeyOption, OptionValue, Report, VersionInfo, VersionState, WitnessReport};

pub(crate) fn key<'s>(env: Env<'s>, info: KeyInfo) -> Result<Value<'s>, Failure> {
    let object = env.new_object()?;
    let set =
        |name: &str, value: Result<Value<'s>, Refused>| value.and_then(|value| env.set(object, name, value));
    let number = |number: u32| env.new_number(number.into());
    set("name", env.new_string(info.name.as_str()))?;
    set("keyType", env.new_string(info.key_type.name()))?;
    set("disabled", env.new_boolean(info.disabled))?;
    set("imported", env.new_boolean(info.imported))?;
    set("allowRotation", env.new_boolean(info.allow_rotation))?;
    set("latestVersion", number(info.latest_version.get()))?;
    set("minAvailableVersion", number(info.min_available_version))?;
    for option in KeyOption::ALL {
        set(&name_of(*option), option_value(env, info.get(*option)))?;
    }
    env.set(object, "versions", list(env, &info.versions, |known| of_version(env, known))?)?;
    env.set(object, "warnings", list(env, &info.warnings, |warning| Ok(env.new_string(warning)?))?)?;
    Ok(object)
}

fn option_value<'s>(env: Env<'s>, value: Option<OptionValue>) -> Result<Value<'s>, Refused> {
    match value {
        Some(OptionValue::Flag(on)) => env.new_boolean(on),
        Some(OptionValue::Number(number)) => env.new_number(number as f64),
        Some(OptionValue::Text(text)) => env.new_string(&text),
        Some(OptionValue::Period(period)) => env.new_number(period.as_millis() as f64),
        Some(OptionValue::Labels(labels)) => {
            let object = env.new_object()?;
            for (name, value) in labels {
                env.set(object, &name, env.new_string(&value.unwrap_or_default())?)?;
            }
            Ok(object)
        }
        Some(OptionValue::Version(Some(version))) => env.new_number(version.get().into()),
        // Nothing is known of it, or it is of a kind that came after this package.
        _ => env.null(),
    }
}

fn of_version<'s>(env: Env<'s>, info: &VersionInfo) -> Result<Value<'s>, Failure> {
    let object = env.new_object()?;
    let set = |name, value: Result<Value<'s>, Refused>| value.and_then(|value| env.set(object, name, value));
    let date = |time| date(env, time);
    set("version", env.new_number(info.version.get().into()))?;
    set("keyType", env.new_string(info.key_type.name()))?;
    set("state", env.new_string(state(info.state)))?;
    set("imported", env.new_boolean(info.imported))?;
    set("created", date(info.created))?;
    set("retired", date(info.retired))?;
    set("trimmed", date(info.trimmed))?;
    set("uses", info.uses.map_or_else(|| env.null(), |uses| env.new_number(uses as f64)))?;
    set("unusable", info.unusable.map_or_else(|| env.null(), |why| env.new_string(why.name())))?;
    Ok(object)
}

const fn state(state: VersionState) -> &'static str {
    match state {
        VersionState::Active => "active",
        VersionState::Deactivated => "deactivated",
        VersionState::Suspended => "suspended",
        VersionState::Destroyed => "destroyed",
        // The enum may grow; the name says that this package did not.
        _ => "unknown",
    }
}

pub(crate) fn report<'s>(env: Env<'s>, report: Report) -> Result<Value<'s>, Failure> {
    let object = env.new_object()?;
    env.set(object, "documents", env.new_number(report.documents as f64)?)?;
    env.set(object, "keys", env.new_number(report.keys as f64)?)?;
    env.set(object, "unfinishedReseal", env.new_boolean(report.unfinished_reseal)?)?;
    let faults = list(env, &report.faults, |fault| {
        let object = env.new_object()?;
        env.set(object, "document", env.new_string(&fault.document)?)?;
        env.set(object, "error", error_value(env, &fault.error)?)?;
        Ok(object)
    })?;
    env.set(object, "faults", faults)?;
    let warnings = list(env, &report.warnings, |warning| {
        let object = env.new_object()?;
        env.set(object, "subject", env.new_string(&warning.subject)?)?;
        env.set(object, "code", env.new_string(warning.code)?)?;
        env.set(object, "message", env.new_string(&warning.message)?)?;
        Ok(object)
    })?;
    env.set(object, "warnings", warnings)?;
    env.set(
        object,
        "witness",
        report.witness.as_ref().map_or_else(|| Ok(env.null()?), |witness| since(env, witness))?,
    )?;
    Ok(object)
}

/// What has become of the documents since a witness was made.
fn since<'s>(env: Env<'s>, witness: &WitnessReport) -> Result<Value<'s>, Failure> {
    let object = env.new_object()?;
    env.set(object, "made", env.new_date((witness.made / 1_000_000) as f64)?)?;
    env.set(object, "documents", env.new_number(witness.documents as f64)?)?;
    for (name, documents) in [
        ("missing", &witness.missing),
        ("older", &witness.older),
        ("otherHistory", &witness.other_history),
        ("deleted", &witness.deleted),
        ("recreated", &witness.recreated),
        ("unknown", &witness.unknown),
    ] {
        env.set(object, name, list(env, documents, |document| Ok(env.new_string(document)?))?)?;
    }
    Ok(object)
}

/// A date of JavaScript counts milliseconds.
pub(crate) fn date<'s>(env: Env<'s>, time: Option<u64>) -> Result<Value<'s>, Refused> {
    time.map_or_else(|| env.null(), |nanos| env.new_date((nanos / 1_000_000) as f64))
}

/// `version()`: that of the library.
pub(crate) fn version<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    Ok(env.new_string(env!("CARGO_PKG_VERSION"))?)
}

/// `errorTable()`: every error there is.
pub(crate) fn error_table<'s>(env: Env<'s>, _: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    list(env, Error::TABLE, |row| {
        let object = env.new_object()?;
        env.set(object, "number", env.new_number(row.number.into())?)?;
        env.set(object, "code", env.new_string(row.name)?)?;
        env.set(object, "family", env.new_string(family(row.family()))?)?;
        env.set(object, "message", env.new_string(row.message)?)?;
        Ok(object)
    })
}

pub(crate) fn list<'s, T>(
    env: Env<'s>,
    items: &[T],
    value: impl Fn(&T) -> Result<Value<'s>, Failure>,
) -> Result<Value<'s>, Failure> {
    let values = items.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(env.new_array(&values)?)
}
