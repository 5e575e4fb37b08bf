//! Tables of files: whole programs beside each other, and streams from Rust beside the bare primitive.

use super::figures::{At, Figures, Program};
use super::number;
use super::tables::Table;

const OURS: &str = "Strongroom";

/// Time, how many times ours that is, time computed and the most memory, of each program and direction.
pub(super) fn programs(figures: &Figures) -> String {
    let program = Program::Files;
    let Some(&size) = figures.sizes(program, "encrypt").last() else { return "Not measured.\n".to_owned() };
    let columns = ["", ", × ours", ", computed", ", memory"];
    let heads =
        ["encrypt", "decrypt"].iter().flat_map(|work| columns.map(|column| format!("{work}{column}")));
    let first = format!("a file of {}", number::size(size));
    let mut table = Table::new(figures, &std::iter::once(first).chain(heads).collect::<Vec<_>>());
    let (ours, others): (Vec<&str>, Vec<&str>) =
        figures.whos(program, "encrypt").into_iter().partition(|who| *who == OURS);
    for who in ours.into_iter().chain(others) {
        let mut cells = Vec::new();
        for work in ["encrypt", "decrypt"] {
            let (computed, held) = (format!("{work} CPU"), format!("{work} bytes"));
            let at = |work| At { program, work, size, who };
            cells.push(table.time(at(work)));
            let ratio = table.ratio(at(work), At { who: OURS, ..at(work) });
            cells.push(ratio.map(|ratio| format!("{ratio} ×")));
            cells.push(table.time(at(&computed)));
            cells.push(figures.ns(at(&held)).map(mebibytes));
        }
        table.row(who, &cells);
    }
    table.end()
}

/// What a long stream holds in memory above an empty one.
pub(super) fn memory(figures: &Figures) -> String {
    let program = Program::Files;
    let works = ["encrypt", "decrypt"].map(|work| format!("{work} above an empty stream bytes"));
    let Some(&size) = figures.sizes(program, &works[0]).last() else { return "Not measured.\n".to_owned() };
    let said = works.map(|work| {
        let bytes = figures.ns(At { program, work: &work, size, who: OURS });
        bytes.map_or_else(|| "not measured".to_owned(), |bytes| format!("{:.0} KiB", bytes / 1024.0))
    });
    let [encrypt, decrypt] = said;
    format!(
        "{} through two pipes: the program that encrypts holds {encrypt} more at its most than for an empty \
         stream, the one that decrypts {decrypt}.\n",
        number::size(size)
    )
}

/// Streams from Rust, and reading at random.
pub(super) fn rust(figures: &Figures) -> String {
    let program = Program::Streams;
    let Some(&size) = figures.sizes(program, "encrypt").last() else { return "Not measured.\n".to_owned() };
    let heads = [&format!("a stream of {}", number::size(size)), "encrypt", "decrypt", "64 KiB at random"];
    let mut table = Table::new(figures, &heads.map(str::to_owned));
    for who in figures.whos(program, "encrypt") {
        let at = |work, size| At { program, work, size, who };
        let cells = [at("encrypt", size), at("decrypt", size), at("64 KiB at random", 64 << 10)]
            .map(|at| table.time(at));
        table.row(who, &cells);
    }
    table.end()
}

fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}
