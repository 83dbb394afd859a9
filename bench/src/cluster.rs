//! The private cluster, and databases on it.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

use crate::options::Options;
use crate::outcome::{Outcome, explain};

/// The password that `convene_service` gets on this cluster.
const SERVICE_PASSWORD: &str = "convene-bench";

/// Whether a commit waits until it is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// As in production.
    Durable,
    /// `synchronous_commit = off`: what the processor costs, not hidden behind the disk.
    NotAwaited,
}

impl Commit {
    fn setting(self) -> &'static str {
        match self {
            Self::Durable => "-c synchronous_commit=on",
            Self::NotAwaited => "-c synchronous_commit=off",
        }
    }
}

/// Where benchmarks run: what `scripts/bench` exports.
pub struct Cluster {
    admin: Config,
    /// The program `convene`, release build.
    pub convene: PathBuf,
}

impl Cluster {
    pub fn from_environment() -> Outcome<Self> {
        let variable =
            |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set: run this with `make bench`"));
        Ok(Self { admin: variable("CONVENE_BENCH_ADMIN_URL")?.parse()?, convene: variable("CONVENE_BIN")?.into() })
    }

    /// A database of that name, migrated, with nothing in it.
    pub async fn fresh_database(&self, name: &str) -> Outcome<Database> {
        let name = format!("bench_{name}");
        let admin = connect(&self.admin).await?;
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let mut config = self.admin.clone();
        config.dbname(&name);
        let database = Database { name, config };
        let migrated = Command::new(&self.convene)
            .arg("migrate")
            .env("CONVENE_ADMIN_DATABASE_URL", url(&database.config)?)
            .stdin(Stdio::null())
            .output()
            .await?;
        if !migrated.status.success() {
            return Err(format!("convene migrate failed: {}", String::from_utf8_lossy(&migrated.stderr)).into());
        }
        let admin = database.admin().await?;
        admin.batch_execute(&format!("ALTER ROLE convene_service PASSWORD '{SERVICE_PASSWORD}'")).await?;
        Ok(database)
    }

    /// Drops a database, whoever is connected to it, unless databases are to be kept.
    pub async fn finish(&self, database: Database, options: &Options) -> Outcome<()> {
        if options.keep {
            return Ok(());
        }
        let admin = connect(&self.admin).await?;
        admin.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", database.name)).await?;
        Ok(())
    }
}

/// A migrated database.
pub struct Database {
    name: String,
    /// As the superuser.
    config: Config,
}

impl Database {
    /// A connection of the superuser.
    pub async fn admin(&self) -> Outcome<Client> {
        connect(&self.config).await
    }

    /// A connection of the superuser whose commits are awaited, or not. Baselines touch tables, so they need it; the
    /// functions they are compared with run on the same.
    pub async fn client(&self, commit: Commit) -> Outcome<Client> {
        let mut config = self.config.clone();
        config.options(commit.setting());
        connect(&config).await
    }

    /// The service role's URL.
    pub fn service_url(&self) -> Outcome<String> {
        let mut config = self.config.clone();
        config.user("convene_service").password(SERVICE_PASSWORD);
        url(&config)
    }

    /// Fresh statistics, and a checkpoint so that none falls into the measurement that follows.
    pub async fn settle(&self) -> Outcome<()> {
        let admin = self.admin().await?;
        admin.batch_execute("VACUUM ANALYZE").await?;
        admin.batch_execute("CHECKPOINT").await?;
        Ok(())
    }
}

async fn connect(config: &Config) -> Outcome<Client> {
    let (client, connection) =
        config.connect(NoTls).await.map_err(|error| format!("cannot connect: {}", explain(&error)))?;
    tokio::spawn(async move {
        // Its end shows as an error of the statement that was running.
        let _ = connection.await;
    });
    Ok(client)
}

/// A configuration as a URL, for programs.
fn url(config: &Config) -> Outcome<String> {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name,
        _ => return Err("CONVENE_BENCH_ADMIN_URL must name a TCP host".into()),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let password = String::from_utf8_lossy(config.get_password().unwrap_or_default());
    let (user, database) = (config.get_user().unwrap_or("postgres"), config.get_dbname().unwrap_or("postgres"));
    Ok(format!("postgres://{user}:{password}@{host}:{port}/{database}"))
}
