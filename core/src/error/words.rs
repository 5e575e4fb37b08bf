//! A message with the names of options as a language has them.

use super::Error;

impl Error {
    /// The message, in which the names of options are those of another language: `auto_rotate_period` is
    /// `autoRotatePeriodMs` in JavaScript. What a caller has given, such as a path, stays as it is.
    ///
    /// ```
    /// use strongroom::Error;
    /// let flag = |option: &str| format!("--{}", option.replace('_', "-"));
    /// let told = Error::DeletionNotAllowed.told(flag);
    /// assert_eq!(told, "the key does not allow deletion; configure --deletion-allowed first");
    /// ```
    pub fn told(&self, option: impl Fn(&str) -> String) -> String {
        let text = self.to_string();
        // What is filled in is ours where it is a sentence of a table, and else may be anybody's.
        let is_ours = matches!(
            self,
            Self::InvalidOption { .. }
                | Self::InvalidWindow { .. }
                | Self::InvalidMaterial { .. }
                | Self::InvalidCertificate { .. }
                | Self::KeyMismatch { .. }
                | Self::OperationNotSupported { .. }
        );
        let template =
            Self::TABLE.iter().find(|row| row.number == self.number()).map_or("", |row| row.message);
        let ours = if is_ours { text.len() } else { template.rsplit('}').next().unwrap_or_default().len() };
        let (given, ours) = text.split_at_checked(text.len() - ours).unwrap_or((text.as_str(), ""));
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut told = given.to_owned();
        for piece in ours.split_inclusive(|c| !is_word(c)) {
            let (word, behind) = piece.split_at(piece.trim_end_matches(|c| !is_word(c)).len());
            // In our own sentences nothing else has an underscore inside.
            if word.trim_matches('_').contains('_') {
                told += &option(word)
            } else {
                told += word
            }
            told += behind;
        }
        told
    }
}
