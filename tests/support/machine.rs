//! A machine as docs/operations.md expects it, on which its commands are run as they stand there.
//!
//! Postgres is installed as Debian does it: its superuser signs in by the operating system's user, and `conf.d/` is read.
//! What belongs to a whole machine is in one directory instead: the commands' paths and ports are replaced. `systemctl`
//! starts and stops what it is told to, with no environment but what the unit says.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::cluster::{Cluster, free_port};
use crate::document;
use crate::surroundings::surroundings;

const SYSTEMCTL: &str = include_str!("machine/systemctl.sh");
/// For tests that are not run by root: the one user there is is everybody.
const RUNUSER: &str = "#!/bin/sh\nshift 3\nexec \"$@\"\n";

/// The machine. It goes with this value, and everything that runs on it.
pub struct Machine {
    cluster: Cluster,
    /// In the cluster's home, which belongs to Postgres; this belongs to us.
    ours: PathBuf,
    http_port: u16,
}

impl Machine {
    /// A machine with a running Postgres.
    pub async fn new() -> Self {
        let cluster = Cluster::start_as_packaged().await;
        let machine = Self { ours: cluster.home().join("machine"), cluster, http_port: free_port() };
        for directory in ["sbin", "etc", "systemd", "backups"] {
            fs::create_dir_all(machine.ours.join(directory)).expect("a directory");
        }
        machine.put("systemctl", SYSTEMCTL);
        if surroundings().run_as.is_none() {
            machine.put("runuser", RUNUSER);
        }
        let convene = machine.ours.join("sbin/convene");
        fs::copy(&surroundings().convene, &convene).expect("a copy of the program");
        machine
    }

    fn put(&self, name: &str, script: &str) {
        let file = self.ours.join("sbin").join(name);
        fs::write(&file, script).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    /// Runs the commands of these sections of docs/operations.md, in one shell, and returns what they print.
    pub async fn follow(&self, sections: &[&str]) -> String {
        let operations = document::read("docs/operations.md");
        let commands: Vec<String> = sections.iter().map(|section| document::commands(&operations, section)).collect();
        self.run(&commands.concat()).await
    }

    /// Runs commands that use the document's paths and ports.
    pub async fn run(&self, commands: &str) -> String {
        let script = format!("set -eu -o pipefail\n{}", self.adapted(commands));
        let output = self.shell(&script).stdin(Stdio::null()).output().await.expect("there is a bash");
        let (printed, complained) = (text(output.stdout), text(output.stderr));
        assert!(output.status.success(), "{commands}\n{printed}\n{complained}\n{}", self.logs());
        printed
    }

    /// Copies what the document gives this path on another machine to the same place here.
    pub fn bring(&self, from: &Self, path: &str) {
        let (source, target) = (from.adapted(path), self.adapted(path));
        let bytes = fs::read(&source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => self.at_home_here(from, &text).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        fs::write(&target, bytes).expect("a copy");
        let rights = fs::metadata(&source).expect("it is there").permissions();
        fs::set_permissions(&target, rights).expect("it is ours");
    }

    /// A file of another machine, with the paths and ports of this one.
    fn at_home_here(&self, from: &Self, text: &str) -> String {
        let paths = (from.cluster.home().display().to_string(), self.cluster.home().display().to_string());
        text.replace(&paths.0, &paths.1)
            .replace(&format!(":{}", from.cluster.port()), &format!(":{}", self.cluster.port()))
            .replace(&format!("port={}", from.cluster.port()), &format!("port={}", self.cluster.port()))
            .replace(&format!(":{}", from.http_port), &format!(":{}", self.http_port))
    }

    fn adapted(&self, text: &str) -> String {
        let (home, ours) = (self.cluster.home().display().to_string(), self.ours.display().to_string());
        let user = owner();
        [
            ("/etc/postgresql/15/main", format!("{home}/data")),
            ("/var/run/postgresql", home.clone()),
            ("~postgres", home),
            ("convene_jobs postgres convene_jobs", format!("convene_jobs {user} convene_jobs")),
            ("/etc/convene", format!("{ours}/etc")),
            ("/etc/systemd/system", format!("{ours}/systemd")),
            ("/usr/local/sbin", format!("{ours}/sbin")),
            ("/usr/local/bin", format!("{ours}/sbin")),
            ("/var/backups/convene", format!("{ours}/backups")),
            ("/tmp/convene.list", format!("{ours}/convene.list")),
            ("chown postgres", format!("chown {user}")),
            (":5432", format!(":{}", self.cluster.port())),
            ("port=5432", format!("port={}", self.cluster.port())),
            (":8080", format!(":{}", self.http_port)),
        ]
        .iter()
        .fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        let programs = [self.ours.join("sbin"), surroundings().postgres_programs.clone()];
        let usual = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&usual))).expect("no colons");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CONVENE_")) {
            command.env_remove(name);
        }
        command
            .args(["-c", script])
            .current_dir(&self.ours)
            .env("PATH", path)
            .env("PGHOST", self.cluster.home())
            .env("PGPORT", self.cluster.port().to_string())
            .env("MACHINE", &self.ours)
            .env("CLUSTER", self.cluster.home());
        if surroundings().run_as.is_none() {
            command.env("PGUSER", "postgres");
        }
        command
    }

    /// The end of what Postgres and the service wrote.
    fn logs(&self) -> String {
        let end = |file: &Path| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(20).collect();
            lines.into_iter().rev().collect::<Vec<_>>().join("\n")
        };
        format!("{}\n{}", end(&self.cluster.home().join("log")), end(&self.ours.join("convene.log")))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // There may be no service to stop.
        let _ = self.shell("systemctl stop convene").stdin(Stdio::null()).as_std_mut().status();
    }
}

/// The operating system's user that Postgres runs as.
pub fn owner() -> String {
    surroundings().run_as.clone().unwrap_or_else(|| std::env::var("USER").expect("USER names who runs the tests"))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
