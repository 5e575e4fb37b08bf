//! What a power cut leaves.

use super::{Disk, Inode, MOUNT, State, apply};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What survives of that which was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survival {
    names: Names,
    data: Data,
    epoch: Epoch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    None,
    All,
    /// Those whose bit is set, as a journal may have written them.
    Some(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    None,
    All,
    FirstHalf,
    Zeros,
}

/// The file is never flushed, so it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Epoch {
    AsItWas,
    Missing,
    Torn,
    Ones,
}

/// As many changes of names are tried in all combinations; of more, as many combinations as there would be.
const ALL_COMBINATIONS: usize = 4;

impl Disk {
    /// Cuts the power: each disk that may be found afterwards, every content once, with what made it.
    pub fn power_cuts(&self) -> Vec<(Survival, Disk)> {
        let state = self.state();
        let mut seen = BTreeSet::new();
        survivals(state.pending.len())
            .into_iter()
            .filter_map(|survival| {
                let after = state.after(survival);
                let contents: Vec<_> = after
                    .names
                    .iter()
                    .map(|(path, inode)| (path.clone(), after.inodes[*inode].cached.clone()))
                    .collect();
                seen.insert(contents).then(|| (survival, Disk(Arc::new(Mutex::new(after)))))
            })
            .collect()
    }
}

fn survivals(pending: usize) -> Vec<Survival> {
    let mut names = vec![Names::None, Names::All];
    if pending <= ALL_COMBINATIONS {
        names.extend((1..(1 << pending) - 1).map(Names::Some));
    } else {
        // Multiples of an odd number, so that each bit is set in half of them.
        names.extend(
            (1..=1 << ALL_COMBINATIONS)
                .map(|n: u64| Names::Some(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20)),
        );
    }
    let mut all = Vec::new();
    for names in names {
        for data in [Data::None, Data::All, Data::FirstHalf, Data::Zeros] {
            all.push(Survival { names, data, epoch: Epoch::AsItWas });
        }
    }
    for (names, data) in [(Names::None, Data::None), (Names::All, Data::All)] {
        all.extend([Epoch::Missing, Epoch::Torn, Epoch::Ones].map(|epoch| Survival { names, data, epoch }));
    }
    all
}

impl State {
    fn after(&self, survival: Survival) -> Self {
        let mut names = self.lasting.clone();
        for (number, renaming) in self.pending.iter().enumerate() {
            let survives = match survival.names {
                Names::None => false,
                Names::All => true,
                Names::Some(bits) => bits >> (number % 64) & 1 == 1,
            };
            if survives {
                apply(&mut names, &renaming.sets);
            }
        }
        let mut inodes: Vec<_> = self.inodes.iter().map(|inode| inode.after(survival.data)).collect();
        for (_, inode) in
            names.iter().filter(|(path, _)| path.file_name().is_some_and(|name| name == "epoch"))
        {
            let bytes = &mut inodes[*inode].cached;
            match survival.epoch {
                Epoch::AsItWas | Epoch::Missing => {}
                Epoch::Torn => bytes.truncate(3),
                Epoch::Ones => bytes.fill(0xff),
            }
            inodes[*inode].platter = inodes[*inode].cached.clone();
        }
        if survival.epoch == Epoch::Missing {
            names.retain(|path, _| path.file_name().is_none_or(|name| name != "epoch"));
        }
        let names = reachable(names, &inodes);
        Self { inodes, lasting: names.clone(), names, ..Self::default() }
    }
}

impl Inode {
    fn after(&self, data: Data) -> Self {
        let bytes = if self.cached == self.platter {
            self.platter.clone()
        } else {
            match data {
                Data::None => self.platter.clone(),
                Data::All => self.cached.clone(),
                Data::FirstHalf => self.cached[..self.cached.len() / 2].to_vec(),
                Data::Zeros => vec![0; self.cached.len()],
            }
        };
        Self { is_folder: self.is_folder, cached: bytes.clone(), platter: bytes, is_dirty: false }
    }
}

/// What is in a folder whose own name did not survive is gone with it.
fn reachable(names: BTreeMap<PathBuf, usize>, inodes: &[Inode]) -> BTreeMap<PathBuf, usize> {
    let is_folder = |path: &Path| {
        path == Path::new(MOUNT) || names.get(path).is_some_and(|inode| inodes[*inode].is_folder)
    };
    let above =
        |path: &Path| path.ancestors().skip(1).take_while(|above| above.starts_with(MOUNT)).all(is_folder);
    names.iter().filter(|(path, _)| above(path)).map(|(path, inode)| (path.clone(), *inode)).collect()
}
