//! A disk of a few megabytes that can really be full, and read-only: in memory, mounted for one test.
//!
//! The administrator may mount it for all to see. Others may where the system lets them have a name space of their own;
//! then only programs that are started into it see it, and PostgreSQL, which runs already, does not.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use futures::FutureExt;
use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection, Statement};
use tempfile::TempDir;

use crate::installation::cluster;

/// What takes the room until it is made.
const BALLAST: &str = "ballast";

/// The disk, gone when dropped.
pub struct SmallDisk {
    place: TempDir,
    /// Keeps the name space, where there is one.
    holder: Option<std::process::Child>,
    is_read_only: bool,
    /// The name of the database that is kept here, and of its tablespace.
    tablespace: Option<String>,
}

impl SmallDisk {
    /// Does something with one of this size, and takes it away however that ends.
    ///
    /// Says so and does nothing where none may be mounted.
    ///
    /// # Panics
    /// When the work does.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tested")]
    pub async fn with(megabytes: usize, work: impl AsyncFnOnce(&mut Self)) {
        let Some(mut disk) = Self::of(megabytes) else {
            eprintln!(
                "MISSING: no disk of its own can be mounted for this test, so full and read-only disks are not tested. Run the \
                 tests as root, as in a container with CAP_SYS_ADMIN, or where unprivileged user name spaces are allowed \
                 (unshare --user --mount)"
            );
            return;
        };
        let outcome = AssertUnwindSafe(work(&mut disk)).catch_unwind().await;
        if disk.is_read_only {
            disk.read_only(false);
        }
        let dropped = match disk.tablespace.take() {
            Some(name) => drop_database(&name).await,
            None => Ok(()),
        };
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
        dropped.expect("the database on it can be dropped");
    }

    fn of(megabytes: usize) -> Option<Self> {
        let place = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m,mode=0755");
        let mount = format!("mount -t tmpfs -o {size} small-disk {}", place.path().display());
        if succeeds(Command::new("sh").args(["-c", &mount]).stderr(Stdio::null())) {
            return Some(Self { place, holder: None, is_read_only: false, tablespace: None });
        }
        let script = format!("{mount} && echo mounted && exec sleep 3600");
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
        let holder = unshare.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok().and_then(is_mounted);
        let holder = holder?;
        Some(Self { place, holder: Some(holder), is_read_only: false, tablespace: None })
    }

    /// Whether programs see it that run already, as PostgreSQL does; says so if not.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tested")]
    pub fn is_seen_by_all(&self) -> bool {
        if self.holder.is_some() {
            eprintln!("MISSING: PostgreSQL sees no disk that was not mounted by root, so this is not tested with it");
        }
        self.holder.is_none()
    }

    /// Where it is, for programs that are started with [`SmallDisk::launcher`].
    pub fn inside(&self) -> &Path {
        self.place.path()
    }

    /// Where it is, for us.
    pub fn path(&self) -> PathBuf {
        let place = self.place.path();
        match &self.holder {
            Some(holder) => Path::new("/proc")
                .join(holder.id().to_string())
                .join("root")
                .join(place.strip_prefix("/").unwrap_or(place)),
            None => place.to_owned(),
        }
    }

    /// What a program is started with that is to see it.
    pub fn launcher(&self) -> Vec<String> {
        let Some(holder) = &self.holder else { return Vec::new() };
        let target = holder.id().to_string();
        ["nsenter", "--preserve-credentials", "--user", "--mount", "--target", &target].map(str::to_owned).to_vec()
    }

    /// Takes this much of its room.
    pub fn take(&self, megabytes: usize) {
        std::fs::write(self.path().join(BALLAST), vec![0; megabytes * 1024 * 1024]).expect("there is room for it");
    }

    /// Makes room again.
    pub fn make_room(&self) {
        std::fs::remove_file(self.path().join(BALLAST)).expect("it took room");
    }

    /// Takes all room there is left, too.
    pub fn fill(&self) {
        let ballast = std::fs::OpenOptions::new().append(true).create(true).open(self.path().join(BALLAST));
        let mut file = ballast.expect("a file");
        std::io::copy(&mut std::io::repeat(0), &mut file).expect_err("it ends some time");
    }

    /// Lets nobody open anything on it for writing, or lets them again: the same disk, mounted read-only over itself.
    pub fn read_only(&mut self, is_read_only: bool) {
        let place = self.place.path().display();
        let script = if is_read_only {
            format!("mount --bind {place} {place} && mount -o remount,bind,ro {place}")
        } else {
            format!("umount --lazy {place}")
        };
        self.is_read_only = is_read_only;
        let mut launcher = self.launcher();
        launcher.extend(["sh", "-c", &script].map(str::to_owned));
        let (program, args) = launcher.split_first().expect("a program");
        assert!(succeeds(Command::new(program).args(args)), "{script}");
    }

    /// A database of the tests' cluster that keeps its tables here.
    ///
    /// # Panics
    /// When the cluster cannot see the disk.
    pub async fn new_postgres_database(&mut self) -> anyhow::Result<String> {
        assert!(
            self.holder.is_none(),
            "MISSING: this test gives PostgreSQL a small disk, which it can only see if the administrator mounts it. Run the \
             tests as root, as in a container with CAP_SYS_ADMIN"
        );
        let cluster = cluster()?;
        let connection = Connect::connect(&cluster).await?;
        let folder = self.place.path().join("tablespace");
        std::fs::create_dir(&folder)?;
        let owner = owner(&connection).await?;
        for path in [self.place.path(), &folder] {
            ensure!(succeeds(Command::new("chown").arg(&owner).arg(path)), "giving {} to {owner}", path.display());
        }
        let name = format!("small_{}", fieldfare::ids::random_uuid().simple());
        let place = folder.display();
        connection.execute_unprepared(&format!("CREATE TABLESPACE {name} LOCATION '{place}'")).await?;
        self.tablespace = Some(name.clone());
        connection.execute_unprepared(&format!("CREATE DATABASE {name} TABLESPACE {name}")).await?;
        connection.close().await?;
        let (server, _) = cluster.rsplit_once('/').context("a URL with a database")?;
        Ok(format!("{server}/{name}"))
    }
}

async fn drop_database(name: &str) -> anyhow::Result<()> {
    let connection = Connect::connect(&cluster()?).await?;
    connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    connection.execute_unprepared(&format!("DROP TABLESPACE {name}")).await?;
    Ok(connection.close().await?)
}

/// Whom the cluster runs as.
async fn owner(connection: &DatabaseConnection) -> anyhow::Result<String> {
    use std::os::unix::fs::MetadataExt;
    let asked = Statement::from_string(connection.get_database_backend(), "SHOW data_directory");
    let row = connection.query_one_raw(asked).await?.context("it says where it is")?;
    let folder: String = row.try_get_by_index(0)?;
    Ok(std::fs::metadata(folder)?.uid().to_string())
}

/// The process, once it says that the disk is there.
fn is_mounted(mut holder: std::process::Child) -> Option<std::process::Child> {
    use std::io::BufRead;
    let mut said = String::new();
    std::io::BufReader::new(holder.stdout.take()?).read_line(&mut said).ok()?;
    if said.trim() == "mounted" {
        return Some(holder);
    }
    holder.wait().ok();
    None
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if let Some(holder) = &mut self.holder {
            // The name space ends with its last process, and the disk with it.
            holder.kill().ok();
            holder.wait().ok();
            return;
        }
        // Whatever still uses it keeps it until it ends.
        succeeds(Command::new("umount").arg("--lazy").arg(self.place.path()).stderr(Stdio::null()));
    }
}
