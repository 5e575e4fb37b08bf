//! Why a call did not do what was asked, and how the caller learns of it.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::sync::OnceLock;
use strongroom::{Error, KeyName, View};

/// What a function has to say: one of the numbers above.
pub type Status = u32;

/// Everything that can go wrong in a call from C.
#[derive(Debug)]
pub(crate) enum Failure {
    Core(Error),
    /// An error of the library, and what is known here beside what it says.
    Advised(Error, String),
    /// The call itself is wrong: a NULL where something must be, a number that stands for nothing.
    Argument(&'static str),
    /// A handle that was freed, is of another kind, or never was one.
    Handle,
    /// A function of the caller's, to which a stream goes or from which it comes.
    Callback(String),
    Panicked,
}

/// The statuses that only C has, beside those of `Error::TABLE`: number, name, message.
pub(crate) const OWN: [(Status, &CStr, &str); 4] = [
    (301, c"invalid_argument", "an argument is wrong"),
    (302, c"invalid_handle", "not a handle of this kind, or freed already"),
    (303, c"panicked", "a fault in the library; please report it"),
    (304, c"callback_failed", "a function of the stream's sink or source failed"),
];

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Failure {
    /// What an error is together with what is known about it here.
    pub(crate) fn advised(error: Error, advice: Option<impl Into<String>>) -> Self {
        match advice {
            Some(advice) => Self::Advised(error, advice.into()),
            None => Self::Core(error),
        }
    }

    /// An error about a key by its name, with what is wrong with the name if that is it.
    pub(crate) fn of_name(name: &str, error: Error) -> Self {
        let why = matches!(error, Error::InvalidKeyName).then(|| KeyName::why_not(name)).flatten();
        Self::advised(error, why)
    }

    /// The end of a call about a text. If that is malformed, with what is odd about it.
    #[cold]
    pub(crate) fn about_text(self, view: &View, text: &str) -> Self {
        self.because(|| view.why_malformed(text))
    }

    /// The end of a call. If what it was about is malformed, with what is odd about that.
    #[cold]
    pub(crate) fn because(self, odd: impl FnOnce() -> Option<&'static str>) -> Self {
        match self {
            Self::Core(error @ Error::Malformed) => Self::advised(error, odd()),
            other => other,
        }
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Core(error) | Self::Advised(error, _) => error.number(),
            Self::Argument(_) => OWN[0].0,
            Self::Handle => OWN[1].0,
            Self::Panicked => OWN[2].0,
            Self::Callback(_) => OWN[3].0,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Core(error) => error.to_string(),
            Self::Advised(error, advice) => format!("{error} ({advice})"),
            Self::Argument(reason) => (*reason).to_owned(),
            Self::Handle => OWN[1].2.to_owned(),
            Self::Panicked => OWN[2].2.to_owned(),
            Self::Callback(what) => what.clone(),
        }
    }

    fn detail(&self) -> Option<&'static str> {
        match self {
            Self::Core(error) | Self::Advised(error, _) => error.detail(),
            Self::Argument(_) | Self::Handle | Self::Callback(_) | Self::Panicked => None,
        }
    }
}

/// What is told of the last call of a thread that failed.
struct Last {
    message: Option<CString>,
    detail: Option<&'static str>,
}

thread_local! {
    static LAST: RefCell<Last> = const { RefCell::new(Last { message: None, detail: None }) };
}

/// Keeps what `strongroom_error_message` and `strongroom_error_detail` give, and gives the status.
#[cold]
pub(crate) fn remember(failure: Failure) -> Status {
    let message = CString::new(failure.message().replace('\0', " ")).ok();
    let told = Last { message, detail: failure.detail() };
    // While a thread ends there may be nowhere to keep it.
    let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = told));
    failure.status()
}

/// The name of a status, such as "decrypt_failed"; "ok" for 0; "" for a number that is no status. Never
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_error_name(status: Status) -> *const c_char {
    static NAMES: OnceLock<Vec<(Status, CString)>> = OnceLock::new();
    boundary!(c"".as_ptr(); {
        let names = NAMES.get_or_init(|| {
            let core = Error::TABLE.iter().filter_map(|row| Some((row.number, CString::new(row.name).ok()?)));
            let own = OWN.iter().map(|&(number, name, _)| (number, name.to_owned()));
            core.chain(own).chain([(0, c"ok".to_owned())]).collect()
        });
        names.iter().find(|(number, _)| *number == status).map_or(c"".as_ptr(), |(_, name)| name.as_ptr())
    })
}

/// What went wrong in the last call of this thread that failed, in a sentence for people: what to do, and
/// nothing secret. It stays until the next call of this thread that fails.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_error_message() -> *const c_char {
    boundary!(c"".as_ptr(); {
        let last = LAST.try_with(|last| last.borrow().message.as_ref().map(|message| message.as_ptr()));
        last.ok().flatten().unwrap_or(c"".as_ptr())
    })
}

/// What is wrong, where a status stands for several things: after STRONGROOM_INVALID_OPTION a code for
/// programs, such as "key_size_out_of_range", and "" after any other. docs/errors.md has all. It is that of
/// the last call of this thread that failed. Never freed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_error_detail() -> *const c_char {
    static CODES: OnceLock<Vec<(&str, CString)>> = OnceLock::new();
    boundary!(c"".as_ptr(); {
        let codes = CODES.get_or_init(|| {
            let code = |(code, _): &(&'static str, _)| Some((*code, CString::new(*code).ok()?));
            Error::DETAILS.iter().filter_map(code).collect()
        });
        let last = LAST.try_with(|last| last.borrow().detail).ok().flatten();
        let found = last.and_then(|last| codes.iter().find(|(code, _)| *code == last));
        found.map_or(c"".as_ptr(), |(_, code)| code.as_ptr())
    })
}

/// The version of the library, such as "0.1.0". Never freed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    boundary!(c"".as_ptr(); { VERSION.as_ptr().cast() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn told() -> &'static CStr {
        // SAFETY: a string that is never freed.
        unsafe { CStr::from_ptr(strongroom_error_detail()) }
    }

    #[test]
    fn every_detail_of_the_library_is_told_until_the_next_failure() {
        for (code, says) in Error::DETAILS {
            assert_eq!(remember(Error::InvalidOption { reason: says }.into()), 3);
            assert_eq!(told().to_str(), Ok(*code));
        }
        for other in [Error::Closed.into(), Failure::Argument("wrong"), Failure::Handle, Failure::Panicked] {
            remember(other);
            assert_eq!(told(), c"");
        }
    }
}
