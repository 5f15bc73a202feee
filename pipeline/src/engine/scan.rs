//! What lies in the raw folder: the articles in bytewise order of their paths, and what is none.
//!
//! Invariant: symbolic links are never followed, and nothing but a regular file is ever opened.
//! Invariant: names that begin with a dot are left out, as are the folders they name.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use newsloom_tabulate::Reject;

/// A file of the raw folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Relative to the raw folder, `/` between the parts.
    pub article_id: String,
    pub path: PathBuf,
}

/// What a raw folder holds.
#[derive(Debug, Default)]
pub struct Scan {
    pub sources: Vec<Source>,
    pub rejects: Vec<Reject>,
}

/// Lists the raw folder.
///
/// # Errors
/// Where the folder itself cannot be listed; trouble below it is a reject.
pub fn scan(raw: &Path) -> io::Result<Scan> {
    let mut found = Scan::default();
    list(raw, &[], &mut found)?;
    found.sources.sort_by(|a, b| a.article_id.cmp(&b.article_id));
    found.rejects.sort();
    Ok(found)
}

fn list(folder: &Path, prefix: &[u8], found: &mut Scan) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_bytes().starts_with(b".") {
            continue;
        }
        let relative = if prefix.is_empty() {
            name.as_bytes().to_vec()
        } else {
            [prefix, b"/", name.as_bytes()].concat()
        };
        let reject = |code: &str, detail: String| Reject {
            article_id: printable(&relative),
            code: code.to_owned(),
            detail,
        };
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            let detail = "a symbolic link, which is not followed; put the file itself here";
            found.rejects.push(reject("symbolic_link", detail.to_owned()));
        } else if kind.is_dir() {
            if let Err(error) = list(&entry.path(), &relative, found) {
                let detail = format!("the folder cannot be listed: {error}");
                found.rejects.push(reject("unreadable", detail));
            }
        } else if !kind.is_file() {
            let detail = "no regular file (a pipe, socket or device), so it was not opened";
            found.rejects.push(reject("not_a_file", detail.to_owned()));
        } else if let Ok(article_id) = String::from_utf8(relative.clone()) {
            found.sources.push(Source { article_id, path: entry.path() });
        } else {
            let detail = "the name is not UTF-8, so no row could name it; rename the file";
            found.rejects.push(reject("name_not_utf8", detail.to_owned()));
        }
    }
    Ok(())
}

/// A path as text; bytes that are no UTF-8 are written `\xHH`.
fn printable(path: &[u8]) -> String {
    let mut text = String::new();
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Reads a source whole.
///
/// # Errors
/// The row for `rejects`, where it cannot be read or is larger than `bytes_max`.
pub fn read(source: &Source, bytes_max: u64) -> Result<Vec<u8>, Reject> {
    let reject = |code: &str, detail: String| Reject {
        article_id: source.article_id.clone(),
        code: code.to_owned(),
        detail,
    };
    let unreadable = |error: io::Error| reject("unreadable", format!("cannot be read: {error}"));
    // A pipe put in the place of the file since it was listed must not make the open wait.
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let mut options = File::options();
    let opened = options.read(true).custom_flags(flags).open(&source.path);
    let mut file = opened.map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    let too_large = |bytes: u64| {
        let detail = format!("{bytes} bytes or more; limits.article_bytes_max is {bytes_max}");
        reject("too_large", detail)
    };
    if !metadata.is_file() {
        return Err(reject("not_a_file", "no regular file any more".to_owned()));
    }
    if metadata.len() > bytes_max {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.by_ref().take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        return Err(too_large(bytes.len() as u64));
    }
    let after = file.metadata().map_err(unreadable)?;
    let unchanged =
        after.len() == bytes.len() as u64 && after.modified().ok() == metadata.modified().ok();
    if !unchanged {
        return Err(reject("changed_while_reading", "changed while it was read".to_owned()));
    }
    Ok(bytes)
}

/// Whether `path` names a page of HTML.
pub fn is_html(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(OsStr::to_str).unwrap_or_default();
    ["html", "htm", "xhtml"].iter().any(|html| extension.eq_ignore_ascii_case(html))
}
