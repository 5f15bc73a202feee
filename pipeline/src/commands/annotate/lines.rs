//! Lines in, answers out: in parallel, in order, in bounded memory, as soon as they can be given.
//!
//! Invariant: whatever the input, no more is held than a fixed number of batches, each smaller
//! than `BATCH_BYTES` but for its last line, of which at most `line_bytes_max` bytes are kept.

use std::io::{self, BufReader, Read, Write};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Context as _;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::containers::read_line;

/// A batch is answered by one thread; small enough that all threads have work.
const BATCH_BYTES: usize = 64 << 10;
/// Batches a thread that are read ahead of the one written next.
const BATCHES_AHEAD: usize = 3;
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A line of the input, without its end.
#[derive(Debug)]
pub struct Line<'a> {
    /// Counted from 1, blank lines too.
    pub number: u64,
    pub content: Content<'a>,
}

#[derive(Debug)]
pub enum Content<'a> {
    Whole(&'a [u8]),
    /// Longer than what may be kept of it.
    TooLong,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Annotated,
    Refused,
}

/// The answers to a batch.
struct Answers {
    bytes: Vec<u8>,
    refused_count: u64,
}

/// Answers to come, in the order of the input; an error of reading ends them.
type Pending = io::Result<Receiver<Answers>>;

/// Calls `answer` for every line of `input` but blank ones, on `jobs` threads (0: one a core),
/// and writes the answers in order; returns how many lines were refused.
///
/// The input is read by a thread of its own that is not waited for, so that a reader of the
/// output who goes away ends the program even while the input is silent.
///
/// # Errors
/// Where `input` cannot be read or `output` cannot be written.
pub fn answer_all(
    input: impl Read + Send + 'static,
    output: &mut impl Write,
    jobs: usize,
    line_bytes_max: usize,
    answer: impl Fn(&Line, &mut Vec<u8>) -> Answered + Send + Sync + 'static,
) -> anyhow::Result<u64> {
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build()?;
    let (sender, pending) = sync_channel(BATCHES_AHEAD * pool.current_num_threads());
    let reader = Reader {
        input: BufReader::with_capacity(BATCH_BYTES, input),
        line_bytes_max,
        line_number: 0,
    };
    thread::Builder::new().spawn(move || distribute(reader, &pool, &Arc::new(answer), &sender))?;
    let mut refused_count = 0;
    for answers in pending {
        let answers = answers.context("cannot read the articles")?.recv()?;
        let written = output.write_all(&answers.bytes).and_then(|()| output.flush());
        written.context("cannot write the annotations")?;
        refused_count += answers.refused_count;
    }
    Ok(refused_count)
}

/// Reads batches and has them answered, until the input ends or nobody wants the answers.
fn distribute<A>(
    mut reader: Reader<impl Read>,
    pool: &ThreadPool,
    answer: &Arc<A>,
    pending: &SyncSender<Pending>,
) where
    A: Fn(&Line, &mut Vec<u8>) -> Answered + Send + Sync + 'static,
{
    loop {
        let batch = match reader.batch() {
            Ok(batch) if batch.lines.is_empty() => return,
            Ok(batch) => batch,
            Err(error) => {
                // Where this fails there is nobody left to tell.
                let _ = pending.send(Err(error));
                return;
            }
        };
        let (sender, answers) = sync_channel(1);
        if pending.send(Ok(answers)).is_err() {
            return;
        }
        let answer = Arc::clone(answer);
        pool.spawn(move || {
            // Where this fails the writer is gone, and with it the need.
            let _ = sender.send(batch.answers(&*answer));
        });
    }
}

/// Lines one after the other in one buffer.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Number and place of each line; no place where it is too long.
    lines: Vec<(u64, Option<Range<usize>>)>,
}

