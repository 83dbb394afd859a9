//! What people typed, made safe to stand within a sentence.

/// A name, a place or an address: one line, in which nothing changes the direction of the text around it.
pub(crate) fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).map(without_directions) {
        if !word.is_empty() && !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(&word);
    }
    clean
}

/// The same of what may be empty, or may not be there.
pub(crate) fn optional_line(text: Option<&str>) -> Option<String> {
    text.map(line).filter(|line| !line.is_empty())
}

/// What somebody wrote, which may have several lines. None where nothing is left.
pub(crate) fn words(text: Option<&str>) -> Option<String> {
    let lines: Vec<String> = text?.lines().map(line).collect();
    Some(lines.join("\n").trim().to_owned()).filter(|words| !words.is_empty())
}

fn without_directions(word: &str) -> String {
    word.chars().filter(|&c| !is_direction(c)).collect()
}

/// Marks that set the direction of what follows, perhaps beyond the text that they are in (UAX #9). Letters have a
/// direction of their own, which ends with them.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
