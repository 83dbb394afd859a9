//! What a phone number looks like. Whether somebody answers there only calling it tells.

const LONGEST: usize = 50;
const DIGITS_LEAST: usize = 3;

/// At least 3 digits with what people write between them, at most 50 characters.
pub fn is_number(text: &str) -> bool {
    text.chars().count() <= LONGEST
        && text.chars().filter(char::is_ascii_digit).count() >= DIGITS_LEAST
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | ' '))
}
