//! Secrets of platforms that take whatever is written last: they cannot be told to write in the place of one
//! version only.
//!
//! Whoever writes looks before whether another version is the newest by now, and after that whether somebody
//! else wrote in between. If so, what the other has written is put back: of two the first one stays.

use crate::failure::Failure;
use crate::writable::NotReplaced;
use strongroom::{SealError, SecretBytes};

pub(super) const READ: &str = "read the secret";
pub(super) const WRITE: &str = "write the secret";

/// A secret of such a platform.
pub(super) trait Unguarded {
    /// What is known of the secret before it is written.
    type Before;

    fn failure(&self) -> Failure<'_>;

    /// What there is, if this version is the newest.
    fn before(&self, newest: &str) -> Result<Option<Self::Before>, SealError>;

    fn write(&self, before: &Self::Before, value: &SecretBytes) -> Result<(), NotReplaced>;

    /// What was written since, whoever wrote it; what came first is the first.
    fn since(&self, before: &Self::Before) -> Result<Vec<SecretBytes>, SealError>;
}

const CHANGED: &str = "somebody else has written the secret meanwhile; look who, and begin again";

pub(super) fn replace(secret: &impl Unguarded, newest: &str, key: &SecretBytes) -> Result<(), NotReplaced> {
    let changed = || secret.failure().says(CHANGED);
    let before = secret.before(newest).map_err(NotReplaced::refused)?;
    let before = before.ok_or_else(|| NotReplaced::refused(changed()))?;
    let written = secret.write(&before, key);
    if written.as_ref().is_err_and(|not| not.is_certain) {
        return written;
    }
    // It may have been written although the answer was lost, and once more by each further try.
    let since = secret.since(&before).map_err(NotReplaced::unknown)?;
    match since.iter().find(|value| value.expose() != key.expose()) {
        Some(theirs) => {
            secret.write(&before, theirs).map_err(|not| NotReplaced::unknown(not.error))?;
            Err(NotReplaced::unknown(changed()))
        }
        None if since.is_empty() => {
            written.and_then(|()| Err(NotReplaced::unknown(secret.failure().unreadable())))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Versions, and what others write just before this one is written, and just after it.
    #[derive(Default)]
    struct Secret {
        versions: RefCell<Vec<&'static str>>,
        first: RefCell<Vec<&'static str>>,
        later: RefCell<Vec<&'static str>>,
        /// How often it is written, and whether that is answered.
        tries: usize,
        is_answered: bool,
    }

    impl Unguarded for Secret {
        type Before = usize;

        fn failure(&self) -> Failure<'_> {
            Failure { platform: "none", operation: WRITE }
        }

        fn before(&self, newest: &str) -> Result<Option<usize>, SealError> {
            let versions = self.versions.borrow();
            Ok((versions.last() == Some(&newest)).then_some(versions.len()))
        }

        fn write(&self, _: &usize, value: &SecretBytes) -> Result<(), NotReplaced> {
            let all = ["old", "mine", "theirs", "third"];
            let value = all.into_iter().find(|known| known.as_bytes() == value.expose()).unwrap();
            let mut versions = self.versions.borrow_mut();
            versions.append(&mut self.first.borrow_mut());
            versions.extend(vec![value; self.tries]);
            versions.append(&mut self.later.borrow_mut());
            let lost = || NotReplaced::unknown(self.failure().says("lost"));
            if self.is_answered { Ok(()) } else { Err(lost()) }
        }

        fn since(&self, before: &usize) -> Result<Vec<SecretBytes>, SealError> {
            let versions = self.versions.borrow();
            Ok(versions[*before..].iter().map(|text| SecretBytes::from(text.as_bytes())).collect())
        }
    }

    fn replaced(secret: &Secret) -> Result<(), String> {
        let key = SecretBytes::from(b"mine".as_slice());
        replace(secret, "old", &key).map_err(|not| format!("{} {}", not.is_certain, not.error))
    }

    #[test]
    fn the_first_of_two_stays() {
        let of = |first: &[&'static str], later: &[&'static str], tries, is_answered| Secret {
            versions: RefCell::new(vec!["old"]),
            first: RefCell::new(first.to_vec()),
            later: RefCell::new(later.to_vec()),
            tries,
            is_answered,
        };
        let meanwhile = |said: Result<(), String>, is_certain: bool| {
            let said = said.unwrap_err();
            assert!(said.contains("meanwhile") && said.starts_with(&is_certain.to_string()), "{said}");
        };
        let alone = of(&[], &[], 1, true);
        replaced(&alone).unwrap();
        assert_eq!(*alone.versions.borrow(), ["old", "mine"]);
        // Answers that were lost, and another try after each.
        replaced(&of(&[], &[], 4, false)).unwrap();
        let nothing = replaced(&of(&[], &[], 0, false)).unwrap_err();
        assert!(nothing.starts_with("false ") && nothing.contains("lost"), "{nothing}");
        assert!(replaced(&of(&[], &[], 0, true)).unwrap_err().contains("something else listening"));
        // Seen before: nothing is written.
        let late = of(&[], &[], 1, true);
        late.versions.borrow_mut().push("theirs");
        meanwhile(replaced(&late), true);
        assert_eq!(late.versions.borrow().len(), 2);
        // Seen after: what came first is put back.
        for is_answered in [true, false] {
            let second = of(&["theirs", "third"], &[], 1, is_answered);
            let said = replaced(&second);
            let put = "theirs";
            assert_eq!(second.versions.borrow().last(), Some(&put));
            if is_answered {
                meanwhile(said, false);
            } else {
                assert!(said.unwrap_err().starts_with("false "));
            }
        }
    }
}
