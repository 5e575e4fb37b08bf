//! The layers as a stack: what uses is above what is used.

use super::svg::{Svg, Tone, wrapped};

const WIDTH: u32 = 900;
const LINE: u32 = 17;
const GAP: u32 = 8;

/// Rows of one layer stand side by side. The row `side` stands beside all of them.
pub(super) fn draw(_: &[String], rows: &[Vec<String>]) -> String {
    let (side, rows): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row[0] == "side");
    let mut layers: Vec<Vec<&Vec<String>>> = Vec::new();
    for row in rows {
        match layers.last_mut().filter(|layer| layer[0][0] == row[0]) {
            Some(layer) => layer.push(row),
            None => layers.push(vec![row]),
        }
    }
    let room = if side.is_empty() { WIDTH } else { WIDTH - 170 };
    let laid: Vec<(u32, Vec<Laid>)> = layers.iter().rev().map(|layer| lay(layer, room)).collect();
    let height = GAP + laid.iter().map(|(height, _)| height + GAP).sum::<u32>();
    let mut svg = Svg::new(WIDTH, height);
    let mut y = GAP;
    for (height, boxes) in laid {
        for laid in boxes {
            svg.boxed([laid.x, y, laid.width, height], laid.tone);
            svg.lines(laid.x + 10, y + 21, r#"font-weight="bold""#, &[laid.name]);
            svg.lines(laid.x + 60, y + 21, r#"font-family="monospace" font-size="12""#, &laid.files);
            let below = y + 21 + LINE * u32::try_from(laid.files.len()).unwrap_or_default();
            svg.lines(laid.x + 60, below, r##"fill="#445""##, &laid.what);
        }
        y += height + GAP;
    }
    for row in side {
        let x = WIDTH - 170;
        svg.boxed([x, GAP, 162, height - 2 * GAP], Tone::Faint);
        svg.lines(x + 10, GAP + 21, r#"font-family="monospace" font-size="12""#, &wrapped(&row[1], 20));
        svg.lines(x + 10, GAP + 44, r##"fill="#445""##, &wrapped(&row[2], 20));
    }
    svg.end()
}

struct Laid {
    x: u32,
    width: u32,
    tone: Tone,
    name: String,
    files: Vec<String>,
    what: Vec<String>,
}

fn lay(layer: &[&Vec<String>], room: u32) -> (u32, Vec<Laid>) {
    let count = u32::try_from(layer.len()).unwrap_or(1);
    let width = (room - GAP * (count + 1)) / count;
    // A letter of this size takes some seven units.
    let columns = usize::try_from((width - 70) / 7).unwrap_or_default();
    let boxes: Vec<Laid> = (0..)
        .zip(layer)
        .map(|(at, row)| Laid {
            x: GAP + at * (width + GAP),
            width,
            tone: if row[0].starts_with('L') { Tone::Plain } else { Tone::Strong },
            name: row[0].clone(),
            files: wrapped(&row[1], columns),
            what: wrapped(&row[2], columns),
        })
        .collect();
    let lines = boxes.iter().map(|laid| laid.files.len() + laid.what.len()).max().unwrap_or_default();
    (18 + LINE * u32::try_from(lines).unwrap_or_default(), boxes)
}
