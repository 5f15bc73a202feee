//! What a page's structure says of each line of its text: written by `decode`, read by `strip`.
//!
//! Invariant: one mark for each line of the text that is not blank, in order; a container stands
//! behind the one that holds it. A text that was no page has neither.

use serde::{Deserialize, Serialize};

/// What a page says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Nature {
    Article,
    /// It does not say; but readers see a date.
    #[default]
    Dated,
    /// It does not say, and has no date that readers see.
    Undated,
    /// What is sold, offered or listed.
    Offer,
}

/// What the nearest block around a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    Paragraph,
    /// Of level 1 to 6.
    Heading(u8),
    ListItem,
    /// A term or its definition.
    Definition,
    Quote,
    Caption,
    /// Cells, parted by tabs.
    TableRow,
    Pre,
    /// A button, label or the like.
    Control,
    /// Text of a block without a meaning of its own.
    Other,
}

/// The nearest part of the page that a line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Region {
    None,
    Main,
    Article,
    Aside,
    Nav,
    Header,
    Footer,
}

/// Declares a set of flags kept in the bits of an integer.
macro_rules! flags {
    ($(#[$meta:meta])* $name:ident: $bits:ty, $prefix:literal {
        $($(#[$inner:meta])* $flag:ident = $text:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$inner])* $flag,)+ }

        impl $name {
            /// Every flag, in order of its bit.
            pub const ALL: &'static [Self] = &[$(Self::$flag,)+];

            /// The flag's name in files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$flag => $text,)+ }
            }

            /// The name of the model's feature that the flag is.
            pub fn feature(self) -> &'static str {
                match self { $(Self::$flag => concat!($prefix, $text),)+ }
            }

            /// The flag's bit.
            pub const fn bit(self) -> $bits {
                1 << self as u8
            }

            /// Whether the flag is in the set `bits`.
            pub const fn is_in(self, bits: $bits) -> bool {
                bits & self.bit() != 0
            }
        }
    };
}

flags! {
    /// What the class, id, role and the like of an element call it; the words stand in
    /// `languages/root/markup.toml`.
    Cue: u32, "named_" {
        ArticleBody = "article_body",
        Article = "article",
        Comment = "comment",
        Related = "related",
        Share = "share",
        Newsletter = "newsletter",
        Ad = "ad",
        Nav = "nav",
        Footer = "footer",
        Header = "header",
        Sidebar = "sidebar",
        Caption = "caption",
        Media = "media",
        Byline = "byline",
        Bio = "bio",
        Date = "date",
        Hidden = "hidden",
        Cookie = "cookie",
        Paywall = "paywall",
        Tags = "tags",
        Title = "title",
        Lead = "lead",
        Highlights = "highlights",
        Quote = "quote",
        Modal = "modal",
        Form = "form",
        Meta = "meta",
        Note = "note",
    }
}

flags! {
    /// The elements that a line is inside of, at any depth.
    Within: u16, "inside_" {
        Main = "main",
        Article = "article",
        Aside = "aside",
        Nav = "nav",
        Header = "header",
        Footer = "footer",
        Section = "section",
        Form = "form",
        Figure = "figure",
        Table = "table",
        List = "list",
        Quote = "quote",
        /// A link around blocks.
        Link = "link",
    }
}

/// What a page's structure says of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub role: Role,
    pub region: Region,
    /// Bits of `Within`.
    pub within: u16,
    /// Bits of `Cue` of the nearest block and of the inline elements around the line's first word.
    pub own_cues: u32,
    /// Bits of `Cue` of all elements around the line.
    pub cues: u32,
    /// Elements around the line.
    pub depth: u16,
    /// Index, in the page's containers, of the nearest block around the line.
    pub container: u32,
    /// Characters of the line that are words of links, white space left out.
    pub link_chars: u32,
    /// The page's own record of the article (JSON-LD `articleBody`) has the line's words.
    pub in_record: bool,
}

/// A block element that lines are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Index of the container around it; its own for the first.
    pub parent: u32,
    /// Bits of `Cue` of the element itself.
    pub cues: u32,
    /// Equal for elements of one name and class: parts of a page that are made alike.
    pub likeness: u32,
}
