//! The folded text of a place.

use duwang_model::{Span, Text};
use std::borrow::Cow;

/// The folded text of a span of the plain text.
pub(crate) fn fold(text: &Text, span: Span) -> Cow<'_, str> {
    if span.is_empty() {
        return Cow::Borrowed("");
    }
    let (start, end) = text.to_folded(span);
    match text.folded().get(start..end) {
        Some(folded) => Cow::Borrowed(folded),
        // The span ends in a character that folds to several.
        None => Cow::Owned(Text::new(text.slice(span).to_owned()).folded().to_owned()),
    }
}
