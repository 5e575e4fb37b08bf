//! `strongroom key rotate`

use super::spec::key_type;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use strongroom::KeyType;

/// Add a version of fresh material and make it the latest. Older versions go on opening what they made.
#[derive(Args)]
pub(crate) struct Rotate {
    /// The name of the key.
    name: String,
    /// Another type, with the same operations and options, for the new version.
    #[arg(long, value_name = "TYPE", value_parser = key_type())]
    key_type: Option<KeyType>,
}

impl Rotate {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        match self.key_type {
            Some(key_type) => key.rotate_to(key_type)?,
            None => key.rotate()?,
        };
        super::show::print(session, &key.info()?, Some("rotated"))
    }
}
