//! Files that are read whole, within a bound.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// What a file holds, up to one byte more than `max`; or what is wrong with it.
pub(crate) fn read(path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let fault = |error| format!("cannot read the file {}: {error}", path.display());
    // What is no file could be without an end, or never begin.
    if !std::fs::metadata(path).map_err(fault)?.is_file() {
        return Err(format!("{} is not a file", path.display()));
    }
    let file = File::open(path).map_err(fault)?;
    let mut text = Zeroizing::new(Vec::with_capacity(max + 1));
    file.take(max as u64 + 1).read_to_end(&mut text).map_err(fault)?;
    Ok(text)
}
