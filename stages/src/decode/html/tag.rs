//! The elements of HTML, as far as a page's text depends on them.

/// An element by its name; those that say nothing of the text are `Inline`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    A,
    Address,
    Article,
    Aside,
    /// A block without a meaning of its own: `div`, `dl`, `fieldset` …
    Block,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Cell,
    /// A name with a hyphen, which pages make up.
    Custom,
    Definition,
    Details,
    Div,
    Figcaption,
    Figure,
    Footer,
    /// SVG and MathML.
    Foreign,
    Form,
    Header,
    Heading(u8),
    Hr,
    Html,
    Inline,
    Label,
    Li,
    Link,
    List,
    Main,
    Meta,
    Nav,
    /// Its content is never text of the page, and holds tags: `template`, `select` …
    Omitted,
    P,
    Pre,
    /// Its content is never text of the page, and holds no tags.
    Raw,
    Row,
    Rows,
    Script,
    Section,
    Span,
    Table,
    Time,
    Title,
    /// An element without content: `img`, `input` …
    Void,
    Base,
}

impl Tag {
    /// The element called `name`, in upper or lower case.
    pub fn of(name: &str) -> Self {
        let mut lower = [0; 10];
        let Some(head) = lower.get_mut(..name.len()) else { return Self::long(name) };
        head.copy_from_slice(name.as_bytes());
        head.make_ascii_lowercase();
        match &*head {
            b"a" => Self::A,
            b"address" => Self::Address,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"base" => Self::Base,
            b"blockquote" => Self::Blockquote,
            b"body" => Self::Body,
            b"br" => Self::Br,
            b"button" => Self::Button,
            b"caption" => Self::Caption,
            b"td" | b"th" => Self::Cell,
            b"dd" | b"dt" => Self::Definition,
            b"details" => Self::Details,
            b"div" => Self::Div,
            b"figcaption" => Self::Figcaption,
            b"figure" => Self::Figure,
            b"footer" => Self::Footer,
            b"svg" | b"math" => Self::Foreign,
            b"form" => Self::Form,
            b"header" => Self::Header,
            [b'h', level @ b'1'..=b'6'] => Self::Heading(level - b'0'),
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"label" | b"legend" => Self::Label,
            b"li" => Self::Li,
            b"link" => Self::Link,
            b"ul" | b"ol" | b"menu" | b"dir" | b"dl" => Self::List,
            b"main" => Self::Main,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"template" | b"select" | b"datalist" | b"canvas" | b"audio" | b"video" | b"object"
            | b"map" | b"progress" | b"meter" => Self::Omitted,
            b"p" => Self::P,
            b"pre" | b"listing" => Self::Pre,
            b"style" | b"noscript" | b"iframe" | b"noembed" | b"noframes" | b"textarea" => {
                Self::Raw
            }
            b"tr" => Self::Row,
            b"tbody" | b"thead" | b"tfoot" | b"colgroup" => Self::Rows,
            b"script" => Self::Script,
            b"section" => Self::Section,
            b"span" => Self::Span,
            b"table" => Self::Table,
            b"time" => Self::Time,
            b"title" => Self::Title,
            b"area" | b"col" | b"embed" | b"frame" | b"img" | b"input" | b"keygen" | b"param"
            | b"source" | b"track" | b"wbr" => Self::Void,
            b"center" | b"dialog" | b"fieldset" | b"hgroup" | b"search" | b"summary"
            | b"frameset" => Self::Block,
            name if name.contains(&b'-') => Self::Custom,
            _ => Self::Inline,
        }
    }

    fn long(name: &str) -> Self {
        if name.contains('-') { Self::Custom } else { Self::Inline }
    }

    /// Whether the element has no content and no end tag.
    pub fn is_void(self) -> bool {
        use Tag::{Base, Br, Hr, Link, Meta, Void};
        matches!(self, Void | Br | Hr | Meta | Link | Base)
    }

    /// Whether the element stands in a line with what is before and after it.
    pub fn is_inline(self) -> bool {
        use Tag::{A, Inline, Span, Time};
        matches!(self, A | Span | Time | Inline)
    }

    /// Whether its start ends an open paragraph.
    pub fn closes_paragraph(self) -> bool {
        use Tag::{Button, Caption, Cell, Custom, Label, Row, Rows};
        !self.is_inline()
            && !self.is_void()
            && !matches!(self, Button | Caption | Cell | Custom | Label | Row | Rows)
            || self == Self::Hr
    }

    /// Whether elements inside are hidden from end tags and openings outside.
    pub fn is_scope(self) -> bool {
        use Tag::{Caption, Cell, Foreign, Html, Omitted, Table};
        matches!(self, Caption | Cell | Foreign | Html | Omitted | Table)
    }

    /// Whether it stands apart from its neighbours by a blank line.
    pub fn has_margin(self) -> bool {
        use Tag::{Blockquote, Figure, Heading, Hr, List, P, Pre, Table};
        matches!(self, P | Heading(_) | List | Blockquote | Figure | Pre | Table | Hr)
    }
}
