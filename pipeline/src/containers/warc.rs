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
                Ok(Some(Some(content))) => content,
                Ok(Some(None)) => continue,
                Ok(None) => {
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

/// Reads one record to its end and gives the article it holds, where it holds one; none at the end
/// of the file.
fn record(
    input: &mut Stream,
    place: &str,
    bytes_max: u64,
) -> io::Result<Option<Option<Result<RawArticle, Fault>>>> {
    let Some(header) = Header::read(input)? else { return Ok(None) };
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
    Ok(Some(content))
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
    let bytes = match bytes_of(body, place, bytes_max) {
        Ok(bytes) => bytes,
        Err(fault) => return Some(Err(fault)),
    };
    let bare = |name| header.get(name).map(|uri| uri.trim_matches(['<', '>']).to_owned());
    let told = Told {
        id: bare("warc-record-id"),
        url: bare("warc-target-uri"),
        encoding: charset(content_type),
        ..Told::default()
    };
    Some(Ok(RawArticle { bytes, format, told }))
}

/// The bytes of a page, where it can be unpacked and is not too long.
fn bytes_of(
    body: io::Result<Box<dyn BufRead + '_>>,
    place: &str,
    bytes_max: u64,
) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let read = body.and_then(|body| body.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > bytes_max => Err(too_large(place, bytes_max)),
        Ok(_) => Ok(bytes),
        Err(error) => {
            let is_unknown = error.kind() == ErrorKind::Unsupported;
            let code = if is_unknown { "unsupported" } else { "malformed" };
            Err(Fault { code, detail: format!("{place}: the page cannot be unpacked: {error}") })
        }
    }
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
            "deflate" => {
                let (is_packed, body) = peek(body, 2, is_zlib)?;
                if is_packed { buffered(ZlibDecoder::new(body)) } else { body }
            }
            other => {
                let why = format!("{other:?} is no encoding known here");
                return Err(io::Error::new(ErrorKind::Unsupported, why));
            }
        };
    }
    Ok(body)
}

/// The usual first byte of zlib; the two together are a multiple of 31.
fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [0x78, second] if (0x7800 + u16::from(*second)).is_multiple_of(31))
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

#[cfg(test)]
pub mod tests {
    use super::super::tests::{gzip, records_of, texts};
    use super::super::{Compression, Container};
    use super::*;

