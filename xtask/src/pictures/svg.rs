//! As much of SVG 1.1 as the pictures need. Colours suit light and dark pages.

use std::fmt::Write as _;

pub(super) struct Svg {
    width: u32,
    height: u32,
    body: String,
}

/// What a box is filled with.
#[derive(Clone, Copy)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
}

impl Svg {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(super) fn boxed(&mut self, [x, y, width, height]: [u32; 4], tone: Tone) {
        let fill = match tone {
            Tone::Plain => "#e8eef7",
            Tone::Strong => "#c9dbf2",
            Tone::Faint => "#f3f3f3",
        };
        self.push(format_args!(
            r##"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" stroke="#4a6fa5"/>"##
        ));
    }

    /// Lines of text from `y` on, which is where the first one stands.
    pub(super) fn lines(&mut self, x: u32, y: u32, style: &str, lines: &[String]) {
        for (line, y) in lines.iter().zip((y..).step_by(17)) {
            let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            self.push(format_args!(r#"<text x="{x}" y="{y}" {style}>{line}</text>"#));
        }
    }

    pub(super) fn arrow(&mut self, [from_x, from_y]: [u32; 2], [to_x, to_y]: [u32; 2]) {
        self.push(format_args!(r##"<path d="M{from_x} {from_y} L{to_x} {to_y}" stroke="#4a6fa5" stroke-width="1.6" fill="none" marker-end="url(#tip)"/>"##));
    }

    /// A line through such points, of a colour, with such dashes and this width.
    pub(super) fn curve(&mut self, points: &[[u32; 2]], colour: &str, dashes: &str, width: &str) {
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{x},{y}")).collect();
        let style = format!(r#"stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}""#);
        self.push(format_args!(r#"<polyline points="{}" fill="none" {style}/>"#, points.join(" ")));
    }

    pub(super) fn dot(&mut self, [x, y]: [u32; 2], colour: &str) {
        self.push(format_args!(r#"<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>"#));
    }

    pub(super) fn bar(&mut self, [x, y, width, height]: [u32; 4], colour: &str) {
        self.push(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>"#
        ));
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = writeln!(self.body, "  {element}");
    }

    pub(super) fn end(self) -> String {
        let Self { width, height, body } = self;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="13" fill="#1b2a41">
  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="#4a6fa5"/></marker></defs>
  <rect width="{width}" height="{height}" fill="#ffffff"/>
{body}</svg>
"##
        )
    }
}

/// Breaks a text at spaces into lines of at most `columns` characters, where a word is no longer.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= columns) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}
