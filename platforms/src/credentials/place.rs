//! Where a secret lies: in a variable of the environment or in a file, read each time that it is needed.

use std::fs::File;
use std::io::Read;
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
            Self::File(path) => {
                let fault = |error| format!("cannot read the file {}: {error}", path.display());
                // What is no file could be without an end, or never begin.
                if !std::fs::metadata(path).map_err(fault)?.is_file() {
                    return Err(format!("{} is not a file", path.display()));
                }
                let file = File::open(path).map_err(fault)?;
                let mut text = Zeroizing::new(Vec::with_capacity(MAX + 1));
                file.take(MAX as u64 + 1).read_to_end(&mut text).map_err(fault)?;
                text
            }
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

    fn name(&self) -> String {
        match self {
            Self::Env(name) => format!("the variable {name} of the environment"),
            Self::File(path) => format!("the file {}", path.display()),
        }
    }
}
