//! A name that was perhaps meant.

use std::fmt;

/// What was perhaps meant where a name is unknown, if anything there is like it.
///
/// ```
/// use strongroom::Near;
/// let near = Near::of("adress", ["cards", "addresses", "address"]);
/// assert_eq!(near.name(), Some("address"));
/// assert_eq!(near.to_string(), " (did you mean \"address\"?)");
/// assert_eq!(Near::default().to_string(), "");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Near(Option<Box<str>>);

impl Near {
    /// The nearest of some names: the first of those that differ by the fewest characters, at most two, one
    /// for names of up to four.
    pub fn of<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let most = if name.chars().count() > 4 { 2 } else { 1 };
        let near = names.into_iter().filter_map(|other| Some((distance(name, other, most)?, other)));
        let nearest = near.min_by_key(|(distance, _)| *distance);
        Self(nearest.map(|(_, other)| other.into()))
    }

    /// The name.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " (did you mean {name:?}?)"))
    }
}

/// How many characters have to be put in, left out, changed or exchanged with the next one, if no more than
/// `most`.
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, here) in one.iter().enumerate() {
        let mut next = vec![at + 1];
        for (column, there) in other.iter().enumerate() {
            let value = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let changed = value(&row, column) + usize::from(here != there);
            let mut least = changed.min(value(&row, column + 1) + 1).min(value(&next, column) + 1);
            let exchanged =
                column > 0 && at > 0 && one.get(at - 1) == Some(there) && other.get(column - 1) == Some(here);
            if exchanged {
                least = least.min(value(&before, column - 1) + 1);
            }
            next.push(least);
        }
        // No later row has less than the least of this one.
        if next.iter().all(|distance| *distance > most) {
            return None;
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_little_are_near() {
        for (name, near) in [
            ("card", Some("cards")),
            ("crads", Some("cards")),
            ("Cards", Some("cards")),
            ("cards", Some("cards")),
            ("customres", Some("customers")),
            ("custmer", Some("customers")),
            ("card-2", Some("cards")),
            ("cxyd", None),
            ("", None),
            ("c", None),
            ("orders", None),
        ] {
            assert_eq!(Near::of(name, ["customers", "cards", "cardss"]).name(), near, "{name}");
        }
    }
}
