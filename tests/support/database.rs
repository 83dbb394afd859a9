//! A database for each test: a copy of a template that is migrated once, dropped afterwards.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use tokio::process::Command;
use tokio::sync::OnceCell;
use tokio_postgres::Config;

use crate::cluster::Cluster;
use crate::sql::Sql;
use crate::surroundings::{ROLE_PASSWORD, root, surroundings, url_of};

/// A database of its own.
pub struct TestDatabase {
    pub name: String,
    /// Held while a test has pg_cron's database, which outlives the test.
    _lock: Option<Sql>,
    /// Superuser of the cluster it is on.
    server: Config,
    /// Whether it is dropped with this value.
    temporary: bool,
}

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    /// A migrated database.
    pub async fn new() -> Self {
        let template = TEMPLATE.get_or_init(template).await;
        Self::copy_of(template).await
    }

    /// A database without anything in it.
    pub async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    /// A migrated database with the demo organization.
    pub async fn demo() -> Self {
        let database = Self::new().await;
        migrate(&database.admin(), &["--demo"]).await;
        database
    }

    async fn copy_of(template: &str) -> Self {
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let admin = Sql::connect(&surroundings().admin).await;
        admin.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { name, _lock: None, server: surroundings().admin.clone(), temporary: true }
    }

    /// The one database in which pg_cron runs jobs, migrated from nothing. One test at a time has it, and it is not
    /// dropped: pg_cron would go with it, until the server starts again.
    pub async fn of_pg_cron() -> Self {
        let lock = Sql::connect(&surroundings().admin).await;
        lock.run("SELECT pg_advisory_lock(hashtext('convene tests: pg_cron'))").await;
        let name: String = lock.value("SELECT current_setting('cron.database_name')", &[]).await;
        if lock.rows("SELECT FROM pg_database WHERE datname = $1", &[&name]).await.is_empty() {
            lock.run(&format!("CREATE DATABASE {name}")).await;
        }
        let admin = surroundings().admin_of(&name);
        Sql::connect(&admin).await.run(include_str!("../sql/forget_all.sql")).await;
        migrate(&admin, &[]).await;
        set_passwords(&lock).await;
        Self { name, _lock: Some(lock), server: surroundings().admin.clone(), temporary: false }
    }

    /// The database `postgres` of a cluster of its own, migrated. It goes with its cluster.
    pub async fn on(cluster: &Cluster) -> Self {
        let server = cluster.admin();
        migrate(&server, &[]).await;
        set_passwords(&Sql::connect(&server).await).await;
        Self { name: "postgres".to_owned(), _lock: None, server, temporary: false }
    }

    pub fn admin(&self) -> Config {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        config
    }

    /// A role's access. Roles that the migrations make have [`ROLE_PASSWORD`].
    pub fn role(&self, role: &str) -> Config {
        let mut config = self.admin();
        config.user(role).password(ROLE_PASSWORD);
        config
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !self.temporary {
            return;
        }
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // A runtime cannot block on itself: the dropping happens in a thread of its own.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = Sql::connect(&surroundings().admin).await;
                admin.client().batch_execute(&sql).await.map_err(std::io::Error::other)
            })
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("{} was not dropped: {error}", self.name);
        }
    }
}

/// The template's name. Whoever comes first makes it, under a lock: test programs may run at the same time.
async fn template() -> String {
    let name = format!("template_{:x}", what_is_installed());
    let admin = Sql::connect(&surroundings().admin).await;
    admin.run("SELECT pg_advisory_lock(hashtext('convene tests: template'))").await;
    if admin.rows("SELECT FROM pg_database WHERE datname = $1", &[&name]).await.is_empty() {
        let making = format!("{name}_making");
        admin.run(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        admin.run(&format!("CREATE DATABASE {making}")).await;
        migrate(&surroundings().admin_of(&making), &[]).await;
        set_passwords(&admin).await;
        admin.run(&format!("ALTER DATABASE {making} RENAME TO {name}")).await;
        admin.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    }
    name
}

async fn set_passwords(admin: &Sql) {
    for role in ["convene_service", "convene_jobs"] {
        admin.run(&format!("ALTER ROLE {role} PASSWORD '{ROLE_PASSWORD}'")).await;
    }
}

/// Changes when the service or the extension is built anew: a template that outlived them would test the old ones.
fn what_is_installed() -> u128 {
    let programs = &surroundings().postgres_programs;
    let library = programs.join("../lib/convene.so");
    [surroundings().convene.clone(), library]
        .iter()
        .filter_map(|file| std::fs::metadata(file).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok())
        .fold(0, |sum, time| sum ^ time.as_nanos())
}

/// Runs `convene migrate` on a database, with options of its own.
pub async fn migrate(database: &Config, options: &[&str]) {
    let output = Command::new(&surroundings().convene)
        .arg("migrate")
        .args(options)
        .env("CONVENE_ADMIN_DATABASE_URL", url_of(database))
        .current_dir(root())
        .output()
        .await
        .expect("`convene` runs");
    assert!(output.status.success(), "convene migrate: {}", String::from_utf8_lossy(&output.stderr));
}