    fn warc_record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
        let header = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {}\r\n\r\n",
            block.len()
        );
        [header.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    fn response(http_fields: &str, body: &[u8]) -> Vec<u8> {
        let http = format!("HTTP/1.1 200 OK\r\n{http_fields}\r\n");
        let fields = "WARC-Target-URI: http://a.example/\r\nWARC-Date: 2024-05-21T10:48:07Z\r\n\
             Content-Type: application/http; msgtype=response\r\n";
        warc_record("response", fields, &[http.as_bytes(), body].concat())
    }

    fn read_plain(bytes: &[u8]) -> Vec<Record> {
        records_of(Container::Warc(Compression::None), bytes, 100)
    }

    pub fn sample() -> Vec<u8> {
        let chunked = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n";
        [
            warc_record("warcinfo", "Content-Type: text/plain\r\n", b"software: a crawler"),
            response(chunked, b"5\r\n<p>Fi\r\n4;x=y\r\nrst.\r\n0\r\n\r\n"),
            warc_record("conversion", "Content-Type: text/plain\r\n", b"Second"),
        ]
        .concat()
    }

    #[test]
    fn articles_alone_are_numbered() {
        let page = "Content-Type: Text/HTML; Charset=\"latin1\"\r\n";
        let http = "Content-Type: application/http\r\n";
        let file = [
            warc_record("warcinfo", "Content-Type: text/plain\r\n", b"software: a crawler"),
            warc_record("request", http, b"GET / HTTP/1.1\r\n\r\n"),
            response(page, b"<p>first"),
            response("Content-Type: image/png\r\n", b"\x89PNG"),
            warc_record(
                "response",
                http,
                b"HTTP/1.1 404 Gone\r\nContent-Type: text/html\r\n\r\n<p>",
            ),
            warc_record("revisit", http, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
            warc_record(
                "resource",
                "Content-Type: text/plain\r\nWARC-Record-ID: <urn:uuid:1>\r\n\
                 WARC-Target-URI: <http://b.example/>\r\n",
                b"second",
            ),
            response("Server: s\r\n", b"what?"),
            warc_record("metadata", "Content-Type: text/plain\r\n", b"no article"),
            warc_record("response", http, b"<p>no header"),
            warc_record("conversion", "content-TYPE: application/xhtml+xml\r\n", b"third"),
        ]
        .concat();
        let records = read_plain(&file);
        assert_eq!(texts(&records), ["<p>first", "second", "unsupported", "malformed", "third"]);
        let some = |text: &str| Some(text.to_owned());
        let first = records[0].content.as_ref().unwrap();
        assert_eq!(first.format, Format::Html);
        let told =
            Told { url: some("http://a.example/"), encoding: some("latin1"), ..Told::default() };
        assert_eq!(first.told, told, "the date of the visit is not that of the article");
        let second = records[1].content.as_ref().unwrap();
        assert_eq!(second.format, Format::Text);
        let (id, url) = (some("urn:uuid:1"), some("http://b.example/"));
        assert_eq!(second.told, Told { id, url, ..Told::default() });
        let detail = &records[3].content.as_ref().unwrap_err().detail;
        assert!(detail.contains("WARC record 10"), "{detail}");
    }

    #[test]
    fn pages_are_unpacked() {
        let html = "Content-Type: text/html\r\n";
        let chunked = "Transfer-Encoding: chunked\r\n";
        let packed = gzip(b"<p>page");
        let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), Default::default());
        io::Write::write_all(&mut deflated, b"<p>page").unwrap();
        let deflated = deflated.finish().unwrap();
        let in_chunks = [b"7\r\n", &packed[..7], b"\r\nA;name=value\r\n", &packed[7..17], b"\r\n"];
        let rest = packed.len() - 17;
        let last = format!("{rest:x}\n");
        let in_chunks =
            [&in_chunks.concat(), last.as_bytes(), &packed[17..], b"\n0\r\nExpires: 0\r\n\r\n"]
                .concat();
        for (fields, body, text) in [
            ("Content-Encoding: gzip\r\n", &packed[..], "<p>page"),
            ("Content-Encoding: x-gzip, identity\r\n", &packed, "<p>page"),
            ("Content-Encoding: deflate\r\n", &deflated, "<p>page"),
            ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", &in_chunks, "<p>page"),
            ("Content-Encoding: gzip\r\n", b"<p>unpacked", "<p>unpacked"),
            ("Content-Encoding: gzip\r\n", b"", ""),
            (chunked, b"<p>whole\nbody", "<p>whole\nbody"),
            (chunked, b"4\r\n<p>a\r\n0\r\n\r\n", "<p>a"),
            (chunked, b"4\r\n<p>a\r\n", "malformed"),
            (chunked, b"4\r\n<p>a\r\nmany\r\n", "malformed"),
            ("Content-Encoding: gzip\r\n", &packed[..packed.len() - 9], "malformed"),
            ("Content-Encoding: br\r\n", b"\x0B\x03", "unsupported"),
            ("Content-Encoding: gzip\r\n", &gzip(&vec![b'a'; 9 << 20]), "too_large"),
        ] {
            let next = warc_record("conversion", "Content-Type: text/plain\r\n", b"next");
            let file = [response(&format!("{html}{fields}"), body), next].concat();
            assert_eq!(texts(&read_plain(&file)), [text, "next"], "{fields}");
        }
    }

    #[test]
    fn a_file_that_goes_astray_ends_with_what_was_read() {
        let whole = sample();
        let longer = String::from_utf8(whole.clone()).unwrap();
        let longer = longer.replace("Content-Length: 6", "Content-Length: 99");
        let shorter = String::from_utf8(whole.clone()).unwrap();
        let shorter = shorter.replace("Content-Length: 19", "Content-Length: 9");
        let nothing = [&whole[..], b"no record"].concat();
        let endless = [&whole[..], b"WARC/1.0\r\n", &b"a: b\r\n".repeat(2000)].concat();
        let unsized_ = [&whole[..], b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"].concat();
        for (file, expected) in [
            (longer.as_bytes(), &["<p>First.", "damaged"][..]),
            (shorter.as_bytes(), &["damaged"]),
            (&nothing, &["<p>First.", "Second", "damaged"]),
            (&endless, &["<p>First.", "Second", "damaged"]),
            (&unsized_, &["<p>First.", "Second", "damaged"]),
        ] {
            assert_eq!(texts(&read_plain(file)), expected);
        }
    }

    #[test]
    fn members_of_gzip_are_read_on_and_a_cut_one_is_damage() {
        let page = warc_record("conversion", "Content-Type: text/plain\r\n", b"page");
        let file = [gzip(&page), gzip(&page)].concat();
        let read = |bytes: &[u8]| records_of(Container::Warc(Compression::Gzip), bytes, 100);
        assert_eq!(texts(&read(&file)), ["page", "page"]);
        assert_eq!(texts(&read(&file[..file.len() - 20])), ["page", "damaged"]);
    }

    #[test]
    fn long_lines_of_a_header_are_passed_over() {
        let fields = format!("X-Long: {}\r\nContent-Type: text/plain\r\n", "a".repeat(1 << 20));
        let folded = "Content-Type: text/plain;\r\n charset=utf-8\r\n";
        let file = [
            warc_record("conversion", &fields, b"first"),
            warc_record("conversion", folded, b"second"),
        ];
        let records = read_plain(&file.concat());
        assert_eq!(texts(&records), ["first", "second"]);
        let told = &records[1].content.as_ref().unwrap().told;
        assert_eq!(told.encoding.as_deref(), Some("utf-8"));
    }
}
