//! Which columns are worked on, and which say something about them.

use crate::error::{Error, Part, Request};
use crate::source::Source;

/// The columns by name, as they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// To be encrypted, decrypted or rewrapped: at least one.
    pub worked: Vec<String>,
    /// Each row's context is in it.
    pub context: Option<String>,
    /// Each row's aad is in it.
    pub aad: Option<String>,
    /// Columns that are worked on, with the name that their cells are bound to where it is not their own.
    pub renamed: Vec<(String, String)>,
}

/// The columns of a table by position, with the names kept for messages.
#[derive(Debug, Clone)]
pub struct Found {
    /// The columns that are worked on, in the order in which they were named.
    pub worked: Vec<Named>,
    /// Where each row's context is.
    pub context: Option<Named>,
    /// Where each row's aad is.
    pub aad: Option<Named>,
}

/// A column that was found.
#[derive(Debug, Clone)]
pub struct Named {
    /// As its source counts.
    pub position: usize,
    /// Its name in the table.
    pub name: String,
    /// What its cells are bound to.
    pub bound: String,
}

impl Columns {
    /// Checks what can be checked without the table.
    fn check(&self) -> Result<(), Request> {
        if self.worked.is_empty() {
            return Err(Request::NoColumn);
        }
        for (at, name) in self.worked.iter().enumerate() {
            if self.worked.iter().skip(at + 1).any(|other| other == name) {
                return Err(Request::Twice(name.clone()));
            }
            for (other, part) in [(&self.context, Part::Context), (&self.aad, Part::Aad)] {
                if other.as_ref() == Some(name) {
                    return Err(Request::Itself(name.clone(), part));
                }
            }
        }
        Ok(())
    }

    /// Finds them in a table.
    ///
    /// # Errors
    /// They do not fit together, or the table does not have each of them once.
    pub fn find(&self, source: &mut impl Source) -> Result<Found, Error> {
        self.check()?;
        let mut find = |name: &String| {
            let position = source.find(name)?;
            Ok::<_, Error>(Named { position, name: name.clone(), bound: name.clone() })
        };
        let mut worked = self.worked.iter().map(&mut find).collect::<Result<Vec<_>, _>>()?;
        for (name, bound) in &self.renamed {
            let column = worked.iter_mut().find(|column| column.name == *name);
            column.ok_or_else(|| Request::NotWorked(name.clone()))?.bound.clone_from(bound);
        }
        if let Some((one, other)) = pairs(&worked).find(|(one, other)| one.bound == other.bound) {
            let (one, other, bound) = (one.name.clone(), other.name.clone(), one.bound.clone());
            return Err(Request::SameName { one, other, bound }.into());
        }
        let mut other = |name: &Option<String>| name.as_ref().map(&mut find).transpose();
        Ok(Found { worked, context: other(&self.context)?, aad: other(&self.aad)? })
    }
}

fn pairs(columns: &[Named]) -> impl Iterator<Item = (&Named, &Named)> {
    columns
        .iter()
        .enumerate()
        .flat_map(|(at, one)| columns.iter().skip(at + 1).map(move |other| (one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Csv, Delimiter, KeepEmpty};

    fn columns(worked: &[&str], context: Option<&str>, aad: Option<&str>) -> Columns {
        Columns {
            worked: worked.iter().map(ToString::to_string).collect(),
            context: context.map(Into::into),
            aad: aad.map(Into::into),
            renamed: Vec::new(),
        }
    }

    fn find(columns: &Columns) -> Result<Found, String> {
        let header = &b"id,\"name\",twice,twice,,\n"[..];
        let mut csv = Csv::open(header, Delimiter::COMMA, KeepEmpty::No).unwrap();
        columns.find(&mut csv).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_found_or_refused() {
        let found = find(&columns(&["name"], Some("id"), Some("id"))).unwrap();
        assert_eq!(
            (found.worked[0].position, found.context.unwrap().position, found.aad.unwrap().position),
            (1, 0, 0)
        );
        for (wrong, expected) in [
            (columns(&[], None, None), "no column is named"),
            (columns(&["Name"], None, None), "no column \"Name\" among its 6"),
            (columns(&["name", "name"], None, None), "named twice"),
            (columns(&["name"], Some("name"), None), "its own context"),
            (columns(&["name"], None, Some("name")), "its own aad"),
            (columns(&["name"], None, Some("nobody")), "no column \"nobody\""),
            (columns(&["name", "id"], Some("twice"), None), "more than one column \"twice\""),
        ] {
            let error = find(&wrong).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn columns_may_be_bound_to_other_names() {
        let renamed = |pairs: &[(&str, &str)]| Columns {
            renamed: pairs.iter().map(|(name, bound)| (name.to_string(), bound.to_string())).collect(),
            ..columns(&["name", "id"], None, None)
        };
        let found = find(&renamed(&[("name", "who"), ("id", "name")])).unwrap();
        assert_eq!(
            found.worked.iter().map(|column| column.bound.as_str()).collect::<Vec<_>>(),
            ["who", "name"]
        );
        for (wrong, expected) in
            [(("twice", "x"), "is not worked on"), (("name", "id"), "would be bound to the same name \"id\"")]
        {
            let error = find(&renamed(&[wrong])).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
