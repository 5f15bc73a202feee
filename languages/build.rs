//! Writes the table of language folders: every file of every folder beside this script.
//!
//! Invariant: the table is in bytewise order of folder and file, whatever the disk's order.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={}", here.display());
    let mut table = String::from("static FOLDERS: &[Folder] = &[\n");
    for folder in sorted_children(&here)?.iter().filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        writeln!(table, "Folder {{ tag: {:?}, files: &[", file_name(folder)).expect("to memory");
        for file in sorted_children(folder)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let name = file_name(&file);
            writeln!(table, "({name:?}, include_str!({:?})),", file.display().to_string())
                .expect("to memory");
        }
        table.push_str("] },\n");
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("folders.rs"), table)
}

fn sorted_children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut children = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    children.retain(|path| !file_name(path).starts_with('.'));
    children.sort();
    Ok(children)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().expect("a child has a name");
    name.to_str().expect("language files have plain names").to_owned()
}
