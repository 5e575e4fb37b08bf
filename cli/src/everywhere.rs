//! What can be said with every command.

use crate::unseal::Unseal;
use clap::Args;
use std::path::PathBuf;

/// Options of every command.
#[derive(Args)]
#[command(next_help_heading = "Every command")]
pub(crate) struct Everywhere {
    /// The folder of the keyring [default: what STRONGROOM_KEYRING says].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) keyring: Option<PathBuf>,
    /// Open this keyring alone, and no older one: its pin, as 'init', 'reseal' and 'check' print it [default:
    /// what STRONGROOM_PIN says].
    #[arg(long, value_name = "TEXT", global = true)]
    pub(crate) pin: Option<String>,
    /// Refuse every key of which an older document was put back since this file was made by 'strongroom
    /// witness' [default: what STRONGROOM_WITNESS says].
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) witness: Option<PathBuf>,
    /// Write results as JSON to standard output, and errors and warnings as JSON to standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) unseal: Unseal,
}
