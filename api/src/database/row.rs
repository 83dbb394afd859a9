//! From rows to resources.

use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

/// What one row becomes.
pub trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// The value of the only column of a row.
#[derive(Debug)]
pub struct Scalar<T>(pub T);

impl<T: FromSqlOwned> FromRow for Scalar<T> {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get(0).map(Self)
    }
}

/// Declares a struct that is read from the columns of its fields' names.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* pub $field: $kind,)* }

        impl $crate::database::FromRow for $name {
            fn from_row(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?,)* })
            }
        }
    };
}
pub(crate) use row;

/// Declares a resource: a row that is written as JSON with the same names, and described in the OpenAPI document by its
/// comments.
macro_rules! resource {
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $crate::database::row! {
            $(#[$meta])*
            #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
            pub struct $name { $($fields)* }
        }
    };
}
pub(crate) use resource;
