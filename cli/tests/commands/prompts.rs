//! Passphrases that are asked for, on a terminal that `python3` makes.

use crate::place::Place;
use std::process::Command;

/// Starts the program on a terminal of its own, types each line when it has been asked for something, and
/// prints what the terminal showed and, last, the exit code.
const TYPIST: &str = r#"
import os, pty, sys, time
lines = sys.argv[1].split("|")
program = sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program[0], program)
shown = b""
seen = 0
while True:
    try:
        got = os.read(terminal, 4096)
    except OSError:
        break
    if not got:
        break
    shown += got
    if lines and shown[seen:].endswith(b": "):
        seen = len(shown)
        # As slow as people are: the question is on the screen a moment before the terminal stops showing what is typed.
        time.sleep(0.5)
        os.write(terminal, lines.pop(0).encode() + b"\n")
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown + b"\n")
sys.stdout.flush()
print(os.waitstatus_to_exitcode(status))
"#;

/// What the terminal showed, and the exit code.
fn typed(place: &Place, lines: &str, arguments: &str) -> (String, i32) {
    let program = place.command(&arguments.split_whitespace().collect::<Vec<_>>());
    let mut python = Command::new("python3");
    python
        .args(["-c", TYPIST, lines])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(program.get_current_dir().unwrap());
    python
        .env_remove("STRONGROOM_ROOT_KEY")
        .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = python.output().expect("this test needs python3");
    let shown = String::from_utf8(output.stdout).unwrap().replace('\r', "");
    let (shown, code) = shown
        .trim_end()
        .rsplit_once('\n')
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (shown.strip_suffix('\n').unwrap_or(shown).to_owned(), code.parse().unwrap())
}

#[test]
fn a_passphrase_is_asked_for_and_not_shown() {
    let place = Place::empty();
    let (shown, code) = typed(&place, "hunter2|hunter2", "init");
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("Passphrase for the new keyring: ") && shown.contains("The same passphrase again: "),
        "{shown}"
    );
    assert!(!shown.contains("hunter2"), "{shown}");
    let (shown, code) = typed(&place, "hunter2", "key create cards");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shown.matches("Passphrase of the keyring: ").count(), 1, "{shown}");
    let (shown, code) = typed(&place, "hunter3", "key list");
    assert_eq!(code, 5, "{shown}");
    let (shown, code) =
        typed(&place, "hunter2|other|other", "seal add --with-ask-passphrase --with-seal-id second");
    assert_eq!(code, 0, "{shown}");
    let (shown, code) = typed(&place, "other", "key list --seal-id second");
    assert!(code == 0 && shown.ends_with("cards"), "{shown}");
}

#[test]
fn a_slip_of_the_finger_makes_no_keyring() {
    let place = Place::empty();
    let (shown, code) = typed(&place, "hunter2|hunter3", "init");
    assert!(code == 2 && shown.contains("the two passphrases differ"), "{shown}");
    assert!(!place.path("ring").exists());
    let (shown, code) = typed(&place, "|", "init");
    assert!(code == 3 && shown.contains("empty"), "{shown}");
}

#[test]
fn bytes_are_not_thrown_at_a_terminal() {
    let place = Place::new();
    place.run("key create cards").ok();
    let (shown, code) = typed(&place, "", "encrypt cards --binary --in root.key");
    assert!(code == 2 && shown.contains("--out FILE"), "{shown}");
}

#[test]
fn a_terminal_shows_how_far_a_stream_is() {
    let place = Place::new();
    place.run("key create cards").ok();
    std::fs::write(place.path("big"), vec![7; 64 << 20]).unwrap();
    let (shown, code) =
        typed(&place, "", "encrypt cards --stream --root-key-file root.key --in big --out big.srf");
    assert!(code == 0 && shown.contains("64.00 MiB") && shown.contains('%'), "{shown:?}");
    let (shown, code) =
        typed(&place, "", "decrypt cards --stream --root-key-file root.key --in big.srf --out big.2");
    assert!(code == 0 && shown.contains('%'), "{shown:?}");
    assert!(std::fs::read(place.path("big")).unwrap() == std::fs::read(place.path("big.2")).unwrap());
}
