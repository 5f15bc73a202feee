//! Which encoding the raw bytes are in: by byte order mark, as UTF-8 by form, as told, as UTF-16
//! by form, as the page states, by guess, in this order.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text with its encoding's WHATWG name in lower case. A byte order mark stays as U+FEFF.
pub struct Decoded {
    pub text: String,
    pub encoding: String,
    pub replacement_count: u32,
}

/// The beginnings of files that are no text: PNG, JPEG, GIF, PDF, ZIP (and Office), gzip, zstd,
/// ELF.
const BINARY_MAGICS: [&[u8]; 8] = [
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"GIF8",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1F\x8B",
    b"\x28\xB5\x2F\xFD",
    b"\x7FELF",
];
/// UTF-8 with some damage is told from other encodings by this many sound characters beyond
/// ASCII to each unsound one.
const SOUND_TO_UNSOUND: usize = 4;

/// Decodes `raw`, of which its container told the encoding and a page may state it; none where it
/// is no text.
pub fn decode<'a>(
    raw: &[u8],
    told: Option<&str>,
    stated: impl Fn() -> Option<&'a str>,
) -> Option<Decoded> {
    if BINARY_MAGICS.iter().any(|magic| raw.starts_with(magic)) {
        return None;
    }
    let encoding = match Encoding::for_bom(raw) {
        Some((encoding, _)) => encoding,
        None => told
            .and_then(|label| as_told(raw, label))
            .or_else(|| utf16_without_mark(raw))
            .or_else(|| as_told(raw, stated()?))
            .unwrap_or_else(|| eight_bit(raw)),
    };
    let (text, _) = encoding.decode_without_bom_handling(raw);
    let text = text.into_owned();
    if is_binary(&text) {
        return None;
    }
    let replacement_count = text.matches('\u{FFFD}').count();
    Some(Decoded {
        encoding: encoding.name().to_ascii_lowercase(),
        replacement_count: u32::try_from(replacement_count).unwrap_or(u32::MAX),
        text,
    })
}

/// The encoding told, where the bytes fit it. Servers tell `iso-8859-1` of much that is UTF-8, and
/// next to nothing beyond ASCII has the form of UTF-8 by chance.
fn as_told(raw: &[u8], label: &str) -> Option<&'static Encoding> {
    if !raw.is_ascii() && str::from_utf8(raw).is_ok() {
        return Some(UTF_8);
    }
    let encoding = Encoding::for_label(label.as_bytes())?;
    let (_, has_errors) = encoding.decode_without_bom_handling(raw);
    (!has_errors).then_some(encoding)
}

/// UTF-16 shows by its zero bytes, nearly all on one side of the pairs.
fn utf16_without_mark(raw: &[u8]) -> Option<&'static Encoding> {
    let head = &raw[..raw.len().min(4096)];
    let zeros = |side: usize| head.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second, pairs) = (zeros(0), zeros(1), head.len() / 2);
    if pairs == 0 || raw.len() % 2 == 1 {
        None
    } else if second * 2 > pairs && first * 20 < pairs {
        Some(UTF_16LE)
    } else if first * 2 > pairs && second * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn eight_bit(raw: &[u8]) -> &'static Encoding {
    let (mut sound_count, mut unsound_count) = (0, 0);
    for chunk in raw.utf8_chunks() {
        sound_count += chunk.valid().chars().filter(|ch| !ch.is_ascii()).count();
        unsound_count += usize::from(!chunk.invalid().is_empty());
    }
    if unsound_count * SOUND_TO_UNSOUND <= sound_count {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(raw, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Text holds no zero bytes and hardly any other control characters.
fn is_binary(text: &str) -> bool {
    let mut control_count = 0;
    let mut char_count = 0;
    for ch in text.chars() {
        char_count += 1;
        match ch {
            '\0' => return true,
            '\t' | '\n' | '\r' | '\x0C' | '\u{85}' => {}
            _ => control_count += usize::from(ch.is_control()),
        }
    }
    control_count * 20 > char_count
}
