//! The SQL that the binary carries, beside the versioned migrations.

use std::borrow::Cow;

use rust_embed::Embed;

use super::script::Script;

#[derive(Embed)]
#[folder = "../sql"]
#[include = "*.sql"]
#[exclude = "queries/*"]
#[exclude = "schema.sql"]
struct Sql;

#[derive(Embed)]
#[folder = "../jobs"]
#[include = "*.sql"]
struct Jobs;

/// The files of a folder of `sql/`, in the order of their names.
pub fn sql_in(folder: &str) -> Vec<Script> {
    let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    collect::<Sql>("sql", inside)
}

/// One file of `sql/` itself; none if there is no such file.
pub fn sql_file(name: &str) -> Vec<Script> {
    collect::<Sql>("sql", |path| path == name)
}

/// The files of `jobs/`, in the order of their names.
pub fn jobs() -> Vec<Script> {
    collect::<Jobs>("jobs", |_| true)
}

fn collect<F: Embed>(root: &str, wanted: impl Fn(&str) -> bool) -> Vec<Script> {
    let mut paths: Vec<Cow<'static, str>> = F::iter().filter(|path| wanted(path)).collect();
    paths.sort();
    let read = |path: Cow<'static, str>| {
        let text = String::from_utf8_lossy(&F::get(&path)?.data).into_owned();
        Some(Script { file: format!("{root}/{path}"), text })
    };
    paths.into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_carries_functions_views_jobs_and_grants_in_the_order_of_their_names() {
        for scripts in [sql_in("functions"), sql_in("views"), jobs(), sql_file("grants.sql"), sql_in("demo")] {
            assert!(!scripts.is_empty());
            assert!(scripts.is_sorted_by(|one, next| one.file < next.file));
            assert!(scripts.iter().all(|script| !script.text.is_empty()));
        }
    }

    #[test]
    fn queries_for_psql_and_the_schema_dump_are_left_out() {
        assert!(sql_in("queries").is_empty() && sql_file("schema.sql").is_empty());
    }
}
