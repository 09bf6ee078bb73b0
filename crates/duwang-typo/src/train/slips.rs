//! Slips that people made, as they stand in the open part of the labelled corpus, with what was meant: the made ones are never quite like them.

use crate::random::hash_text;
use crate::score::Case;

/// Lines with `⟦written→meant⟧`.
const SLIPS: &str = include_str!("../../data/slips.txt");

/// Of a hundred lines how many are only measured on.
const MEASURED: u64 = 15;

/// A line with slips.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SlippedLine {
    /// As it was written.
    pub(crate) text: String,
    /// With each of its slips mended alone.
    pub(crate) mended: Vec<String>,
    /// As it was meant.
    pub(crate) meant: String,
}

/// Lines to practise on.
pub(crate) fn practice() -> Vec<SlippedLine> {
    lines(|line| !is_measured(line))
}

/// Lines that no training sees.
pub(crate) fn measured() -> Vec<Case> {
    let lines = lines(is_measured).into_iter();
    let case = |line: SlippedLine| Case {
        written: line.text,
        right: line.meant,
    };
    lines.map(case).collect()
}

fn is_measured(line: &str) -> bool {
    hash_text(line) % 100 < MEASURED
}

fn lines(wanted: impl Fn(&str) -> bool) -> Vec<SlippedLine> {
    let lines = SLIPS.lines().filter(|line| wanted(line));
    lines.map(read).collect()
}

/// What stands between slips, and a slip with what was meant.
enum Piece<'l> {
    Plain(&'l str),
    Slip(&'l str, &'l str),
}

impl<'l> Piece<'l> {
    fn written(&self) -> &'l str {
        match self {
            Self::Plain(text) | Self::Slip(text, _) => text,
        }
    }

    fn meant(&self) -> &'l str {
        match self {
            Self::Plain(text) | Self::Slip(_, text) => text,
        }
    }
}

fn read(line: &str) -> SlippedLine {
    let pieces: Vec<Piece<'_>> = line.split(['⟦', '⟧']).map(piece).collect();
    let with = |mended: &dyn Fn(usize) -> bool| -> String {
        let text = |(at, piece): (usize, &Piece<'_>)| match mended(at) {
            true => piece.meant().to_owned(),
            false => piece.written().to_owned(),
        };
        pieces.iter().enumerate().map(text).collect()
    };
    let slips = (0..pieces.len()).filter(|at| matches!(pieces[*at], Piece::Slip(..)));
    SlippedLine {
        text: with(&|_| false),
        mended: slips.map(|slip| with(&|at| at == slip)).collect(),
        meant: with(&|_| true),
    }
}

fn piece(text: &str) -> Piece<'_> {
    match text.split_once('→') {
        Some((written, meant)) => Piece::Slip(written, meant),
        None => Piece::Plain(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_is_mended_alone() {
        let line = read("请⟦缺保→确保⟧畅通，逐台⟦登计→登记⟧。");
        assert_eq!(line.text, "请缺保畅通，逐台登计。");
        assert_eq!(line.meant, "请确保畅通，逐台登记。");
        assert_eq!(
            line.mended,
            ["请确保畅通，逐台登计。", "请缺保畅通，逐台登记。"]
        );
    }

    #[test]
    fn every_line_has_a_slip_and_is_practised_or_measured() {
        let all = lines(|_| true);
        assert!(all.iter().all(|line| line.text != line.meant));
        assert!(all.iter().all(|line| !line.text.contains(['⟦', '→', '⟧'])));
        let (practised, measured) = (practice().len(), measured().len());
        assert_eq!(practised + measured, all.len());
        assert!(practised > measured * 4 && measured > 100);
    }
}
