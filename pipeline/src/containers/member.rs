//! What is read of a record, under which names, the same in JSON and in the columns of Parquet.

use newsloom_stages::decode::Told;
use newsloom_stages::layers::Format;

use super::{Fault, RawArticle, stream};

/// What a member of a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    Text,
    Html,
    Id,
    Url,
    Title,
    Author,
    Site,
    Date,
    Language,
}

/// The names that are read; where a record has several of one member, the first here counts.
pub const NAMES: [(&str, Member); 13] = [
    ("text", Member::Text),
    ("html", Member::Html),
    ("id", Member::Id),
    ("url", Member::Url),
    ("title", Member::Title),
    ("author", Member::Author),
    ("site", Member::Site),
    ("date", Member::Date),
    ("published", Member::Date),
    ("published_at", Member::Date),
    ("date_published", Member::Date),
    ("lang", Member::Language),
    ("language", Member::Language),
];

/// Place in `NAMES` of a member's name.
pub fn place_of(name: &str) -> Option<usize> {
    NAMES.iter().position(|(known, _)| *known == name)
}

/// The members of one record, by their place in `NAMES`.
#[derive(Debug, Default)]
pub struct Members {
    values: [Option<String>; NAMES.len()],
}

impl Members {
    pub fn set(&mut self, place: usize, value: Option<String>) {
        self.values[place] = value;
    }

    fn take(&mut self, member: Member) -> Option<String> {
        let mut found = NAMES.iter().zip(&mut self.values).filter(|((_, own), _)| *own == member);
        found.find_map(|(_, value)| value.take())
    }

    /// The article that the members make: of `text`, or of `html` where there is no text.
    ///
    /// # Errors
    /// Where there is neither, or it is longer than `bytes_max`.
    pub fn article(mut self, place: &str, bytes_max: u64) -> Result<RawArticle, Fault> {
        let text = self.take(Member::Text).map(|text| (text, Format::Text));
        let content = text.or_else(|| self.take(Member::Html).map(|html| (html, Format::Html)));
        let Some((content, format)) = content else {
            let detail = format!("{place} has neither `text` nor `html`");
            return Err(Fault { code: "malformed", detail });
        };
        if content.len() as u64 > bytes_max {
            return Err(stream::too_large(place, bytes_max));
        }
        let told = Told {
            id: self.take(Member::Id),
            url: self.take(Member::Url),
            title: self.take(Member::Title),
            author: self.take(Member::Author),
            site: self.take(Member::Site),
            date: self.take(Member::Date),
            day_in_name: None,
            language: self.take(Member::Language),
            encoding: Some("utf-8".to_owned()),
        };
        Ok(RawArticle { bytes: content.into_bytes(), format, told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_documented() {
        let page = include_str!("../../../docs/CONTAINERS.md");
        assert!(NAMES.iter().all(|(name, _)| page.contains(&format!("`{name}`"))));
    }
}
