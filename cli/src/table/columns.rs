//! Which columns are worked on, and which say something about them.

use super::fault::TableError;
use super::row::Row;

/// The columns by name, as the user gave them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// To be encrypted, decrypted or rewrapped: at least one.
    pub(crate) worked: Vec<String>,
    /// Each row's context is in it.
    pub(crate) context: Option<String>,
    /// Each row's aad is in it.
    pub(crate) aad: Option<String>,
    /// `NAME=NAME`: the name that the cells of a column are bound to, where it is not the one in the header.
    pub(crate) names: Vec<String>,
}

/// The same by position, with the names kept for messages.
#[derive(Debug, Clone)]
pub(crate) struct Positions {
    pub(crate) worked: Vec<Named>,
    pub(crate) context: Option<Named>,
    pub(crate) aad: Option<Named>,
}

/// A column that was found.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) index: usize,
    pub(crate) name: String,
    /// What its cells are bound to.
    pub(crate) bound: String,
}

impl Columns {
    /// Checks what can be checked without the file.
    fn check(&self) -> Result<(), TableError> {
        if self.worked.is_empty() {
            return Err(TableError::usage("no column is named; say which with --column"));
        }
        for (at, name) in self.worked.iter().enumerate() {
            if self.worked.iter().skip(at + 1).any(|other| other == name) {
                return Err(TableError::usage(format!("column {name:?} is named twice")));
            }
            for (other, option) in [(&self.context, "--context-column"), (&self.aad, "--aad-column")] {
                if other.as_ref() == Some(name) {
                    return Err(TableError::usage(format!(
                        "column {name:?} is given to both --column and {option}; a ciphertext cannot be its own {}",
                        option.trim_start_matches("--").trim_end_matches("-column")
                    )));
                }
            }
        }
        Ok(())
    }

    /// Finds them in a header.
    pub(crate) fn find(&self, header: &Row) -> Result<Positions, TableError> {
        self.check()?;
        let find = |name: &String| position(header, name);
        let other = |name: &Option<String>| name.as_ref().map(find).transpose();
        let mut worked = self.worked.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        for pair in &self.names {
            let (at, bound) = self.renamed(pair)?;
            if let Some(column) = worked.get_mut(at) {
                bound.clone_into(&mut column.bound);
            }
        }
        if let Some((one, other)) = pairs(&worked).find(|(one, other)| one.bound == other.bound) {
            return Err(TableError::usage(format!(
                "columns {:?} and {:?} would be bound to the same name {:?}; each needs one of its own",
                one.name, other.name, one.bound
            )));
        }
        Ok(Positions { worked, context: other(&self.context)?, aad: other(&self.aad)? })
    }

    /// Which column is meant, and the other name. A name may hold an equals sign: the longest one that fits
    /// is meant.
    fn renamed<'p>(&self, pair: &'p str) -> Result<(usize, &'p str), TableError> {
        let fits = self.worked.iter().enumerate().filter_map(|(at, name)| {
            Some((name.len(), at, pair.strip_prefix(name.as_str())?.strip_prefix('=')?))
        });
        let (_, at, bound) = fits.max().ok_or_else(|| {
            TableError::usage("--column-name takes NAME=BOUND, where --column names NAME too")
        })?;
        Ok((at, bound))
    }
}

fn pairs(columns: &[Named]) -> impl Iterator<Item = (&Named, &Named)> {
    columns
        .iter()
        .enumerate()
        .flat_map(|(at, one)| columns.iter().skip(at + 1).map(move |other| (one, other)))
}

/// Names are compared byte for byte. What else is in the header is not shown: in a file without one, that
/// would be the first row.
fn position(header: &Row, name: &str) -> Result<Named, TableError> {
    let mut found =
        header.contents().enumerate().filter(|(_, cell)| **cell == *name.as_bytes()).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(Named { index, name: name.to_owned(), bound: name.to_owned() }),
        (Some(_), Some(_)) => Err(TableError::table(format!(
            "the header has more than one column {name:?}; rename one of them"
        ))),
        (None, _) => Err(TableError::table(format!(
            "the header has no column {name:?} among its {}; names are compared exactly, and cells are separated as --delimiter says",
            header.len()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::guard::Guard;

    fn columns(worked: &[&str], context: Option<&str>, aad: Option<&str>) -> Columns {
        Columns {
            worked: worked.iter().map(ToString::to_string).collect(),
            context: context.map(Into::into),
            aad: aad.map(Into::into),
            names: Vec::new(),
        }
    }

    #[test]
    fn columns_are_found_or_refused() {
        let mut header = Row::default();
        Guard::new(b',').take(b"id,\"name\",twice,twice,,\n", &mut header).unwrap();
        let found = columns(&["name", "id"], Some("twice"), None).find(&header).unwrap_err();
        assert!(found.to_string().contains("more than one column \"twice\""));
        let found = columns(&["name"], Some("id"), Some("id")).find(&header).unwrap();
        assert_eq!(
            (found.worked[0].index, found.context.unwrap().index, found.aad.unwrap().index),
            (1, 0, 0)
        );
        for (wrong, expected) in [
            (columns(&[], None, None), "no column is named"),
            (columns(&["Name"], None, None), "no column \"Name\" among its 6"),
            (columns(&["name", "name"], None, None), "named twice"),
            (columns(&["name"], Some("name"), None), "its own context"),
            (columns(&["name"], None, Some("name")), "its own aad"),
            (columns(&["name"], None, Some("nobody")), "no column \"nobody\""),
        ] {
            let error = wrong.find(&header).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let named = |pairs: &[&str]| Columns {
            names: pairs.iter().map(ToString::to_string).collect(),
            ..columns(&["name", "id"], None, None)
        };
        let found = named(&["name=who=what", "id=name"]).find(&header).unwrap();
        assert_eq!(
            found.worked.iter().map(|column| column.bound.as_str()).collect::<Vec<_>>(),
            ["who=what", "name"]
        );
        for (wrong, expected) in [
            ("name", "takes NAME=BOUND"),
            ("twice=x", "takes NAME=BOUND"),
            ("name=id", "would be bound to the same name \"id\""),
        ] {
            let error = named(&[wrong]).find(&header).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
