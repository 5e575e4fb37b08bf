//! Tables of Markdown from figures, each with how far its two runs are apart.

use std::fmt::Write as _;

use super::figures::{At, Figures, Program};
use super::number;

/// How a work ends whose figure is no time.
const BYTES: &str = " bytes";

/// What stands where nothing was measured.
const NONE: &str = "–";

/// Collects the figures of one table on their way into it.
pub(super) struct Table<'a> {
    figures: &'a Figures,
    text: String,
    rows: usize,
    deviations: Vec<(f64, String)>,
}

impl<'a> Table<'a> {
    pub(super) fn new(figures: &'a Figures, head: &[String]) -> Self {
        let mut table = Self { figures, text: String::new(), rows: 0, deviations: Vec::new() };
        table.line(head);
        table.line(&vec!["---".to_owned(); head.len()]);
        table
    }

    /// A row, unless no figure of it was measured.
    pub(super) fn row(&mut self, label: &str, cells: &[Option<String>]) {
        if cells.iter().any(Option::is_some) {
            let cells = cells.iter().map(|cell| cell.clone().unwrap_or_else(|| NONE.to_owned()));
            self.line(&std::iter::once(label.to_owned()).chain(cells).collect::<Vec<_>>());
            self.rows += 1;
        }
    }

    /// A figure, whose deviation counts for this table.
    pub(super) fn ns(&mut self, at: At<'_>) -> Option<f64> {
        let ns = self.figures.ns(at)?;
        let size =
            if at.program == Program::Growth { number::grouped(at.size) } else { number::size(at.size) };
        let place = format!("{}, {}, {size}", at.who, at.work);
        self.deviations.push((self.figures.deviation(at)?, place));
        Some(ns)
    }

    pub(super) fn time(&mut self, at: At<'_>) -> Option<String> {
        self.ns(at).map(number::time)
    }

    /// How many times the second figure the first one is.
    pub(super) fn ratio(&mut self, of: At<'_>, to: At<'_>) -> Option<String> {
        let (of, to) = (self.ns(of)?, self.ns(to)?);
        Some(number::ratio(of / to))
    }

    /// The table and, under it, the deviation; nothing if it has no row.
    pub(super) fn end(mut self) -> String {
        if self.rows == 0 {
            return "Not measured.\n".to_owned();
        }
        self.deviations.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let (Some(largest), Some(middle)) =
            (self.deviations.last(), self.deviations.get(self.deviations.len() / 2))
        {
            let (most, half) = (number::percent(largest.0), number::percent(middle.0));
            let _ = writeln!(
                self.text,
                "\nBetween the two runs: at most {most} ({}), half of the figures at most {half}.",
                largest.1
            );
        }
        self.text
    }

    fn line(&mut self, cells: &[String]) {
        let _ = writeln!(self.text, "| {} |", cells.join(" | "));
    }
}

fn heads(first: &str, sizes: &[u64]) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(sizes.iter().map(|&size| number::size(size))).collect()
}

/// One work from Rust at every size: the bare primitives and what is written by hand, then the library with
/// each provider.
pub(super) fn rust(figures: &Figures, head: &str, work: &str) -> String {
    let sizes = figures.sizes(Program::AwsLc, work);
    let mut table = Table::new(figures, &heads(head, &sizes));
    let mut rows = Vec::new();
    if work == "encrypt_into" {
        rows.extend(
            figures.whos(Program::AwsLc, "seal in place").into_iter().map(|who| (who, "seal in place")),
        );
    }
    rows.extend(
        figures.whos(Program::AwsLc, work).into_iter().filter(|who| !is_ours(who)).map(|who| (who, work)),
    );
    for (who, work) in rows {
        let label = if work == "seal in place" { format!("{who}, in place") } else { who.to_owned() };
        row(&mut table, &label, Program::AwsLc, work, who, &sizes);
    }
    for who in figures.whos(Program::AwsLc, work).into_iter().filter(|who| is_ours(who)) {
        if has_no_provider(who) {
            row(&mut table, who, Program::AwsLc, work, who, &sizes);
            continue;
        }
        row(&mut table, &format!("{who}, AWS-LC"), Program::AwsLc, work, who, &sizes);
        row(&mut table, &format!("{who}, RustCrypto"), Program::RustCrypto, work, who, &sizes);
    }
    table.end()
}

/// Several works from Rust with 64 bytes: the library with each provider, and what others do of them all.
pub(super) fn small(figures: &Figures, head: &str, works: &[&str]) -> String {
    let heads: Vec<String> = std::iter::once(&head).chain(works).map(|&word| word.to_owned()).collect();
    let mut table = Table::new(figures, &heads);
    let last = works.last().copied().unwrap_or_default();
    for who in figures.whos(Program::AwsLc, last) {
        let providers: &[(Program, &str)] = if is_ours(who) && !has_no_provider(who) {
            &[(Program::AwsLc, ", AWS-LC"), (Program::RustCrypto, ", RustCrypto")]
        } else {
            &[(Program::AwsLc, "")]
        };
        for &(program, provider) in providers {
            let cells: Vec<Option<String>> =
                works.iter().map(|work| table.time(At { program, work, size: 64, who })).collect();
            table.row(&format!("{who}{provider}"), &cells);
        }
    }
    table.end()
}

