//! Putting chunks together to a bundle, and taking the bundle apart into files.

use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use anyhow::Context;
use sha1::{Digest, Sha1};
use tokio::sync::mpsc;

use super::archive::{self, BUNDLE_BYTES_MAX, Member, Problem};
use super::chunks::hex;
use super::insert::{self, Name, Stored};
use super::{SourceMaps, is_sha1};
use crate::error::{Error, Result};
use crate::protocol::names;
use crate::store::Tx;

/// Chunks of one bundle.
const CHUNKS_MAX: usize = 4_096;
/// Files between the archive and the blob store; each may be large.
const FILES_AHEAD: usize = 1;
/// How long an answer waits for a bundle to become ready, so that most uploads end with "ok".
const READY_PATIENCE: Duration = Duration::from_secs(4);

/// What a tool wants put together.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// SHA-1 of the whole.
    pub checksum: String,
    /// SHA-1 of each part, in order.
    pub chunks: Vec<String>,
    pub release: Option<String>,
    pub dist: Option<String>,
}

/// How far a bundle has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// These chunks have to be sent first.
    Missing(Vec<String>),
    /// It is stored, and events that came before it are being linked.
    Working,
    Done,
    Failed(String),
}

impl SourceMaps {
    /// Puts a bundle together for these projects, as soon as all of its chunks are here. Asking again is free.
    ///
    /// # Errors
    /// When the request makes no sense, or something of ours fails. What is wrong with the bundle is no error.
    pub async fn assemble(&self, now: i64, projects: &[i64], bundle: &Bundle) -> Result<Progress> {
        check(bundle)?;
        let missing = self.missing_chunks(&bundle.chunks).await?;
        let one = self.assembling.lock().await;
        let name = name(bundle);
        let new = self.without(projects, &name).await?;
        if new.is_empty() {
            return self.progress(projects, &name).await;
        }
        if !missing.is_empty() || bundle.chunks.is_empty() {
            return Ok(Progress::Missing(missing));
        }
        let files = match self.unpack(bundle).await? {
            Ok(files) => files,
            Err(problem) => return Ok(Progress::Failed(problem)),
        };
        let tx = self.store.begin().await?;
        for project_id in &new {
            add(&tx, now, *project_id, &name, &files).await?;
        }
        tx.commit().await?;
        drop(one);
        self.wait_until_ready(&new, &name).await
    }

    /// Those of the projects that do not have the bundle.
    async fn without(&self, projects: &[i64], name: &Name) -> Result<Vec<i64>> {
        let mut without = Vec::new();
        for &project_id in projects {
            if insert::find(self.store.writer(), project_id, name).await?.is_none() {
                without.push(project_id);
            }
        }
        Ok(without)
    }

    async fn progress(&self, projects: &[i64], name: &Name) -> Result<Progress> {
        for &project_id in projects {
            let bundle = insert::find(self.store.writer(), project_id, name).await?;
            if bundle.is_some_and(|bundle| bundle.ready_at.is_none()) {
                return Ok(Progress::Working);
            }
        }
        Ok(Progress::Done)
    }

    pub(super) async fn wait_until_ready(&self, projects: &[i64], name: &Name) -> Result<Progress> {
        let waiting = async {
            loop {
                let ready = self.ready.notified();
                tokio::pin!(ready);
                ready.as_mut().enable();
                self.arrived.notify_one();
                if self.progress(projects, name).await? == Progress::Done {
                    return Ok(Progress::Done);
                }
                ready.await;
            }
        };
        tokio::time::timeout(READY_PATIENCE, waiting).await.unwrap_or(Ok(Progress::Working))
    }

