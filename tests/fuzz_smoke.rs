//! Fuzzing without a fuzzer: mutated seeds go through every parser, and what comes out must keep its promises.
//! `FUZZ_SECONDS` sets how long; `fuzz/` holds the same for libFuzzer.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    clippy::string_slice,
    reason = "a test reads files and the clock, and fails by panicking"
)]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use connlint_core::{FileId, Span};
use connlint_parse::{Format, Syntax, audit::audit, parse};
use support::{Chance, files, read, root};

const FORMATS: [Format; 4] = [Format::Hcl, Format::HclJson, Format::Yaml, Format::Json];
/// What a document costs at most, however hostile: far above what any of these sizes needs, in a debug build.
const SLOWEST: Duration = Duration::from_secs(5);
/// Pieces that parsers stumble over.
const PIECES: [&str; 28] = [
    "\"",
    "${",
    "%{",
    "<<EOF\n",
    "EOF\n",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "<<: *a",
    "- ",
    ": ",
    "|\n",
    ">-\n",
    "\t",
    "\r\n",
    "\u{feff}",
    "\0",
    "é",
    "🦀",
    "\\u",
    "\\ud800",
    "#",
    "/*",
    "---\n",
    "!!binary ",
];

#[test]
fn parsers_survive_mutated_seeds() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(2);
    // Parsers recurse to a bounded depth that needs this much in a debug build.
    let work = move || fuzz(Duration::from_secs(seconds));
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(work).expect("a thread");
    thread.join().expect("no panic");
}

fn fuzz(budget: Duration) {
    let mut seeds: Vec<String> =
        files(&root().join("fuzz/seeds")).iter().map(|it| read(format!("fuzz/seeds/{it}"))).collect();
    seeds.extend(files(&root().join("fixtures/rules")).iter().map(|it| read(format!("fixtures/rules/{it}"))));
    let started = Instant::now();
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |it| it.as_nanos() as u64);
    let mut chance = Chance(std::env::var("FUZZ_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(now));
    println!("FUZZ_SEED={}", chance.0);
    let mut documents = 0_u64;
    while started.elapsed() < budget {
        let text = mutated(&seeds, &mut chance);
        for format in FORMATS {
            let begun = Instant::now();
            let done = catch_unwind(AssertUnwindSafe(|| judge(&text, format)));
            let problem = match done {
                Ok(problem) => problem,
                Err(_) => Some("panicked".to_owned()),
            };
            if let Some(problem) = problem {
                panic!("{format:?}: {problem}\n{text:?}");
            }
            assert!(begun.elapsed() < SLOWEST, "{format:?}: {:?}\n{text:?}", begun.elapsed());
            documents += 1;
        }
    }
    println!("{documents} documents in {:?}", started.elapsed());
}

/// Runs the stages that take one document; says what is wrong.
fn judge(text: &str, format: Format) -> Option<String> {
    let file = FileId(1);
    let parsed = parse(file, text, format);
    if let Err(problem) = audit(file, text, &parsed) {
        return Some(problem.to_string());
    }
    if let Syntax::Data(tree) = &parsed.syntax {
        let values = connlint_resolve::data::documents(tree);
        let written = |span: Span| text.get(span.range()).unwrap_or_default();
        let _ = connlint_model::documents(
            ".github/workflows/a.yml",
            &values,
            text,
            &written,
            connlint_model::Purpose::Compare,
        );
    }
    let _ = connlint_model::text_secrets(text, file, "a.yml", connlint_model::Names::Any);
    None
}

/// A seed with a few pieces cut out, doubled, put in or taken from another seed.
fn mutated(seeds: &[String], chance: &mut Chance) -> String {
    let mut text = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(6) {
        let from = text.floor_char_boundary(chance.below(text.len() + 1));
        let to = text.floor_char_boundary((from + chance.below(60)).min(text.len())).max(from);
        match chance.below(5) {
            0 => text.replace_range(from..to, ""),
            1 => text.insert_str(from, PIECES[chance.below(PIECES.len())]),
            2 => {
                let piece = text[from..to].repeat(1 + chance.below(8));
                text.insert_str(from, &piece);
            }
            3 => {
                let other = &seeds[chance.below(seeds.len())];
                let start = other.floor_char_boundary(chance.below(other.len() + 1));
                let end = other.floor_char_boundary((start + chance.below(120)).min(other.len())).max(start);
                text.insert_str(from, &other[start..end]);
            }
            _ => text.truncate(from),
        }
        text.truncate(text.floor_char_boundary(20_000));
    }
    text
}
