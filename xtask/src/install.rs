//! `cargo xtask install`: the libraries, the headers, and what pkg-config and CMake ask for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::step::{cargo, root, run as step, target};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Of the shared library, as `bindings/c/build.rs` gives it.
const SONAME: &str = "libstrongroom.so.0";
/// What a program that links the static library needs beside it.
const PRIVATE: &str = "-lpthread -ldl -lm";

/// `--prefix P`, and `--debug` for the unoptimised library of the tests.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (prefix, debug) = match arguments {
        ["--prefix", prefix] => (prefix, false),
        ["--prefix", prefix, "--debug"] => (prefix, true),
        _ => bail!("usage: cargo xtask install --prefix FOLDER [--debug]"),
    };
    let profile: &[&str] = if debug { &[] } else { &["--release"] };
    step(cargo(&["build", "--quiet", "--package", "strongroom-c"]).args(profile))?;
    let built = target()?.join(if debug { "debug" } else { "release" });
    let prefix = std::path::absolute(prefix)?;
    lay_out(&built, &prefix)?;
    println!("installed strongroom {VERSION} under {}", prefix.display());
    Ok(())
}

/// Everything that is installed, from the folder that the libraries were built into.
pub(crate) fn lay_out(built: &Path, prefix: &Path) -> Result<()> {
    libraries(built, &prefix.join("lib"))?;
    for header in ["strongroom.h", "strongroom.hpp"] {
        copy(&root().join("include").join(header), &prefix.join("include").join(header))?;
    }
    write(&prefix.join("lib/pkgconfig/strongroom.pc"), &pkg_config())?;
    write(&prefix.join("lib/cmake/Strongroom/StrongroomConfig.cmake"), &cmake())?;
    write(&prefix.join("lib/cmake/Strongroom/StrongroomConfigVersion.cmake"), &cmake_version())
}

fn libraries(built: &Path, lib: &Path) -> Result<()> {
    copy(&built.join("libstrongroom_c.a"), &lib.join("libstrongroom.a"))?;
    let shared = format!("libstrongroom.so.{VERSION}");
    copy(&built.join("libstrongroom_c.so"), &lib.join(&shared))?;
    for (link, to) in [(SONAME, shared.as_str()), ("libstrongroom.so", SONAME)] {
        let link = lib.join(link);
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(to, &link).with_context(|| format!("cannot link {}", link.display()))?;
    }
    Ok(())
}

/// Everything is found from the place of the file itself, so the folder can be moved.
fn pkg_config() -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n\
         Name: strongroom\nDescription: Vault Transit as a library\nVersion: {VERSION}\n\
         Libs: -L${{libdir}} -lstrongroom\nLibs.private: {PRIVATE}\nCflags: -I${{includedir}}\n"
    )
}

fn cmake() -> String {
    format!(
        "# Targets: Strongroom::strongroom (shared) and Strongroom::strongroom_static.\n\
         get_filename_component(_strongroom_prefix \"${{CMAKE_CURRENT_LIST_DIR}}/../../..\" ABSOLUTE)\n\
         foreach(_strongroom_kind IN ITEMS SHARED STATIC)\n\
         \x20 if(_strongroom_kind STREQUAL SHARED)\n\
         \x20   set(_strongroom_target Strongroom::strongroom)\n\
         \x20   set(_strongroom_file libstrongroom.so.{VERSION})\n\
         \x20 else()\n\
         \x20   set(_strongroom_target Strongroom::strongroom_static)\n\
         \x20   set(_strongroom_file libstrongroom.a)\n\
         \x20 endif()\n\
         \x20 if(NOT TARGET ${{_strongroom_target}})\n\
         \x20   add_library(${{_strongroom_target}} ${{_strongroom_kind}} IMPORTED)\n\
         \x20   set_target_properties(${{_strongroom_target}} PROPERTIES\n\
         \x20     IMPORTED_LOCATION \"${{_strongroom_prefix}}/lib/${{_strongroom_file}}\"\n\
         \x20     INTERFACE_INCLUDE_DIRECTORIES \"${{_strongroom_prefix}}/include\")\n\
         \x20 endif()\n\
         endforeach()\n\
         set_target_properties(Strongroom::strongroom PROPERTIES IMPORTED_SONAME {SONAME})\n\
         set_target_properties(Strongroom::strongroom_static PROPERTIES INTERFACE_LINK_LIBRARIES \"{PRIVATE}\")\n\
         set(Strongroom_FOUND TRUE)\n"
    )
}

/// Before 1.0 only the same minor version will do.
fn cmake_version() -> String {
    let minor = VERSION.rsplit_once('.').map_or(VERSION, |(minor, _)| minor);
    format!(
        "set(PACKAGE_VERSION {VERSION})\n\
         if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n\
         \x20 set(PACKAGE_VERSION_EXACT TRUE)\n\
         endif()\n\
         if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION OR PACKAGE_FIND_VERSION VERSION_LESS {minor})\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE FALSE)\n\
         else()\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE TRUE)\n\
         endif()\n"
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    parent(to)?;
    fs::copy(from, to)
        .map(|_| ())
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

fn write(to: &Path, text: &str) -> Result<()> {
    parent(to)?;
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))
}

fn parent(of: &Path) -> Result<()> {
    let folder = of.parent().context("no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
