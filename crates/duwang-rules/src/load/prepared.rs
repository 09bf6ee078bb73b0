//! What is known of expressions beforehand. To parse, fold and narrow an expression and to find what stands in each of its matches is most of the work of
//! loading rules, and hangs on nothing but the expression. What came out for the bundled rules is part of the program; whatever is
//! not found there, such as what a clerk wrote yesterday, is worked out.

use super::expression::{Known, work_out};
use crate::judge::Form;
use duwang_model::Required;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// What is known beforehand, by expression.
#[derive(Debug, Default)]
pub struct Prepared {
    known: HashMap<String, Entry>,
    /// What was asked for, where that is noted.
    asked: Option<Mutex<BTreeSet<Asked>>>,
}

/// What a load wants to know of an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    source: String,
    form: Form,
    wants: Wants,
}

/// Which literals are looked for in place of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wants {
    /// None: it is not looked for in whole documents.
    Nothing,
    /// Those of an expression that runs on whole lines.
    OnLines,
    /// Those of an expression that runs on pieces of lines.
    OnPieces,
}

/// What is kept of an expression.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// As it runs, where that is not as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runs: Option<String>,
    /// The groups that mark its faulty part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fault: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_lines: Option<Literals>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_pieces: Option<Literals>,
}

/// Literals of which one stands in each match; none: there are no useful ones.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Literals {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    are: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    begin_lines: bool,
}

impl Prepared {
    /// Reads what [`Prepared::written`] wrote. An error is text of another form.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            known: serde_json::from_str(text)?,
            asked: None,
        })
    }

    /// Knows nothing, and notes what a load asks for.
    #[must_use]
    pub fn noting() -> Self {
        Self {
            known: HashMap::new(),
            asked: Some(Mutex::default()),
        }
    }

    /// What was noted, worked out: JSON, a line an expression, in an order of its own.
    pub fn written(&self) -> String {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        if let Some(asked) = &self.asked {
            for asked in asked.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let key = key(&asked.source, asked.form);
                entries.entry(key).or_default().add(asked);
            }
        }
        let line = |(key, entry): (&String, &Entry)| {
            let entry = serde_json::to_string(entry).unwrap_or_default();
            format!("\"{key}\":{entry}")
        };
        let lines: Vec<String> = entries.iter().map(line).collect();
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }

    /// What is known of an expression, if it is what the load wants to know.
    pub(crate) fn of(&self, source: &str, form: Form, wants: Wants) -> Option<Known> {
        if let Some(asked) = &self.asked {
            let asked = &mut asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.insert(Asked {
                source: source.to_owned(),
                form,
                wants,
            });
        }
        if self.known.is_empty() {
            return None;
        }
        self.known.get(&key(source, form))?.told(source, wants)
    }
}

impl Entry {
    /// Adds what a load asked for. An expression that is wrong has nothing to add.
    fn add(&mut self, asked: &Asked) {
        let Some(known) = work_out(&asked.source, asked.form, asked.wants) else {
            return;
        };
        self.runs = Some(known.runs).filter(|runs| *runs != asked.source);
        self.fault = known.fault;
        let literals = Some(match known.required {
            Some(required) => Literals {
                are: required.literals,
                begin_lines: required.at_line_start,
            },
            None => Literals {
                are: Vec::new(),
                begin_lines: false,
            },
        });
        match asked.wants {
            Wants::Nothing => {}
            Wants::OnLines => self.on_lines = literals,
            Wants::OnPieces => self.on_pieces = literals,
        }
    }

    fn told(&self, source: &str, wants: Wants) -> Option<Known> {
        let required = match wants {
            Wants::Nothing => None,
            Wants::OnLines => self.on_lines.as_ref()?.required(),
            Wants::OnPieces => self.on_pieces.as_ref()?.required(),
        };
        Some(Known {
            runs: self.runs.as_deref().unwrap_or(source).to_owned(),
            fault: self.fault.clone(),
            required,
        })
    }
}

impl Literals {
    fn required(&self) -> Option<Required> {
        (!self.are.is_empty()).then(|| Required {
            literals: self.are.clone(),
            at_line_start: self.begin_lines,
        })
    }
}

/// By what an expression is found: half of its digest, after the form it runs on.
fn key(source: &str, form: Form) -> String {
    const BYTES: usize = 12;
    let digest = Sha256::digest(source);
    let mut key = String::with_capacity(1 + 2 * BYTES);
    key.push(match form {
        Form::Folded => 'f',
        Form::Plain => 'p',
    });
    for byte in &digest[..BYTES] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for half in [byte >> 4, byte & 15] {
            key.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::{Form, Prepared, Wants};

    fn noted() -> Prepared {
        let noting = Prepared::noting();
        for (source, wants) in [
            ("（甲）乙", Wants::OnLines),
            ("(?P<fault>丙)丁", Wants::OnPieces),
            (r"\d{3}", Wants::OnLines),
            ("(错", Wants::OnLines),
        ] {
            assert!(noting.of(source, Form::Folded, wants).is_none());
        }
        noting
    }

    #[test]
    fn what_was_asked_for_is_known_afterwards() {
        let read = Prepared::read(&noted().written()).unwrap_or_default();
        let told = |source, wants| read.of(source, Form::Folded, wants);
        let known = told("（甲）乙", Wants::OnLines);
        assert_eq!(known.as_ref().map(|k| k.runs.as_str()), Some(r"\(甲\)乙"));
        let literals = known.and_then(|k| k.required).map(|r| r.literals);
        assert_eq!(literals, Some(vec!["(甲)乙".to_owned()]));
        assert!(told("（甲）乙", Wants::OnPieces).is_none(), "not asked for");
        let faulty = told("(?P<fault>丙)丁", Wants::OnPieces);
        assert_eq!(faulty.map(|k| k.fault), Some(vec![1]));
        let digits = told(r"\d{3}", Wants::OnLines);
        assert!(digits.is_some_and(|k| k.required.is_none()));
        assert!(read.of("（甲）乙", Form::Plain, Wants::OnLines).is_none());
    }

    #[test]
    fn another_form_of_file_is_told() {
        for text in ["", "[]", r#"{"f00":{"literals":[]}}"#] {
            assert!(Prepared::read(text).is_err(), "{text}");
        }
    }
}
