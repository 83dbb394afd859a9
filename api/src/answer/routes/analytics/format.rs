//! In which form a report comes.

use http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;

/// JSON, as other routes answer, or CSV, for spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Json,
    Csv,
}

impl Format {
    /// What `Accept` prefers: CSV if it asks more for that than for JSON, JSON otherwise.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accept: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let wish = |kind| accept.iter().flat_map(|value| value.split(',')).map(|range| wish_for(range, kind)).max();
        if wish("text/csv") > wish("application/json") { Self::Csv } else { Self::Json }
    }
}

/// How much a media range asks for a type, in thousandths (RFC 9110 12.4.2); 0 if it does not name it.
fn wish_for(range: &str, kind: &str) -> u32 {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next().is_some_and(|named| named.eq_ignore_ascii_case(kind)) {
        return 0;
    }
    let weight = parts.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
    let Some(weight) = weight else { return 1000 };
    let (whole, thousandths) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = thousandths.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("1", _) => 1000,
        ("0", Ok(thousandths)) => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn csv_comes_when_it_is_preferred_to_json() {
        for (accept, format) in [
            ("text/csv", Format::Csv),
            ("Text/CSV; q=0.5", Format::Csv),
            ("text/csv, */*", Format::Csv),
            ("application/json;q=0.1, text/csv;q=0.25", Format::Csv),
            ("text/csv;q=0", Format::Json),
            ("text/csv;q=much", Format::Json),
            ("application/json, text/csv", Format::Json),
            ("text/html, */*", Format::Json),
            ("", Format::Json),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(Format::accepted(&headers), format, "{accept}");
        }
        assert_eq!(Format::accepted(&HeaderMap::new()), Format::Json);
    }
}
