//! The elements open at a place of the source: what they hand down, and which tags end them.
//!
//! Invariant: the stack never holds more than `DEPTH_MAX` elements; tags of deeper ones are
//! counted and otherwise passed over.

use super::tag::Tag;
use crate::page::{Region, Role, Within};

/// Browsers stop nesting at this depth too.
const DEPTH_MAX: usize = 512;

/// An open element and what it and those around it say of the text inside.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    pub tag: Tag,
    /// As written; elements that `Tag` does not tell apart are told apart by it.
    pub name: &'a str,
    pub role: Role,
    pub region: Region,
    pub within: u16,
    /// Bits of `Cue`: of the nearest block and what is inside it, and of all elements around.
    pub own_cues: u32,
    pub cues: u32,
    pub container: u32,
    pub is_hidden: bool,
    pub is_link: bool,
    pub is_verbatim: bool,
    pub is_foreign: bool,
    /// Index of the fact that the element is, plus one.
    pub fact: u32,
}

impl Open<'_> {
    /// What stands around everything.
    pub fn root() -> Self {
        Self {
            tag: Tag::Html,
            name: "html",
            role: Role::Other,
            region: Region::None,
            within: 0,
            own_cues: 0,
            cues: 0,
            container: 0,
            is_hidden: false,
            is_link: false,
            is_verbatim: false,
            is_foreign: false,
            fact: 0,
        }
    }

    /// What `tag`, called `name`, hands down inside this element, its names' `cues` among it.
    pub fn child<'b>(&self, tag: Tag, name: &'b str, cues: u32) -> Open<'b> {
        let inside = if tag.is_inline() { self.own_cues } else { 0 };
        Open {
            tag,
            name,
            role: role(self.role, tag),
            region: region(tag).unwrap_or(self.region),
            within: self.within | within(tag),
            own_cues: inside | cues,
            cues: self.cues | cues,
            container: self.container,
            is_hidden: self.is_hidden || matches!(tag, Tag::Foreign | Tag::Omitted),
            is_link: self.is_link || tag == Tag::A,
            is_verbatim: self.is_verbatim || tag == Tag::Pre,
            is_foreign: self.is_foreign || tag == Tag::Foreign,
            fact: 0,
        }
    }
}

fn role(around: Role, tag: Tag) -> Role {
    match tag {
        // A paragraph inside an item, a quote or a caption is the item, the quote, the caption.
        Tag::P => match around {
            Role::ListItem | Role::Quote | Role::Caption | Role::Definition => around,
            _ => Role::Paragraph,
        },
        Tag::Heading(level) => Role::Heading(level),
        Tag::Li => Role::ListItem,
        Tag::Definition => Role::Definition,
        Tag::Blockquote => Role::Quote,
        Tag::Figcaption | Tag::Caption => Role::Caption,
        Tag::Cell => Role::TableRow,
        Tag::Pre => Role::Pre,
        // A heading that folds what is below it in and out is a button of its whole.
        Tag::Button | Tag::Label => match around {
            Role::Heading(_) => around,
            _ => Role::Control,
        },
        Tag::Article | Tag::Aside | Tag::Main | Tag::Nav | Tag::Section => Role::Other,
        _ => around,
    }
}

fn region(tag: Tag) -> Option<Region> {
    Some(match tag {
        Tag::Main => Region::Main,
        Tag::Article => Region::Article,
        Tag::Aside => Region::Aside,
        Tag::Nav => Region::Nav,
        Tag::Header => Region::Header,
        Tag::Footer => Region::Footer,
        _ => return None,
    })
}

fn within(tag: Tag) -> u16 {
    match tag {
        Tag::Main => Within::Main.bit(),
        Tag::Article => Within::Article.bit(),
        Tag::Aside => Within::Aside.bit(),
        Tag::Nav => Within::Nav.bit(),
        Tag::Header => Within::Header.bit(),
        Tag::Footer => Within::Footer.bit(),
        Tag::Section => Within::Section.bit(),
        Tag::Form => Within::Form.bit(),
        Tag::Figure => Within::Figure.bit(),
        Tag::Table => Within::Table.bit(),
        Tag::List => Within::List.bit(),
        Tag::Blockquote => Within::Quote.bit(),
        Tag::A => Within::Link.bit(),
        _ => 0,
    }
}

/// The open elements, the outermost first.
#[derive(Debug)]
pub struct Stack<'a> {
    open: Vec<Open<'a>>,
    /// Start tags passed over for their depth and not ended yet.
    passed_over: usize,
}

