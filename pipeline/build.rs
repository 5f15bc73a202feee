//! Writes the fingerprint of the engine and of the readers of containers: what was found out by
//! other code is looked at again.
//!
//! Invariant: it depends on contents and relative names alone.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

const FOLDERS: [&str; 2] = ["src/containers", "src/engine"];
/// The crates that decide what is read of a container.
const CRATES: [&str; 4] = ["flate2", "parquet", "serde_json", "zstd"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut hash = Sha256::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        collect(&here.join(folder), &mut files)?;
        files.sort();
        for path in files {
            let name = path.strip_prefix(&here).expect("it lies below").to_string_lossy();
            for part in [name.as_bytes(), &fs::read(&path)?] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
    }
    let lock = fs::read_to_string(here.join("../Cargo.lock"))?;
    println!("cargo::rerun-if-changed=../Cargo.lock");
    for name in CRATES {
        for part in lock.split(&format!("name = \"{name}\"\nversion = \"")).skip(1) {
            let version = part.split('"').next().unwrap_or_default();
            hash.update(format!("{name} {version}\n"));
        }
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=NEWSLOOM_ENGINE={digits}");
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
