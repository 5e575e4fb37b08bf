//! Programs in C under gcc's sanitizers and under valgrind.

use crate::toolchain::{is_installed, program, read, run};
use crate::touched::{SANITIZED, touched};
use std::path::PathBuf;
use std::process::Command;
use strongroom::Error;

/// The standards of C++ that a program is run in. In the short form all but the first are left to the one
/// program that calls every method, since each is compiled for as long again.
fn standards() -> &'static [&'static str] {
    if is_long() { &["-std=c++17", "-std=c++20"] } else { &["-std=c++17"] }
}

fn is_long() -> bool {
    std::env::var_os("STRONGROOM_SOAK").is_some_and(|on| on == "1")
}

fn sanitized(name: &str) -> PathBuf {
    program(&format!("bindings/c/tests/{name}.c"), name, &SANITIZED, false)
}

/// Runs a program under valgrind, which must find nothing and lose nothing.
pub(crate) fn under_valgrind(name: &str, arguments: &[&std::ffi::OsStr]) {
    if !is_installed("valgrind") {
        return;
    }
    let source = if name.contains('.') { name.to_owned() } else { format!("{name}.c") };
    let plain = program(&format!("bindings/c/tests/{source}"), &format!("{name}-plain"), &[], false);
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args([
            "--quiet",
            "--error-exitcode=9",
            "--leak-check=full",
            "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect",
        ])
        .arg(plain);
    run(valgrind.args(arguments));
}

#[test]
fn random_calls_find_nothing() {
    let program = sanitized("random");
    for seed in ["1", "2"] {
        let each = if is_long() { "500000" } else { "50000" };
        let output = run(Command::new(&program).args([seed, each]));
        println!("{}", String::from_utf8_lossy(&output.stdout));
    }
    under_valgrind("random", &["3".as_ref(), "2000".as_ref()]);
}

#[test]
fn sixteen_threads_use_a_handle_while_it_is_closed() {
    let output = run(&mut Command::new(sanitized("threads")));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_header_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        run(Command::new(sanitized("calls")).args([folder.path().join("a"), folder.path().join("b")]));
    let names = String::from_utf8(output.stdout).unwrap();
    let table: Vec<String> = Error::TABLE.iter().map(|row| format!("{} {}", row.number, row.name)).collect();
    let own = ["301 invalid_argument", "302 invalid_handle", "303 panicked", "304 callback_failed"]
        .map(str::to_owned);
    assert_eq!(names.lines().collect::<Vec<_>>(), [table, own.to_vec()].concat());
    under_valgrind("calls", &[folder.path().join("c").as_os_str(), folder.path().join("d").as_os_str()]);
}

#[test]
fn views_and_moved_keys_keep_them_too() {
    for name in ["views", "leniency", "moving"] {
        run(&mut Command::new(sanitized(name)));
        under_valgrind(name, &[]);
    }
}

#[test]
fn what_is_said_of_a_signature_is_taken_or_refused() {
    run(&mut Command::new(sanitized("signing")));
    under_valgrind("signing", &[]);
}

#[test]
fn what_is_missing_is_not_what_is_empty() {
    run(&mut Command::new(sanitized("missing")));
    under_valgrind("missing", &[]);
}

/// One file that another program has made, and those that the library makes.
#[test]
fn streams_go_to_functions_and_come_from_them() {
    let vectors: serde_json::Value =
        serde_json::from_str(&read("tests/vectors/strongroom/streams.json")).unwrap();
    let is_made = |case: &&serde_json::Value| case["id"] == "streams/full-chunk-and-none";
    let made = vectors["vectors"].as_array().unwrap().iter().find(is_made).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let arguments =
        [("material", &made["material"]), ("file", &made["expect"]["file"])].map(|(name, bytes)| {
            let path = folder.path().join(name);
            std::fs::write(&path, hex::decode(bytes.as_str().unwrap()).unwrap()).unwrap();
            path
        });
    run(Command::new(touched("bindings/c/tests/streams.c", "streams", &["-pthread"])).args(&arguments));
    under_valgrind("streams", &[arguments[0].as_os_str(), arguments[1].as_os_str()]);
}

