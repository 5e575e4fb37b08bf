//! Ratios to ours as bars, on a scale of logarithms, to encrypt and to decrypt: to the right of the line at 1
//! are those who take longer.

use super::svg::Svg;

const NAMES: u32 = 390;
const WIDTH: u32 = 400;
const ROW: u32 = 30;
const TOP: u32 = 30;
const SMALL: &str = r#"font-size="11""#;
const COLOURS: [&str; 2] = ["#2f7fd1", "#9cc4ee"];

struct Row<'a> {
    name: String,
    /// Each as it is written, and as a number.
    ratios: Vec<Option<(&'a str, f64)>>,
}

/// The column of 64 bytes is the first one after the names.
pub(super) fn draw(head: &[String], rows: &[Vec<String>]) -> String {
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|row| Row {
            name: format!("{}: {}", row[0], row[1]),
            ratios: row[2].split(", ").map(|cell| Some((cell, cell.parse().ok()?))).collect(),
        })
        .collect();
    let ratios = || rows.iter().flat_map(|row| row.ratios.iter().flatten().map(|ratio| ratio.1));
    let least = ratios().fold(1.0, f64::min).log10().floor();
    let most = ratios().fold(1.0, f64::max).log10().ceil().max(least + 1.0);
    #[allow(clippy::cast_possible_truncation, reason = "within the picture")]
    let at =
        |ratio: f64| NAMES + ((ratio.log10() - least) / (most - least) * f64::from(WIDTH)).round() as u32;
    let height = TOP + ROW * u32::try_from(rows.len()).unwrap_or_default();
    let mut svg = Svg::new(NAMES + WIDTH + 70, height + 40);
    let title = format!("times ours, {}", head[2]);
    svg.lines(8, 18, r#"font-weight="bold""#, &[title]);
    for (name, colour, x) in [("encrypt", COLOURS[0], NAMES), ("decrypt", COLOURS[1], NAMES + 80)] {
        svg.bar([x, 9, 10, 10], colour);
        svg.lines(x + 15, 18, SMALL, &[name.to_owned()]);
    }
    let mut power = least;
    while power <= most {
        let (x, ratio) = (at(10_f64.powf(power)), 10_f64.powf(power));
        svg.curve(&[[x, TOP], [x, height]], "#dddddd", "none", "1");
        svg.lines(x.saturating_sub(8), height + 18, SMALL, &[format!("{ratio}")]);
        power += 1.0;
    }
    for (Row { name, ratios }, y) in rows.iter().zip((TOP..).step_by(ROW as usize)) {
        svg.lines(8, y + 18, SMALL, std::slice::from_ref(name));
        for ((ratio, colour), y) in ratios.iter().zip(COLOURS).zip([y + 4, y + 15]) {
            let Some((cell, ratio)) = *ratio else { continue };
            let (from, to) = (at(ratio.min(1.0)), at(ratio.max(1.0)));
            svg.bar([from, y, (to - from).max(1), 10], colour);
            svg.lines(to + 4, y + 9, r#"font-size="10""#, &[cell.to_owned()]);
        }
    }
    svg.curve(&[[at(1.0), TOP], [at(1.0), height]], "#1b2a41", "none", "1.4");
    svg.end()
}
