//! Where the tests run: what `scripts/test` exports.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tokio_postgres::Config;

/// The private cluster and the programs.
pub struct Surroundings {
    /// Superuser, database `postgres`.
    pub admin: Config,
    /// The cluster's data directory.
    pub data: PathBuf,
    /// Where initdb, pg_ctl, psql and pg_dump are.
    pub postgres_programs: PathBuf,
    pub isolationtester: PathBuf,
    /// The user Postgres must run as, when we are root.
    pub run_as: Option<String>,
    pub schemathesis: PathBuf,
    pub pgbouncer: PathBuf,
    /// The program `convene`.
    pub convene: PathBuf,
}

static SURROUNDINGS: LazyLock<Surroundings> = LazyLock::new(|| Surroundings {
    admin: variable("CONVENE_TEST_ADMIN_URL").parse().expect("CONVENE_TEST_ADMIN_URL is a Postgres URL"),
    data: variable("CONVENE_TEST_PGDATA").into(),
    postgres_programs: variable("CONVENE_TEST_PGBIN").into(),
    isolationtester: variable("CONVENE_TEST_ISOLATIONTESTER").into(),
    run_as: Some(variable("CONVENE_TEST_RUNAS")).filter(|user| !user.is_empty()),
    schemathesis: variable("CONVENE_TEST_SCHEMATHESIS").into(),
    pgbouncer: variable("CONVENE_TEST_PGBOUNCER").into(),
    convene: variable("CONVENE_BIN").into(),
});

/// The surroundings; panics when `scripts/test` did not make them.
pub fn surroundings() -> &'static Surroundings {
    &SURROUNDINGS
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is inside the checkout")
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run these tests with `make test`"))
}

impl Surroundings {
    /// The superuser's access to a database.
    pub fn admin_of(&self, database: &str) -> Config {
        let mut config = self.admin.clone();
        config.dbname(database);
        config
    }
}

/// Where examples find `convene` and Postgres's programs, before all others.
pub fn path() -> OsString {
    let ours = [surroundings().convene.parent().expect("a file has a directory").to_owned()];
    let postgres = surroundings().postgres_programs.clone();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.into_iter().chain([postgres]).chain(std::env::split_paths(&usual))).expect("no colons")
}

/// The password of the roles that log in, on the private cluster.
pub const ROLE_PASSWORD: &str = "convene-tests";

/// A configuration as a URL, for programs.
pub fn url_of(config: &Config) -> String {
    use tokio_postgres::config::Host;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        other => panic!("the cluster is reached over TCP, not {other:?}"),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let password = String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned();
    let (user, database) = (config.get_user().unwrap_or("postgres"), config.get_dbname().unwrap_or("postgres"));
    format!("postgres://{user}:{password}@{host}:{port}/{database}")
}
