//! No secret on the command line, none in messages.

use crate::documentation::subcommands;
use crate::place::Place;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The help of every command.
fn helps(place: &Place, path: &str, found: &mut Vec<String>) {
    found.push(String::from_utf8(place.run(&format!("help {path}")).ok()).unwrap());
    subcommands(place, path).iter().for_each(|name| helps(place, &format!("{path} {name}"), found));
}

/// Every option that there may be, with the name of its value. A new one has to be looked at before it is
/// added here.
const OPTIONS: &str = "\
--aad <TEXT>, --aad-base64 <BASE64>, --aad-column <NAME>, --aad-map <NAME=VALUE>, --add-version, --all, --allow-plaintext-backup, --allow-plaintext-backup[=<BOOL>], --allow-rotation, \
--ask-passphrase, --auto-rotate-period <PERIOD>, --base <KEY>, --binary, --bind-column <BIND>, --bits <BITS>, --column <NAME>, --column-name <NAME=BOUND>, --confirm <NAME>, --context <TEXT>, --context-base64 <BASE64>, --context-column <NAME>, \
--context-map <NAME=VALUE>, --convergent, --csv <FILE>, --delimiter <CHAR>, --dry-run, --deletion-allowed, --deletion-allowed[=<BOOL>], --derived, --encoding <ENCODING>, --exportable, --exportable[=<BOOL>], \
--ca-file <FILE>, --from-vault <ADDR>, --to-vault <ADDR>, --token-file <FILE>, --namespace <PATH>, --mount <PATH>, --key <KEY>, --product <PRODUCT>, --report <FILE>, --allow-costly, --allow-plaintext, --on-error <report>, --skip-encrypted, --even-if-unusable, --with-allow-costly, --expose-secret-material, --form <FORM>, --format <FORMAT>, --hash <HASH>, --help, --in <FILE>, --in-passphrase-file <FILE>, --insecure-mode-ok, --into <NAME>, --name <COLUMN>, --ngrams <N>, --normalize <STEPS>, --prefix, --prefixes <N>, --with-insecure-mode-ok, --json, --keep-empty[=<WHICH>], --kdf <KDF>, --key-size <N>, --key-version <N>, --keyring <DIR>, --kind <KIND>, \
--label <NAME=VALUE>, --label <TEXT>, --leeway <PERIOD>, --max-staleness <PERIOD>, --min-available-version <N>, --min-decryption-version <N>, --min-encryption-version <N|latest>, --ndjson <FILE>, --new-root-key-file <FILE>, \
--out <FILE>, --padding <PADDING>, --passphrase-env <NAME>, --passphrase-file <FILE>, --peer <FILE>, --pin <TEXT>, --plaintext-out <FILE>, --prefix <TEXT>, --prehashed, --rebind, --remove-label <NAME>, --root-key-env <NAME>, --root-key-file <FILE>, \
--salt-length <LENGTH>, --seal <URL>, --seal-id <ID>, --seal-label <TEXT>, --set <FILE>, --signature <TEXT>, --signature-file <FILE>, --stream, --template <FILE>, --threads <N>, --to-secret <URL>, --transit, --transit <PRODUCT>, --transit[=<FORMAT>], --transit[=<PRODUCT>], --ttl <PERIOD>, --key-type <TYPE>, --verify, --verify <MAC>, --verify-file <FILE>, --version, --version-template <TEXT>, \
--with-ask-passphrase, --with-passphrase-env <NAME>, --with-passphrase-file <FILE>, --with-root-key-env <NAME>, --with-root-key-file <FILE>, --with-seal <URL>, --with-seal-id <ID>, --witness <FILE>, --wrap-for <FILE>";

#[test]
fn no_option_takes_a_secret() {
    let mut found = Vec::new();
    helps(&Place::empty(), "", &mut found);
    assert!(found.len() >= 33, "only {} commands were seen", found.len());
    let mut seen = BTreeSet::new();
    for line in found.iter().flat_map(|help| help.lines()) {
        let line = line.trim_start();
        let option =
            line.split_once(", ").filter(|(short, _)| short.len() == 2).map_or(line, |(_, long)| long);
        if !option.starts_with("--") {
            continue;
        }
        let words: Vec<&str> = option.split_whitespace().collect();
        let value = words
            .get(1)
            .filter(|word| word.starts_with('<'))
            .map(|word| format!(" {}", word.trim_end_matches("...")));
        seen.insert(format!("{}{}", words[0], value.unwrap_or_default()));
    }
    let known: BTreeSet<String> = OPTIONS.split(", ").map(str::to_owned).collect();
    let unknown: Vec<&String> = seen.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(seen.len() >= 60, "only {} options were seen", seen.len());
}

