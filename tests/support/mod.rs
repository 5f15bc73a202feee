//! What the tests of the engine share: a house to run `newsloom` in, its published files, clean
//! builds to compare them with, and random numbers.
//!
//! Invariant: the program is only looked at from outside: its exit status and its files.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod clean;
pub mod corpus;
pub mod damage;
pub mod random;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_newsloom");
/// What may lie in a house when no run is at work.
const ROOMS: [&str; 4] = [".newsloom", "newsloom.toml", "outputs", "raw"];

/// The SHA-256 of every file of a folder, by its path relative to the folder; empty where there is
/// no folder. An inner folder is there by its name with a slash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files(BTreeMap<String, [u8; 32]>);

impl Files {
    pub fn of(folder: &Path) -> Self {
        let mut files = Self::default();
        files.collect(folder, "");
        files
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The names of the files that are not alike.
    pub fn difference(&self, other: &Self) -> Vec<String> {
        let names = self.0.keys().chain(other.0.keys());
        let mut names: Vec<String> =
            names.filter(|name| self.0.get(*name) != other.0.get(*name)).cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    fn collect(&mut self, folder: &Path, prefix: &str) {
        for (name, path) in children(folder) {
            let name = format!("{prefix}{name}");
            if path.is_dir() && !path.is_symlink() {
                self.0.insert(format!("{name}/"), [0; 32]);
                self.collect(&path, &format!("{name}/"));
            } else if path.is_symlink() {
                self.0.insert(format!("{name} -> "), [0; 32]);
            } else {
                let bytes = fs::read(&path).unwrap_or_default();
                self.0.insert(name, Sha256::digest(bytes).into());
            }
        }
    }
}

/// The names and paths in a folder, sorted; none where there is no folder.
pub fn children(folder: &Path) -> BTreeMap<String, PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path)).collect()
}

/// The regular files below a folder, relative to it, sorted.
pub fn regular_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (name, path) in children(folder) {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found
                .extend(regular_files(&path).into_iter().map(|inner| Path::new(&name).join(inner)));
        } else {
            found.push(name.into());
        }
    }
    found
}

/// Copies a folder with all that is below it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, path) in children(from) {
        if path.is_dir() && !path.is_symlink() {
            copy_folder(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// Removes whatever lies at a path, if anything does.
pub fn remove(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path).unwrap();
    } else if path.exists() || path.is_symlink() {
        fs::remove_file(path).unwrap();
    }
}

/// Sets the time of a file's modification.
pub fn set_modified(path: &Path, time: SystemTime) {
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A raw folder, a configuration, an output folder and a cache, all in one temporary folder.
#[derive(Debug)]
pub struct House {
    folder: TempDir,
}

impl House {
    /// An empty house in memory, where flushing costs nothing, or else where temporary files go.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::at(memory) } else { Self::at(&std::env::temp_dir()) }
    }

    /// An empty house on the disk that the program was built on.
    pub fn on_disk() -> Self {
        Self::at(Path::new(env!("CARGO_TARGET_TMPDIR")))
    }

    pub fn at(parent: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("newsloom-").tempdir_in(parent).unwrap();
        fs::create_dir(folder.path().join("raw")).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a raw file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path("raw").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn configure(&self, text: &str) {
        fs::write(self.path("newsloom.toml"), text).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    /// `newsloom run` in this house.
    pub fn run_command(&self, jobs: usize) -> Command {
        let mut command = self.command(&["run", "--jobs"]);
        command.arg(jobs.to_string());
        command
    }

    pub fn run(&self, jobs: usize) -> Output {
        self.run_command(jobs).output().unwrap()
    }

    pub fn outputs(&self) -> Files {
        Files::of(&self.path("outputs"))
    }

    /// Runs, and says what is wrong with the exit status, the outputs or what was left lying.
    pub fn check_run(&self, jobs: usize, clean: &clean::Clean) -> Result<(), String> {
        let output = self.run(jobs);
        let said = said(&output);
        if output.status.code() != Some(clean.status) {
            return Err(format!("{} instead of status {}: {said}", output.status, clean.status));
        }
        let differing = self.outputs().difference(&clean.files);
        if !differing.is_empty() {
            return Err(format!("not as a clean build: {}; {said}", differing.join(", ")));
        }
        self.check_rooms()
    }

    /// Says what a run left lying beside its folders.
    pub fn check_rooms(&self) -> Result<(), String> {
        let names = children(self.folder.path()).into_keys();
        let left: Vec<String> = names.filter(|name| !ROOMS.contains(&name.as_str())).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("left behind: {}", left.join(", "))) }
    }
}

/// What a process said, on both its outputs.
pub fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    texts.concat()
}

/// A number from the environment, which only tests read.
pub fn number_from_environment(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")),
        Err(_) => default,
    }
}
