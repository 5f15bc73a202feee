//! The floor of a run that finds nothing to do: a bare parallel walk of a folder with a `stat` of
//! each file.
//!
//! Usage: `walk FOLDER THREADS`; prints how many files there are and how many seconds it took.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("no FOLDER is given")?);
    let threads = arguments.next().ok_or("no THREADS are given")?;
    let threads: usize = threads.to_str().ok_or("THREADS is no number")?.parse()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let walk = Walk::default();
    let start = Instant::now();
    pool.scope(|scope| walk.list(&folder, scope));
    println!("{} {:.4}", walk.files.load(Ordering::Relaxed), start.elapsed().as_secs_f64());
    Ok(())
}

/// What was seen of the tree; the bytes keep the `stat` calls from being left out.
#[derive(Debug, Default)]
struct Walk {
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Walk {
    fn list<'a>(&'a self, folder: &Path, scope: &rayon::Scope<'a>) {
        let listed = self.list_one(folder, scope);
        listed.unwrap_or_else(|error| eprintln!("{}: {error}", folder.display()));
    }

    fn list_one<'a>(&'a self, folder: &Path, scope: &rayon::Scope<'a>) -> io::Result<()> {
        let (mut files, mut bytes) = (0, 0);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                scope.spawn(move |scope| self.list(&entry.path(), scope));
            } else {
                files += 1;
                bytes += metadata.len();
            }
        }
        self.files.fetch_add(files, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }
}
