//! Tesseract's table of words back to lines.

use duwang_page::{Recognised, RecognisedLine};

/// A line less sure than this is noise: a pattern, a seal, a photograph.
const MIN_CONFIDENCE: f32 = 40.0;

/// The lines of the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
pub(super) fn lines(table: &str) -> Recognised {
    let mut lines: Vec<Line> = Vec::new();
    for row in table.lines() {
        let cells: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, page, block, paragraph, line, .., confidence, text] = cells.as_slice() else {
            continue;
        };
        let Ok(confidence) = confidence.parse::<f32>() else {
            continue; // the head of the table
        };
        if *level != "5" || confidence < 0.0 || text.trim().is_empty() {
            continue;
        }
        let key = [*page, *block, *paragraph, *line].join("/");
        match lines.last_mut().filter(|l| l.key == key) {
            Some(open) => open.add(text.trim(), confidence),
            None => {
                let mut open = Line {
                    key,
                    ..Line::default()
                };
                open.add(text.trim(), confidence);
                lines.push(open);
            }
        }
    }
    Recognised {
        lines: lines.into_iter().filter_map(Line::finish).collect(),
    }
}

#[derive(Default)]
struct Line {
    key: String,
    text: String,
    /// Confidence of each word, weighed by its characters.
    sum: f32,
    chars: f32,
}

impl Line {
    /// Chinese words are set solid, Latin ones apart.
    fn add(&mut self, word: &str, confidence: f32) {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if latin(self.text.chars().last()) && latin(word.chars().next()) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        let count = word.chars().count() as f32;
        self.sum += confidence * count;
        self.chars += count;
    }

    fn finish(self) -> Option<RecognisedLine> {
        let confidence = self.sum / self.chars.max(1.0);
        (confidence >= MIN_CONFIDENCE).then(|| RecognisedLine {
            text: self.text,
            confidence: confidence.clamp(0.0, 99.0) as u8,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn words_become_lines_and_noise_is_left_out() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n\
            5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.5\t政府\n\
            5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t90\t信息\n\
            5\t1\t1\t1\t1\t3\t0\t0\t9\t9\t90\tA4\n\
            5\t1\t1\t1\t1\t4\t0\t0\t9\t9\t90\tPDF\n\
            5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t12\t|~\n";
        let read = lines(table);
        assert_eq!(read.lines.len(), 1);
        assert_eq!(read.lines[0].text, "政府信息A4 PDF");
        assert_eq!(read.lines[0].confidence, 91); // (2 × 96.5 + 7 × 90) ÷ 9 characters
    }
}
