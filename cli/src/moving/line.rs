//! What became of one key.

use crate::numbers::counted;
use serde::Serialize;
use strongroom::KeyInfo;
use strongroom_platforms::MountedKey;

#[derive(Serialize)]
pub(super) struct Line {
    key: String,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_version: Option<u32>,
    /// How the whole key was had.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The commands that would let it move, which nobody but its owner runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow: Vec<String>,
    /// Whether what they allow stays allowed.
    #[serde(skip)]
    for_good: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Moved,
    /// Without `--dry-run` it would be.
    WouldMove,
    ThereAlready,
    NotMovable,
    /// There is another of its name.
    Differs,
    Failed,
}

impl Outcome {
    pub(super) const ALL: [Self; 6] =
        [Self::Moved, Self::WouldMove, Self::ThereAlready, Self::NotMovable, Self::Differs, Self::Failed];

    /// In words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::WouldMove => "would move",
            Self::ThereAlready => "there already",
            Self::NotMovable => "not movable",
            Self::Differs => "differs",
            Self::Failed => "failed",
        }
    }

    pub(super) const fn is_good(self) -> bool {
        matches!(self, Self::Moved | Self::WouldMove | Self::ThereAlready)
    }
}

impl Line {
    pub(super) fn new(key: &str, outcome: Outcome) -> Self {
        let (key_type, latest_version, by, reason) = (None, None, None, None);
        let (allow, for_good) = (Vec::new(), false);
        Self { key: key.to_owned(), outcome, key_type, latest_version, by, reason, allow, for_good }
    }

    pub(super) fn of(self, info: &KeyInfo) -> Self {
        let (key_type, latest_version) = (Some(info.key_type.name()), Some(info.latest_version.get()));
        Self { key_type, latest_version, ..self }
    }

    pub(super) fn by(self, by: &'static str) -> Self {
        Self { by: Some(by), ..self }
    }

    pub(super) fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    /// Which versions one side does not have any more.
    pub(super) fn trimmed(self, here: &KeyInfo, there: &MountedKey) -> Self {
        let (ours, theirs) = (here.min_available_version, there.min_available_version());
        match ours.cmp(&theirs) {
            std::cmp::Ordering::Equal => self,
            std::cmp::Ordering::Less => self
                .because(&format!("the server has trimmed versions below {theirs}, which the keyring has")),
            std::cmp::Ordering::Greater => {
                self.because(&format!("the keyring has trimmed versions below {ours}, which the server has"))
            }
        }
    }

    /// For this reason, and that which it has.
    pub(super) fn because_too(self, reason: &str) -> Self {
        let reason = self.reason.iter().fold(reason.to_owned(), |all, known| format!("{all}: {known}"));
        Self { reason: Some(reason), ..self }
    }

    pub(super) fn allow(self, calls: impl IntoIterator<Item = String>) -> Self {
        Self { allow: calls.into_iter().collect(), ..self }
    }

    /// Commands that cannot be undone.
    pub(super) fn allow_for_good(self, calls: impl IntoIterator<Item = String>) -> Self {
        Self { for_good: true, ..self.allow(calls) }
    }

    pub(super) const fn outcome(&self) -> Outcome {
        self.outcome
    }

    pub(super) fn text(&self) -> String {
        let mut said: Vec<String> = Vec::new();
        said.extend(self.key_type.map(str::to_owned));
        said.extend(self.latest_version.map(|latest| counted(latest.into(), "version")));
        said.extend(self.by.map(|by| format!("by {by}")));
        said.extend(self.reason.clone());
        let colon = match (self.allow.is_empty(), self.for_good) {
            (true, _) => "",
            (false, false) => "; to allow it:",
            (false, true) => "; to allow it, which cannot be undone:",
        };
        let said = said.join(", ");
        let mut text = format!("{:14} {}: {said}{colon}\n", self.outcome.words(), self.key.escape_debug());
        for call in &self.allow {
            text += &format!("{:15}{call}\n", "");
        }
        text
    }
}
