//! Options of keys and keyrings, as plain objects: what is not known is refused.

use crate::failure::Failure;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::words::camel;
use std::time::Duration;
use strongroom::{
    Error, KeyConfig, KeyOption, KeySpec, KeyType, Keyring, KeyringBuilder, Near, Nonces, OptionKind,
    OptionTime, OptionValue,
};

impl<'s> Env<'s> {
    /// The properties of an object of options; none if there is no object. The package made it, without a
    /// prototype, of what it read once from the caller's.
    pub(crate) fn options(self, value: Value<'s>) -> Result<Vec<(String, Value<'s>)>, Failure> {
        match self.kind(value) {
            Kind::Undefined => Ok(Vec::new()),
            Kind::Object => {
                let properties = self.properties(value)?.into_iter();
                properties.map(|(name, value)| Ok((self.any_string(name, "a name")?, value))).collect()
            }
            _ => Err(Failure::Type("options must be an object".to_owned())),
        }
    }

    pub(crate) fn on(self, value: Value<'s>, name: &str) -> Result<bool, Failure> {
        self.boolean(value).ok_or_else(|| Failure::Type(format!("{name} must be true or false")))
    }

    pub(crate) fn whole(self, value: Value<'s>, name: &str) -> Result<u64, Failure> {
        let number = self
            .number(value)
            .filter(|number| number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(number));
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it is whole, and JavaScript's largest is in bounds"
        )]
        number
            .map(|number| number as u64)
            .ok_or_else(|| Failure::Type(format!("{name} must be a whole number, not negative")))
    }

    /// What an option is said to be. `null` as the value of a label may take it away.
    fn option_value(
        self,
        option: KeyOption,
        name: &str,
        value: Value<'s>,
        null: Nothing,
    ) -> Result<OptionValue, Failure> {
        let is_null = |value| self.kind(value) == Kind::Null;
        Ok(match option.kind() {
            OptionKind::Flag => OptionValue::Flag(self.on(value, name)?),
            OptionKind::Number => OptionValue::Number(self.whole(value, name)?),
            OptionKind::Text => OptionValue::Text(self.any_string(value, name)?),
            OptionKind::Period => OptionValue::Period(self.millis(value, name)?),
            OptionKind::Labels => {
                let labels = self.options(value)?.into_iter().map(|(label, value)| {
                    let is_gone = null == Nothing::TakesAway && is_null(value);
                    let text = if is_gone { None } else { Some(self.any_string(value, "a label")?) };
                    Ok((label, text))
                });
                OptionValue::Labels(labels.collect::<Result<_, Failure>>()?)
            }
            OptionKind::VersionOrLatest if is_null(value) => OptionValue::Version(None),
            OptionKind::Version | OptionKind::VersionOrLatest => {
                OptionValue::Version(Some(self.version(value)?))
            }
            // A kind that came after this package.
            _ => return Err(unknown(name, [])),
        })
    }

    pub(crate) fn millis(self, value: Value<'s>, name: &str) -> Result<Duration, Failure> {
        self.whole(value, name).map(Duration::from_millis)
    }
}

/// What `null` is as the value of a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nothing {
    Refused,
    TakesAway,
}

/// There is no such option among those that are known where it was given.
pub(crate) fn unknown<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Failure {
    let hint = match name {
        "type" => "; the type of a key is keyType".to_owned(),
        "autoRotatePeriod" => "; it is autoRotatePeriodMs, in milliseconds".to_owned(),
        "maxStaleness" => "; it is maxStalenessMs, in milliseconds".to_owned(),
        "format" | "hash" | "passphrase" | "allowRotation" | "kdf" => {
            "; importKey takes it behind the specification: importKey(name, material, spec, { format })"
                .to_owned()
        }
        _ => Near::of(&camel(name), known).to_string(),
    };
    Failure::Type(format!("there is no option {name}{hint}"))
}

/// `near(name, names)`: what was perhaps meant, as the end of a sentence, or nothing.
pub(crate) fn near<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let name = env.string(arguments.at(0), "a name")?;
    let names = env.elements(arguments.at(1))?.into_iter().map(|name| env.string(name, "a name"));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    Ok(env.new_string(&Near::of(&name, names.iter().map(String::as_str)).to_string())?)
}

const UNKNOWN_NONCES: Error = Error::invalid_option("unknown_nonces");