#[test]
fn ranges_of_streams_are_some_of_them() {
    run(&mut Command::new(touched("bindings/c/tests/ranges.c", "ranges", &[])));
    under_valgrind("ranges", &[]);
}

#[test]
fn indexes_and_tokens_keep_their_promises() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(sanitized("indexes")).arg(folder.path().join("a")));
    under_valgrind("indexes", &[folder.path().join("b").as_os_str()]);
    for name in ["unindexed", "tokens"] {
        run(&mut Command::new(sanitized(name)));
        under_valgrind(name, &[]);
    }
}

#[test]
fn indexes_and_tokens_keep_them_in_cpp() {
    for &standard in standards() {
        let name = format!("searching{standard}");
        run(&mut Command::new(touched("bindings/c/tests/searching.cpp", &name, &[standard])));
    }
    under_valgrind("searching.cpp", &[]);
}

#[test]
fn a_witness_shows_an_old_document() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(touched("bindings/c/tests/witness.c", "witness", &[]))
        .args([folder.path().join("a"), folder.path().join("b")]));
    under_valgrind("witness", &[folder.path().join("c").as_os_str(), folder.path().join("d").as_os_str()]);
}

#[test]
fn what_another_thread_changes_meanwhile_is_taken_or_refused() {
    let output = run(&mut Command::new(sanitized("changing")));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn memory_that_is_given_back_holds_no_key() {
    let output = run(&mut Command::new(program(
        "bindings/c/tests/wiped.c",
        "wiped",
        &["-Wl,--wrap=free,--wrap=realloc"],
        false,
    )));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_cpp_header_keeps_its_promises() {
    for standard in ["-std=c++17", "-std=c++20"] {
        let folder = tempfile::tempdir().unwrap();
        let program = touched("bindings/c/tests/calls.cpp", &format!("calls-cpp{standard}"), &[standard]);
        run(Command::new(program).arg(folder.path().join("keys")));
    }
}

/// With the sanitizer, which sees memory that is gone in the program, and with valgrind, which sees it in the
/// library too.
#[test]
fn what_is_handed_over_in_cpp_may_be_gone_before_the_call() {
    for &standard in standards() {
        run(&mut Command::new(touched(
            "bindings/c/tests/temporaries.cpp",
            &format!("temporaries{standard}"),
            &[standard],
        )));
    }
    under_valgrind("temporaries.cpp", &[]);
}

#[test]
fn streams_of_cpp_are_streams() {
    let folder = tempfile::tempdir().unwrap();
    for standard in ["-std=c++17", "-std=c++20"] {
        let program = touched("bindings/c/tests/streams.cpp", &format!("streams-cpp{standard}"), &[standard]);
        run(Command::new(program).arg(folder.path().join("file")));
    }
    under_valgrind("streams.cpp", &[folder.path().join("file").as_os_str()]);
}

#[test]
fn a_column_is_its_singles_in_c_and_cpp() {
    for &standard in standards() {
        let name = format!("columns{standard}");
        run(&mut Command::new(touched("bindings/c/tests/columns.cpp", &name, &[standard])));
    }
    under_valgrind("columns.cpp", &[]);
}

#[test]
fn what_is_thrown_in_cpp_becomes_an_error() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(touched("bindings/c/tests/throwing.cpp", "throwing", &[]))
        .arg(folder.path().join("keys")));
}

#[test]
fn the_objects_of_cpp_lose_nothing_that_was_said() {
    for &standard in standards() {
        let folder = tempfile::tempdir().unwrap();
        run(Command::new(touched(
            "bindings/c/tests/objects.cpp",
            &format!("objects{standard}"),
            &[standard],
        ))
        .arg(folder.path().join("keys")));
    }
}

#[test]
fn a_provider_may_use_the_keyring_that_asks_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(Command::new(touched("bindings/c/tests/reentrant.cpp", "reentrant", &[]))
        .arg(folder.path().join("keys")));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_provider_that_answers_nonsense_fails() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(sanitized("providers")).arg(folder.path().join("keys")));
    under_valgrind("providers", &[folder.path().join("again").as_os_str()]);
}
