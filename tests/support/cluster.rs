//! A cluster of its own, for tests that kill Postgres or set it up otherwise.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::process::Command;
use tokio_postgres::Config;

use crate::certificates::{Authority, Issued};
use crate::surroundings::surroundings;

/// A running cluster, which is stopped and removed with this value. Its disk is waited for, as in production.
pub struct Cluster {
    home: PathBuf,
    port: u16,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Cluster {
    /// Makes and starts one.
    pub async fn start_new() -> Self {
        let cluster = Self::make().await;
        cluster.start().await;
        cluster
    }

    /// Makes and starts one that speaks TLS with this certificate, asks for clients' certificates of the authority, and
    /// lets in whom these lines of pg_hba.conf name.
    pub async fn start_with_tls(server: &Issued, clients: &Authority, hba: &str) -> Self {
        let cluster = Self::make().await;
        let data = cluster.home.join("data");
        let script = format!(
            "set -e; umask 077; cd '{data}'
             printf %s '{certificate}' > server.crt; printf %s '{key}' > server.key; printf %s '{authority}' > ca.crt
             printf %s '{hba}' > pg_hba.conf
             printf '%s\\n' 'ssl = on' \"ssl_ca_file = 'ca.crt'\" >> postgresql.conf",
            data = data.display(),
            certificate = server.certificate,
            key = server.key,
            authority = clients.certificate,
        );
        cluster.run("sh", &["-c", &script]).await;
        cluster.start().await;
        cluster
    }

    /// Makes and starts one as Debian's packages do: the superuser signs in on the socket, which is in its home, by the
    /// operating system's user, others on 127.0.0.1 by password; and files in `conf.d` are read.
    pub async fn start_as_packaged() -> Self {
        let cluster = Self::make().await;
        let script = format!(
            "set -e; cd '{data}'; mkdir conf.d; echo \"include_dir = 'conf.d'\" >> postgresql.conf
             printf '%s\\n' 'local all postgres peer map=superuser' 'local all all peer' \
                 'host all all 127.0.0.1/32 scram-sha-256' > pg_hba.conf
             echo 'superuser {user} postgres' >> pg_ident.conf",
            data = cluster.home.join("data").display(),
            user = crate::machine::owner(),
        );
        cluster.run("sh", &["-c", &script]).await;
        cluster.start().await;
        cluster
    }

    /// Makes and starts a standby of this one, which has everything that is here now, and follows.
    pub async fn start_standby(&self) -> Self {
        let standby = Self::without_data();
        let script = format!(
            "set -e; rm -rf '{home}'; mkdir -p '{home}'
             PGPASSWORD=tests '{bin}/pg_basebackup' -h 127.0.0.1 -p {primary} -U postgres -D '{home}/data' -R -c fast --no-sync
             printf '%s\\n' 'port = {port}' \"unix_socket_directories = '{home}'\" >> '{home}/data/postgresql.conf'",
            home = standby.home.display(),
            bin = surroundings().postgres_programs.display(),
            primary = self.port,
            port = standby.port,
        );
        standby.run("sh", &["-c", &script]).await;
        standby.start().await;
        standby
    }

    fn without_data() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("convene-cluster-{}-{number}", std::process::id()));
        Self { home, port: free_port() }
    }

    async fn make() -> Self {
        let cluster = Self::without_data();
        let (home, port) = (cluster.home.display(), cluster.port);
        let script = format!(
            "set -e; rm -rf '{home}'; mkdir -p '{home}'; printf %s tests > '{home}/password'
             '{bin}/initdb' -D '{home}/data' -U postgres --auth=scram-sha-256 --pwfile='{home}/password' --no-sync
             printf '%s\\n' \"listen_addresses = '127.0.0.1'\" 'port = {port}' \"unix_socket_directories = '{home}'\" \
                 'max_connections = 50' >> '{home}/data/postgresql.conf'",
            bin = surroundings().postgres_programs.display(),
        );
        cluster.run("sh", &["-c", &script]).await;
        cluster
    }

    pub async fn start(&self) {
        let log = self.home.join("log");
        let log = log.to_string_lossy();
        self.pg_ctl(&["start", "-w", "-t", "120", "-l", &log]).await;
    }

    /// Stops it as a power failure would: nothing is flushed, everybody is cut off.
    pub async fn stop_immediately(&self) {
        self.pg_ctl(&["stop", "-m", "immediate", "-t", "120"]).await;
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The directory with its data, its socket and its log.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The superuser's access to the database `postgres`.
    pub fn admin(&self) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("postgres").password("tests").dbname("postgres");
        config
    }

    async fn pg_ctl(&self, arguments: &[&str]) {
        let program = surroundings().postgres_programs.join("pg_ctl");
        let data = self.home.join("data");
        let data = data.to_string_lossy();
        let all: Vec<&str> = arguments.iter().copied().chain(["-s", "-D", &data]).collect();
        self.run(&program.to_string_lossy(), &all).await;
    }

    /// As the user that Postgres may run as.
    async fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = self.command(program, arguments);
        let status = command.status().await.expect("it runs");
        let log = std::fs::read_to_string(self.home.join("log")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments:?} failed\n{log}");
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = match &surroundings().run_as {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", program]);
                command
            }
            None => Command::new(program),
        };
        // The server inherits what it is given: no pipe, or waiting for its end would be waiting for the server.
        // Whoever starts it may debug Rust: that changes no error.
        command.args(arguments).current_dir("/").env("RUST_BACKTRACE", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// A port of 127.0.0.1 that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.home.join("data");
        let data = data.to_string_lossy();
        let program = surroundings().postgres_programs.join("pg_ctl");
        let mut command = self.command(&program.to_string_lossy(), &["stop", "-s", "-m", "immediate", "-D", &data]);
        // There may be nothing to stop.
        let _ = command.as_std_mut().status();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