/// What one of many values takes as an item of a batch and in a column, from Rust and from Python.
pub(super) fn columns(figures: &Figures) -> String {
    let forms = ["batch", "column", "column, two threads"];
    let works: Vec<String> =
        ["encrypt", "decrypt"].iter().flat_map(|verb| forms.map(|form| format!("{verb} {form}"))).collect();
    let head = "64 B, one of 10,000".to_owned();
    let mut table = Table::new(figures, &std::iter::once(head).chain(works.clone()).collect::<Vec<_>>());
    for (language, program) in [("Rust", Program::AwsLc), ("Python", Program::Python)] {
        for who in figures.whos(program, "encrypt column") {
            let cells: Vec<Option<String>> =
                works.iter().map(|work| table.time(At { program, work, size: 64, who })).collect();
            table.row(&format!("{language}, {who}"), &cells);
        }
    }
    table.end()
}

/// What several works take by the number of something that there is, such as keys.
pub(super) fn growth(figures: &Figures, of: &str) -> String {
    let program = Program::Growth;
    let works = figures.works(program, of);
    let mut sizes: Vec<u64> = works.iter().flat_map(|work| figures.sizes(program, work)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let heads: Vec<String> =
        std::iter::once(format!("by {of}")).chain(sizes.iter().map(|size| number::grouped(*size))).collect();
    let mut table = Table::new(figures, &heads);
    for work in works {
        let cells: Vec<Option<String>> = sizes
            .iter()
            .map(|&size| {
                let figure = table.ns(At { program, work, size, who: of })?;
                Some(if work.ends_with(BYTES) { format!("{figure:.0}") } else { number::time(figure) })
            })
            .collect();
        table.row(work, &cells);
    }
    table.end()
}

/// Several works from Rust at every size, a row for each and who does it.
pub(super) fn works(figures: &Figures, head: &str, works: &[&str]) -> String {
    let program = Program::AwsLc;
    let sizes = works.first().map(|work| figures.sizes(program, work)).unwrap_or_default();
    let mut table = Table::new(figures, &heads(head, &sizes));
    for work in works {
        for who in figures.whos(program, work) {
            row(&mut table, &format!("{work}, {who}"), program, work, who, &sizes);
        }
    }
    table.end()
}

/// One work from a binding at every size, and in a batch of 10,000 messages of 64 bytes.
pub(super) fn binding(figures: &Figures, program: Program, head: &str, work: &str) -> String {
    let sizes = figures.sizes(program, work);
    let batch = match work {
        "encrypt text" => Some("encrypt batch"),
        "decrypt text" => Some("decrypt batch"),
        _ => None,
    };
    let mut heads = heads(head, &sizes);
    heads.extend(batch.map(|_| "64 B of a batch".to_owned()));
    let mut table = Table::new(figures, &heads);
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        figures.whos(program, work).into_iter().partition(|who| is_ours(who));
    for who in ours.into_iter().chain(theirs) {
        let mut cells: Vec<Option<String>> =
            sizes.iter().map(|&size| table.time(At { program, work, size, who })).collect();
        cells.extend(batch.map(|work| table.time(At { program, work, size: 64, who })));
        table.row(who, &cells);
    }
    table.end()
}

/// What a binding takes above Rust at 64 bytes.
pub(super) fn above(figures: &Figures) -> String {
    let heads = ["64 B, above Rust", "encrypt text", "decrypt text", "encrypt into a buffer"];
    let mut table = Table::new(figures, &heads.map(str::to_owned));
    for key_type in ["aes256-gcm96", "xaes256-gcm"] {
        let ours = format!("Strongroom {key_type}");
        let (c, rust) = (format!("C {key_type}"), format!("Rust {key_type}"));
        let works = ["encrypt text", "decrypt text", "encrypt_into"];
        for (label, program, who, below, base) in [
            ("C", Program::C, &c, Program::C, &rust),
            ("Python", Program::Python, &ours, Program::AwsLc, &ours),
            ("Node", Program::Node, &ours, Program::AwsLc, &ours),
        ] {
            let cells = works.map(|work| {
                let above = table.ns(At { program, work, size: 64, who })?;
                let base = table.ns(At { program: below, work, size: 64, who: base })?;
                Some(format!("+ {}", number::time(above - base)))
            });
            table.row(&format!("{label}, `{key_type}`"), &cells);
        }
    }
    table.end()
}

fn is_ours(who: &str) -> bool {
    who.starts_with("Strongroom")
}

/// What is made of AES alone is the same in both builds.
fn has_no_provider(who: &str) -> bool {
    who.ends_with("aes256-siv")
}

fn row(table: &mut Table<'_>, label: &str, program: Program, work: &str, who: &str, sizes: &[u64]) {
    let cells: Vec<Option<String>> =
        sizes.iter().map(|&size| table.time(At { program, work, size, who })).collect();
    table.row(label, &cells);
}
