//! Threads that each did one thing last and live on: nothing overwrites what it left on their stacks. Those
//! that worked on a message with a key that was ready have a name that says so.

use crate::captor;
use crate::work::tell;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use strongroom::{Aad, Directory, ExportKind, Expose, Key, KeyType, Keyring};
use strongroom_tests::closing::{CONTEXT, Case};

/// The threads, which end when this is dropped.
pub(crate) struct Parked(Vec<(Sender<()>, JoinHandle<()>)>);

impl Drop for Parked {
    fn drop(&mut self) {
        for (alive, thread) in self.0.drain(..) {
            drop(alive);
            thread.join().expect("an end");
        }
    }
}

/// Of each thread: all of them are searched.
const STACK: usize = 192 << 10;

/// Has them wait.
pub(crate) fn park(ring: &Keyring, folder: &str, sealing: &str) -> Parked {
    let mut parked = Parked(Vec::new());
    let mut last = |what: &str, call: Box<dyn FnOnce() + Send>| {
        let (done, is_done) = channel();
        let (alive, wait) = channel::<()>();
        let what = what.replace(' ', "-");
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
            let local = 0u8;
            println!("stack {what} {}", std::ptr::from_ref(&local) as usize);
            call();
            done.send(()).expect("a main thread");
            let _ = wait.recv();
        });
        is_done.recv().expect("a thread that is done");
        parked.0.push((alive, thread.expect("a thread")));
    };
    for case in Case::all().into_iter().filter(|case| case.index < 48) {
        // A keyring of its own has nothing prepared.
        let fresh = {
            let (folder, sealing) = (folder.to_owned(), sealing.to_owned());
            move || Keyring::open(Directory::new(folder), crate::root_key(&sealing)).expect("the keyring")
        };
        let say = |what: &str| format!("{} {} {what}", case.key_type, case.index);
        let key = ring.key(&case.name()).expect("a key");
        let aad = move || if case.convergent { Aad::NONE } else { Aad::from("aad") };
        let view = move |key: &Key| {
            if case.derived { key.context(CONTEXT).expect("a view") } else { (**key).clone() }
        };
        let opened = fresh.clone();
        last(&say("open"), Box::new(move || drop(opened().key(&case.name()).expect("a key"))));
        let handle = key.clone();
        last(
            &say("backup"),
            Box::new(move || drop(handle.backup(captor::seal("backup")).expect("a backup"))),
        );
        let (opened, handle) = (fresh.clone(), key.clone());
        last(
            &say("hmac"),
            Box::new(move || {
                drop(opened().key(&case.name()).expect("a key").hmac(b"message").expect("a mac"))
            }),
        );
        last(&say("hmac again message"), Box::new(move || drop(handle.hmac(b"message").expect("a mac"))));
        if case.key_type.encrypts() {
            let handle = key.clone();
            last(
                &say("encrypt message"),
                Box::new(move || drop(view(&handle).encrypt(b"message", aad()).expect("a ciphertext"))),
            );
            let (opened, handle, text) =
                (fresh, key.clone(), view(&key).encrypt(b"message", aad()).expect("a ciphertext"));
            let again = text.clone();
            last(
                &say("decrypt"),
                Box::new(move || {
                    drop(
                        view(&opened().key(&case.name()).expect("a key"))
                            .decrypt(&text, aad())
                            .expect("a plaintext"),
                    )
                }),
            );
            last(
                &say("decrypt again message"),
                Box::new(move || drop(view(&handle).decrypt(&again, aad()).expect("a plaintext"))),
            );
        } else if case.key_type == KeyType::Ed25519 {
            let handle = key.clone();
            last(
                &say("sign"),
                Box::new(move || {
                    drop(
                        view(&fresh().key(&case.name()).expect("a key"))
                            .sign(b"message")
                            .expect("a signature"),
                    )
                }),
            );
            last(
                &say("sign again message"),
                Box::new(move || drop(view(&handle).sign(b"message").expect("a signature"))),
            );
        }
        let handle = key.clone();
        last(
            &say("export"),
            Box::new(move || drop(handle.export(ExportKind::HmacKey, Expose::SecretMaterial).expect("keys"))),
        );
        let handle = key.clone();
        last(&say("rotate"), Box::new(move || assert!(handle.rotate().is_ok())));
        tell(&key, &case);
    }
    parked
}