impl<'a> Stack<'a> {
    pub fn new() -> Self {
        Self { open: vec![Open::root()], passed_over: 0 }
    }

    /// The innermost element.
    pub fn top(&self) -> &Open<'a> {
        self.open.last().expect("the root is never ended")
    }

    pub fn depth(&self) -> usize {
        self.open.len() - 1
    }

    /// Opens an element; whether there was room.
    pub fn push(&mut self, element: Open<'a>) -> bool {
        if self.open.len() > DEPTH_MAX {
            self.passed_over += 1;
            return false;
        }
        self.open.push(element);
        true
    }

    /// Ends the innermost element.
    pub fn pop(&mut self) -> Option<Open<'a>> {
        if self.open.len() > 1 { self.open.pop() } else { None }
    }

    /// How many elements the start of `tag` ends: those whose end tags may be left out.
    pub fn ended_by_start(&self, tag: Tag) -> usize {
        let until = |ends: fn(Tag) -> bool, stops: fn(Tag) -> bool| {
            let from_top = self.open[1..].iter().rev().map(|open| open.tag);
            let mut last = 0;
            for (place, open) in from_top.enumerate() {
                if ends(open) {
                    last = place + 1;
                    break;
                }
                if stops(open) || open.is_scope() {
                    break;
                }
            }
            last
        };
        let is_container =
            |tag: Tag| !tag.is_inline() && !matches!(tag, Tag::Div | Tag::Address | Tag::P);
        match tag {
            Tag::Li => until(|tag| tag == Tag::Li, is_container),
            Tag::Definition => until(|tag| tag == Tag::Definition, is_container),
            Tag::Cell => until(|tag| tag == Tag::Cell, |tag| tag == Tag::Row),
            Tag::Row => self.ended_in_table(|tag| tag == Tag::Row),
            Tag::Rows => self.ended_in_table(|tag| tag == Tag::Rows),
            Tag::Button => until(|tag| tag == Tag::Button, |_| false),
            Tag::A => until(|tag| tag == Tag::A, |tag| !tag.is_inline()),
            Tag::Heading(_) if matches!(self.top().tag, Tag::Heading(_)) => 1,
            _ => 0,
        }
    }

    /// How many elements an open paragraph and those inside it are, where one is in scope.
    pub fn in_paragraph(&self) -> usize {
        let from_top = self.open[1..].iter().rev().map(|open| open.tag);
        for (place, tag) in from_top.enumerate() {
            if tag == Tag::P {
                return place + 1;
            }
            if tag.is_scope() || tag == Tag::Button {
                return 0;
            }
        }
        0
    }

    /// Rows and their groups are ended through open cells, but not through a table.
    fn ended_in_table(&self, ends: fn(Tag) -> bool) -> usize {
        let from_top = self.open[1..].iter().rev().map(|open| open.tag);
        let inside = from_top.take_while(|tag| *tag != Tag::Table);
        let last = inside.enumerate().filter(|(_, tag)| ends(*tag)).last();
        last.map_or(0, |(place, _)| place + 1)
    }

    /// How many elements the end tag of `tag`, called `name`, ends; none where it fits none.
    pub fn ended_by_end(&mut self, tag: Tag, name: &str) -> usize {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return 0;
        }
        let is_table_part = matches!(tag, Tag::Table | Tag::Row | Tag::Rows | Tag::Cell);
        for (place, open) in self.open[1..].iter().rev().enumerate() {
            let is_same = match tag {
                Tag::Heading(_) => matches!(open.tag, Tag::Heading(_)),
                _ => open.tag == tag && open.name.eq_ignore_ascii_case(name),
            };
            if is_same {
                return place + 1;
            }
            let stops = match tag {
                _ if is_table_part => open.tag == Tag::Table,
                _ if tag.is_inline() => !open.tag.is_inline(),
                _ => open.tag.is_scope(),
            };
            if stops {
                break;
            }
        }
        if tag == Tag::A {
            self.end_link();
        }
        0
    }

    /// The end tag of a link that blocks were opened in: what follows is no link.
    fn end_link(&mut self) {
        for open in self.open.iter_mut().rev() {
            if open.is_foreign || open.tag.is_scope() {
                return;
            }
            open.is_link = false;
            open.within &= !Within::Link.bit();
            if open.tag == Tag::A {
                return;
            }
        }
    }
}
