//! What can be changed about a text.

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text with each character changed to several others: by one bit, to its neighbours in the alphabet of
/// base64 (so that spare bits come up), to padding, to the other alphabet, to what is not base64 at all.
///
/// # Panics
/// When the text is not ASCII.
pub fn characters(text: &str) -> impl Iterator<Item = String> {
    assert!(text.is_ascii());
    (0..text.len()).flat_map(move |at| {
        others(text.as_bytes()[at]).into_iter().map(move |other| {
            let mut changed = text.to_owned();
            changed.replace_range(at..=at, &char::from(other).to_string());
            changed
        })
    })
}

fn others(byte: u8) -> Vec<u8> {
    let bits = (0..7).map(|bit| byte ^ 1 << bit);
    let place = BASE64.iter().position(|letter| *letter == byte);
    let neighbours = place
        .into_iter()
        .flat_map(|place| [place ^ 1, place ^ 2, place + 1, place + 63].map(|at| BASE64[at % 64]));
    let mut others: Vec<u8> =
        bits.chain(neighbours).chain(*b"A=-_\n").filter(|other| *other != byte).collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// The text without its end, without its beginning, and without one character, at every place.
pub fn cut(text: &str) -> impl Iterator<Item = String> {
    let ends = (0..text.len()).map(|at| text[..at].to_owned());
    let beginnings = (1..text.len()).map(|at| text[at..].to_owned());
    let holes = (0..text.len()).map(|at| [&text[..at], &text[at + 1..]].concat());
    ends.chain(beginnings).chain(holes)
}

/// The text with something before or after it.
pub fn lengthened(text: &str) -> impl Iterator<Item = String> {
    let after =
        ["A", "=", "==", "AA==", "AAAA", "\n", " ", "\0", ":", "é"].map(|more| format!("{text}{more}"));
    let before = [" ", "\n", "v", "\u{feff}"].map(|more| format!("{more}{text}"));
    after.into_iter().chain(before).chain([format!("{text}{text}")])
}
