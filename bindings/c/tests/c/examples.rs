//! The examples, in files and on pages, under the sanitizers: what is copied from there has to be right.

use crate::importing::openssl;
use crate::installed::check;
use crate::toolchain::{is_installed, read, run, scratch};
use crate::touched::touched;
use std::path::Path;
use std::process::Command;

#[test]
fn the_examples_are_sound() {
    for source in ["example.c", "example.cpp"] {
        let program =
            touched(&format!("examples/{source}"), &format!("sanitized-{}", source.replace('.', "-")), &[]);
        check(&program, Path::new(""));
    }
}

/// What stands before the blocks of a page in the text that surrounds them.
const HEAD: &str = r#"
#include <strongroom.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
using namespace strongroom;
static const uint32_t expose = STRONGROOM_EXPOSE_SECRET_MATERIAL;
// What the test has made with OpenSSL.
static std::string file(const char *name) {
    std::ostringstream text;
    text << std::ifstream(std::string(std::getenv("EXAMPLES")) + "/" + name).rdbuf();
    return text.str();
}
"#;

/// What stands before each of them, in a function of its own.
const BEFORE: &str = r#"
    const auto ring = Keyring::in_memory();
    KeySpec spec;
    spec.key_type = "aes256-gcm96";
    spec.flags = STRONGROOM_EXPORTABLE | STRONGROOM_ALLOW_PLAINTEXT_BACKUP;
"#;

/// The blocks of C++ of a page that are no programs, each with what the text around it takes for granted.
const PAGES: [(&str, &[&str]); 1] = [(
    "docs/c.md",
    &[
        r#"const auto cards = ring.create_key("cards", spec);
               const char data[] = "41115500";
               const size_t size = 8, count = 2;
               const int32_t offsets[] = {0, 4, 8};
               const unsigned char *validity = nullptr;"#,
        r#"const auto users = ring.create_key("users");"#,
        r#"const auto key = ring.create_key("sessions");"#,
        r#"const auto key = ring.create_key("api");"#,
        r#"const auto exports = ring.create_key("exports");"#,
        r#"struct { int id; std::string number; } rows[] = {{1, "4111"}, {2, "5500"}};
               const auto cards = ring.create_key("cards", spec);"#,
        r#"KeySpec ecdsa;
               ecdsa.key_type = "ecdsa-p256";
               const auto tokens = ring.create_key("tokens", ecdsa);"#,
        "",
        r#"struct Service {
                   std::vector<unsigned char> wrap(bytes key, bytes) { return {key.text().begin(), key.text().end()}; }
                   secret unwrap(bytes blob, bytes) { return secret(blob); }
               } service;"#,
        r#"KeySpec made_before;
               made_before.key_type = "ecdsa-p256";
               made_before.flags = STRONGROOM_EXPORTABLE;
               const auto other = Keyring::in_memory().create_key("other", made_before);
               const secret pem = other.export_transit(STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 1, expose);"#,
        r#"KeySpec server;
               server.key_type = "ecdsa-p256";
               Import made_before;
               made_before.material = file("tls.key");
               made_before.format = STRONGROOM_IMPORT_PRIVATE_KEY;
               const auto tls = ring.import_key("tls", made_before, server);
               const std::string template_pem = file("request.pem"), chain_pem = file("chain.pem");"#,
        r#"KeySpec agreement;
               agreement.key_type = "ecdsa-p256";
               const auto base = ring.create_key("base", agreement);
               const auto theirs = Keyring::in_memory().create_key("theirs", agreement);
               const auto their_public_key_pem = theirs.public_key(0, STRONGROOM_PUBLIC_KEY_PEM);"#,
        r#"const auto there = Keyring::in_memory().create_key("cards", spec);
               const std::string old = there.encrypt("4111");
               there.rotate();
               const secret backup = there.backup_transit(STRONGROOM_DIALECT_VAULT, expose);"#,
    ],
)];

#[test]
fn the_blocks_of_the_pages_are_sound() {
    if !is_installed("openssl") {
        return;
    }
    let made = tempfile::tempdir().unwrap();
    // Without what makes a certificate one of an authority.
    std::fs::write(made.path().join("settings"), "[req]\ndistinguished_name=dn\n[dn]\n").unwrap();
    for command in [
        "req -x509 -config settings -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out chain.pem \
         -subj /CN=tls.example",
        "req -new -key tls.key -out request.pem -subj /CN=tls.example",
    ] {
        openssl(made.path(), command);
    }
    for (page, before) in PAGES {
        let text = read(page);
        let blocks = text.split("\n```cpp\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
        let blocks: Vec<&str> = blocks.filter(|block| !block.contains("int main(")).collect();
        assert_eq!(blocks.len(), before.len(), "{page}");
        // All in one program, since the headers take longer than they do.
        let (mut source, mut calls) = (HEAD.to_owned(), String::new());
        for (index, (block, before)) in blocks.iter().zip(before).enumerate() {
            source += &format!("static void example_{index}() {{{BEFORE}{before}\n{block}\n}}\n");
            calls += &format!("example_{index}(); ");
        }
        let name = page.replace(['/', '.'], "-");
        let path = scratch("pages").join(format!("{name}.cpp"));
        std::fs::write(&path, format!("{source}int main() {{ {calls}}}\n")).unwrap();
        let program = touched(path.to_str().unwrap(), &name, &["-Wno-unused"]);
        run(Command::new(program).env("EXAMPLES", made.path()).current_dir(made.path()));
    }
}

/// The block about URLs, with those of this machine in the place of what it names.
#[test]
fn the_block_about_seals_is_sound() {
    const URL: &str = "vault://vault.example:8200/transit/app?auth=kubernetes&role=app";
    let text = read("docs/seals.md");
    let blocks = text.split("\n```cpp\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let blocks: Vec<&str> = blocks.collect();
    let [block] = blocks.as_slice() else { panic!("{} blocks", blocks.len()) };
    assert!(block.contains(URL) && block.contains("/var/lib/app/keyring"), "{block}");
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys").display().to_string();
    let block = block.replace(URL, "env:STRONGROOM_URL_KEY").replace("/var/lib/app/keyring", &keys);
    let before =
        format!("const auto made = Keyring::create({keys:?}, Seal::url(\"env:STRONGROOM_URL_KEY\"));");
    let after = "if (opened.id() != made.id()) std::exit(1);\n}\nint main() { example(); }\n";
    let source = scratch("pages").join("seals.cpp");
    let text = format!("{HEAD}static void example() {{{BEFORE}{before}\n{block}\n{after}");
    std::fs::write(&source, text).unwrap();
    let program = touched(source.to_str().unwrap(), "page-about-seals", &["-Wno-unused"]);
    run(Command::new(program).env("STRONGROOM_URL_KEY", "0102".repeat(16)));
}
