//! Raw files to bytes, with the stat that these bytes had.
//!
//! Invariant: nothing but a regular file is read, and a file is looked up before and after, so
//! that what is processed is what the stat speaks of.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use newsloom_stages::decode::{Told, day_in_name};
use newsloom_stages::layers::Format;

use super::item::Fault;
use super::stat::Stat;
use crate::containers::{self, RawArticle, container_of};

/// A file is read once more if it changed meanwhile.
const TRIES: usize = 2;

/// Opens a regular file for reading.
///
/// # Errors
/// The row for `rejects`.
pub fn open(path: &Path) -> Result<(File, Stat), Fault> {
    // A pipe put in the place of the file since it was listed must not make the open wait, and a
    // link put there must not be followed.
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    let mut options = File::options();
    options.read(true).custom_flags(flags.bits().cast_signed());
    let file = options.open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(Fault::new("not_a_file", "no regular file any more"));
    }
    Ok((file, Stat::of(&metadata)))
}

/// Reads a plain article whole.
///
/// # Errors
/// The row for `rejects`, where it cannot be read, is larger than `bytes_max`, or changes.
pub fn read(path: &Path, bytes_max: u64) -> Result<(RawArticle, Stat), Fault> {
    for _ in 0..TRIES {
        let (file, stat) = open(path)?;
        if stat.bytes > bytes_max {
            return Err(too_large(stat.bytes, bytes_max));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(stat.bytes).unwrap_or_default() + 1);
        let read = (&file).take(bytes_max + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&error))?;
        let after = file.metadata().map_err(|error| unreadable(&error))?;
        if Stat::of(&after) == stat && bytes.len() as u64 == stat.bytes {
            let format = if is_html(path) { Format::Html } else { Format::Text };
            let name = path.file_name().and_then(std::ffi::OsStr::to_str);
            let told = Told { day_in_name: name.and_then(day_in_name), ..Told::default() };
            return Ok((RawArticle { bytes, format, told }, stat));
        }
    }
    Err(Fault::new(
        "changed_while_reading",
        "changed while it was read, twice; it is read again by the next run",
    ))
}

/// Reads one item of a file: the whole for number 0, else a record of a container.
///
/// # Errors
/// The row for `rejects`.
pub fn read_item(path: &Path, number: u64, bytes_max: u64) -> Result<RawArticle, Fault> {
    if number == 0 {
        return read(path, bytes_max).map(|(raw, _)| raw);
    }
    let container = path.to_str().and_then(container_of);
    let gone = || Fault::new("changed_while_reading", "the container no longer has the record");
    let records = containers::records(container.ok_or_else(gone)?, open(path)?.0, bytes_max);
    let mut records = records.skip_while(|record| record.number < number);
    let record = records.next().filter(|record| record.number == number).ok_or_else(gone)?;
    record.content.map_err(Fault::from)
}

impl From<containers::Fault> for Fault {
    fn from(fault: containers::Fault) -> Self {
        Self::new(fault.code, fault.detail)
    }
}

pub fn unreadable(error: &io::Error) -> Fault {
    Fault::new("unreadable", format!("cannot be read: {error}"))
}

fn too_large(bytes: u64, bytes_max: u64) -> Fault {
    Fault::new(
        "too_large",
        format!("{bytes} bytes or more; limits.article_bytes_max is {bytes_max}"),
    )
}

/// Whether `path` names a page of HTML.
pub fn is_html(path: &Path) -> bool {
    let extension = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    ["html", "htm", "xhtml"].iter().any(|html| extension.eq_ignore_ascii_case(html))
}
