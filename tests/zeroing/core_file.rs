//! Core files.

use std::path::Path;
use std::process::{Command, Stdio};

/// The file that an aborted process left in its folder: the kernel may be set up to put it elsewhere, or to
/// pipe it into a program.
pub(crate) fn find(folder: &Path, process: u32) -> Option<Vec<u8>> {
    ["core".to_owned(), format!("core.{process}")]
        .iter()
        .find_map(|name| std::fs::read(folder.join(name)).ok())
}

/// A core file of the process as it is, by way of the debugger, where the kernel is set up in another way.
pub(crate) fn ask_debugger(process: u32, folder: &Path) -> Option<Vec<u8>> {
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.trim() == "core" {
        return None;
    }
    let prefix = folder.join("debugger");
    let status = Command::new("gcore")
        .arg("-o")
        .arg(&prefix)
        .arg(process.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.ok().filter(std::process::ExitStatus::success)?;
    std::fs::read(folder.join(format!("debugger.{process}"))).ok()
}

/// The pieces of memory that a core file holds, with their addresses: the loaded segments of a 64-bit ELF
/// file.
pub(crate) fn segments(core: &[u8]) -> Vec<(u64, &[u8])> {
    let number = |at: usize, len: usize| {
        core[at..at + len].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    assert!(core.starts_with(b"\x7fELF\x02"), "it is no core file of a 64-bit machine");
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let headers = (0..count).map(|index| (table + index * size) as usize);
    let loaded = headers.filter(|header| number(*header, 4) == 1);
    loaded
        .map(|header| {
            (
                number(header + 16, 8),
                &core[number(header + 8, 8) as usize..][..number(header + 32, 8) as usize],
            )
        })
        .collect()
}
