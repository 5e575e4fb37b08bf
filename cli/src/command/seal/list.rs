//! `strongroom seal list`

use crate::command::init::lonely;
use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use crate::shown_seal::{ShownSeal, own_copy};
use crate::stopped::flag;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use serde::Serialize;
use strongroom::{Directory, Error, Seal, SealInfo};

/// List the wrapped copies of the root key: which one opened the keyring now, when each was added, where that
/// is known, and what people call it.
#[derive(Args)]
pub(crate) struct List {
    /// Open the keyring with each of the seals that are given, those of --with-… too, and say of each copy
    /// whether it opens, or why it does not. Exit code 5 if one does not.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    with: WithSeal,
}

/// What came of a copy that was tried.
#[derive(Serialize)]
struct Verified<'a> {
    #[serde(flatten)]
    seal: ShownSeal<'a>,
    /// Not known where no seal was given for it.
    opens: Option<bool>,
    reason: Option<String>,
}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if !self.verify && self.with.is_given() {
            return Err(Failure::usage("which seals open the keyring is asked with --verify; say it too"));
        }
        let more = self.with.seals_if_given(Ask::Once("Passphrase: "))?;
        let seals = match session.keyring() {
            Ok(ring) => ring.seals()?,
            // What is to be verified is what may not open; each of the others can show the copies too.
            Err(failure) if self.verify => first(session, &more)?.ok_or(failure)?,
            Err(failure) => return Err(failure),
        };
        if self.verify {
            verify(session, &seals, more)?;
        } else {
            let shown: Vec<ShownSeal<'_>> = seals.iter().map(ShownSeal::from).collect();
            let lines = lines(&seals).into_iter().map(|line| format!("{}\n", line.trim_end()));
            session.printer.print(&lines.collect::<String>(), &shown)?;
        }
        session.printer.warn_all(lonely(&seals))
    }
}

/// The copies, by the first of these seals that opens the keyring.
fn first(session: &Session, seals: &[Seal]) -> Result<Option<Vec<SealInfo>>, Failure> {
    for seal in seals {
        let (store, builder) = (Directory::new(session.folder()?), session.builder()?);
        if let Ok(ring) = builder.open(store, seal.clone()) {
            return Ok(Some(ring.seals()?));
        }
    }
    Ok(None)
}

/// Tries each seal by itself. What it finds is said before the first error.
fn verify(session: &Session, copies: &[SealInfo], more: Vec<Seal>) -> Result<(), Failure> {
    let mut found: Vec<Option<Result<(), Error>>> = copies.iter().map(|_| None).collect();
    // Of a seal that cannot be read nobody knows which copy is its own.
    let mut strays = Vec::new();
    for seal in session.seals()?.iter().cloned().chain(more) {
        let (kind, id) = (seal.kind(), seal.id());
        let name = kind.as_ref().ok().zip(id.as_ref().ok()).map(|(kind, id)| format!("{kind} {id}"));
        let opened = opens(session, seal)?;
        let own = match (&opened, kind, id) {
            (Ok(copy), ..) => Some(copy.clone()),
            (Err(_), Ok(kind), Ok(id)) => {
                own_copy(copies, &kind, &id).map(|copy| (copy.kind.clone(), copy.id.clone()))
            }
            _ => None,
        };
        let place = own.and_then(|(kind, id)| copies.iter().position(|c| c.kind == kind && c.id == id));
        let Some(place) = place.and_then(|place| found.get_mut(place)) else {
            strays.extend(opened.err().map(|error| (name, error)));
            continue;
        };
        // Of two seals for one copy, what opens it is what is said of it, and what does not is said too.
        match (place.take(), opened.map(drop)) {
            (Some(Ok(())), Err(error)) | (Some(Err(error)), Ok(())) => {
                *place = Some(Ok(()));
                strays.push((name, error));
            }
            (Some(Err(before)), Err(error)) => {
                *place = Some(Err(error));
                strays.push((name, before));
            }
            (_, opened) => *place = Some(opened),
        }
    }
    let shown: Vec<Verified<'_>> = copies.iter().zip(&found).map(Verified::of).collect();
    let text: String =
        lines(copies).iter().zip(&shown).map(|(line, seal)| format!("{line}  {}\n", seal.told())).collect();
    session.printer.print(&text, &shown)?;
    for (name, stray) in &strays {
        let said = stray.told(flag);
        session.printer.warn(&match name {
            Some(name) => format!("the seal {} opens no copy: {said}", escaped(name)),
            None => format!("a seal that was given cannot be read: {said}"),
        })?;
    }
    let strays = strays.into_iter().map(|(_, error)| error);
    let mut failed: Vec<Error> = found.into_iter().flatten().filter_map(Result::err).chain(strays).collect();
    match failed.len() {
        0 => Ok(()),
        1 => Err(Failure::Listed(failed.swap_remove(0), "1 seal does not open the keyring".to_owned())),
        many => Err(Failure::Listed(failed.swap_remove(0), format!("{many} seals do not open the keyring"))),
    }
}

/// The copy that this seal, and no other, opens the keyring with.
fn opens(session: &Session, seal: Seal) -> Result<Result<(String, String), Error>, Failure> {
    let (store, builder) = (Directory::new(session.folder()?), session.builder()?);
    let copy = builder.open(store, seal).and_then(|ring| {
        let used = ring.seals()?.into_iter().find(|seal| seal.in_use);
        ring.close();
        used.map(|copy| (copy.kind, copy.id)).ok_or(Error::WrongSeal)
    });
    Ok(copy)
}

impl<'a> Verified<'a> {
    fn of((copy, found): (&'a SealInfo, &Option<Result<(), Error>>)) -> Self {
        let opens = found.as_ref().map(Result::is_ok);
        let reason = found.as_ref().and_then(|found| found.as_ref().err()).map(|error| error.told(flag));
        Self { seal: ShownSeal::from(copy), opens, reason }
    }

    fn told(&self) -> String {
        match (self.opens, &self.reason) {
            (Some(true), _) => "opens".to_owned(),
            (_, Some(reason)) => format!("does not open: {reason}"),
            (_, None) => "no seal given".to_owned(),
        }
    }
}

/// A line for each, which begins with its kind and id.
fn lines(seals: &[SealInfo]) -> Vec<String> {
    let width = |text: fn(&SealInfo) -> &str| {
        seals.iter().map(|seal| escaped(text(seal)).chars().count()).max().unwrap_or_default()
    };
    let (kinds, ids) = (width(|seal| &seal.kind).max(10), width(|seal| &seal.id));
    let labels = width(|seal| seal.label.as_deref().unwrap_or_default());
    let line = |seal: &SealInfo| {
        let in_use = if seal.in_use { "in use" } else { "" };
        let added = seal.added.map(|added| format!("added {}", period::time(added))).unwrap_or_default();
        let label = seal.label.as_deref().map(escaped).unwrap_or_default();
        let (kind, id) = (escaped(&seal.kind), escaped(&seal.id));
        format!("{kind:kinds$}  {id:ids$}  {in_use:6}  {added:26}  {label:labels$}")
    };
    seals.iter().map(line).collect()
}

fn escaped(text: &str) -> String {
    text.escape_debug().to_string()
}
