//! Paths in what is given to macros, which is tokens and no more.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Every path of two names or more, also in the groups of a `use`.
pub(crate) fn paths(tokens: TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    read(tokens, &[], &mut found);
    found.retain(|path| path.len() > 1);
    found
}

/// Reads the paths that begin in `tokens`. Those of a group follow on `prefix`, the path before it.
fn read(tokens: TokenStream, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = Vec::new();
    // How many colons have been seen since the last name, and whether that was `as`.
    let (mut colons, mut renamed) = (0, false);
    for token in tokens {
        let goes_on = colons == 2 && !path.is_empty();
        match token {
            TokenTree::Punct(sign) if sign.as_char() == ':' => {
                colons += 1;
                continue;
            }
            TokenTree::Ident(_) if renamed => renamed = false,
            TokenTree::Ident(name) if name == "as" => renamed = true,
            TokenTree::Ident(name) => {
                if !goes_on {
                    found.push(std::mem::replace(&mut path, prefix.to_vec()));
                }
                path.push(name.to_string().trim_start_matches("r#").to_owned());
            }
            TokenTree::Punct(sign) if goes_on && sign.as_char() == '*' => path.push("*".to_owned()),
            TokenTree::Group(group) if goes_on && group.delimiter() == Delimiter::Brace => {
                read(group.stream(), &path, found);
                path.clear();
            }
            TokenTree::Group(group) => {
                found.push(std::mem::take(&mut path));
                read(group.stream(), &[], found);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => found.push(std::mem::take(&mut path)),
        }
        colons = 0;
    }
    found.push(path);
}

#[test]
fn finds_paths_in_tokens() {
    let found = |text: &str| {
        paths(text.parse().unwrap()).iter().map(|path| path.join("::")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("f(a::b, c, $crate::d::e(x)?; \"g::h\")"), "a::b crate::d::e");
    assert_eq!(found("use a::{b, c::d, e as f}; use g::*;"), "a::b a::c::d a::e g::*");
    assert_eq!(found("::a::b + x: y, <T as U>::v(::w::x)"), "a::b w::x");
    assert_eq!(found("a::<b::c>() a ::b r#type::c"), "b::c a::b type::c");
}
