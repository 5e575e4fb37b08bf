//! The options of keys as arguments of a command: each that the library has, by its list.

use crate::failure::Failure;
use crate::message::{split, version};
use crate::period;
use clap::builder::ValueParser;
use clap::error::Error as Wrong;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches, Id, value_parser};
use std::time::Duration;
use strongroom::{KeyConfig, KeyOption, KeySpec, KeyType, OptionKind, OptionValue, Version};

/// The options of a new key.
pub(crate) type NewKey = Options<false>;

/// The options that a key can be given later.
pub(crate) type Changes = Options<true>;

/// What the options were said to be.
pub(crate) struct Options<const LATER: bool> {
    values: Vec<(KeyOption, OptionValue)>,
    /// `NAME=VALUE` of each, with the option.
    labels: Vec<(KeyOption, Vec<String>)>,
    removed: Vec<String>,
}

impl NewKey {
    pub(crate) fn spec(&self, key_type: KeyType) -> Result<KeySpec, Failure> {
        self.said()?.into_iter().try_fold(KeySpec::new(key_type), |spec, (option, value)| {
            spec.set(option, value).map_err(Failure::from)
        })
    }
}

impl Changes {
    pub(crate) fn config(&self) -> Result<KeyConfig, Failure> {
        self.said()?.into_iter().try_fold(KeyConfig::new(), |config, (option, value)| {
            config.set(option, value).map_err(Failure::from)
        })
    }
}

impl<const LATER: bool> Options<LATER> {
    fn said(&self) -> Result<Vec<(KeyOption, OptionValue)>, Failure> {
        let mut said = self.values.clone();
        for (option, pairs) in &self.labels {
            let labels = split(&format!("--{}", long(*option)), pairs)?;
            if labels.iter().any(|(name, _)| self.removed.iter().any(|removed| removed == name)) {
                return Err(Failure::usage(
                    "a label is named twice, to be set and to be removed; say one of them",
                ));
            }
            let set = labels.into_iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
            let removed = self.removed.iter().map(|name| (name.clone(), None));
            said.push((*option, OptionValue::Labels(set.chain(removed).collect())));
        }
        Ok(said)
    }

    fn offered() -> impl Iterator<Item = KeyOption> {
        KeyOption::ALL
            .iter()
            .copied()
            .filter(|option| if LATER { option.when().is_later() } else { option.when().is_at_creation() })
    }
}

impl<const LATER: bool> Args for Options<LATER> {
    fn group_id() -> Option<Id> {
        Some(Id::from("KeyOptions"))
    }

    fn augment_args(command: Command) -> Command {
        let arguments: Vec<Arg> = Self::offered().flat_map(|option| arguments(option, LATER)).collect();
        let names: Vec<Id> = arguments.iter().map(|argument| argument.get_id().clone()).collect();
        command.args(arguments).group(ArgGroup::new("KeyOptions").multiple(true).args(names))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const LATER: bool> FromArgMatches for Options<LATER> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Wrong> {
        let texts = |id: &str| matches.get_many::<String>(id).into_iter().flatten().cloned().collect();
        let maps = Self::offered().filter(|option| option.kind() == OptionKind::Labels);
        Ok(Self {
            values: Self::offered().filter_map(|option| Some((option, value(option, matches)?))).collect(),
            labels: maps.map(|option| (option, texts(option.name()))).collect(),
            removed: if LATER { texts(REMOVED) } else { Vec::new() },
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Wrong> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

const REMOVED: &str = "remove_label";

/// What stands after `--`. A label is given one at a time.
pub(super) fn long(option: KeyOption) -> String {
    let name = option.name().replace('_', "-");
    if option.kind() == OptionKind::Labels { name.trim_end_matches('s').to_owned() } else { name }
}

/// The arguments of an option; none for a kind that this program does not know.
fn arguments(option: KeyOption, later: bool) -> Vec<Arg> {
    let saying = |more: &str| {
        let help = format!("{}{more}", about(option));
        // As the help of all other arguments, without the last full stop.
        let help = help.trim_end_matches('.').to_owned();
        Arg::new(option.name()).long(long(option)).help(help)
    };
    let taking = |what: &'static str, parser: ValueParser, more: &str| {
        saying(more).value_name(what).value_parser(parser)
    };
    match option.kind() {
        OptionKind::Flag if later => {
            let argument = taking("BOOL", ValueParser::bool(), "").num_args(0..=1);
            vec![argument.require_equals(true).default_missing_value("true")]
        }
        OptionKind::Flag => vec![saying("").action(ArgAction::SetTrue)],
        OptionKind::Number => vec![taking("N", value_parser!(u16).into(), "")],
        OptionKind::Text => vec![taking("TEXT", ValueParser::string(), "")],
        OptionKind::Period => {
            let argument =
                taking("PERIOD", ValueParser::new(period::parse), " Written like 90d, 24h or never.");
            vec![if later { argument } else { argument.default_value(option.default_text()) }]
        }
        OptionKind::Labels => {
            let set = taking("NAME=VALUE", ValueParser::string(), " Repeat it for more.");
            let remove = Arg::new(REMOVED)
                .long(format!("remove-{}", long(option)))
                .value_name("NAME")
                .help("Remove a label; repeat it for more");
            let arguments = if later { vec![set, remove] } else { vec![set] };
            arguments.into_iter().map(|argument| argument.action(ArgAction::Append)).collect()
        }
        OptionKind::Version => vec![taking("N", ValueParser::new(version), "")],
        OptionKind::VersionOrLatest => {
            vec![taking("N|latest", ValueParser::new(Lowest::parse), " 'latest' for that one only.")]
        }
        _ => Vec::new(),
    }
}

/// What the list says about an option, in which other options stand as they are written here.
fn about(option: KeyOption) -> String {
    let mut parts = option.about().split('`');
    let mut about = parts.next().unwrap_or_default().to_owned();
    while let Some(name) = parts.next() {
        about += &KeyOption::from_name(name).map_or(name.to_owned(), |other| format!("--{}", long(other)));
        about += parts.next().unwrap_or_default();
    }
    about
}

/// What an option was said to be, but for labels.
fn value(option: KeyOption, matches: &ArgMatches) -> Option<OptionValue> {
    let id = option.name();
    match option.kind() {
        OptionKind::Flag => matches.get_one(id).copied().map(OptionValue::Flag),
        OptionKind::Number => matches.get_one::<u16>(id).map(|number| OptionValue::Number((*number).into())),
        OptionKind::Text => matches.get_one(id).cloned().map(OptionValue::Text),
        OptionKind::Period => matches.get_one::<Duration>(id).copied().map(OptionValue::Period),
        OptionKind::Version => {
            matches.get_one(id).map(|version: &Version| OptionValue::Version(Some(*version)))
        }
        OptionKind::VersionOrLatest => {
            matches.get_one(id).map(|Lowest(version)| OptionValue::Version(*version))
        }
        _ => None,
    }
}

/// The lowest version to encrypt with; `None`: the latest only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lowest(Option<Version>);

impl Lowest {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "latest" { Ok(Self(None)) } else { version(text).map(|version| Self(Some(version))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_an_argument_with_a_help_of_its_own() {
        for option in KeyOption::ALL {
            for later in [false, true] {
                assert!(!arguments(*option, later).is_empty(), "{option}");
            }
            assert!(!about(*option).contains('`'), "{option}");
        }
        assert!(about(KeyOption::Convergent).contains("Needs --derived"));
    }
}
