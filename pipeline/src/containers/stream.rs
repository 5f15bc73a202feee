//! Bytes of a packed file as a stream, lines of bounded length, and what an error of it means.

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::{Compression, Fault};

const BUFFER_BYTES: usize = 64 << 10;

/// The bytes of a file, unpacked.
pub type Stream = Box<dyn BufRead + Send>;

/// Unpacks `file`: every member of a gzip file, every frame of a zstd file.
pub fn unpacked(file: impl Read + Send + 'static, compression: Compression) -> Stream {
    let packed = BufReader::with_capacity(BUFFER_BYTES, file);
    match compression {
        Compression::None => Box::new(packed),
        Compression::Gzip => {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(packed)))
        }
        Compression::Zstd => {
            let decoder = zstd::Decoder::with_buffer(packed);
            let decoder = decoder.expect("no dictionary is given that could be wrong");
            Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
        }
    }
}

/// Adds the next line, without its end, to `line` and says whether it is whole: what is longer
/// than `bytes_max` is passed over to its end. None at the end of the input.
///
/// # Errors
/// Where `input` cannot be read.
pub fn read_line(
    input: &mut impl BufRead,
    line: &mut Vec<u8>,
    bytes_max: usize,
) -> io::Result<Option<bool>> {
    let start = line.len();
    let mut is_whole = true;
    let mut is_begun = false;
    loop {
        let arrived = match input.fill_buf() {
            Ok(arrived) => arrived,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if arrived.is_empty() {
            return Ok(is_begun.then_some(is_whole));
        }
        is_begun = true;
        let end = memchr::memchr(b'\n', arrived);
        let stretch = &arrived[..end.unwrap_or(arrived.len())];
        is_whole &= line.len() - start + stretch.len() <= bytes_max;
        if is_whole {
            line.extend_from_slice(stretch);
        }
        let used_length = stretch.len() + usize::from(end.is_some());
        input.consume(used_length);
        if end.is_some() {
            return Ok(Some(is_whole));
        }
    }
}

/// What ended a stream: the disk, which gives errors of the system, or what the file holds.
pub fn fault_of(place: &str, error: &io::Error) -> Fault {
    if error.raw_os_error().is_some() {
        Fault { code: "unreadable", detail: format!("{place} cannot be read: {error}") }
    } else {
        damaged(place, error)
    }
}

/// The fault of a file that cannot be read from `place` on.
pub fn damaged(place: &str, why: &dyn Display) -> Fault {
    let detail = format!("the file is damaged at {place}, what stands before was read: {why}");
    Fault { code: "damaged", detail }
}

/// The fault of an article longer than `bytes_max`.
pub fn too_large(place: &str, bytes_max: u64) -> Fault {
    let detail = format!("{place} is longer than {bytes_max} bytes (limits.article_bytes_max)");
    Fault { code: "too_large", detail }
}
