//! What `cargo xtask install` puts in place, used as its users do: by CMake and by pkg-config, with the
//! examples.

use crate::toolchain::{WARNINGS, is_installed, root, run};
use std::path::Path;
use std::process::Command;

/// A fixed root key: these keyrings are gone after the test.
const ROOT_KEY: &str = "hex:0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

/// Runs an example, and looks at what it says.
pub(crate) fn check(program: &Path, library_path: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    let output = run(command
        .arg(folder.path().join("keys"))
        .env("STRONGROOM_ROOT_KEY", ROOT_KEY)
        .env("LD_LIBRARY_PATH", library_path));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "4111 1111 1111 1111");
    assert!(lines[1].starts_with("strongroom:v2:"), "{text}");
    assert!(folder.path().join("keys/key-cards.sr").exists());
}

#[test]
fn cmake_and_pkg_config_find_what_was_installed() {
    let place = tempfile::tempdir().unwrap();
    let prefix = place.path().join("prefix");
    run(Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["run", "--quiet", "--package", "xtask", "--", "install", "--prefix"])
        .arg(&prefix)
        .arg("--debug"));

    if is_installed("cmake") {
        by_cmake(&prefix, &place.path().join("build"));
    }
    if is_installed("pkg-config") {
        by_pkg_config(&prefix, place.path());
    }
}

fn by_cmake(prefix: &Path, build: &Path) {
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(root().join("bindings/c/tests/cmake")).arg("-B").arg(build);
    run(configure
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()))
        .arg(format!("-DEXAMPLES={}", root().join("examples").display())));
    run(Command::new("cmake").arg("--build").arg(build));
    for name in [
        "example_c_strongroom",
        "example_c_strongroom_static",
        "example_cpp_strongroom",
        "example_cpp_strongroom_static",
    ] {
        check(&build.join(name), Path::new(""));
    }
}

fn by_pkg_config(prefix: &Path, place: &Path) {
    let flags = |extra: &[&str]| {
        let mut pkg_config = Command::new("pkg-config");
        let output = run(pkg_config
            .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
            .args(["--cflags", "--libs"])
            .args(extra)
            .arg("strongroom"));
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(flags(&["--static"]).iter().any(|flag| flag == "-lpthread"));
    for (compiler, standard, source) in
        [("gcc", "-std=c11", "example.c"), ("g++", "-std=c++20", "example.cpp")]
    {
        let out = place.join(source.replace('.', "-"));
        run(Command::new(compiler)
            .arg(standard)
            .args(WARNINGS)
            .arg(root().join("examples").join(source))
            .args(flags(&[]))
            .arg("-o")
            .arg(&out));
        check(&out, &prefix.join("lib"));
    }
}

#[test]
fn the_examples_are_short() {
    for name in ["example.c", "example.cpp"] {
        let lines = crate::toolchain::read(&format!("examples/{name}")).lines().count();
        assert!(lines < 40, "{name} has {lines} lines");
    }
}
