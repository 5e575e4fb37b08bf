//! Profiles in `~/.aws/credentials` and `~/.aws/config`.

use crate::aws::keys::Keys;
use crate::aws::place::{AwsRegion, variable_of};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use strongroom::SecretBytes;
use zeroize::Zeroizing;

const MAX: usize = 1 << 20;

/// What the files say, by profile and name of the setting.
type Settings = BTreeMap<String, BTreeMap<String, SecretBytes>>;

pub(super) struct Profile {
    name: String,
    /// Whether somebody has named it.
    asked_for: bool,
    all: Arc<Settings>,
}

impl Profile {
    /// The profile that is said, or that of the environment.
    pub(super) fn read(place: &AwsRegion) -> Result<Self, String> {
        let mut all = Settings::new();
        if let Some(file) = &place.credentials_file {
            take(&mut all, &read(file)?, "");
            let name = place.profile.clone().unwrap_or_else(|| "default".to_owned());
            return Ok(Self { name, asked_for: true, all: Arc::new(all) });
        }
        // What `credentials` says goes before what `config` says.
        for (variable, file, prefix) in
            [("AWS_CONFIG_FILE", "config", "profile "), ("AWS_SHARED_CREDENTIALS_FILE", "credentials", "")]
        {
            let path = variable_of(variable).map(PathBuf::from);
            let path = path.or_else(|| Some(std::env::home_dir()?.join(".aws").join(file)));
            if let Some(path) = path.filter(|path| path.is_file()) {
                take(&mut all, &read(&path)?, prefix);
            }
        }
        let said = place.profile.clone().or_else(|| variable_of("AWS_PROFILE"));
        let asked_for = said.is_some();
        Ok(Self { name: said.unwrap_or_else(|| "default".to_owned()), asked_for, all: Arc::new(all) })
    }

    /// Another profile of the same files.
    pub(super) fn other(&self, name: &str) -> Self {
        Self { name: name.to_owned(), asked_for: true, all: self.all.clone() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn is_asked_for(&self) -> bool {
        self.asked_for
    }

    pub(super) fn region(&self) -> Option<String> {
        self.get("region")
    }

    /// A setting that is no secret.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        String::from_utf8(self.secret(name)?.to_vec()).ok()
    }

    /// Its own keys, if it has any.
    pub(super) fn keys(&self) -> Result<Option<Keys>, String> {
        let Some(id) = self.secret("aws_access_key_id") else { return Ok(None) };
        let secret =
            self.secret("aws_secret_access_key").ok_or("the profile has no aws_secret_access_key")?;
        let token = self.secret("aws_session_token").map(SecretBytes::from);
        let keys = Keys::new(&SecretBytes::from(id), SecretBytes::from(secret), token);
        keys.map(Some).ok_or_else(|| "the profile's aws_access_key_id is no id of an access key".to_owned())
    }

    /// What is said of a profile whose credentials another program has to get.
    pub(super) fn foreign(&self) -> Option<String> {
        let known = ["sso_session", "sso_start_url", "credential_process", "login_session"];
        let found = known.into_iter().find(|name| self.secret(name).is_some())?;
        Some(format!(
            "the profile gets its credentials by {found}, which is not done here; put them into the \
             environment with `aws configure export-credentials --format env`"
        ))
    }

    fn secret(&self, name: &str) -> Option<&[u8]> {
        let value = self.all.get(&self.name)?.get(name)?.expose();
        (!value.is_empty()).then_some(value)
    }
}

fn read(path: &std::path::Path) -> Result<Zeroizing<Vec<u8>>, String> {
    use std::io::Read;
    let fault = |error| format!("cannot read the file {}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(fault)?;
    let len = file.metadata().map_err(fault)?.len();
    if len > MAX as u64 {
        return Err(format!("the file {} is longer than 1 MiB", path.display()));
    }
    // Room for all of it, so that nothing is left behind where it would have grown.
    let mut text = Zeroizing::new(Vec::with_capacity(MAX + 1));
    file.take(MAX as u64).read_to_end(&mut text).map_err(fault)?;
    Ok(text)
}

/// Takes in what a file says: sections of profiles, each with lines `name = value`. Lines that are indented
/// belong to the setting before them, and none of those matter here.
fn take(all: &mut Settings, text: &[u8], prefix: &str) {
    let mut at: Option<String> = None;
    for line in text.split(|byte| *byte == b'\n') {
        let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b";") {
            continue;
        }
        if let Some(section) = line.strip_prefix(b"[") {
            let end = section.iter().position(|byte| *byte == b']').unwrap_or_default();
            let section = String::from_utf8_lossy(&section[..end]).trim().to_owned();
            at = match section.strip_prefix(prefix) {
                Some(name) => Some(name.trim().to_owned()),
                None => Some(section).filter(|section| section == "default"),
            };
            continue;
        }
        let Some(split) = line.iter().position(|byte| *byte == b'=').filter(|_| !is_indented) else {
            continue;
        };
        let (name, value) = (line[..split].trim_ascii(), line[split + 1..].trim_ascii());
        if let Some(profile) = &at {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            all.entry(profile.clone()).or_default().insert(name, SecretBytes::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(config: &str, credentials: &str, name: &str) -> Profile {
        let mut all = Settings::new();
        take(&mut all, config.as_bytes(), "profile ");
        take(&mut all, credentials.as_bytes(), "");
        Profile { name: name.to_owned(), asked_for: true, all: Arc::new(all) }
    }

    #[test]
    fn both_files_make_one_profile() {
        let config = "# x\n[default]\nregion=eu-west-1\ns3 =\n  region = nested\n\n[profile  team a ]\r\n\
                      region = us-east-1\r\naws_access_key_id = OLD\n[sso-session team]\nregion = none\n\
                      [other]\nregion = none\n";
        let credentials = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = a=b+c/\n; x\n\
                           [team a]\naws_access_key_id=NEW\naws_secret_access_key=s\nAWS_SESSION_TOKEN = t\n";
        let default = of(config, credentials, "default");
        assert_eq!(default.region().as_deref(), Some("eu-west-1"));
        assert_eq!(default.keys().unwrap().unwrap().secret.expose(), b"a=b+c/");
        let team = of(config, credentials, "team a");
        let keys = team.keys().unwrap().unwrap();
        assert_eq!((team.region().as_deref(), keys.id.as_str()), (Some("us-east-1"), "NEW"));
        assert_eq!(keys.token.unwrap().expose(), b"t");
        for name in ["team", "sso-session team", "other", "none"] {
            let profile = of(config, credentials, name);
            assert_eq!((profile.region(), profile.keys().unwrap().is_none()), (None, true), "{name}");
        }
    }

    #[test]
    fn what_is_no_profile_is_left_out() {
        for text in
            ["[", "]", "[default", "=", "a=b", "[default]\n=\n=x\nname", "\u{0}\n[\u{0}]\n\u{0}=\u{0}"]
        {
            assert!(of(text, text, "default").keys().unwrap().is_none(), "{text}");
        }
        let half = of("", "[default]\naws_access_key_id = AKIA\n", "default");
        assert!(half.keys().is_err());
        let process = of("[default]\ncredential_process = /bin/x --hunter2\n", "", "default");
        let said = process.foreign().unwrap();
        assert!(said.contains("credential_process") && !said.contains("hunter2"));
    }
}
