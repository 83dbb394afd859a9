//! A report as JSON or as CSV.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde::Serialize;
use uuid::Uuid;

use super::format::Format;
use crate::answer::page::Page;
use crate::database::Day;
use crate::error::ApiError;

/// A row of a report.
pub trait Row: Serialize {
    /// The names of its fields.
    const COLUMNS: &'static [&'static str];

    /// Its fields as cells of a table.
    fn cells(&self) -> Vec<String>;
}

/// Declares a resource that is a row of a report.
macro_rules! report {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $crate::database::resource! {
            $(#[$meta])*
            pub struct $name { $($(#[$field_meta])* $field: $kind,)* }
        }

        impl $crate::answer::routes::analytics::report::Row for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field),)*];

            fn cells(&self) -> Vec<String> {
                vec![$($crate::answer::routes::analytics::report::Cell::cell(&self.$field),)*]
            }
        }
    };
}
pub(super) use report;

/// Rows in the form that the sender asked for, by `format` or else by `Accept`. `name` is that of the file.
pub fn answer<R: Row>(
    rows: Vec<R>,
    format: Option<Format>,
    headers: &HeaderMap,
    name: &str,
) -> Result<Response, ApiError> {
    let mut response = match format.unwrap_or_else(|| Format::accepted(headers)) {
        Format::Json => Json(Page::whole(rows)).into_response(),
        Format::Csv => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
            ];
            let table = table(&rows).map_err(|error| ApiError::internal(error.to_string()))?;
            (headers, table).into_response()
        }
    };
    response.headers_mut().append(header::VARY, header::HeaderValue::from_static("accept"));
    Ok(response)
}

/// RFC 4180.
fn table<R: Row>(rows: &[R]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(R::COLUMNS)?;
    for row in rows {
        writer.write_record(row.cells())?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A value as a cell of a table.
pub trait Cell {
    fn cell(&self) -> String;
}

/// A spreadsheet calculates what begins like a formula, and a formula can send the sheet elsewhere. People choose these
/// texts, so such a text gets an apostrophe in front, which makes it a text.
impl Cell for String {
    fn cell(&self) -> String {
        let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
        if self.starts_with(formula) { format!("'{self}") } else { self.clone() }
    }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> String {
        self.as_ref().map(Cell::cell).unwrap_or_default()
    }
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Cell for $kind {
            fn cell(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
plain!(i32, i64, f64, Uuid, Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Sample(Option<String>, f64);

    impl Row for Sample {
        const COLUMNS: &'static [&'static str] = &["title", "rate"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.cell(), self.1.cell()]
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_formulas_are_texts() {
        let titles =
            [Some("Talk"), None, Some("a, \"b\"\nc"), Some("=1+1"), Some("@x"), Some("-2"), Some("＝1"), Some("1-2")];
        let rows: Vec<Sample> = titles.map(|title| Sample(title.map(str::to_owned), -0.5)).into();
        let expected = [
            "title,rate",
            "Talk,-0.5",
            ",-0.5",
            "\"a, \"\"b\"\"\nc\",-0.5",
            "'=1+1,-0.5",
            "'@x,-0.5",
            "'-2,-0.5",
            "'＝1,-0.5",
            "1-2,-0.5",
            "",
        ];
        assert_eq!(String::from_utf8(table(&rows).unwrap()).unwrap(), expected.join("\r\n"));
    }
}