impl Batch {
    fn answers(&self, answer: &impl Fn(&Line, &mut Vec<u8>) -> Answered) -> Answers {
        let mut answers = Answers { bytes: Vec::new(), refused_count: 0 };
        for (number, place) in &self.lines {
            let content =
                place.clone().map_or(Content::TooLong, |place| Content::Whole(&self.bytes[place]));
            let line = Line { number: *number, content };
            let answered = answer(&line, &mut answers.bytes);
            answers.refused_count += u64::from(answered == Answered::Refused);
        }
        answers
    }
}

struct Reader<R> {
    input: BufReader<R>,
    line_bytes_max: usize,
    /// Of the last line read, counted from 1.
    line_number: u64,
}

impl<R: Read> Reader<R> {
    /// The next lines that are not blank; none at the end of the input.
    ///
    /// A batch ends when it is large enough, and also when what has arrived is used up: lines
    /// that are here are not kept waiting for lines that are not.
    fn batch(&mut self) -> io::Result<Batch> {
        let mut batch = Batch::default();
        loop {
            let arrived_is_used_up = self.input.buffer().is_empty();
            let is_full = batch.bytes.len() >= BATCH_BYTES || arrived_is_used_up;
            if is_full && !batch.lines.is_empty() {
                return Ok(batch);
            }
            let start = batch.bytes.len();
            let line = read_line(&mut self.input, &mut batch.bytes, self.line_bytes_max)?;
            let Some(is_whole) = line else { return Ok(batch) };
            self.line_number += 1;
            if self.line_number == 1 && batch.bytes.starts_with(BYTE_ORDER_MARK) {
                batch.bytes.drain(..BYTE_ORDER_MARK.len());
            }
            if !is_whole {
                batch.bytes.truncate(start);
                batch.lines.push((self.line_number, None));
            } else if batch.bytes[start..].trim_ascii().is_empty() {
                batch.bytes.truncate(start);
            } else {
                batch.lines.push((self.line_number, Some(start..batch.bytes.len())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives its input in pieces of the lengths told, as a pipe does.
    struct Pieces {
        bytes: Vec<u8>,
        lengths: Vec<usize>,
    }

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.lengths.pop().unwrap_or(1).min(buffer.len()).min(self.bytes.len());
            buffer[..length].copy_from_slice(&self.bytes[..length]);
            self.bytes.drain(..length);
            Ok(length)
        }
    }

    fn echo(line: &Line, out: &mut Vec<u8>) -> Answered {
        match line.content {
            Content::Whole(content) => {
                out.extend(format!("{} ", line.number).bytes().chain(content.iter().copied()));
                out.push(b'\n');
                Answered::Annotated
            }
            Content::TooLong => {
                out.extend(format!("{} too long\n", line.number).bytes());
                Answered::Refused
            }
        }
    }

    proptest! {
        #[test]
        fn every_line_is_answered_in_order(
            text in "([a-z]{0,12}\n?){0,40}",
            lengths in prop::collection::vec(1_usize..30, 0..40),
        ) {
            const LENGTH_MAX: usize = 9;
            let mut wanted = String::new();
            let mut wanted_count = 0;
            for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.is_empty()) {
                let refused = line.len() > LENGTH_MAX;
                wanted_count += u64::from(refused);
                wanted += &format!("{number} {}\n", if refused { "too long" } else { line });
            }
            let mut out = Vec::new();
            let input = Pieces { bytes: text.into_bytes(), lengths };
            let refused_count = answer_all(input, &mut out, 3, LENGTH_MAX, echo).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), wanted);
            prop_assert_eq!(refused_count, wanted_count);
        }
    }

    #[test]
    fn many_batches_keep_their_order() {
        let text: String = (1..=50_000).map(|number| format!("line {number}\n")).collect();
        let wanted: String =
            (1..=50_000).map(|number| format!("{number} line {number}\n")).collect();
        let mut out = Vec::new();
        answer_all(io::Cursor::new(text), &mut out, 4, 100, echo).unwrap();
        assert!(out == wanted.as_bytes());
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let mut out = Vec::new();
        answer_all(&b"\xEF\xBB\xBFa\nb"[..], &mut out, 1, 100, echo).unwrap();
        assert_eq!(out, b"1 a\n2 b\n");
    }
}
