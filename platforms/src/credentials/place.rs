//! Where a secret lies: in a variable of the environment or in a file, read each time that it is needed.

use crate::file;
use std::path::PathBuf;
use strongroom::SecretBytes;
use zeroize::Zeroizing;

/// The longest text that is read of one.
const MAX: usize = 65_536;

#[derive(Debug, Clone)]
pub(crate) enum Place {
    Env(&'static str),
    File(PathBuf),
}

impl Place {
    /// The text there without white space around it; or what is wrong with it.
    pub(crate) fn read(&self) -> Result<SecretBytes, String> {
        let text = match self {
            Self::Env(name) => std::env::var_os(name)
                .map(|value| Zeroizing::new(value.into_encoded_bytes()))
                .ok_or_else(|| format!("the variable {name} of the environment is not set"))?,
            Self::File(path) => file::read(path, MAX)?,
        };
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() || trimmed.len() > MAX {
            return Err(format!("{} is empty or longer than {MAX} bytes", self.name()));
        }
        Ok(SecretBytes::from(trimmed))
    }

    pub(crate) fn is_there(&self) -> bool {
        match self {
            Self::Env(name) => std::env::var_os(name).is_some_and(|value| !value.is_empty()),
            Self::File(path) => path.exists(),
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Env(name) => format!("the variable {name} of the environment"),
            Self::File(path) => format!("the file {}", path.display()),
        }
    }
}
