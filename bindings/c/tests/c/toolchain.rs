//! Building the library as its users get it, and compiling programs against it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .and_then(Path::parent)
        .expect("the crate lies two folders below the root")
}

pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A folder for what the tests make.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The folder with the libraries. With `panics` they have the function that panics.
pub(crate) fn libraries(panics: bool) -> PathBuf {
    static PLAIN: OnceLock<PathBuf> = OnceLock::new();
    static PANICS: OnceLock<PathBuf> = OnceLock::new();
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let (cell, name) = if panics { (&PANICS, "panics") } else { (&PLAIN, "plain") };
    cell.get_or_init(|| {
        let _guard = ONE_AT_A_TIME.lock();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(root())
            .args(["build", "--quiet", "--package", "strongroom-c", "--target-dir"])
            .arg(target);
        let features = [("panics", panics), ("aws-lc", cfg!(feature = "aws-lc"))];
        for (feature, _) in features.into_iter().filter(|(_, wanted)| *wanted) {
            cargo.args(["--features", feature]);
        }
        run(&mut cargo);
        let folder = scratch(name);
        for file in ["libstrongroom_c.a", "libstrongroom_c.so"] {
            std::fs::copy(target.join("debug").join(file), folder.join(file))
                .unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        folder
    })
    .clone()
}

/// What every program is compiled with.
pub(crate) const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// Compiles a program of `bindings/c/tests` or another folder of the repository, and links it with the static
/// library.
pub(crate) fn program(source: &str, name: &str, options: &[&str], panics: bool) -> PathBuf {
    static MADE: Mutex<BTreeMap<PathBuf, Arc<OnceLock<()>>>> = Mutex::new(BTreeMap::new());
    let out = scratch("programs").join(name);
    let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_made = made.entry(out.clone()).or_default().clone();
    drop(made);
    // Each once: what another test runs already cannot be written.
    is_made.get_or_init(|| {
        let (compiler, standard) =
            if source.ends_with(".c") { ("gcc", "-std=c11") } else { ("g++", "-std=c++17") };
        let mut command = Command::new(compiler);
        command
            .current_dir(root())
            .arg(standard)
            .args(WARNINGS)
            .args(["-g", "-Iinclude"])
            .args(options)
            .arg(source)
            .arg(libraries(panics).join("libstrongroom_c.a"))
            .args(linker())
            .args(["-lpthread", "-ldl", "-lm", "-o"])
            .arg(&out);
        run(&mut command);
    });
    out
}

/// Names the linker that comes with Rust, where there is one: each program is linked with the whole library,
/// which takes others several times as long. What is installed is linked by the system's own.
fn linker() -> &'static [String] {
    static LINKER: OnceLock<Vec<String>> = OnceLock::new();
    LINKER.get_or_init(|| {
        let libraries =
            run(Command::new("rustc").current_dir(root()).args(["--print", "target-libdir"])).stdout;
        let folder = Path::new(String::from_utf8_lossy(&libraries).trim()).with_file_name("bin/gcc-ld");
        if !folder.join("ld.lld").exists() {
            return Vec::new();
        }
        vec![format!("-B{}", folder.display()), "-fuse-ld=lld".to_owned()]
    })
}

/// Whether a program can be run. Says so where it cannot, since a part of a test is left out then.
pub(crate) fn is_installed(program: &str) -> bool {
    let installed = Command::new(program).arg("--version").output().is_ok();
    if !installed {
        println!("{program} is not installed: what it would have shown is left out");
    }
    installed
}

/// Runs a command that has to succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}
