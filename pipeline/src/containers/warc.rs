//! WARC: pages as a crawler met them (ISO 28500).
//!
//! Articles are the records of type `response`, `resource` and `conversion` whose content is HTML
//! or plain text; of the answers of servers, those with a status of success. All others are
//! passed over and get no number.
//!
//! Invariant: a fault of one page ends nothing; only where the next record cannot be found, the
//! file ends.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use newsloom_stages::decode::Told;
use newsloom_stages::layers::Format;

use super::stream::{Stream, fault_of, read_line, too_large};
use super::{Fault, RawArticle, Record};

/// A longer line of a header is passed over.
const HEADER_LINE_BYTES_MAX: usize = 64 << 10;
const HEADER_LINES_MAX: usize = 1000;
/// The line before a chunk gives its length.
const CHUNK_LINE_BYTES_MAX: u64 = 1 << 10;

/// The records of a WARC file.
pub fn read(input: Stream, article_bytes_max: u64) -> impl Iterator<Item = Record> + Send {
    Warc { input: Some(input), record_count: 0, number: 0, article_bytes_max }
}

struct Warc {
    /// None once it has ended.
    input: Option<Stream>,
    /// Records of every type so far.
    record_count: u64,
    /// Of the last article.
    number: u64,
    article_bytes_max: u64,
}

impl Iterator for Warc {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let input = self.input.as_mut()?;
            self.record_count += 1;
            let place = format!("WARC record {}", self.record_count);
            let content = match record(input, &place, self.article_bytes_max) {
                Ok(Found::Article(content)) => content,
                Ok(Found::Other) => continue,
                Ok(Found::End) => {
                    self.input = None;
                    return None;
                }
                Err(error) => {
                    self.input = None;
                    Err(fault_of(&place, &error))
                }
            };
            self.number += 1;
            return Some(Record { number: self.number, content });
        }
    }
}

enum Found {
    Article(Result<RawArticle, Fault>),
    /// A record that is no article.
    Other,
    End,
}

/// Reads one record to its end.
fn record(input: &mut Stream, place: &str, bytes_max: u64) -> io::Result<Found> {
    let Some(header) = Header::read(input)? else { return Ok(Found::End) };
    if !header.start.starts_with("WARC/") {
        return Err(invalid("no record begins where the last one ended"));
    }
    let length = header.get("content-length").and_then(|length| length.parse().ok());
    let length = length.ok_or_else(|| invalid("the record has no Content-Length"))?;
    let mut block = input.take(length);
    let content = article(&header, &mut block, place, bytes_max);
    io::copy(&mut block, &mut io::sink())?;
    if block.limit() > 0 {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file ends within the record"));
    }
    Ok(content.map_or(Found::Other, Found::Article))
}

/// The article that a record holds; none where it is of another kind.
fn article(
    header: &Header,
    block: &mut impl BufRead,
    place: &str,
    bytes_max: u64,
) -> Option<Result<RawArticle, Fault>> {
    let fault = |code, why: &str| Some(Err(Fault { code, detail: format!("{place}: {why}") }));
    let kind = header.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    if !matches!(kind.as_str(), "response" | "resource" | "conversion") {
        return None;
    }
    let mut content_type = header.get("content-type");
    let answer;
    let body = if content_type.is_some_and(|found| media_type(found) == "application/http") {
        match Header::read(block) {
            Ok(Some(found)) if found.start.starts_with("HTTP/") => answer = found,
            _ => return fault("malformed", "no header of an HTTP answer"),
        }
        if !answer.start.split_ascii_whitespace().nth(1)?.starts_with('2') {
            return None;
        }
        content_type =
            answer.get("content-type").or_else(|| header.get("warc-identified-payload-type"));
        unwrapped(block, &answer)
    } else {
        Ok(Box::new(block) as Box<dyn BufRead>)
    };
    let Some(content_type) = content_type else {
        return fault("unsupported", "no Content-Type, so what the record holds is unknown");
    };
    let format = match media_type(content_type).as_str() {
        "text/html" | "application/xhtml+xml" => Format::Html,
        "text/plain" => Format::Text,
        _ => return None,
    };
    if header.get("warc-segment-number").is_some() {
        return fault("unsupported", "a page cut into several records");
    }
    let mut bytes = Vec::new();
    let read = match body {
        Ok(body) => body.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes),
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return fault("unsupported", &error.to_string());
        }
        Err(error) => Err(error),
    };
    if let Err(error) = read {
        return fault("malformed", &format!("the page cannot be unpacked: {error}"));
    }
    if bytes.len() as u64 > bytes_max {
        return Some(Err(too_large(place, bytes_max)));
    }
    let bare = |name| header.get(name).map(|uri| uri.trim_matches(['<', '>']).to_owned());
    let told = Told {
        id: bare("warc-record-id"),
        url: bare("warc-target-uri"),
        encoding: charset(content_type),
        ..Told::default()
    };
    Some(Ok(RawArticle { bytes, format, told }))
}

/// The start line and the fields of a header, of WARC or HTTP.
struct Header {
    start: String,
    /// Names in lower case.
    fields: Vec<(String, String)>,
}

