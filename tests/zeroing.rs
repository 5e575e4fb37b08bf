//! After `close`, nothing of a key is left in the memory of the process, nor in the core file that it leaves.
//!
//! One thing is excused: a thread that encrypted, decrypted or made a mac, and then did nothing more and was
//! not the one that closed, has pieces of the key that it worked with on its stack, where registers were
//! saved. What it does next overwrites them.
//!
//! The program that is searched is built as a release: what the compiler leaves on a stack depends on it.
#![cfg(target_os = "linux")]

#[path = "zeroing/core_file.rs"]
mod core_file;
#[path = "zeroing/memory.rs"]
mod memory;
#[path = "zeroing/program.rs"]
mod program;
#[path = "zeroing/secrets.rs"]
mod secrets;

use memory::{Found, Pieces, Region};
use program::Program;
use std::collections::BTreeMap;

#[test]
fn nothing_of_a_key_is_left_after_close() {
    let mut program = Program::start();
    program.wait_for("open");
    let secrets = program.secrets();
    let pieces = Pieces::new(&secrets);
    println!("{} secrets, {} pieces of them", secrets.len(), pieces.len());
    assert!(pieces.len() > 10_000, "the list of secrets is short");

    // While the keyring is open its keys are there, so the search finds what there is.
    let (found, searched) = memory::search(program.id(), &pieces);
    println!("open: {} pieces in {searched} bytes", found.len());
    let kinds: std::collections::BTreeSet<&str> = found.iter().map(|found| found.what).collect();
    for (index, case) in strongroom_tests::closing::Case::all().iter().enumerate() {
        let material = format!("{} {index} version 1", case.key_type);
        assert!(kinds.contains(material.as_str()), "{material} is in use and was not found");
    }
    assert!(kinds.iter().any(|what| what.starts_with("root ")), "the root key is in use and was not found");
    assert!(
        kinds.iter().any(|what| what.ends_with("state after ipad")),
        "prepared keys are in use and were not found"
    );

    for stage in ["closed", "dropped"] {
        program.go_on();
        program.wait_for(stage);
        let (mut found, searched) = memory::search(program.id(), &pieces);
        let excused = program.excuse(&mut found);
        println!(
            "{stage}: {} pieces in {searched} bytes, and {excused} on the stacks of threads that last worked on a message",
            found.len()
        );
        let regions = memory::regions(program.id());
        assert!(found.is_empty(), "{stage}: {}", report(&found, &regions, &program));
    }

    let Some(core) = program.abort() else { return };
    let mut found = Vec::new();
    let mut searched = 0;
    for (address, bytes) in core_file::segments(&core) {
        pieces.search(bytes, address, &mut found);
        searched += bytes.len();
    }
    let excused = program.excuse(&mut found);
    println!("core file: {} pieces in {searched} bytes, and {excused} on such stacks", found.len());
    assert!(searched > 1_000_000, "the core file is nearly empty");
    assert!(found.is_empty(), "core file: {}", report(&found, &[], &program));
}

fn report(found: &[Found<'_>], regions: &[Region], program: &Program) -> String {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for found in found {
        let place = program
            .stack_of(found.address)
            .unwrap_or_else(|| memory::place(regions, found.address).to_owned());
        *lines.entry(format!("{} in {place}", found.what)).or_default() += 1;
    }
    let lines: Vec<String> = lines.into_iter().map(|(line, count)| format!("  {count} x {line}")).collect();
    format!("{} pieces of secrets\n{}", found.len(), lines.join("\n"))
}