#[test]
fn data_on_the_command_line_are_refused_and_not_repeated() {
    let place = Place::new();
    place.run("key create cards").ok();
    for arguments in [
        "encrypt cards hunter2",
        "token issue cards --ttl 1h hunter2",
        "token redeem cards hunter2",
        "api-key check hunter2",
        "info hunter2",
        "key import a --encoding raw hunter2",
        "hmac cards hunter2",
        "--json decrypt cards hunter2",
        "init hunter2",
    ] {
        let said = place.run(arguments).fails(2);
        assert!(!said.contains("hunter2"), "{said}");
        assert!(said.contains("standard input"), "{said}");
    }
}

#[test]
fn messages_hold_no_secret_context_or_aad() {
    let mut place = Place::new();
    place.run("key create cards").ok();
    place.run("key create tenants --derived").ok();
    place.set("PASS", "hunter2");
    place.set("KEY", "hunter2");
    place.write("pass", "hunter2");
    let text = place.feed("encrypt cards", b"hunter2").line();
    for (arguments, input) in [
        ("decrypt cards --aad hunter2", text.as_str()),
        ("decrypt cards --aad-map hunter2", &text),
        ("decrypt cards --aad-base64 hunter2", &text),
        ("decrypt cards --context hunter2", &text),
        ("encrypt tenants --context-map hunter2", "hunter2"),
        ("encrypt tenants --context-map hunter2= --context-map hunter2=", "hunter2"),
        ("encrypt tenants", "hunter2"),
        ("decrypt cards", "hunter2"),
        ("token issue tenants --ttl 1h", "hunter2"),
        ("token issue cards --ttl 0", "hunter2"),
        ("token redeem cards --aad hunter2", "hunter2"),
        ("api-key check", "hunter2"),
        ("key import a --key-type aes256-gcm96 --encoding raw", "hunter2"),
        ("key import a --key-type aes256-gcm96 --encoding hex", "hunter2"),
        ("key list --passphrase-env PASS", ""),
        ("key list --root-key-env KEY", ""),
        // Itself in the place of a variable's name.
        ("key list --passphrase-env hunter2", ""),
        ("seal add --with-passphrase-env hunter2", ""),
        ("key list --passphrase-file pass", ""),
        ("key restore --with-passphrase-env PASS", "hunter2"),
    ] {
        for json in ["", "--json "] {
            let run = place.feed(&format!("{json}{arguments}"), input.as_bytes());
            assert_ne!(run.code, 0, "{arguments}");
            assert!(!run.err.contains("hunter2") && run.out.is_empty(), "{arguments}: {}", run.err);
        }
    }
}

#[test]
fn odd_input_is_refused_without_a_panic() {
    let place = Place::new();
    place.run("key create cards").ok();
    let odd: [&[u8]; 7] = [b"", b"\n", b"\0", b"\xff\xfe", b"\xfe", b"\xfe\0\0\0\x01", b"strongroom:v1:"];
    for input in odd {
        for arguments in ["decrypt cards", "decrypt cards --binary", "rewrap cards", "rewrap cards --binary"]
        {
            place.feed(arguments, input).fails(4);
        }
        place.feed("token redeem cards", input).fails(4);
        place.feed("api-key check", input).fails(4);
        place.write("line", input);
        place.feed("hmac cards --verify-file line", b"m").fails(4);
        place.feed("key restore --with-root-key-env STRONGROOM_ROOT_KEY", input).fails(4);
    }
    let bytes = OsStr::from_bytes(b"\xff");
    for before in [&["encrypt"][..], &["decrypt", "cards", "--aad"], &["key", "show"], &[]] {
        let output = place.command(before).arg(bytes).stdin(std::process::Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{before:?}");
    }
}
