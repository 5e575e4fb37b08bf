//! Where a secret lies: in a variable of the environment or in a file, read each time that it is needed.

use crate::file;
use std::path::PathBuf;
use strongroom::SecretBytes;
use zeroize::Zeroizing;

/// The longest text that is read of one.
const MAX: usize = 65_536;

#[derive(Debug, Clone)]
pub(crate) enum Place {
    #[allow(dead_code, reason = "not every feature has one")]
    Env(&'static str),
    /// A variable of this name, which is known when a URL says it.
    #[allow(dead_code, reason = "not every feature has one")]
    Named(String),
    File(PathBuf),
}

impl Place {
    /// The text there without white space around it; or what is wrong with it.
    pub(crate) fn read(&self) -> Result<SecretBytes, String> {
        let text = match self {
            Self::Env(name) => of_variable(name)?,
            Self::Named(name) => of_variable(name)?,
            Self::File(path) => file::read(path, MAX)?,
        };
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() || trimmed.len() > MAX {
            return Err(format!("{} is empty or longer than {MAX} bytes", self.name()));
        }
        Ok(SecretBytes::from(trimmed))
    }

    #[allow(dead_code, reason = "not every feature asks")]
    pub(crate) fn is_there(&self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Env(name) => is_set(name),
            Self::Named(name) => is_set(name),
            Self::File(path) => path.exists(),
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Env(name) => format!("the variable {name} of the environment"),
            Self::Named(name) => format!("the variable {name} of the environment"),
            Self::File(path) => format!("the file {}", path.display()),
        }
    }
}

fn of_variable(name: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let value = std::env::var_os(name).map(|value| Zeroizing::new(value.into_encoded_bytes()));
    value.ok_or_else(|| format!("the variable {name} of the environment is not set"))
}
