//! For C and C++: libraries, headers, and what pkg-config and CMake ask for, in a folder that can lie
//! anywhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::ledger::Ledger;
use super::platform::Platform;
use super::tools::{Libc, archive, licences};
use super::{Order, VERSION, elf, notices};
use crate::install;
use crate::step::{command, output, root, run};

/// What is compiled with it, by whom it may be.
const EXAMPLES: [(&str, &str, &str); 2] =
    [("gcc", "-std=c11", "example.c"), ("g++", "-std=c++17", "example.cpp")];

/// A root key for keyrings that are gone after the try.
const ROOT_KEY: &str = "hex:0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

pub(super) fn make(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    let name = format!("strongroom-c-{VERSION}-{}", platform.target);
    if platform.is_apple() {
        ledger.missing(&name, "what is installed for C has the names that Linux gives to libraries");
        return Ok(());
    }
    let built = order.tools.build("strongroom-c", platform, Libc::Shared)?;
    let folder = order.fresh(&name)?;
    elf::check(&built.join(platform.library("strongroom_c")), platform, Libc::Shared)?;
    install::lay_out(&built, &folder)?;
    let page = fs::read_to_string(root().join("docs/c.md")).context("cannot read docs/c.md")?;
    fs::write(folder.join("README.md"), readme(&page)?)?;
    fs::create_dir(folder.join("examples"))?;
    for (_, _, example) in EXAMPLES {
        fs::copy(root().join("examples").join(example), folder.join("examples").join(example))?;
    }
    fs::copy(root().join("bindings/c/tests/cmake/CMakeLists.txt"), folder.join("examples/CMakeLists.txt"))?;
    licences(&folder)?;
    fs::write(folder.join(notices::NAME), notices::of(&["strongroom-c"], platform)?)?;
    let made = archive(&folder, &order.out, &order.tools)?;
    ledger.made(&made, None)?;
    if platform.target == Platform::host()?.target { tried(&made, &name) } else { Ok(()) }
}

/// `docs/c.md` for who has the archive and not the repository: it is installed already, has no examples in Go
/// and Java, and links to other pages lead nowhere.
fn readme(page: &str) -> Result<String> {
    const BUILT: &str = "```sh\ncargo xtask install --prefix FOLDER\n```\n\nwrites ";
    const OTHERS: &str = "\n## Go and Java\n";
    let (before, installed) = page.split_once(BUILT).context("docs/c.md does not say how to install")?;
    let (used, others) = installed.split_once(OTHERS).context("docs/c.md says nothing of Go and Java")?;
    let (_, behind) = others.split_once("\n## ").context("docs/c.md ends with Go and Java")?;
    let found =
        "pkg-config finds it with `PKG_CONFIG_PATH=FOLDER/lib/pkgconfig`, CMake with `CMAKE_PREFIX_PATH`.";
    Ok(without_links(&format!("{before}{found}\n\nThis folder has {used}\n## {behind}")))
}

fn without_links(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("](") {
        let (target, behind) = after.split_once(')').unwrap_or((after, ""));
        let is_page = target.split('#').next().is_some_and(|page| page.ends_with(".md"));
        match before.rsplit_once('[').filter(|_| is_page && !target.contains("://")) {
            Some((plain, label)) => {
                text += plain;
                text += label;
                rest = behind;
            }
            // A link to elsewhere, or a function without a name in C++.
            None => {
                text += before;
                text += "](";
                rest = after;
            }
        }
    }
    text + rest
}

/// Unpacks it into an empty folder, and compiles and runs the examples from there.
fn tried(made: &Path, name: &str) -> Result<()> {
    let place = tempfile::tempdir()?;
    run(command("tar").current_dir(place.path()).arg("-xzf").arg(made))?;
    let unpacked = place.path().join(name);
    by_pkg_config(&unpacked, place.path())?;
    by_cmake(&unpacked, &place.path().join("build"))
}

fn by_pkg_config(unpacked: &Path, place: &Path) -> Result<()> {
    if !is_installed("pkg-config") {
        eprintln!("==> SKIPPED: pkg-config is not installed, so the archive for C was not tried with it");
        return Ok(());
    }
    let mut flags = command("pkg-config");
    flags.env("PKG_CONFIG_PATH", unpacked.join("lib/pkgconfig")).args(["--cflags", "--libs", "strongroom"]);
    let flags = String::from_utf8(output(&mut flags)?)?;
    for (compiler, standard, example) in EXAMPLES {
        let program = place.join(example.replace('.', "-"));
        let source = unpacked.join("examples").join(example);
        let mut compile = command(compiler);
        compile.args([standard, "-Wall", "-Wextra"]).arg(source).args(flags.split_whitespace());
        run(compile.arg("-o").arg(&program))?;
        says_what_it_should(&program, &unpacked.join("lib"))?;
    }
    Ok(())
}

fn by_cmake(unpacked: &Path, build: &Path) -> Result<()> {
    if !is_installed("cmake") {
        eprintln!("==> SKIPPED: CMake is not installed, so the archive for C was not tried with it");
        return Ok(());
    }
    let examples = unpacked.join("examples");
    let mut configure = command("cmake");
    configure.arg("-S").arg(&examples).arg("-B").arg(build);
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", unpacked.display()));
    run(configure.arg(format!("-DEXAMPLES={}", examples.display())))?;
    run(command("cmake").arg("--build").arg(build))?;
    for language in ["c", "cpp"] {
        for library in ["strongroom", "strongroom_static"] {
            says_what_it_should(&build.join(format!("example_{language}_{library}")), Path::new(""))?;
        }
    }
    Ok(())
}

fn says_what_it_should(program: &Path, libraries: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut example = command(program);
    example.arg(folder.path().join("keys"));
    example.env("STRONGROOM_ROOT_KEY", ROOT_KEY).env("LD_LIBRARY_PATH", libraries);
    let said = String::from_utf8(output(&mut example)?)?;
    ensure!(said.starts_with("4111 1111 1111 1111\nstrongroom:v2:"), "{} says\n{said}", program.display());
    Ok(())
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_the_repository_become_their_words() {
        let page = fs::read_to_string(root().join("docs/c.md")).unwrap();
        let said = readme(&page).unwrap();
        assert!(said.contains("This folder has `lib/libstrongroom.so"), "{said}");
        assert!(
            !["cargo xtask install", "examples/go", ".md)"].iter().any(|word| said.contains(word)),
            "{said}"
        );
        assert!(readme("none\n").is_err());
        let page = "See [errors](errors.md#a) and [CMake](https://cmake.org), `[](int a) { f(a); }`.\n";
        assert_eq!(
            without_links(page),
            "See errors and [CMake](https://cmake.org), `[](int a) { f(a); }`.\n"
        );
        assert_eq!(without_links("none\n"), "none\n");
    }
}
