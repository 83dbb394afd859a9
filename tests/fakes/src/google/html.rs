//! Descriptions are HTML.

/// What people see: without tags, and with letters for entities.
pub(super) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(place) = rest.find('<') {
        text.push_str(&rest[..place]);
        // An unclosed tag hides the rest, as in a browser.
        rest = rest[place..].find('>').map_or("", |end| &rest[place + end + 1..]);
    }
    text.push_str(rest);
    // The ampersand last, so that no entity is read twice.
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
