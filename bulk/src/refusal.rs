//! What is done about a row in which a cell is refused.

use crate::error::{Error, Fault};
use std::io;

/// What is done about a cell that is refused.
pub enum OnRefusal<'a> {
    /// The first one ends the work.
    Stop,
    /// Its row stays as it is in all its cells, each refusal in it is handed on, and the work goes on. What
    /// is wrong with the file as such, the key or the store ends it all the same. If this fails, that ends
    /// it too.
    Report(&'a mut dyn FnMut(&Error) -> io::Result<()>),
}

impl OnRefusal<'_> {
    /// Takes what is wrong in a row, and says how many refusals that are. Where one column is wrong for many,
    /// such as that of the aad, it is one.
    pub(crate) fn row(
        &mut self,
        refused: Vec<Error>,
        goes_on: impl Fn(&Error) -> bool,
    ) -> Result<u64, Error> {
        let mut taken: Vec<Error> = Vec::new();
        for error in refused {
            let report = match self {
                Self::Report(report) if goes_on(&error) => report,
                Self::Report(_) | Self::Stop => return Err(error),
            };
            if taken.iter().any(|before| before.place() == error.place()) {
                continue;
            }
            report(&error).map_err(Fault::Report)?;
            taken.push(error);
        }
        Ok(taken.len() as u64)
    }
}
