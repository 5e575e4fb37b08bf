//! How the library is linked. The functions of Node are looked up when Node loads it; only macOS has to be
//! told so.

fn main() {
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let is_unix = std::env::var_os("CARGO_CFG_UNIX").is_some();
    if os == "macos" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-undefined,dynamic_lookup");
    } else if is_unix {
        // Node unloads a library with the last worker that loaded it, and frees that worker's strings later,
        // which calls into the library (`js/lent.rs`). Its variables of threads would keep it as well, but
        // nothing promises that the worker has used one; macOS keeps every library that has some.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
