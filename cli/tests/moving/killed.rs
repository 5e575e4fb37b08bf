//! Killed at any moment and called again: nothing is lost, and nothing is there twice.

use crate::live::{Live, count, place, report, ring};
use crate::place::Place;
use serde_json::json;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Stdio;
use std::time::{Duration, Instant};

const KEYS: usize = 60;

/// Runs the command, and kills it at a random moment within one of `kills` equal parts of half the time that
/// all takes, for the machine may be faster by now. Whether it was still running.
fn kill(place: &Place, arguments: &str, whole: Duration, nth: usize, kills: usize) -> bool {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let mut child = place.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let part = (RandomState::new().build_hasher().finish() >> 40) as f64 / f64::from(1u32 << 24);
    std::thread::sleep(whole.mul_f64((nth as f64 + part) / kills as f64 / 2.0));
    let _ = child.kill();
    child.wait().unwrap().code().is_none()
}

#[test]
fn killed_and_called_again_nothing_is_lost() {
    let Some(live) = Live::get("killed_and_called_again_nothing_is_lost") else { return };
    live.mount("killed");
    for number in 0..KEYS {
        let key_type = ["aes256-gcm96", "ed25519", "hmac", "ecdsa-p256"][number % 4];
        let mut options =
            json!({"type": key_type, "exportable": true, "allow_plaintext_backup": number % 2 == 0});
        if key_type == "hmac" {
            options["key_size"] = json!(32);
        }
        live.write(&format!("killed/keys/key-{number:02}"), &options);
    }
    let is_long = std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value == "1");
    let (rounds, kills) = if is_long { (40, 6) } else { (1, 5) };
    let came = format!("--json move --from-vault {} --mount killed", live.url());
    let begun = Instant::now();
    report(&place().run(&came), 0);
    let whole = begun.elapsed();
    let (mut killed, mut cut, mut found) = (0, 0, 0);
    for round in 0..rounds {
        let place = place();
        let mut before = 0;
        for nth in 0..kills {
            killed += usize::from(kill(&place, &came, whole, nth, kills));
            let there = ring(&place).keys().unwrap().len();
            assert!(there >= before, "round {round}: {there} of {before} keys are left");
            cut += usize::from(there > before && there < KEYS);
            before = there;
        }
        let last = report(&place.run(&came), 0);
        assert_eq!((count(&last, "there_already"), count(&last, "moved")), (before, KEYS - before));
        let ours = ring(&place);
        assert_eq!(ours.keys().unwrap().len(), KEYS);
        for name in ours.keys().unwrap() {
            let key = ours.key(name.as_str()).unwrap();
            assert_eq!(key.info().unwrap().versions.len(), 1);
            key.configure(strongroom::KeyConfig::new().allow_plaintext_backup(true)).unwrap();
        }
        ours.close();

        let mount = format!("killed-{round}");
        live.mount(&mount);
        let leaves =
            format!("--json move --expose-secret-material --to-vault {} --mount {mount}", live.url());
        let mut before = 0;
        for nth in 0..kills {
            killed += usize::from(kill(&place, &leaves, whole, nth, kills));
            let there = live.names(&mount).len();
            assert!(there >= before, "round {round}: {there} of {before} keys are left");
            cut += usize::from(there > before && there < KEYS);
            before = there;
        }
        let last = report(&place.run(&leaves), 0);
        // What was asked before the last kill may have been done after it was looked.
        let (there, moved) = (count(&last, "there_already"), count(&last, "moved"));
        assert!(there >= before && there + moved == KEYS, "{before} {there} {moved}");
        assert_eq!(live.names(&mount).len(), KEYS);
        found += KEYS;
        assert!(place.run("check").code == 0);
    }
    println!(
        "moving: killed {killed} times, {cut} of them with some keys moved and some not, {found} keys whole"
    );
    assert!(killed >= rounds, "{killed}");
}
