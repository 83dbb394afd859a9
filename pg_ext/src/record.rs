//! One declaration for a row: the struct, the columns of the SELECT, and the `TABLE (…)` of functions that return it.

use std::borrow::Cow;

use pgrx::iter::TableIterator;
use pgrx::pg_sys::Oid;

use crate::failure::{Outcome, answer};
use crate::rows::Row;

/// The fields of a record; of `()`, for statements whose rows nobody reads, none.
pub trait Fields: 'static {
    const FIELDS: &'static [Field];
}

impl Fields for () {
    const FIELDS: &'static [Field] = &[];
}

/// What a row is read as, by the names of its columns.
pub trait Record: Fields + Sized {
    /// Reads the row that `row` stands on.
    fn read(row: &Row<'_>) -> Outcome<Self>;
}

/// A field of a record and the column of the same name.
pub struct Field {
    pub name: &'static str,
    /// What to select, if not a column of that name.
    pub expression: Option<&'static str>,
    /// Whether a column of this type can be read into the field.
    pub reads: fn(Oid) -> bool,
}

/// A record that SQL functions return.
pub trait Returned: Record {
    type Columns;

    fn into_columns(self) -> Outcome<Self::Columns>;
}

/// What the body of such a function gives: one record, or many.
pub trait Answer {
    type Columns;

    fn into_table(self) -> Outcome<TableIterator<'static, Self::Columns>>;
}

impl<R: Returned> Answer for R {
    type Columns = R::Columns;

    fn into_table(self) -> Outcome<TableIterator<'static, Self::Columns>> {
        Ok(TableIterator::once(self.into_columns()?))
    }
}

impl<R: Returned> Answer for Vec<R> {
    type Columns = R::Columns;

    fn into_table(self) -> Outcome<TableIterator<'static, Self::Columns>> {
        let rows: Vec<R::Columns> = self.into_iter().map(R::into_columns).collect::<Outcome<_>>()?;
        Ok(TableIterator::new(rows))
    }
}

/// The rows of a function, or its refusal.
pub fn table<A: Answer>(outcome: Outcome<A>) -> TableIterator<'static, A::Columns> {
    answer(outcome.and_then(A::into_table))
}

/// The statement with the columns of the record in place of `{columns}`, or of `{b.columns}` for those of the table `b`.
pub fn with_columns<R: Fields>(sql: &'static str) -> Cow<'static, str> {
    let Some((before, rest)) = sql.split_once('{') else { return Cow::Borrowed(sql) };
    let Some((table, after)) = rest.split_once("columns}") else { return Cow::Borrowed(sql) };
    let column = |field: &Field| match field.expression {
        Some(expression) => format!("{expression} AS {}", field.name),
        None => format!("{table}{}", field.name),
    };
    let columns: Vec<String> = R::FIELDS.iter().map(column).collect();
    Cow::Owned(format!("{before}{}{after}", columns.join(", ")))
}

/// Declares a record:
///
/// ```ignore
/// record! {
///     /// A slot as functions return it.
///     pub struct ListedSlot {
///         pub id: Uuid,
///         /// Where a column is not just one of the table, its SQL stands behind it, or `include_str!` of a file.
///         pub place: Option<String> = "coalesce(preset.name, block.location_custom)",
///     }
///     returned by returns_slots;
/// }
/// ```
///
/// `{slot.columns}` in a statement is then `slot.id, coalesce(…) AS place`. A statement may also write its columns itself:
/// their names count, not their order.
///
/// With `returned by`, `returns_slots! { #[pg_extern] fn list(…) -> Vec<ListedSlot> {…} }` declares an SQL function that
/// returns `TABLE (id uuid, place text)`. Its body has the type `Outcome<Vec<ListedSlot>>`, or `Outcome<ListedSlot>` when
/// the function says `-> ListedSlot`.
#[macro_export]
macro_rules! record {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $record:ident {
            $($(#[$of_field:meta])* $access:vis $field:ident: $type:ty $(= $expression:expr)?),* $(,)?
        }
        $(returned by $returns:ident;)?
    ) => {
        $(#[$attribute])*
        $visibility struct $record {
            $($(#[$of_field])* $access $field: $type,)*
        }

        impl $crate::record::Fields for $record {
            const FIELDS: &'static [$crate::record::Field] = &[
                $($crate::record::Field {
                    name: stringify!($field),
                    expression: $crate::record!(@expression $($expression)?),
                    reads: <$type as $crate::column::Value>::reads,
                },)*
            ];
        }

        impl $crate::record::Record for $record {
            #[allow(unused_assignments)] // of the last field's place
            fn read(row: &$crate::rows::Row<'_>) -> $crate::failure::Outcome<Self> {
                let mut nth = 0;
                // Written field by field, in the order of FIELDS.
                $(
                    // SAFETY: the type of the column was checked with that of this field.
                    let $field = unsafe { row.value::<$type>(nth) }?;
                    nth += 1;
                )*
                Ok(Self { $($field),* })
            }
        }

        $crate::record! { @returned ($) [$($returns)?] $record ($($field: $type),*) }
    };
    (@expression $expression:expr) => { Some($expression) };
    (@expression) => { None };
    (@returned ($d:tt) [] $record:ident ($($field:ident: $type:ty),*)) => {};
    (@returned ($d:tt) [$returns:ident] $record:ident ($($field:ident: $type:ty),*)) => {
        impl $crate::record::Returned for $record {
            type Columns = ($(<$type as $crate::column::Value>::Returned,)*);

            fn into_columns(self) -> $crate::failure::Outcome<Self::Columns> {
                Ok(($(<$type as $crate::column::Value>::returned(self.$field)?,)*))
            }
        }

        /// The types of the columns, under names that the macro finds wherever it is used.
        #[allow(non_camel_case_types, unused_imports)]
        pub(crate) mod $returns {
            use super::*;

            $(pub type $field = <$type as $crate::column::Value>::Returned;)*

            macro_rules! function {
                (
                    $d(#[$d attribute:meta])*
                    fn $d function:ident($d($d args:tt)*) -> $d answer:ty $d body:block
                ) => {
                    $d(#[$d attribute])*
                    #[allow(clippy::type_complexity, clippy::too_many_arguments)] // the SQL signature
                    fn $d function($d($d args)*) -> pgrx::iter::TableIterator<'static, (
                        $(pgrx::name!($field, $returns::$field),)*
                    )> {
                        #[allow(clippy::redundant_closure_call)] // the body returns early with `?`
                        let outcome: $crate::failure::Outcome<$d answer> = (|| $d body)();
                        $crate::record::table(outcome)
                    }
                };
            }
            pub(crate) use function;
        }
        pub(crate) use $returns::function as $returns;
    };
}
