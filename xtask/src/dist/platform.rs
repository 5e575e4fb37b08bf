//! The platforms that packages are made for, and what each of them is called where.

use anyhow::{Context, Result, bail};

pub(super) struct Platform {
    /// As Rust calls it.
    pub(super) target: &'static str,
    /// As zig is told it, with the oldest glibc that will do; None where the system's own linker is used.
    pub(super) zig: Option<&'static str>,
    /// The oldest system that the wheel may say it runs on.
    pub(super) wheel: &'static str,
    /// The npm package with the library, below `@strongroom/`.
    pub(super) npm: &'static str,
    /// As npm calls them. A platform without `libc` is not Linux.
    pub(super) os: &'static str,
    pub(super) cpu: &'static str,
    pub(super) libc: Option<&'static str>,
}

pub(super) const ALL: [Platform; 6] = [
    Platform {
        target: "x86_64-unknown-linux-gnu",
        zig: Some("x86_64-linux-gnu.2.17"),
        wheel: "manylinux2014",
        npm: "linux-x64-gnu",
        os: "linux",
        cpu: "x64",
        libc: Some("glibc"),
    },
    Platform {
        target: "aarch64-unknown-linux-gnu",
        zig: Some("aarch64-linux-gnu.2.17"),
        wheel: "manylinux2014",
        npm: "linux-arm64-gnu",
        os: "linux",
        cpu: "arm64",
        libc: Some("glibc"),
    },
    Platform {
        target: "x86_64-unknown-linux-musl",
        zig: Some("x86_64-linux-musl"),
        wheel: "musllinux_1_2",
        npm: "linux-x64-musl",
        os: "linux",
        cpu: "x64",
        libc: Some("musl"),
    },
    Platform {
        target: "aarch64-unknown-linux-musl",
        zig: Some("aarch64-linux-musl"),
        wheel: "musllinux_1_2",
        npm: "linux-arm64-musl",
        os: "linux",
        cpu: "arm64",
        libc: Some("musl"),
    },
    Platform {
        target: "aarch64-apple-darwin",
        zig: None,
        wheel: "pypi",
        npm: "darwin-arm64",
        os: "darwin",
        cpu: "arm64",
        libc: None,
    },
    Platform {
        target: "x86_64-apple-darwin",
        zig: None,
        wheel: "pypi",
        npm: "darwin-x64",
        os: "darwin",
        cpu: "x64",
        libc: None,
    },
];

impl Platform {
    pub(super) fn named(target: &str) -> Result<&'static Self> {
        let known = || ALL.map(|platform| platform.target).join(", ");
        ALL.iter()
            .find(|platform| platform.target == target)
            .with_context(|| format!("there are no packages for {target}; there are for {}", known()))
    }

    /// The one that this program runs on.
    pub(super) fn host() -> Result<&'static Self> {
        let (os, cpu) = (std::env::consts::OS, std::env::consts::ARCH);
        let rest = match os {
            "linux" => "unknown-linux-gnu",
            "macos" => "apple-darwin",
            _ => bail!("packages are made on Linux and macOS, and this is {os}"),
        };
        Self::named(&format!("{cpu}-{rest}"))
    }

    pub(super) fn is_apple(&self) -> bool {
        self.os == "darwin"
    }

    pub(super) fn is_musl(&self) -> bool {
        self.libc == Some("musl")
    }

    /// The file of a library that Cargo names `name`.
    pub(super) fn library(&self, name: &str) -> String {
        format!("lib{name}.{}", if self.is_apple() { "dylib" } else { "so" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_same() {
        for platform in &ALL {
            let (cpu, system) = platform.target.split_once('-').unwrap();
            let cpu = if cpu == "x86_64" { "x64" } else { "arm64" };
            assert_eq!(platform.cpu, cpu);
            assert!(platform.npm.starts_with(&format!("{}-{cpu}", platform.os)), "{}", platform.npm);
            let end = system.rsplit('-').next().unwrap();
            assert!(platform.npm.ends_with(end) || platform.is_apple(), "{}", platform.npm);
            assert_eq!(platform.is_musl(), end == "musl");
            assert_eq!(platform.zig.is_none(), platform.is_apple());
            assert!(platform.zig.is_none_or(|zig| zig.starts_with(&platform.target.replace("unknown-", ""))));
            assert_eq!(Platform::named(platform.target).unwrap().npm, platform.npm);
        }
        assert!(Platform::named("sparc-sun-solaris").is_err());
    }
}
