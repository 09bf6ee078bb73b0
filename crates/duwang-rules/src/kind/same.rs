//! `same`: what the pages of a unit say of the office must agree: the phone of the guide and that of 机构职能, for instance.
//!
//! Two pages disagree when both give such a value and none of one page's values is among the other's. Pages that give several
//! (several offices, summer and winter hours) thus agree as soon as they share one.

mod compared;

use super::{Out, Reading};
use crate::judge::Slots;
use crate::load::{Fields, LazyRegex, plain_regexes};
use compared::Compared;
use duwang_model::{ChannelFacts, Contact, Kind, PageFacts, Subject, Text};

#[derive(Debug)]
pub(crate) struct Same {
    /// What is compared, and how.
    compared: Compared,
    labels: Vec<LazyRegex>,
    not_labels: Vec<LazyRegex>,
    /// Under such a heading, or behind such words, it is somebody else's.
    not_near: Vec<LazyRegex>,
    groups: Vec<Group>,
}

/// Pages of one sort; the first group is the one others are held against.
#[derive(Debug)]
struct Group {
    name: String,
    kinds: Vec<Kind>,
    titles: Vec<LazyRegex>,
    /// Pages of its kinds that belong to another group.
    not_titles: Vec<LazyRegex>,
    /// Older ones may say what was true then.
    newest_only: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Same> {
    let fields = reading.fields;
    let groups: Vec<Group> = fields.tables("groups").iter().map(group).collect();
    if groups.len() < 2 {
        fields.missing("groups");
    }
    if !fields.has("labels") {
        fields.missing("labels");
    }
    let compared = fields.required_word("compare");
    Some(Same {
        labels: plain_regexes(fields, "labels"),
        not_labels: plain_regexes(fields, "not_labels"),
        not_near: plain_regexes(fields, "not_near"),
        groups,
        compared: compared?,
    })
}

fn group(fields: &Fields<'_>) -> Group {
    let name = fields.required_text("name");
    let group = Group {
        name: name.map(|n| n.value).unwrap_or_default(),
        kinds: fields.words("kinds"),
        titles: plain_regexes(fields, "titles"),
        not_titles: plain_regexes(fields, "not_titles"),
        newest_only: fields.flag("newest_only").unwrap_or(false),
    };
    if group.kinds.is_empty() && group.titles.is_empty() {
        fields.missing("kinds");
    }
    fields.finish();
    group
}

/// A page with what it says.
struct Statement<'g> {
    page: PageFacts,
    group: &'g Group,
    /// In the form that is compared.
    values: Vec<String>,
    /// As published.
    quote: String,
}

impl Same {
    pub(crate) fn judge(&self, facts: &ChannelFacts, out: &mut Out<'_>) -> bool {
        let statements = self.statements(facts);
        let Some((first, others)) = statements.split_first() else {
            return true;
        };
        for other in others {
            if self.compared.agree(&first.values, &other.values) {
                continue;
            }
            let mut draft = out
                .draft()
                .about(Subject::Page(other.page.url.clone()))
                .keyed(format!("{} {}", first.group.name, first.page.url))
                .with(Slots {
                    label: match other.group.name == first.group.name {
                        true => format!("另一渠道的{}", other.group.name),
                        false => other.group.name.clone(),
                    },
                    value: first.quote.clone(),
                    target: first.group.name.clone(),
                    quote: other.quote.clone(),
                    ..Slots::default()
                });
            draft.quote = Some(other.quote.clone());
            draft.locator = Some(format!(
                "《{}》与《{}》",
                other.page.title, first.page.title
            ));
            out.push(draft);
        }
        true
    }

    /// What each group says, in the order of the groups; of pages alike the address decides, so that every run compares the same.
    fn statements(&self, facts: &ChannelFacts) -> Vec<Statement<'_>> {
        let mut statements = Vec::new();
        for group in &self.groups {
            match group.newest_only {
                // Each channel has its own newest: the guide of the account is held against that of the site.
                true => {
                    statements.extend(self.newest(group, facts.pages.iter(), 1));
                    statements.extend(self.newest(group, facts.elsewhere.iter(), 1));
                }
                false => {
                    let all = facts.pages.iter().chain(facts.elsewhere.iter());
                    statements.extend(self.newest(group, all, 5));
                }
            }
        }
        statements
    }

    /// What the newest pages of a group say that say anything.
    fn newest<'g>(
        &self,
        group: &'g Group,
        pages: impl Iterator<Item = PageFacts>,
        most: usize,
    ) -> Vec<Statement<'g>> {
        let mut pages: Vec<PageFacts> = pages.filter(|p| group.holds(p)).collect();
        pages.sort_by(|a, b| {
            b.published
                .cmp(&a.published)
                .then_with(|| a.url.cmp(&b.url))
        });
        let told = pages.into_iter().filter_map(|p| self.statement(group, p));
        told.take(most).collect()
    }

    fn statement<'g>(&self, group: &'g Group, page: PageFacts) -> Option<Statement<'g>> {
        let own: Vec<&Contact> = page
            .ties
            .contacts
            .iter()
            .filter(|c| self.is_it(c))
            .collect();
        let mut values: Vec<String> = Vec::new();
        let mut quote = String::new();
        for contact in own {
            let read = self.compared.read(&contact.value);
            if !read.is_empty() && quote.is_empty() {
                quote = if contact.quote.is_empty() {
                    contact.value.clone()
                } else {
                    contact.quote.clone()
                };
            }
            values.extend(read);
        }
        values.sort();
        values.dedup();
        (!values.is_empty()).then_some(Statement {
            page,
            group,
            values,
            quote,
        })
    }

    fn is_it(&self, contact: &Contact) -> bool {
        let any = |list: &[LazyRegex], text: &str| list.iter().any(|r| r.is_match(text));
        any(&self.labels, &contact.label)
            && !any(&self.not_labels, &contact.label)
            && !any(&self.not_near, &contact.under)
    }
}

impl Group {
    fn holds(&self, page: &PageFacts) -> bool {
        let title = Text::new(page.title.clone());
        let is_one_of = |names: &[LazyRegex]| names.iter().any(|r| r.is_match(title.folded()));
        self.kinds.contains(&page.kind) && !is_one_of(&self.not_titles) || is_one_of(&self.titles)
    }
}
