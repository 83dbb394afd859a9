//! Takes parameters out of a connection string that the database client does not know. The string has one of libpq's
//! two forms; the rest of it stays for the client to read.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

/// The string without the parameters of these names, and their values. `None` where the string has neither form.
pub fn split(text: &str, names: &[&str]) -> Option<(String, HashMap<String, String>)> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        split_url(text, names)
    } else {
        split_pairs(text, names)
    }
}

fn split_url(text: &str, names: &[&str]) -> Option<(String, HashMap<String, String>)> {
    // A password may hold a question mark.
    let host = text.find('@').map_or(0, |at| at + 1);
    let Some(query) = text[host..].find('?').map(|at| host + at) else {
        return Some((text.to_owned(), HashMap::new()));
    };
    let (mut taken, mut rest) = (HashMap::new(), Vec::new());
    for pair in text[query + 1..].split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let name = decoded(name)?;
        if names.contains(&name.as_str()) {
            taken.insert(name, decoded(value)?);
        } else {
            rest.push(pair);
        }
    }
    let mark = if rest.is_empty() { "" } else { "?" };
    Some((format!("{}{mark}{}", &text[..query], rest.join("&")), taken))
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

/// `name = value`, where a value may be quoted, and a backslash escapes the next character.
fn split_pairs(text: &str, names: &[&str]) -> Option<(String, HashMap<String, String>)> {
    let (mut taken, mut rest) = (HashMap::new(), Vec::new());
    let mut text = text.trim_start();
    while !text.is_empty() {
        let (name, after) = text.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        if names.contains(&name.trim_end()) {
            taken.insert(name.trim_end().to_owned(), value);
        } else {
            let value = value.replace('\\', "\\\\").replace('\'', "\\'");
            rest.push(format!("{}='{value}'", name.trim_end()));
        }
        text = after.trim_start();
    }
    Some((rest.join(" "), taken))
}

/// The value that begins here, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let is_quoted = text.starts_with('\'');
    let text = text.strip_prefix('\'').unwrap_or(text);
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '\'' if is_quoted => return Some((value, &text[at + 1..])),
            space if space.is_whitespace() && !is_quoted => return Some((value, &text[at..])),
            other => value.push(other),
        }
    }
    (!is_quoted).then_some((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_at_ssl(text: &str) -> Option<(String, Option<String>)> {
        split(text, &["sslmode"]).map(|(rest, mut taken)| (rest, taken.remove("sslmode")))
    }

    #[test]
    fn a_url_loses_only_the_named_parameters() {
        for (text, rest, mode) in [
            ("postgres://db/x", "postgres://db/x", None),
            ("postgres://db/x?sslmode=require", "postgres://db/x", Some("require")),
            ("postgres://db/x?a=%26&sslmode=verify%2Dca&b=", "postgres://db/x?a=%26&b=", Some("verify-ca")),
            ("postgresql://me:what?@db/x?sslmode=allow", "postgresql://me:what?@db/x", Some("allow")),
        ] {
            assert_eq!(split_at_ssl(text), Some((rest.to_owned(), mode.map(str::to_owned))), "{text}");
        }
    }

    #[test]
    fn pairs_lose_only_the_named_parameters() {
        for (text, rest, mode) in [
            ("host=db  user = me", "host='db' user='me'", None),
            ("host=db sslmode='verify-full' password='it''", "", None),
            (r"sslmode=require password='a\'b \\c'", r"password='a\'b \\c'", Some("require")),
            (r"password=a\ b sslmode = require", "password='a b'", Some("require")),
        ] {
            let expected = Some((rest.to_owned(), mode.map(str::to_owned))).filter(|_| !rest.is_empty());
            assert_eq!(split_at_ssl(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_neither_form_is_none() {
        for text in ["nonsense", "host=db user", "host='db", "postgres://db/x?sslmode"] {
            assert_eq!(split_at_ssl(text), None, "{text}");
        }
    }
}
