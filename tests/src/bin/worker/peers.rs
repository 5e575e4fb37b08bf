//! What other processes have said so far, each line once.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Reads on in each log where it stopped.
pub(crate) struct Peers {
    logs: PathBuf,
    read: HashMap<OsString, u64>,
}

impl Peers {
    pub(crate) fn new(logs: PathBuf) -> Self {
        Self { logs, read: HashMap::new() }
    }

    /// The complete lines that came since the last call.
    pub(crate) fn news(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in fs::read_dir(&self.logs).expect("the folder of logs").flatten() {
            let done = self.read.entry(entry.file_name()).or_default();
            if entry.metadata().is_ok_and(|metadata| metadata.len() <= *done) {
                continue;
            }
            let mut text = String::new();
            let Ok(mut file) = File::open(entry.path()) else { continue };
            if file.seek(SeekFrom::Start(*done)).and_then(|_| file.read_to_string(&mut text)).is_err() {
                continue;
            }
            let complete = text.rfind('\n').map_or(0, |end| end + 1);
            *done += complete as u64;
            lines.extend(text[..complete].lines().map(str::to_owned));
        }
        lines
    }
}

/// An `encrypted KEY CIPHERTEXT TEXT` line, taken apart.
pub(crate) fn encrypted(line: &str) -> Option<(&str, &str, &str)> {
    let mut words = line.strip_prefix("encrypted ")?.split(' ');
    Some((words.next()?, words.next()?, words.next()?))
}
