//! Searching memory for pieces of secrets.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::secrets::Secret;

/// Eight bytes: what is left when a register was saved. By chance, a piece is found once in some thousand
/// million searches.
const PIECE: usize = 8;

/// The pieces of many secrets.
pub(crate) struct Pieces<'a> {
    by_value: HashMap<u64, &'a Secret>,
    /// A bit for the hash of each, since nearly all memory is none.
    seen: Vec<u64>,
}

/// Where a piece was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) what: &'a str,
    pub(crate) address: u64,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(secrets: &'a [Secret]) -> Self {
        let mut pieces = Self { by_value: HashMap::new(), seen: vec![0; 1 << 16] };
        for secret in secrets {
            for piece in secret.bytes.as_chunks::<PIECE>().0 {
                let value = u64::from_ne_bytes(*piece);
                pieces.by_value.entry(value).or_insert(secret);
                pieces.seen[bit(value) / 64] |= 1 << (bit(value) % 64);
            }
        }
        pieces
    }

    pub(crate) fn len(&self) -> usize {
        self.by_value.len()
    }

    /// At every offset.
    pub(crate) fn search(&self, memory: &[u8], from: u64, found: &mut Vec<Found<'a>>) {
        for (offset, piece) in memory.windows(PIECE).enumerate() {
            let value = u64::from_ne_bytes(piece.try_into().expect("eight bytes"));
            if self.seen[bit(value) / 64] >> (bit(value) % 64) & 1 == 0 {
                continue;
            }
            if let Some(secret) = self.by_value.get(&value) {
                found.push(Found { what: &secret.what, address: from + offset as u64 });
            }
        }
    }
}

fn bit(value: u64) -> usize {
    (value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 42) as usize
}

/// A mapping of a process.
pub(crate) struct Region {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) name: String,
}

/// The mappings that can be read and are nobody else's: not the devices, and not the kernel's page, which
/// cannot be read through `mem`.
pub(crate) fn regions(process: u32) -> Vec<Region> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("the list of mappings");
    let parse = |line: &str| {
        let mut words = line.split_whitespace();
        let (from, to) = words.next()?.split_once('-')?;
        let permissions = words.next()?;
        let name = words.nth(3).unwrap_or("anonymous").to_owned();
        let readable = permissions.starts_with('r') && permissions.ends_with('p');
        let wanted = readable && !name.starts_with("/dev/") && !name.starts_with("[v");
        let number = |digits| u64::from_str_radix(digits, 16).expect("an address");
        wanted.then(|| Region { from: number(from), to: number(to), name })
    };
    maps.lines().filter_map(parse).collect()
}

/// Searches all of a process's memory.
pub(crate) fn search<'a>(process: u32, pieces: &Pieces<'a>) -> (Vec<Found<'a>>, u64) {
    let memory = File::open(format!("/proc/{process}/mem")).expect("the memory of a child");
    let (mut found, mut searched) = (Vec::new(), 0);
    for region in regions(process) {
        let mut bytes = vec![0; usize::try_from(region.to - region.from).expect("a size")];
        if let Err(error) = memory.read_exact_at(&mut bytes, region.from) {
            // A thread that ended meanwhile has given its stack back.
            let is_there = regions(process).iter().any(|r| (r.from, r.to) == (region.from, region.to));
            assert!(!is_there, "{}: {error}", region.name);
            continue;
        }
        pieces.search(&bytes, region.from, &mut found);
        searched += bytes.len() as u64;
    }
    (found, searched)
}

/// The name of the mapping of an address.
pub(crate) fn place(regions: &[Region], address: u64) -> &str {
    regions
        .iter()
        .find(|region| (region.from..region.to).contains(&address))
        .map_or("nowhere", |region| &region.name)
}