/// The type of a name; of one that is none, with what was perhaps meant.
pub(crate) fn key_type<'s>(env: Env<'s>, value: Value<'s>) -> Result<KeyType, Failure> {
    let name = env.string(value, "keyType")?;
    name.parse().map_err(|error| match KeyType::meant_by(&name) {
        Some(meant) => Failure::Advised(error, meant),
        None => error.into(),
    })
}

/// The specification of a new key: an object, the name of a type, or nothing.
pub(crate) fn spec<'s>(env: Env<'s>, value: Value<'s>) -> Result<KeySpec, Failure> {
    if env.kind(value) == Kind::String {
        return Ok(key_type(env, value)?.into());
    }
    let options = env.options(value)?;
    let mut spec = match options.iter().find(|(name, _)| name == "keyType") {
        Some((_, value)) => KeySpec::new(key_type(env, *value)?),
        None => KeySpec::default(),
    };
    for (name, value) in options.into_iter().filter(|(name, _)| name != "keyType") {
        let option = option(&name, OptionTime::is_at_creation)?;
        spec = spec.set(option, env.option_value(option, &name, value, Nothing::Refused)?)?;
    }
    Ok(spec)
}

/// Changes to a key.
pub(crate) fn config<'s>(env: Env<'s>, value: Value<'s>) -> Result<KeyConfig, Failure> {
    let mut config = KeyConfig::new();
    for (name, value) in env.options(value)? {
        let option = option(&name, OptionTime::is_later)?;
        config = config.set(option, env.option_value(option, &name, value, Nothing::TakesAway)?)?;
    }
    Ok(config)
}

/// The option of a name, if it can be said now.
fn option(name: &str, at: impl Fn(OptionTime) -> bool) -> Result<KeyOption, Failure> {
    let options = || KeyOption::ALL.iter().copied().filter(|option| at(option.when()));
    options().find(|option| name_of(*option) == name).ok_or_else(|| {
        let names: Vec<String> = options().map(name_of).collect();
        unknown(name, names.iter().map(String::as_str))
    })
}

/// The name of an option in JavaScript: `auto_rotate_period` is `autoRotatePeriodMs`, since a number says its
/// unit.
pub(crate) fn name_of(option: KeyOption) -> String {
    let name = camel(option.name());
    if option.kind() == OptionKind::Period { name + "Ms" } else { name }
}

const OF_A_KEYRING: [&str; 7] = ["label", "maxStalenessMs", "usageLimit", "nonces", "pin", "witness", "seal"];

/// How a keyring is opened.
pub(crate) fn builder<'s>(env: Env<'s>, options: Value<'s>) -> Result<KeyringBuilder, Failure> {
    let mut builder = Keyring::builder();
    for (name, value) in env.options(options)? {
        builder = match name.as_str() {
            "label" => builder.label(env.any_string(value, &name)?),
            "maxStalenessMs" => builder.max_staleness(env.millis(value, &name)?),
            "usageLimit" => builder.usage_limit(env.whole(value, &name)?),
            "nonces" => match env.string(value, &name)?.as_str() {
                "pooled" => builder.nonces(Nonces::Pooled),
                "unbuffered" => builder.nonces(Nonces::Unbuffered),
                _ => return Err(UNKNOWN_NONCES.into()),
            },
            "pin" => pin(env, builder, value)?,
            "witness" => builder.witness(&env.binary(value, Take::Borrow, "witness")?)?,
            _ => return Err(unknown(&name, OF_A_KEYRING)),
        };
    }
    Ok(builder)
}

/// The text of a pin, or an id and the least generation.
fn pin<'s>(env: Env<'s>, builder: KeyringBuilder, value: Value<'s>) -> Result<KeyringBuilder, Failure> {
    if env.kind(value) == Kind::String {
        return Ok(builder.pinned(env.string(value, "pin")?.parse()?));
    }
    let (mut id, mut generation) = (None, None);
    for (name, value) in env.options(value)? {
        match name.as_str() {
            "id" => id = Some(env.string(value, &name)?.parse()?),
            "generation" => generation = Some(env.whole(value, &name)?),
            _ => return Err(unknown(&name, ["id", "generation"])),
        }
    }
    match (id, generation) {
        (Some(id), Some(generation)) => Ok(builder.pin(id, generation)),
        _ => Err(Failure::Type("pin must have an id and the least generation".to_owned())),
    }
}
