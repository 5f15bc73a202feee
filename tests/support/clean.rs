//! Clean builds: what the outputs of a house must be, made without any cache.
//!
//! Invariant: a clean build depends on the raw files and the configuration alone, so that its
//! result is kept under their hash.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use sha2::{Digest as _, Sha256};

use super::{Files, House, children, said};

/// What a clean build publishes, and its exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    pub status: i32,
    pub files: Files,
}

/// The clean builds made so far.
#[derive(Debug, Default)]
pub struct CleanBuilds(Mutex<HashMap<[u8; 32], Clean>>);

impl CleanBuilds {
    /// The clean build of a house as its raw files and configuration are now.
    pub fn of(&self, house: &House) -> Clean {
        let key = key(house);
        if let Some(clean) = self.0.lock().unwrap().get(&key) {
            return clean.clone();
        }
        let clean = build(house);
        self.0.lock().unwrap().insert(key, clean.clone());
        clean
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// Builds a house's raw files into folders made for it.
pub fn build(house: &House) -> Clean {
    let folder = House::new();
    let mut command = house.run_command(1);
    command.arg("--out").arg(folder.path("outputs"));
    let output = command.arg("--cache").arg(folder.path(".newsloom")).output().unwrap();
    let status = output.status.code();
    assert!(matches!(status, Some(0 | 1)), "a clean build: {}: {}", output.status, said(&output));
    let files = folder.outputs();
    assert!(!files.is_empty());
    Clean { status: status.unwrap(), files }
}

/// Hash of all that decides a clean build.
fn key(house: &House) -> [u8; 32] {
    let mut hash = Sha256::new();
    let configuration = fs::read(house.path("newsloom.toml")).unwrap_or_default();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(&configuration);
    let mut pending = vec![(String::new(), house.path("raw"))];
    while let Some((name, path)) = pending.pop() {
        part(name.as_bytes());
        if path.is_symlink() {
            part(b"link");
        } else if path.is_dir() {
            part(b"folder");
            let inner = |(child, path): (String, PathBuf)| (format!("{name}/{child}"), path);
            pending.extend(children(&path).into_iter().map(inner));
        } else {
            part(b"file");
            part(&fs::read(&path).unwrap());
        }
    }
    hash.finalize().into()
}
