//! A secret that is written, whatever the platform: it takes what is written last, whoever wrote before.

use crate::cloud::Cloud;
use serde_json::json;
use strongroom::{Error, Seal};
use strongroom_platforms::{NotReplaced, SecretVersion, WritableSecret, writable};

/// One platform, as far as it matters here.
pub(crate) struct Written<'a> {
    pub(crate) cloud: &'a Cloud,
    /// Of the secret, with a parameter already.
    pub(crate) url: String,
    /// The word with which the server refuses to write, and the right that is named then.
    pub(crate) denied: &'static str,
    pub(crate) needs: &'static str,
    /// A version that a URL may name.
    pub(crate) version: &'static str,
}

impl Written<'_> {
    pub(crate) fn secret(&self) -> Box<dyn WritableSecret> {
        writable(&self.url).unwrap_or_else(|error| panic!("{}: {error}", self.url))
    }

    /// What the platform's own client reads.
    pub(crate) fn held(&self) -> String {
        self.cloud.client(&["secret"]).unwrap()
    }

    pub(crate) fn put(&self, text: &str) {
        self.cloud.client(&["add_secret", text]).unwrap();
    }

    /// Writes a key, and gives its text.
    pub(crate) fn replace(&self, newest: &SecretVersion) -> (String, Result<(), NotReplaced>) {
        let key = Seal::generate_root_key().unwrap();
        let replaced = self.secret().replace(newest, &key);
        (String::from_utf8(key.expose().to_vec()).unwrap(), replaced)
    }

    pub(crate) fn all(&self) {
        self.put("any");
        let first = self.secret().newest().unwrap();
        let (key, replaced) = self.replace(&first);
        replaced.unwrap();
        // Both sides read it.
        assert!(self.held().starts_with(&key));
        assert_eq!(self.secret().seal().id(), Seal::root_key_text(key.as_bytes()).id());
        self.one_of_two_stays(&first);
        self.lost_answers_lose_nothing();
        self.who_may_not_write_is_told();
        let one = writable(&format!("{}&version={}", self.url, self.version)).err().unwrap();
        assert!(
            matches!(&one, Error::InvalidUrl { reason } if reason.contains("without a version")),
            "{one}"
        );
    }

    fn one_of_two_stays(&self, first: &SecretVersion) {
        let before = self.held();
        // Whoever has seen a version before writes nothing.
        let (_, late) = self.replace(first);
        let late = late.unwrap_err();
        assert!(late.is_certain && late.error.to_string().contains("meanwhile"), "{late:?}");
        assert_eq!(self.held(), before);
        // Whoever writes in the same moment puts back what the other has written.
        for lost in [0, 1] {
            let newest = self.secret().newest().unwrap();
            self.cloud.control(json!({"raced": "theirs", "lost": lost}));
            let (_, late) = self.replace(&newest);
            let late = late.unwrap_err();
            assert!(!late.is_certain && late.error.to_string().contains("meanwhile"), "{late:?}");
            assert!(self.held().starts_with("theirs"));
        }
    }

    fn lost_answers_lose_nothing(&self) {
        for lost in [1, 9] {
            self.cloud.control(json!({"lost": lost}));
            let (key, replaced) = self.replace(&self.secret().newest().unwrap());
            self.cloud.control(json!({"lost": 0}));
            replaced.unwrap();
            assert!(self.held().starts_with(&key), "{lost}");
        }
    }

    fn who_may_not_write_is_told(&self) {
        let before = self.held();
        self.cloud.control(json!({"denied": [self.denied]}));
        let (_, denied) = self.replace(&self.secret().newest().unwrap());
        self.cloud.control(json!({"denied": []}));
        let denied = denied.unwrap_err();
        assert!(denied.is_certain && denied.error.to_string().contains(self.needs), "{denied:?}");
        assert_eq!(self.held(), before);
    }
}