    /// Takes a bundle apart: its files are in the blob store when this ends.
    async fn unpack(&self, bundle: &Bundle) -> Result<Result<Vec<Stored>, Problem>> {
        let Some(archive) = self.join(bundle).await? else {
            return Ok(Err(format!("the bundle is larger than {BUNDLE_BYTES_MAX} bytes")));
        };
        let checksum = bundle.checksum.clone();
        let (sender, mut receiver) = mpsc::channel::<Member>(FILES_AHEAD);
        let reading = tokio::task::spawn_blocking(move || {
            let archive = checked(archive, &checksum)?;
            archive::read(archive, |member| sender.blocking_send(member).is_ok())
        });
        let mut files = Vec::new();
        while let Some(member) = receiver.recv().await {
            files.push(self.keep(member).await?);
        }
        let read = reading.await.unwrap_or_else(|_| Err("the bundle cannot be read".to_owned()));
        Ok(read.map(|()| files))
    }

    /// The whole archive, in a file that has no name; `None` when it is too large.
    async fn join(&self, bundle: &Bundle) -> Result<Option<std::fs::File>> {
        let chunks = self.chunks(&bundle.chunks).await?;
        let total: i64 = chunks.iter().map(|chunk| chunk.bytes).sum();
        if u64::try_from(total).unwrap_or(u64::MAX) > BUNDLE_BYTES_MAX {
            return Ok(None);
        }
        let mut file = tempfile::tempfile_in(self.scratch.as_path()).context("making a file for an upload")?;
        let mut left = BUNDLE_BYTES_MAX;
        for name in &bundle.chunks {
            let chunk = chunks.iter().find(|chunk| chunk.sha1 == *name).context("a chunk went away")?;
            let content = self.blobs.get(&chunk.blob).await?;
            let Some(rest) = left.checked_sub(content.len() as u64) else { return Ok(None) };
            left = rest;
            let write = move || file.write_all(&content).map(|()| file);
            file =
                tokio::task::spawn_blocking(write).await.context("writing an upload")?.context("writing an upload")?;
        }
        Ok(Some(file))
    }

    pub(super) async fn keep(&self, member: Member) -> Result<Stored> {
        let bytes = i64::try_from(member.content.len()).unwrap_or(i64::MAX);
        let blob = self.blobs.put(member.content).await?;
        let Member { kind, url, debug_id, map_url, .. } = member;
        Ok(Stored { kind, url, debug_id, map_url, blob, bytes })
    }
}

async fn add(tx: &Tx, now: i64, project_id: i64, name: &Name, files: &[Stored]) -> Result<()> {
    insert::insert(tx, now, project_id, name, files).await?;
    if !name.release.is_empty() {
        crate::releases::register(tx, now, project_id, &name.release).await?;
    }
    Ok(())
}

fn check(bundle: &Bundle) -> Result<()> {
    if !is_sha1(&bundle.checksum) || !bundle.chunks.iter().all(|chunk| is_sha1(chunk)) {
        return Err(Error::invalid("checksum", "and chunks must be SHA-1 digests of 40 lower-case digits"));
    }
    if bundle.chunks.len() > CHUNKS_MAX {
        return Err(Error::invalid("chunks", format!("must be at most {CHUNKS_MAX}")));
    }
    Ok(())
}

fn name(bundle: &Bundle) -> Name {
    Name {
        sha1: bundle.checksum.clone(),
        release: bundle.release.as_deref().and_then(names::release).unwrap_or_default(),
        dist: bundle.dist.as_deref().and_then(names::dist).unwrap_or_default(),
    }
}

/// The archive from its beginning, if it is the one that was announced.
fn checked(mut archive: std::fs::File, checksum: &str) -> Result<std::fs::File, Problem> {
    let unreadable = |error: std::io::Error| format!("the upload cannot be read back: {error}");
    let mut digest = Sha1::new();
    archive.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match std::io::Read::read(&mut archive, &mut buffer).map_err(unreadable)? {
            0 => break,
            read => digest.update(&buffer[..read]),
        }
    }
    if hex(&digest.finalize()) != checksum {
        return Err("the chunks together are not what the checksum says".to_owned());
    }
    archive.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(archive)
}