impl Header {
    /// Reads to the blank line behind the header; none where `input` ends before it begins.
    fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut header: Option<Self> = None;
        let mut line = Vec::new();
        for _ in 0..HEADER_LINES_MAX {
            line.clear();
            let Some(is_whole) = read_line(input, &mut line, HEADER_LINE_BYTES_MAX)? else {
                let error = io::Error::new(ErrorKind::UnexpectedEof, "it ends within a header");
                return if header.is_none() { Ok(None) } else { Err(error) };
            };
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_ascii_end();
            match &mut header {
                None if text.is_empty() && is_whole => {}
                None => header = Some(Self { start: text.to_owned(), fields: Vec::new() }),
                Some(_) if !is_whole => {}
                Some(_) if text.is_empty() => return Ok(header),
                Some(header) => header.add(text),
            }
        }
        Err(invalid("a header goes on without end"))
    }

    fn add(&mut self, line: &str) {
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), self.fields.last_mut()) {
            value.push(' ');
            value.push_str(line.trim_ascii());
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim_ascii().to_ascii_lowercase();
            self.fields.push((name, value.trim_ascii().to_owned()));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(own, _)| own == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The words of a field that is a list, in lower case.
    fn list(&self, name: &str) -> Vec<String> {
        let words = self.get(name).unwrap_or_default().split(',');
        words.map(|word| word.trim_ascii().to_ascii_lowercase()).collect()
    }
}

/// `text/html` of `Text/HTML; charset=utf-8`.
fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase()
}

/// `utf-8` of `text/html; charset="utf-8"`.
fn charset(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) =
        parameters.find(|(name, _)| name.trim_ascii().eq_ignore_ascii_case("charset"))?;
    let value = value.trim_ascii().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// The page of an HTTP answer without its transfer and content encodings.
///
/// Crawlers often store the page unpacked and the header as it was: what has not the form of an
/// encoding is taken as it is.
fn unwrapped<'a>(
    block: &'a mut impl BufRead,
    answer: &Header,
) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut body: Box<dyn BufRead> = Box::new(block);
    if answer.list("transfer-encoding").iter().any(|word| word == "chunked") {
        body = unchunked(body)?;
    }
    for encoding in answer.list("content-encoding").iter().rev() {
        body = match encoding.as_str() {
            "" | "identity" | "none" => body,
            "gzip" | "x-gzip" => {
                let (is_packed, body) = peek(body, 2, |head| head == b"\x1F\x8B")?;
                if is_packed { buffered(MultiGzDecoder::new(body)) } else { body }
            }
            // The format of zlib; its first two bytes are a multiple of 31.
            "deflate" => {
                let is_zlib = |head: &[u8]| matches!(head, [0x78, b] if (0x7800 + u16::from(*b)).is_multiple_of(31));
                let (is_packed, body) = peek(body, 2, is_zlib)?;
                if is_packed { buffered(ZlibDecoder::new(body)) } else { body }
            }
            other => {
                let why = format!("the page is packed with {other:?}, which is not read");
                return Err(io::Error::new(ErrorKind::Unsupported, why));
            }
        };
    }
    Ok(body)
}

fn buffered<'a>(body: impl Read + 'a) -> Box<dyn BufRead + 'a> {
    Box::new(BufReader::new(body))
}

/// Whether the first `length` bytes of `body` are as `is` says, and `body` with them.
fn peek<'a>(
    mut body: Box<dyn BufRead + 'a>,
    length: u64,
    is: impl Fn(&[u8]) -> bool,
) -> io::Result<(bool, Box<dyn BufRead + 'a>)> {
    let mut head = Vec::new();
    body.by_ref().take(length).read_to_end(&mut head)?;
    Ok((is(&head), Box::new(Cursor::new(head).chain(body))))
}

/// The body that comes in chunks, each after a line with its length.
fn unchunked<'a>(mut body: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut line = Vec::new();
    body.by_ref().take(CHUNK_LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
    Ok(match chunk_length(&line) {
        Some(left) => buffered(Chunks { body, left, is_last: left == 0 }),
        None => Box::new(Cursor::new(line).chain(body)),
    })
}

fn chunk_length(line: &[u8]) -> Option<u64> {
    let line = str::from_utf8(line).ok()?.strip_suffix('\n')?;
    u64::from_str_radix(line.split(';').next()?.trim_ascii(), 16).ok()
}

struct Chunks<B> {
    body: B,
    /// Of the chunk at hand.
    left: u64,
    is_last: bool,
}

impl<B: BufRead> Read for Chunks<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.is_last {
            let mut line = Vec::new();
            let mut lines = self.body.by_ref().take(CHUNK_LINE_BYTES_MAX);
            lines.read_until(b'\n', &mut line)?;
            if line.trim_ascii().is_empty() {
                line.clear();
                lines.read_until(b'\n', &mut line)?;
            }
            self.left = chunk_length(&line).ok_or_else(|| invalid("a chunk without its length"))?;
            self.is_last = self.left == 0;
        }
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let length = self.body.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it ends within a chunk"));
        }
        self.left -= length as u64;
        Ok(length)
    }
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
