//! What an email address looks like. Whether mail arrives there only sending it tells.

/// Longest address, in characters (RFC 5321 with erratum 1690).
pub const LONGEST: usize = 254;

/// Something before and after one `@`, no space and no control character, at most [`LONGEST`] characters.
pub fn is_address(text: &str) -> bool {
    let has_form =
        text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
    has_form
        && text.chars().count() <= LONGEST
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_sign_inside() {
        assert!(is_address("ann@example.org"));
        for nonsense in ["", "ann", "@example.org", "ann@", "ann@b@c", "@"] {
            assert!(!is_address(nonsense), "{nonsense}");
        }
    }

    #[test]
    fn spaces_and_control_characters_are_in_no_address() {
        for nonsense in ["a n@example.org", "ann@example.org\n", "ann@exam\u{a0}ple.org", "ann\0@example.org"] {
            assert!(!is_address(nonsense), "{nonsense:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let host = "@example.org";
        assert!(is_address(&format!("{}{host}", "a".repeat(LONGEST - host.len()))));
        assert!(!is_address(&format!("{}{host}", "a".repeat(LONGEST - host.len() + 1))));
    }
}
