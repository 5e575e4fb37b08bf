//! Whether the keyring answered what the server answered.

use crate::mount::Answered;
use crate::request::{Answer, Exchange, Refusal};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use strongroom::{Error, KeyType};
use strongroom_tests::transit::{NOT_TOLD, Reasons};

/// What a request came to, or an item of it.
pub(crate) enum Outcome {
    Agree,
    BothRefuse,
    /// The server's handler panicked, and the keyring refuses.
    Panic,
    /// Another answer, for a reason.
    OnPurpose(&'static str),
    /// Nothing was asked, since no call has words for it.
    Outside(&'static str),
    /// Of a type that this build does not have.
    NotHere,
    Differs(String),
}

pub(crate) fn judge(exchange: &Exchange, ours: Answered, reasons: &Reasons) -> Vec<Outcome> {
    let items = exchange.data["batch_results"].as_array();
    match (ours, items) {
        (Answered::One(ours), _) => vec![one(exchange, ours, reasons)],
        (Answered::Batch(ours), Some(items)) => {
            assert_eq!(ours.len(), items.len(), "{}", exchange.id);
            items.iter().zip(ours).map(|(theirs, ours)| item(theirs, ours, reasons)).collect()
        }
        (Answered::Batch(ours), None) => vec![Outcome::Differs(format!("{} results", ours.len()))],
    }
}

fn one(exchange: &Exchange, ours: Answer, reasons: &Reasons) -> Outcome {
    let error = exchange.errors.as_ref().map(|errors| match errors.as_slice() {
        [] => "there is nothing of this name",
        [error, ..] => error.trim_start_matches("1 error occurred:\n\t* ").trim_end(),
    });
    match (exchange.status, error) {
        (0, _) => asked(ours, |ours| match ours {
            Ok(ours) => Outcome::Differs(format!("{ours} where the server panics")),
            Err(_) => Outcome::Panic,
        }),
        (_, Some(error)) => refused(error, ours, reasons),
        (_, None) => answered(&exchange.data, ours),
    }
}

fn item(theirs: &Value, ours: Answer, reasons: &Reasons) -> Outcome {
    if let Some(error) = theirs["error"].as_str() {
        return refused(error, ours, reasons);
    }
    let mut theirs = theirs.clone();
    // An echo of the request.
    theirs.as_object_mut().unwrap().remove("reference");
    // Of macs in batches that do not fit, nothing is said.
    if theirs == json!({}) {
        theirs["valid"] = false.into();
    }
    answered(&theirs, ours)
}

/// What `judge` says of an answer, if the keyring was asked.
fn asked(ours: Answer, judge: impl FnOnce(Result<Value, Error>) -> Outcome) -> Outcome {
    match ours {
        Err(Refusal::Outside(reason)) => Outcome::Outside(reason),
        Err(Refusal::Error(Error::TypeNotSupported { .. })) if !KeyType::Rsa2048.is_supported() => {
            Outcome::NotHere
        }
        Err(Refusal::Error(error)) => judge(Err(error)),
        Ok(ours) => judge(Ok(ours)),
    }
}

fn refused(theirs: &str, ours: Answer, reasons: &Reasons) -> Outcome {
    asked(ours, |ours| match ours {
        // What is no signature is not one of the message either.
        Err(Error::BadSignature) if theirs.starts_with("supplied signature") => Outcome::BothRefuse,
        Err(ours) if reasons.allow(theirs, &ours) => Outcome::BothRefuse,
        Err(ours) => Outcome::Differs(format!(
            "{}/{} ({ours}) where the server says {theirs}",
            ours.name(),
            ours.detail().unwrap_or_default()
        )),
        Ok(ours) => Outcome::Differs(format!("{ours} where the server says {theirs}")),
    })
}

fn answered(theirs: &Value, ours: Answer) -> Outcome {
    asked(ours, |ours| {
        let ours = match ours {
            Err(Error::BadSignature) => json!({ "valid": false }),
            Err(error) => return Outcome::Differs(format!("{error} instead of {theirs}")),
            Ok(ours) => ours,
        };
        let mut theirs = theirs.clone();
        for name in NOT_TOLD {
            theirs.as_object_mut().and_then(|theirs| theirs.remove(*name));
        }
        let versions = theirs.get_mut("keys").and_then(Value::as_object_mut);
        for version in versions.into_iter().flat_map(|versions| versions.values_mut()) {
            version.as_object_mut().and_then(|version| version.remove("certificate_chain"));
        }
        let names = theirs.as_object().into_iter().chain(ours.as_object()).flat_map(|all| all.keys());
        let other: BTreeSet<&String> = names.filter(|name| ours[*name] != theirs[*name]).collect();
        let show = |name: &String| format!("{name} {} instead of {}", ours[name], theirs[name]);
        match other.into_iter().map(show).reduce(|all, one| format!("{all}; {one}")) {
            None if ours == theirs => Outcome::Agree,
            None => Outcome::Differs(format!("{ours} instead of {theirs}")),
            Some(other) => Outcome::Differs(other),
        }
    })
}

/// What a session came to.
#[derive(Default)]
pub(crate) struct Table {
    counts: BTreeMap<String, usize>,
    on_purpose: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Table {
    pub(crate) fn count(&mut self, exchange: &Exchange, outcome: Outcome) {
        let what = match outcome {
            Outcome::Agree => "agree".to_owned(),
            Outcome::BothRefuse => "refused by both".to_owned(),
            Outcome::Panic => "the server panics".to_owned(),
            Outcome::OnPurpose(reason) => {
                self.on_purpose.insert(exchange.id.clone());
                format!("on purpose: {reason}")
            }
            Outcome::Outside(reason) => format!("outside: {reason}"),
            Outcome::NotHere => "not in this build".to_owned(),
            Outcome::Differs(how) => {
                let Exchange { id, method, path, body, .. } = exchange;
                let mut body = body.to_string();
                body.truncate(300);
                self.wrong.push(format!("{id} {method} {path} {body}\n    {how}"));
                return;
            }
        };
        *self.counts.entry(what).or_default() += 1;
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.on_purpose.contains(id)
    }

    pub(crate) fn print(&self, file: &str) {
        for (what, count) in &self.counts {
            println!("{file}: {count:4} {what}");
        }
    }

    /// Nothing differs, and as much was compared, and as little left out, as is said here.
    pub(crate) fn expect(&self, floors: &[(&str, usize)], ceilings: &[(&str, usize)]) {
        assert!(self.wrong.is_empty(), "{} differ:\n{}", self.wrong.len(), self.wrong.join("\n"));
        let count = |what: &str| self.counts.get(what).copied().unwrap_or(0);
        for (what, floor) in floors {
            assert!(count(what) >= *floor, "only {} of {what}", count(what));
        }
        for (what, count) in
            self.counts.iter().filter_map(|(what, count)| Some((what.strip_prefix("outside: ")?, count)))
        {
            let most = ceilings.iter().find(|(reason, _)| *reason == what).map_or(0, |(_, most)| *most);
            assert!(*count <= most, "{count} of {what}");
        }
    }
}
