//! The outside of a text as the products take it apart: the number with a sign or leading zeros, a template
//! instead of the default form.

use super::Malformed;
use super::text::{Prefix, TAIL, Template};

/// The outside of a text; the base64 is not yet looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed<'a> {
    /// `None` if the text is in the form of the key's template.
    pub(crate) prefix: Option<Prefix>,
    /// Whatever number was written, as Go's `Atoi` reads it.
    pub(crate) number: i64,
    pub(crate) base64: &'a str,
}

/// Takes a text apart. A key that has a template reads no other form.
pub(crate) fn parse<'a>(text: &'a str, template: Option<&Template>) -> Result<Parsed<'a>, Malformed> {
    if let Some((head, tail)) = template.map(Template::parts) {
        let (number, base64) = split(text, head, tail).ok_or(Malformed)?;
        return Ok(Parsed { prefix: None, number, base64 });
    }
    let found = [Prefix::Vault, Prefix::Strongroom]
        .into_iter()
        .find_map(|prefix| Some((prefix, split(text, prefix.head(), TAIL)?)));
    let (prefix, (number, base64)) = found.ok_or(Malformed)?;
    Ok(Parsed { prefix: Some(prefix), number, base64 })
}

/// Go's `Atoi` takes what Rust's `parse` does: a sign of either kind, digits, 64 bits.
fn split<'a>(text: &'a str, head: &str, tail: &str) -> Option<(i64, &'a str)> {
    let (number, base64) = text.strip_prefix(head)?.split_once(tail)?;
    Some((number.parse().ok()?, base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_go_reads_them() {
        let number = |text: &str| parse(text, None).map(|parsed| parsed.number).ok();
        for (text, expected) in [
            ("vault:v3:", Some(3)),
            ("vault:v+3:", Some(3)),
            ("vault:v003:", Some(3)),
            ("vault:v-1:", Some(-1)),
            ("vault:v0:", Some(0)),
            ("vault:v9223372036854775807:", Some(i64::MAX)),
            ("vault:v9223372036854775808:", None),
            ("vault:v:", None),
            ("vault:v+:", None),
            ("vault:v1_0:", None),
            ("vault:v 1:", None),
            ("vault:v١:", None),
            ("vault:v1", None),
            ("Vault:v1:", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn a_template_excludes_the_default_form() {
        let template = Template::new("app-{{version}}-").unwrap();
        assert_eq!(
            parse("app-+7-AAAA", Some(&template)),
            Ok(Parsed { prefix: None, number: 7, base64: "AAAA" })
        );
        assert_eq!(parse("vault:v7:AAAA", Some(&template)), Err(Malformed));
        // The number ends at the first "-", so it cannot have that sign here.
        assert_eq!(parse("app--7-AAAA", Some(&template)), Err(Malformed));
    }
}
