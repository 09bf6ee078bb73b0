//! What a paragraph says when it has ended: its line, its links, and what a reader does not see.

use super::paragraph::{Look, Paragraph, Story};
use super::walker::Walker;
use duwang_model::{BlockKind, Part, ResidueKind, Span};

impl Walker<'_> {
    /// The paragraph just ended: its shown text is a line, what is not shown becomes residue.
    pub(super) fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        let shown = paragraph.shown();
        let is_empty = !shown.chars().any(crate::walk::is_visible);
        let in_table = self
            .tables
            .last()
            .is_some_and(|t| self.paragraphs.len() >= t.paragraphs);
        if !is_empty && !in_table && !paragraph.in_box && matches!(self.story, Story::Body) {
            self.count += 1;
        }
        let place = self.place(in_table, paragraph.in_box);
        let part = match self.story {
            Story::Edge(part, _) => part,
            _ => Part::Main,
        };
        let kind = match () {
            () if in_table => BlockKind::Cell,
            () if paragraph.is_heading || paragraph.is_title => BlockKind::Heading,
            () => BlockKind::Paragraph,
        };
        let span = self.outline.line(&shown, kind, part, || place.clone());
        if let Some(span) = span {
            self.head_line(&paragraph, span, in_table);
            self.tell_links(&paragraph, &shown, span);
            self.tell_insertions(&paragraph, &shown, span, &place);
        }
        self.tell_unseen(&paragraph, &place);
    }

    fn place(&self, in_table: bool, in_box: bool) -> String {
        let place = match self.story {
            Story::Edge(_, name) | Story::Note(name) => return name.to_owned(),
            Story::Body => match self.tables.last().filter(|_| in_table) {
                Some(table) => format!(
                    "表{} 第{}行第{}列",
                    table.number,
                    table.rows.len().max(1),
                    table.column + 1
                ),
                // A text box ends before the paragraph it hangs on is counted.
                None if in_box => return format!("第{}段旁的文本框", self.count + 1),
                None => format!("第{}段", self.count.max(1)),
            },
        };
        if in_box {
            format!("{place}的文本框")
        } else {
            place
        }
    }

    fn tell_links(&mut self, paragraph: &Paragraph, shown: &str, span: Span) {
        if shown.contains('\n') {
            return; // several lines: places inside have moved
        }
        let cut = shown.len() - shown.trim_start().len();
        for (from, to, target) in &paragraph.links {
            let place = Span::new(
                span.start + from.saturating_sub(cut),
                (span.start + to.saturating_sub(cut)).min(span.end),
            );
            if place.start < place.end && place.end <= span.end {
                self.outline.link(target, place);
            }
        }
    }

    fn tell_insertions(&mut self, paragraph: &Paragraph, shown: &str, span: Span, place: &str) {
        let cut = shown.len() - shown.trim_start().len();
        let mut at = 0;
        for (look, text) in &paragraph.runs {
            let from = at;
            match look {
                Look::Plain => at += text.len(),
                Look::Inserted(author) => {
                    at += text.len();
                    let start = span.start + from.saturating_sub(cut);
                    let end = (span.start + at.saturating_sub(cut)).min(span.end);
                    let inside =
                        (!shown.contains('\n') && start < end).then(|| Span::new(start, end));
                    if text.chars().any(crate::walk::is_visible) {
                        self.outline
                            .residue(ResidueKind::Insertion, text, inside, author, place);
                    }
                }
                Look::Hidden | Look::Deleted(_) => {}
            }
        }
    }

    fn tell_unseen(&mut self, paragraph: &Paragraph, place: &str) {
        for (look, text) in &paragraph.runs {
            let (kind, author, place) = match look {
                Look::Hidden => (
                    ResidueKind::HiddenText,
                    String::new(),
                    format!("{place}的隐藏文字"),
                ),
                Look::Deleted(author) => (
                    ResidueKind::Deletion,
                    author.clone(),
                    format!("{place}中未接受的删除"),
                ),
                Look::Plain | Look::Inserted(_) => continue,
            };
            self.unseen.push((kind, text.clone(), author, place));
        }
        for id in &paragraph.comments {
            if let Some(comment) = self.comments.remove(id) {
                let place = format!("{place}的批注");
                self.unseen
                    .push((ResidueKind::Comment, comment.text, comment.author, place));
            }
        }
    }

    /// Remembers the lines at the head of the body until something comes that is no title.
    fn head_line(&mut self, paragraph: &Paragraph, span: Span, in_table: bool) {
        let is_short = self.outline.text(span).chars().count() <= 60;
        let may_be_title = matches!(self.story, Story::Body)
            && !in_table
            && !paragraph.in_box
            && is_short
            && (paragraph.is_centred || paragraph.is_title || paragraph.is_heading);
        if !may_be_title {
            self.end_head();
            return;
        }
        if let Some(head) = &mut self.head {
            head.push((span, paragraph.is_title));
        }
    }

    pub(super) fn end_head(&mut self) {
        if let Some(head) = self.head.take() {
            self.title(&head);
        }
    }

    /// The title may run over several centred lines; a document number or a date below it is not part of it.
    pub(super) fn title(&mut self, head: &[(Span, bool)]) {
        let lines: Vec<Span> = head.iter().map(|(s, _)| *s).collect();
        let is_title = |span: &&Span| {
            let text = self.outline.text(**span);
            let is_bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
            let has_digits = text.chars().filter(char::is_ascii_digit).count() >= 4;
            !(is_bracketed && has_digits || text.contains('〔'))
        };
        let lines: Vec<Span> = lines.iter().take(4).take_while(is_title).copied().collect();
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let whole = Span::new(first.start, last.end);
            self.outline.title(whole);
        }
    }
}
