//! Writes each stage's fingerprint: a hash of all that decides its result but input and settings.
//!
//! Invariant: a fingerprint depends on contents and relative names alone, never on times, absolute
//! paths or the order in which the disk lists files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// A stage's constant, its folder of sources, the language files it reads and the crates whose
/// version decides its result. `tabulate` is the package beside this one.
const STAGES: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "DECODE",
        "src/decode",
        &["decode.toml", "markup.toml", "byline.toml", "calendar.toml"],
        &["encoding_rs", "chardetng", "jiff", "aho-corasick", "htmlize", "serde_json"],
    ),
    ("REPEAT", "src/repeat", &[], &[]),
    (
        "STRIP",
        "src/strip",
        &["language.toml", "boilerplate.toml", "byline.toml", "calendar.toml"],
        &[],
    ),
    ("DETECT", "src/detect", &["language.toml"], &["whatlang"]),
    ("SEGMENT", "src/segment", &["language.toml", "sentences.toml"], &[]),
    (
        "TAG",
        "src/tag",
        &[
            "language.toml",
            "calendar.toml",
            "numbers.toml",
            "dates.toml",
            "money.toml",
            "currencies.toml",
            "currency_names.toml",
            "published.toml",
        ],
        &["aho-corasick", "jiff", "rust_decimal"],
    ),
    ("TABULATE", "tabulate/src", &[], &["arrow", "parquet", "csv", "zstd", "zstd-sys"]),
];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here.parent().expect("the package lies in the workspace").to_owned();
    let sources = here.join("src");
    let languages = root.join("languages");
    for watched in [&sources, &here.join("tabulate/src"), &languages, &root.join("Cargo.lock")] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let shared = files_below(&sources)?.into_iter().filter(|path| path.parent() == Some(&sources));
    let shared: Vec<PathBuf> = shared.collect();

    let mut constants = String::new();
    for (constant, folder, language_files, crates) in STAGES {
        let mut hash = Sha256::new();
        for path in shared.iter().chain(&files_below(&here.join(folder))?) {
            add_file(&mut hash, &here, path)?;
        }
        for path in files_below(&languages)? {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| language_files.contains(&name)) {
                add_file(&mut hash, &root, &path)?;
            }
        }
        for name in *crates {
            add(&mut hash, name, version_in_lock(&lock, name).as_bytes());
        }
        let digest = hash.finalize();
        write!(constants, "const {constant}: &str = \"").expect("to memory");
        for byte in digest {
            write!(constants, "{byte:02x}").expect("to memory");
        }
        constants.push_str("\";\n");
    }
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("fingerprints.rs"), constants)
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn add_file(hash: &mut Sha256, root: &Path, path: &Path) -> io::Result<()> {
    let relative = path.strip_prefix(root).expect("the file lies below the root");
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    add(hash, &parts.join("/"), &fs::read(path)?);
    Ok(())
}

/// Name and content, each with its length before it, so that no two lists hash alike.
fn add(hash: &mut Sha256, name: &str, content: &[u8]) {
    for part in [name.as_bytes(), content] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
}

fn version_in_lock(lock: &str, name: &str) -> String {
    let header = format!("name = \"{name}\"\nversion = \"");
    let versions = lock.split(&header).skip(1).map(|rest| rest.split('"').next().unwrap_or(""));
    let versions: Vec<&str> = versions.collect();
    assert!(!versions.is_empty(), "Cargo.lock has no crate {name}, which a stage names");
    versions.join(" ")
}
