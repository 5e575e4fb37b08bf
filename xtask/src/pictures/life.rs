//! The states of a version, from left to right, with what brings it from one to the next.

use super::svg::{Svg, Tone, wrapped};

const BOX: u32 = 136;
const STEP: u32 = 292;
const TOP: u32 = 24;
const HEIGHT: u32 = 90;

const SMALL: &str = r#"font-size="11""#;

pub(super) fn draw(_: &[String], rows: &[Vec<String>]) -> String {
    let count = u32::try_from(rows.len()).unwrap_or_default();
    let mut svg = Svg::new(20 + STEP * (count - 1) + BOX + 10, TOP + HEIGHT + 24);
    for (row, at) in rows.iter().zip(0..) {
        let x = 10 + at * STEP;
        let tone = match at {
            0 => Tone::Strong,
            _ if at + 1 == count => Tone::Faint,
            _ => Tone::Plain,
        };
        svg.boxed([x, TOP, BOX, HEIGHT], tone);
        svg.lines(x + 12, TOP + 24, r#"font-weight="bold""#, &row[..1]);
        let does = [format!("makes new: {}", word(&row[1])), format!("opens old: {}", word(&row[2]))];
        svg.lines(x + 12, TOP + 48, r##"fill="#445""##, &does);
        if !row[3].is_empty() {
            let y = TOP + 40;
            svg.arrow([x + BOX, y], [x + STEP, y]);
            svg.lines(x + BOX + 8, y - 24, SMALL, &wrapped(&row[3], 24));
        }
        if !row[4].is_empty() {
            let y = TOP + 60;
            svg.arrow([x, y], [x - (STEP - BOX), y]);
            svg.lines(x - (STEP - BOX) + 12, y + 16, SMALL, &wrapped(&row[4], 24));
        }
    }
    svg.end()
}

/// Yes, no or never: the rest is for the page.
fn word(cell: &str) -> &str {
    cell.split([' ', ',']).next().unwrap_or_default()
}
