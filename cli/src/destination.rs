//! Where an output goes, whichever command writes it: into a file, whole or not at all, or into a pipe or
//! device as it comes.
//!
//! What stands at a path decides. A regular file is replaced as a whole, also behind links, which stay. A
//! pipe or a character device gets the bytes, and so does a descriptor that is named by its number
//! (`/dev/fd/3`), for it is no name of a file. Everything else is refused.

mod draft;
mod kind;

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use draft::Draft;
use kind::Kind;

pub(crate) use kind::{is_standard_output, same_file};

/// An output that was begun.
pub(crate) enum Destination {
    /// A file in the making.
    Draft(Draft),
    /// A file in the making, for a place where nothing stands.
    New(Draft),
    /// What is written is gone.
    Stream(File),
}

/// Who can read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner, who is whoever runs the command, also where another file was: it holds something secret.
    /// Mode 0600.
    Owner,
    /// Who could read the file that it replaces, else whoever the umask lets.
    Anyone,
    /// Who could read the file that it replaces; a new one has at most this mode. One that holds something
    /// secret is given to nobody else.
    AtMost { mode: u32, secret: bool },
}

impl Readers {
    /// The mode of a new file, as far as the umask lets it.
    fn of_a_new_file(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Anyone => 0o666,
            Self::AtMost { mode, secret } => mode & if secret { 0o700 } else { 0o777 },
        }
    }
}

/// Why there can be no output.
#[derive(Debug)]
pub(crate) enum NoOutput {
    /// What the path leads to.
    Is(&'static str),
    /// The operating system refused to do something.
    Failed(&'static str, io::Error),
}

impl NoOutput {
    fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Failed(what, error)
    }
}

impl Destination {
    /// Begins an output at a path. Of a file nothing is seen there until it is complete.
    pub(crate) fn at(path: &Path, readers: Readers) -> Result<Self, NoOutput> {
        match Kind::of(path)? {
            Kind::File(path) => Draft::begin(&path, readers).map(Self::Draft),
            Kind::Stream => stream(path).map(Self::Stream),
        }
    }

    /// Begins an output at a path where no file stands.
    pub(crate) fn new_at(path: &Path, readers: Readers) -> Result<Self, NoOutput> {
        match Kind::of(path)? {
            Kind::File(path) => {
                let draft = Draft::begin(&path, readers)?;
                match std::fs::symlink_metadata(&path) {
                    Ok(_) => Err(NoOutput::Is(
                        "a file that is there already, and this is not written over another one; give the \
                         name of a new file",
                    )),
                    Err(_) => Ok(Self::New(draft)),
                }
            }
            Kind::Stream => stream(path).map(Self::Stream),
        }
    }

    /// Where to write.
    pub(crate) fn file(&self) -> &File {
        match self {
            Self::Draft(draft) | Self::New(draft) => draft.file(),
            Self::Stream(file) => file,
        }
    }

    /// Whether what was written so far can be taken back.
    pub(crate) fn is_draft(&self) -> bool {
        matches!(self, Self::Draft(_) | Self::New(_))
    }

    /// Puts a complete file in place, and says how many other names what stood there has: they keep the old
    /// content.
    pub(crate) fn commit(self) -> Result<u64, NoOutput> {
        match self {
            Self::Draft(draft) => draft.commit(),
            Self::New(draft) => draft.commit_new().map(|()| 0),
            Self::Stream(_) => Ok(0),
        }
    }
}

/// What to tell the user of other names of a file that was replaced.
pub(crate) fn about_other_names(path: &Path, others: u64) -> Option<String> {
    (others > 0).then(|| {
        let (others, has) = if others == 1 {
            ("1 more name".to_owned(), "has")
        } else {
            (format!("{others} more names"), "have")
        };
        format!("{} had {others} (hard links), which still {has} what it held before", path.display())
    })
}

/// Writes a file that must not exist.
pub(crate) fn create_new(path: &Path, bytes: &[u8]) -> Result<(), NoOutput> {
    let draft = Draft::begin(path, Readers::Owner)?;
    io::Write::write_all(&mut draft.file(), bytes).map_err(NoOutput::failed("write"))?;
    draft.commit_new()
}

fn stream(path: &Path) -> Result<File, NoOutput> {
    let mut options = OpenOptions::new();
    // Of what is no regular file this changes nothing; into one that is named by a descriptor, it goes on
    // where the others stopped.
    options.append(true);
    #[cfg(target_os = "linux")]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NOCTTY.bits().cast_signed(),
    );
    options.open(path).map_err(NoOutput::failed("open the output"))
}
