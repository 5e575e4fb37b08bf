//! Completions and manual pages, which packages install.

use crate::documentation::subcommands;
use crate::place::Place;
use std::process::Command;

#[test]
fn every_shell_has_completions() {
    let place = Place::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(place.run(&format!("completions {shell}")).ok()).unwrap();
        for word in ["rotate-due", "root-key-file", "min-decryption-version"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
        assert_eq!(place.run(&format!("--json completions {shell}")).json()["script"], *script);
    }
    place.run("completions").fails(2);
    place.run("completions csh").fails(2);
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let place = Place::empty();
    place.write("script", place.run("completions bash").ok());
    let ask = ". ./script; COMP_WORDS=(strongroom key rot); COMP_CWORD=2; \
        _strongroom strongroom rot key; echo ${COMPREPLY[@]}";
    let done = Command::new("bash").args(["-c", ask]).current_dir(place.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "rotate rotate-due", "{done:?}");
}

/// The page of a command, and of each below it.
fn pages(place: &Place, command: &str, seen: &mut usize) {
    let page = String::from_utf8(place.run(&format!("man {command}")).ok()).unwrap();
    let name = format!("strongroom {command}").trim().replace(' ', "-");
    assert!(page.contains(&format!(".TH {name} 1")), "{page}");
    assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"), "{page}");
    assert_eq!(place.run(&format!("--json man {command}")).json()["name"], *name);
    *seen += 1;
    for below in subcommands(place, command) {
        pages(place, format!("{command} {below}").trim(), seen);
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let (place, mut seen) = (Place::empty(), 0);
    pages(&place, "", &mut seen);
    assert!(seen >= 40, "{seen}");
    assert!(place.run("man key rotatee").fails(2).contains("there is no command 'key rotatee'"));
}
