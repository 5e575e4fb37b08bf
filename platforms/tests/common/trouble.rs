//! A network and a server that do what they should not, whatever the platform.

use crate::cloud::{create, reason, seal};
use crate::fake::{Asked, Fake, Reply};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use strongroom::{Keyring, Memory};

/// One platform, as far as it matters here. Whatever is secret has `hunter2` in it.
#[derive(Clone, Copy)]
pub(crate) struct Kit {
    /// As errors name it.
    pub(crate) kind: &'static str,
    /// The URL of a key of the server at an address, with credentials in the folder.
    pub(crate) url: fn(&str, &Path) -> String,
    /// What is right. The plaintext may be kept in what it is wrapped to.
    pub(crate) right: fn(&Asked) -> Reply,
    /// Whether it is asked for a token, or where to get one.
    pub(crate) is_login: fn(&Asked) -> bool,
    /// How many calls there are beside those when a keyring is made.
    pub(crate) calls: usize,
}

impl Kit {
    /// How a keyring fails to be made, how often the server was asked beside logins, and for how long.
    fn failing(&self, reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (String, usize, Duration) {
        let (kit, folder, begun) = (*self, tempfile::tempdir().unwrap(), Instant::now());
        let fake = Fake::start(
            move |asked, _| if (kit.is_login)(asked) { (kit.right)(asked) } else { reply(asked) },
        );
        let why = reason(Keyring::create(Memory::new(), seal(&(self.url)(&fake.address, folder.path()))));
        assert!(why.contains(self.kind), "{why}");
        let calls = fake.asked().iter().filter(|asked| !(self.is_login)(asked)).count();
        (why, calls, begun.elapsed())
    }

    fn succeeding(&self, reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Vec<Asked> {
        let (fake, folder) = (Fake::start(move |asked, _| reply(asked)), tempfile::tempdir().unwrap());
        let ours = seal(&(self.url)(&fake.address, folder.path()));
        create(ours.clone()).unwrap().open(ours).unwrap();
        fake.asked()
    }

    pub(crate) fn all(&self) {
        self.what_passes_is_asked_again();
        self.what_lasts_is_said();
        self.a_wait_that_was_asked_for_is_kept();
        self.nothing_holds_anybody_up();
        self.nobody_is_led_elsewhere();
        self.an_answer_of_something_else_is_refused();
        self.a_token_stands_in_its_header_alone();
        println!("trouble: {}", self.kind);
    }

    fn what_passes_is_asked_again(&self) {
        let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"da";
        let statuses = [429, 500, 502, 503, 504].map(|status| Reply::json(status, "hunter2"));
        for reply in statuses.into_iter().chain([Reply::Cut(String::new()), Reply::Cut(cut.into())]) {
            // Each call fails twice; a login that may be asked once only is not asked again, but for 429.
            let (kit, counts) = (*self, Mutex::new(0));
            self.succeeding(move |asked| {
                let mut count = counts.lock().unwrap();
                *count += usize::from(!(kit.is_login)(asked));
                if (kit.is_login)(asked) || *count % 3 == 0 { (kit.right)(asked) } else { reply.clone() }
            });
        }
    }

    fn what_lasts_is_said(&self) {
        for status in [429, 500, 502, 503, 504] {
            let (why, calls, _) = self.failing(move |_| Reply::json(status, r#"{"error":"hunter2 leaked"}"#));
            assert!(why.contains(&status.to_string()), "{why}");
            assert_eq!(calls, 4, "{status}");
        }
        for status in [400, 403, 404, 409, 418] {
            let (why, calls, _) = self.failing(move |_| Reply::json(status, "hunter2"));
            assert!(why.contains(&status.to_string()), "{why}");
            assert_eq!(calls, 1, "{status}");
        }
        let (why, calls, _) = self.failing(|_| Reply::Cut("hunter2 hunter2\r\n\r\n".into()));
        assert!(why.contains("not HTTP") && calls == 1, "{why}");
        let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhunter2";
        assert!(self.failing(move |_| Reply::Cut(half.into())).0.contains("broke"));
    }

    fn a_wait_that_was_asked_for_is_kept(&self) {
        let (kit, begun, first) = (*self, Instant::now(), Mutex::new(true));
        self.succeeding(move |asked| {
            let is_first = !(kit.is_login)(asked) && std::mem::take(&mut *first.lock().unwrap());
            let wait = || Reply::Says(429, "retry-after: 2\r\n".into(), String::new());
            if is_first { wait() } else { (kit.right)(asked) }
        });
        assert!(begun.elapsed() >= Duration::from_secs(2));
        // Not an hour.
        let hour = |_: &Asked| Reply::Says(429, "retry-after: 3600\r\n".into(), String::new());
        let (why, calls, _) = self.failing(hour);
        assert!(why.contains("429") && calls == 1, "{why}");
    }

    fn nothing_holds_anybody_up(&self) {
        let (why, _, took) = self.failing(|_| Reply::Sleeps(Duration::from_secs(60)));
        assert!(why.contains("has not answered"), "{why}");
        assert!((Duration::from_secs(9)..Duration::from_secs(30)).contains(&took), "{took:?}");
        let (why, calls, _) = self.failing(|_| Reply::Endless);
        assert!(why.contains("longer than 1 MiB") && calls == 1, "{why}");
    }

    fn nobody_is_led_elsewhere(&self) {
        let kit = *self;
        for status in [301, 302, 303, 307, 308] {
            // Both what asks for a token and what asks with it.
            for of_login in [false, true] {
                let elsewhere = Fake::start(move |asked, _| (kit.right)(asked));
                let location = format!("location: http://{}/\r\n", elsewhere.address);
                let folder = tempfile::tempdir().unwrap();
                let fake = Fake::start(move |asked, _| {
                    let led = (kit.is_login)(asked) == of_login;
                    if led {
                        Reply::Says(status, location.clone(), String::new())
                    } else {
                        (kit.right)(asked)
                    }
                });
                let ours = seal(&(self.url)(&fake.address, folder.path()));
                let why = reason(Keyring::create(Memory::new(), ours));
                assert!(why.contains(&status.to_string()), "{why}");
                assert!(elsewhere.asked().is_empty(), "{status}: it was led elsewhere");
            }
        }
    }

    fn an_answer_of_something_else_is_refused(&self) {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "hunter2",
            r#"{"value":7,"ciphertext":7}"#,
            r#"{"ciphertext":"hunter2!"}"#,
        ] {
            let (why, ..) = self.failing(move |_| Reply::json(200, body));
            assert!(why.contains("something else listening"), "{body}: {why}");
        }
        // Where a token is asked for, such an answer is told likewise.
        let kit = *self;
        for body in ["", "{}", "[]", "hunter2", r#"{"access_token":7,"accessToken":7}"#] {
            let folder = tempfile::tempdir().unwrap();
            let fake =
                Fake::start(
                    move |asked, _| {
                        if (kit.is_login)(asked) { Reply::json(200, body) } else { (kit.right)(asked) }
                    },
                );
            reason(Keyring::create(Memory::new(), seal(&(self.url)(&fake.address, folder.path()))));
        }
    }

    /// Tokens are `token-hunter2`.
    fn a_token_stands_in_its_header_alone(&self) {
        let asked = self.succeeding(self.right);
        let calls: Vec<&Asked> = asked.iter().filter(|asked| !(self.is_login)(asked)).collect();
        // One more to open it.
        assert_eq!(calls.len(), self.calls + 1);
        for one in calls {
            assert_eq!(one.text.matches("hunter2").count(), 1, "{one:?}");
            assert!(one.text.contains("authorization: Bearer token-hunter2\r\n"), "{one:?}");
        }
        let logins = asked.iter().filter(|asked| (self.is_login)(asked) && asked.line.starts_with("POST"));
        assert_eq!(logins.count(), 1, "one login for all of it");
    }
}
