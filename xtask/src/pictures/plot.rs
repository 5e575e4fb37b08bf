//! Time by size, both on scales of logarithms: ours as full lines, of others dashed.

use super::svg::Svg;

const LEFT: u32 = 70;
const TOP: u32 = 20;
const WIDTH: u32 = 560;
const HEIGHT: u32 = 380;
/// For the names at the right.
const NAMES: u32 = 330;
/// Between two names.
const LINE: u32 = 15;
const SMALL: &str = r#"font-size="11""#;
const OURS: [&str; 5] = ["#14518c", "#2f9fe1", "#0b7a75", "#7a5fd0", "#22a06b"];
const THEIRS: [&str; 7] = ["#c0392b", "#d9822b", "#8e44ad", "#7f8c8d", "#b7950b", "#a04068", "#5d6d3a"];
/// What is left out, as it would cover others: types that take as long as another, and of others what is not
/// AES.
const OTHERS: [&str; 5] =
    ["aes128-gcm96", "xaes256-gcm, RustCrypto", "xchacha20", "chacha20-poly1305, RustCrypto", "ChaCha20"];

struct Line {
    name: String,
    colour: &'static str,
    is_ours: bool,
    /// Where it goes through, in the units of the picture.
    points: Vec<[u32; 2]>,
}

pub(super) fn draw(head: &[String], rows: &[Vec<String>]) -> String {
    let sizes: Vec<(usize, f64)> = head
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(column, cell)| Some((column, quantity(cell)?)))
        .collect();
    let rows = rows.iter().filter(|row| !OTHERS.iter().any(|other| row[0].contains(other)));
    let timed: Vec<(&str, Vec<(f64, f64)>)> = rows
        .map(|row| {
            let points = sizes.iter().filter_map(|&(column, size)| Some((size, quantity(row.get(column)?)?)));
            (row[0].as_str(), points.collect())
        })
        .collect();
    let times = timed.iter().flat_map(|(_, points)| points.iter().map(|&(_, time)| time));
    let times = Scale::around(times, [TOP + HEIGHT, TOP]);
    let bytes = Scale::between(sizes.iter().map(|&(_, size)| size), [LEFT, LEFT + WIDTH]);
    let mut svg = Svg::new(LEFT + WIDTH + NAMES, TOP + HEIGHT + 40);
    for power in times.powers() {
        let y = times.at(power);
        svg.curve(&[[LEFT, y], [LEFT + WIDTH, y]], "#dddddd", "none", "1");
        svg.lines(8, y + 4, SMALL, &[time(power)]);
    }
    for &(column, size) in &sizes {
        let x = bytes.at(size);
        svg.curve(&[[x, TOP], [x, TOP + HEIGHT]], "#eeeeee", "none", "1");
        svg.lines(x.saturating_sub(16), TOP + HEIGHT + 20, SMALL, &head[column..=column]);
    }
    let (mut ours, mut theirs) = (OURS.into_iter().cycle(), THEIRS.into_iter().cycle());
    let mut lines: Vec<Line> = timed
        .iter()
        .filter(|(_, points)| !points.is_empty())
        .map(|(name, points)| {
            let is_ours = name.starts_with("Strongroom");
            let colour = if is_ours { ours.next() } else { theirs.next() };
            let points = points.iter().map(|&(size, time)| [bytes.at(size), times.at(time)]).collect();
            Line { name: (*name).to_owned(), colour: colour.unwrap_or("#000000"), is_ours, points }
        })
        .collect();
    for Line { colour, is_ours, points, .. } in &lines {
        let (dashes, width) = if *is_ours { ("none", "2.2") } else { ("5 3", "1.4") };
        svg.curve(points, colour, dashes, width);
        points.iter().for_each(|&point| svg.dot(point, colour));
    }
    // Names stand where their lines end, or below the one before.
    lines.sort_by_key(|line| line.points.last().map(|point| point[1]));
    let mut free = TOP;
    for Line { name, colour, is_ours, points } in &lines {
        let Some(&[x, end]) = points.last() else { continue };
        let y = (end + 4).max(free);
        free = y + LINE;
        let weight = if *is_ours { "bold" } else { "normal" };
        let style = format!(r#"font-size="11" fill="{colour}" font-weight="{weight}""#);
        svg.lines(x.max(LEFT + WIDTH) + 8, y, &style, std::slice::from_ref(name));
    }
    svg.end()
}

/// A range of numbers on a scale of logarithms.
struct Scale {
    from: f64,
    to: f64,
    ends: [u32; 2],
}

impl Scale {
    fn between(values: impl Iterator<Item = f64>, ends: [u32; 2]) -> Self {
        let (from, to) =
            values.fold((f64::MAX, f64::MIN), |(from, to), value| (from.min(value), to.max(value)));
        Self { from: from.log10(), to: to.log10(), ends }
    }

    /// From one power of ten to another.
    fn around(values: impl Iterator<Item = f64>, ends: [u32; 2]) -> Self {
        let Self { from, to, ends } = Self::between(values, ends);
        Self { from: from.floor(), to: to.ceil(), ends }
    }

    fn at(&self, value: f64) -> u32 {
        let share = (value.log10() - self.from) / (self.to - self.from).max(f64::MIN_POSITIVE);
        let [from, to] = self.ends.map(f64::from);
        // Within the picture, which has a few hundred units.
        #[allow(clippy::cast_possible_truncation, reason = "between the ends")]
        let at = (from + share * (to - from)).round() as u32;
        at
    }

    fn powers(&self) -> Vec<f64> {
        let mut powers = Vec::new();
        let mut exponent = self.from;
        while exponent <= self.to {
            powers.push(10_f64.powf(exponent));
            exponent += 1.0;
        }
        powers
    }
}

/// Bytes or nanoseconds, from a cell such as `16 KiB` or `2.09 µs`; nothing for what is another cell.
pub(super) fn quantity(cell: &str) -> Option<f64> {
    let (number, unit) = cell.split_once(' ')?;
    let unit = match unit {
        "B" | "ns" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "µs" => 1e3,
        "ms" => 1e6,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * unit)
}

fn time(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.0} µs", ns / 1e3),
        ns => format!("{:.0} ms", ns / 1e6),
    }
}

#[test]
fn cells_are_read_as_they_are_written() {
    assert_eq!(
        ["64 B", "16 KiB", "1 MiB", "153 ns", "2.09 µs", "–", "64 B of a batch"].map(quantity),
        [Some(64.0), Some(16384.0), Some(1_048_576.0), Some(153.0), Some(2090.0), None, None]
    );
}
