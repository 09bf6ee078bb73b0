//! With the shipped model: what is struck off would not have been kept, and what a trial says is true.

use crate::alphabet::is_han_id;
use crate::confusion::{self, CODES};
use crate::line::Line;
use crate::samples::each_line;
use crate::screen::{Screen, Sieve};
use crate::trial::Trial;

/// Places between two signs of a line with a Han character in them.
fn places(line: &Line) -> impl Iterator<Item = usize> {
    (1..=line.last()).filter(|at| is_han_id(line.ids[*at]))
}

#[test]
fn nothing_that_a_trial_keeps_is_struck_off() {
    let least = [48; CODES];
    let (mut kept, mut listed) = (0, 0);
    each_line(&mut |line, parts| {
        let mut sieve = Sieve::default();
        for at in places(line) {
            let trial = Trial::of(line, parts, at, at + 1);
            let screen = Screen::of(&trial, parts);
            sieve.start();
            let others = || confusion::codes(parts.model, line.ids[at]);
            screen.list(parts, others(), &least, &mut sieve);
            sieve.sift(parts);
            listed += sieve.listed.len();
            for (id, _) in others() {
                let known = screen.known(parts, id);
                if screen.fits(known) && trial.run(parts, &[id], known, 6.0).is_some() {
                    assert!(sieve.listed.iter().any(|one| one.id == id));
                    kept += 1;
                }
            }
        }
    });
    assert!(kept > 300 && listed < kept * 10, "{kept} of {listed}");
}

#[test]
fn an_edit_brings_what_the_mended_line_costs_less() {
    let mut tried = 0;
    each_line(&mut |line, parts| {
        for site in line.sites(parts) {
            let edit = &site.best;
            let mut ids = line.ids[..edit.from].to_vec();
            ids.extend(edit.meant());
            ids.extend(&line.ids[edit.to..]);
            let mut reading = crate::reading::Reading::default();
            parts.ngrams.read(&parts.view, &ids, &mut reading);
            let cost: f32 = reading.steps.iter().map(|step| step.cost).sum();
            assert_eq!(line.cost(1, line.ids.len()) - cost, edit.gain);
            tried += 1;
        }
    });
    assert!(tried > 250, "{tried}");
}

#[test]
fn every_pair_with_words_of_its_sound_is_in_the_map() {
    let mut found = 0;
    each_line(&mut |line, parts| {
        for pair in line.ids.windows(2) {
            let pair = [pair[0], pair[1]];
            if confusion::homophones(parts.model, pair).next().is_some() {
                assert!(parts.written.may_have(pair));
                found += 1;
            }
        }
    });
    assert!(found > 300, "{found}");
}
