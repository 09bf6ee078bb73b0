//! A reader of text that pauses within tags of very many attributes.
//!
//! The tokenizer calls itself from each quoted attribute to the next and comes back when the tag ends: a tag of a few thousand would use up the
//! stack, and end the whole process. An error unwinds those calls; the tokenizer then goes on where it was, in the value that was about to be
//! read.

use html5gum::{Readable, Reader, StringReader};
use std::fmt;

/// Pieces of quoted values between two pauses; a value has two or more.
const PIECES: u32 = 64;

/// Text with pauses.
pub(crate) struct Pausing<'t> {
    text: StringReader<'t>,
    pieces: u32,
}

/// Nothing is wrong, and nothing was read.
#[derive(Debug)]
pub(crate) struct Pause;

impl<'t> Pausing<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text: text.to_reader(),
            pieces: 0,
        }
    }
}

impl Reader for Pausing<'_> {
    type Error = Pause;

    #[inline(always)]
    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        self.text.read_byte().map_err(|never| match never {})
    }

    #[inline(always)]
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        char_buf: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Pause> {
        // What a value in double quotes is read up to, and nothing else.
        if needle.first() == Some(&b'"') {
            self.pieces += 1;
            if self.pieces == PIECES {
                self.pieces = 0;
                return Err(Pause);
            }
        }
        let read = self.text.read_until(needle, char_buf);
        read.map_err(|never| match never {})
    }

    #[inline(always)]
    fn try_read_string(&mut self, s: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let read = self.text.try_read_string(s, case_sensitive);
        read.map_err(|never| match never {})
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pause")
    }
}

impl std::error::Error for Pause {}
