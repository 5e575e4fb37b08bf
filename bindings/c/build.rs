//! The name under which programs find the shared library again. The number changes when programs have to be
//! compiled anew.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libstrongroom.so.0");
    }
}
