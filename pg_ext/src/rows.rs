//! The rows of a statement, read into records by the names of their columns.

use std::cell::RefCell;
use std::marker::PhantomData;

use pgrx::pg_sys;
use pgrx::spi::SpiTupleTable;
use pgrx::tupdesc::PgTupleDesc;

use crate::column::Value;
use crate::failure::{Failure, Outcome};
use crate::record::{Field, Record};

/// Where in the rows of a plan the fields of its record are: found by name when the plan first runs.
#[derive(Default)]
pub struct Layout(RefCell<Vec<Place>>);

/// A column of the rows.
#[derive(Clone, Copy)]
struct Place {
    /// From 0.
    column: usize,
    type_oid: pg_sys::Oid,
}

impl Layout {
    /// The places of the fields. They are looked up again if the table was altered meanwhile: the plan is then another,
    /// and a value must not be read as of a type that it no longer has.
    fn places(&self, fields: &[Field], description: &PgTupleDesc<'_>) -> Outcome<Vec<Place>> {
        let is_as_found =
            |place: &Place| description.get(place.column).is_some_and(|column| column.atttypid == place.type_oid);
        let mut known = self.0.borrow_mut();
        if known.len() != fields.len() || !known.iter().all(is_as_found) {
            *known = fields.iter().map(|field| find(field, description)).collect::<Outcome<_>>()?;
        }
        Ok(known.clone())
    }
}

fn find(field: &Field, description: &PgTupleDesc<'_>) -> Outcome<Place> {
    let found = description.iter().position(|column| column.name() == field.name);
    let found = found.and_then(|column| Some(Place { column, type_oid: description.get(column)?.atttypid }));
    let place = found.ok_or_else(|| Failure::Corrupt(format!("a statement returns no column {}", field.name)))?;
    if !(field.reads)(place.type_oid) {
        let problem = format!("a statement returns column {} as type {}", field.name, place.type_oid.to_u32());
        return Err(Failure::Corrupt(problem));
    }
    Ok(place)
}

/// The rows that a statement returned, each read when it is asked for.
pub struct Rows<'c, R> {
    /// Nothing for a statement that returns no rows at all.
    table: Option<&'c pg_sys::SPITupleTable>,
    read: usize,
    places: Vec<Place>,
    values: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
    record: PhantomData<R>,
}

impl<'c, R: Record> Rows<'c, R> {
    /// Of a statement that has just run.
    pub fn new(_just_run: SpiTupleTable<'c>, layout: &Layout) -> Outcome<Self> {
        // SAFETY: it is the table of the statement that has just run, and lives as long as the connection to SPI.
        let table = unsafe { pg_sys::SPI_tuptable.as_ref() };
        let mut rows =
            Self { table, read: 0, places: Vec::new(), values: Vec::new(), nulls: Vec::new(), record: PhantomData };
        if let Some(table) = table {
            // SAFETY: it is the description of that table.
            let description = unsafe { PgTupleDesc::from_pg_unchecked(table.tupdesc) };
            rows.places = layout.places(R::FIELDS, &description)?;
            rows.values = vec![pg_sys::Datum::from(0); description.len()];
            rows.nulls = vec![true; description.len()];
        }
        Ok(rows)
    }
}

impl<R: Record> Iterator for Rows<'_, R> {
    type Item = Outcome<R>;

    fn next(&mut self) -> Option<Self::Item> {
        let table = self.table.filter(|table| (self.read as u64) < table.numvals)?;
        // SAFETY: there are that many rows, and both buffers have a place for each column.
        unsafe {
            let row = *table.vals.add(self.read);
            pg_sys::heap_deform_tuple(row, table.tupdesc, self.values.as_mut_ptr(), self.nulls.as_mut_ptr());
        }
        self.read += 1;
        Some(R::read(&Row { fields: R::FIELDS, places: &self.places, values: &self.values, nulls: &self.nulls }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let all = self.table.map_or(0, |table| table.numvals as usize);
        (all - self.read, Some(all - self.read))
    }
}

/// One row, taken apart.
pub struct Row<'r> {
    fields: &'static [Field],
    places: &'r [Place],
    values: &'r [pg_sys::Datum],
    nulls: &'r [bool],
}

impl Row<'_> {
    /// The value of a field of the record.
    ///
    /// # Safety
    ///
    /// `T` is the type of that field: it is what the type of the column was checked with.
    pub unsafe fn value<T: Value>(&self, field: usize) -> Outcome<T> {
        let Place { column, type_oid } = self.places[field];
        let datum = if self.nulls[column] { None } else { Some(self.values[column]) };
        // SAFETY: the column has a type that T reads.
        let value = unsafe { T::read(datum, type_oid) }?;
        value.ok_or_else(|| Failure::Corrupt(format!("column {} is unexpectedly NULL", self.fields[field].name)))
    }
}
