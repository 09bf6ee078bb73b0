//! Which parts of a page a rule looks at.

use crate::setting::setting;
use duwang_model::{Block, Document, Part};

/// A set of parts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    main: bool,
    info: bool,
    title: bool,
    nav: bool,
    footer: bool,
    header: bool,
    hidden: bool,
}

setting! {
    /// The words a rule file may use.
    pub(crate) enum PartWord {
        Main = "main",
        Info = "info",
        Nav = "nav",
        Footer = "footer",
        Title = "title",
        Hidden = "hidden",
        All = "all",
    }
}

impl Default for Parts {
    /// The visible content: main, info line and title.
    fn default() -> Self {
        Self {
            title: true,
            ..Self::MAIN_AND_INFO
        }
    }
}

impl Parts {
    pub(crate) const NONE: Self = Self {
        main: false,
        info: false,
        title: false,
        nav: false,
        footer: false,
        header: false,
        hidden: false,
    };
    /// The whole visible page, furniture and all.
    pub(crate) const EVERYWHERE: Self = Self {
        main: true,
        info: true,
        title: true,
        nav: true,
        footer: true,
        header: true,
        hidden: false,
    };
    /// Where an element of a guide may stand: never in navigation or footer.
    pub(crate) const MAIN_AND_INFO: Self = Self {
        main: true,
        info: true,
        ..Self::NONE
    };

    pub(crate) fn of_words(words: &[PartWord]) -> Self {
        words.iter().fold(Self::NONE, |mut parts, word| {
            match word {
                PartWord::Main => parts.main = true,
                PartWord::Info => parts.info = true,
                PartWord::Nav => parts.nav = true,
                PartWord::Footer => parts.footer = true,
                PartWord::Title => parts.title = true,
                PartWord::Hidden => parts.hidden = true,
                // All that a reader sees; what is hidden is asked for by its own word.
                PartWord::All => {
                    parts = Self {
                        hidden: parts.hidden,
                        ..Self::EVERYWHERE
                    }
                }
            }
            parts
        })
    }

    pub(crate) fn admits(&self, document: &Document, block: Option<&Block>) -> bool {
        let Some(block) = block else {
            return self.main; // text no reader assigned to a part is content
        };
        self.admits_part(block.part) || (self.title && is_title(document, block))
    }

    pub(crate) fn admits_part(&self, part: Part) -> bool {
        match part {
            Part::Main => self.main,
            Part::Info => self.info,
            Part::Header => self.header,
            Part::Nav => self.nav,
            Part::Footer => self.footer,
            Part::Hidden => self.hidden,
        }
    }

    /// Whether the title alone is meant.
    pub(crate) fn is_title_only(&self) -> bool {
        self.title && !(self.main || self.info || self.nav || self.footer || self.header)
    }
}

fn is_title(document: &Document, block: &Block) -> bool {
    document
        .title_span
        .is_some_and(|title| title.overlaps(block.span))
}
