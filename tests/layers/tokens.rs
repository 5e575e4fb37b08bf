//! A source text as names and signs, as far as paths need it: no comments, no literals.

/// The names and signs of `text` without comments, literals and whatever is there for tests only.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let all: Vec<String> = scan(&text.chars().collect::<Vec<_>>());
    let test = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < all.len() {
        if all[at..].iter().take(test.len()).map(String::as_str).eq(test) {
            at = item_end(&all, at + test.len());
        } else {
            kept.push(all[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the item at `at` ends: behind its first semicolon or block outside brackets.
fn item_end(all: &[String], mut at: usize) -> usize {
    let mut depth = 0;
    while at < all.len() {
        match all[at].as_str() {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

fn scan(text: &[char]) -> Vec<String> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let next = |offset: usize| text.get(at + offset).copied().unwrap_or('\0');
        match text[at] {
            '/' if next(1) == '/' => {
                at = text[at..].iter().position(|&c| c == '\n').map_or(text.len(), |end| at + end)
            }
            '/' if next(1) == '*' => at = comment_end(text, at),
            '"' => at = string_end(text, at),
            // A lifetime has no quote behind its first letter, a character has, or is escaped.
            '\'' if next(1) == '\\' => {
                at = text[at + 3..].iter().position(|&c| c == '\'').map_or(text.len(), |end| at + end + 4)
            }
            '\'' if next(2) == '\'' => at += 3,
            ':' if next(1) == ':' => {
                found.push("::".to_owned());
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let end = text[at..]
                    .iter()
                    .position(|&c| !(c.is_alphanumeric() || c == '_'))
                    .map_or(text.len(), |end| at + end);
                let hashes = text[end..].iter().take_while(|&&c| c == '#').count();
                let word: String = text[at..end].iter().collect();
                at = end;
                if ["r", "br", "cr"].contains(&word.as_str()) && text.get(end + hashes) == Some(&'"') {
                    at = raw_end(text, end + hashes + 1, hashes);
                } else if word == "r" && hashes == 1 {
                    at += 1; // `r#name` is the name
                } else {
                    found.push(word);
                }
            }
            c => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                at += 1;
            }
        }
    }
    found
}

fn comment_end(text: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < text.len() {
        match text[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

fn string_end(text: &[char], mut at: usize) -> usize {
    at += 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn raw_end(text: &[char], mut at: usize, hashes: usize) -> usize {
    while at < text.len()
        && !(text[at] == '"' && text[at + 1..].iter().take_while(|&&c| c == '#').count() >= hashes)
    {
        at += 1;
    }
    at + 1 + hashes
}
