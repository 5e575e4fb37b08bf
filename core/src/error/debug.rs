//! How an error is shown by `Debug`.

use super::Error;
use std::fmt;

/// The variant and the sentence, such as `Closed: the keyring is closed; …`: a `main` that ends with the
/// error, `unwrap` and `expect` show this and nothing else.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.variant())
    }
}
