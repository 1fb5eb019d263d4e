//! How fast the results of many repositories are merged, beside the least that has to be done: reading the same lines,
//! and parsing them with serde.
//!
//! `cargo bench --bench organisation` measures made-up organisations of 75, 150 and 300 repositories of 200 connectors;
//! `-- --smoke` a tiny one, to see that all of this works.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark reads files and the clock, and prints"
)]

mod results;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use connlint_check::merge::{Repository, Shared, shared};
use connlint_report::{Limits, Merged, Reader, Style, merged_json, merged_markdown, merged_text};

/// Each number is the best of this many runs: the rest is the machine's other work.
const RUNS: usize = 5;

fn main() {
    let smoke = std::env::args().any(|it| it == "--smoke");
    let (sizes, connectors): (&[usize], usize) = if smoke { (&[4], 5) } else { (&[75, 150, 300], 200) };
    println!("best of {RUNS} runs");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("organisation");
    let rows: Vec<Row> = sizes
        .iter()
        .map(|size| {
            let folder = scratch.join(size.to_string());
            let _ = std::fs::remove_dir_all(&folder);
            results::write(&folder, *size, connectors, 7).expect("results");
            let row = measure(&folder);
            std::fs::remove_dir_all(&folder).expect("the results go");
            row
        })
        .collect();
    println!("\nrepositories        MB        merge   as a process   ms per repository   merge / parse");
    for it in rows {
        let ms = it.merge.as_secs_f64() * 1e3;
        println!(
            "{:12} {:9.1} {ms:9.1} ms {:11.1} ms {:19.3} {:15.2}",
            it.repositories,
            it.megabytes,
            it.process.as_secs_f64() * 1e3,
            ms / it.repositories as f64,
            it.merge.as_secs_f64() / it.parse.as_secs_f64()
        );
    }
}

struct Row {
    repositories: usize,
    megabytes: f64,
    /// Reading lines and parsing them as any JSON.
    parse: Duration,
    /// Reading, checking, joining and judging.
    merge: Duration,
    process: Duration,
}

fn measure(folder: &Path) -> Row {
    let files = listed(folder);
    let lines: usize = files.iter().map(|it| each_line(it, |_| {})).sum();
    let bytes: u64 = files.iter().filter_map(|it| it.metadata().ok()).map(|it| it.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    println!("\n{} repositories: {lines} lines, {megabytes:.1} MB", files.len());
    let show = |stage: &str, took: Duration| {
        let seconds = took.as_secs_f64();
        println!("  {stage:34} {:>8.1} ms {:>7.1} MB/s", seconds * 1e3, megabytes / seconds);
    };
    show("read lines", best(|| files.iter().map(|it| each_line(it, |_| {})).sum::<usize>()));
    let parse = best(|| files.iter().map(|it| each_line(it, parsed)).sum::<usize>());
    show("read lines and parse them (serde)", parse);
    let read_all = || files.iter().flat_map(|it| results_in(it)).collect::<Vec<Repository>>();
    let reading = best(read_all);
    show("read results", reading);
    let repositories = read_all();
    show("join and judge", best(|| shared(&repositories).len()));
    let found = shared(&repositories);
    let merged = merged(&repositories, &found);
    let style = Style { color: false, unicode: true, links: false, width: 100 };
    show("render text", best(|| merged_text(&merged, style).len()));
    show("render JSON", best(|| merged_json(&merged).len()));
    show("render Markdown", best(|| merged_markdown(&merged).len()));
    let merge = best(|| shared(&read_all()).len());
    show("read, join and judge", merge);
    let process = best(|| run(folder).0);
    show("merge --format json, as a process", process);
    let (_, memory) = run(folder);
    println!(
        "  {} shared; (read, join and judge) / (read and parse)  {:.2}",
        found.len(),
        ratio(merge, parse)
    );
    println!("  process / (read and parse)  {:.2}", ratio(process, parse));
    println!(
        "  peak memory {:.1} MB, {:.2} times the bytes read",
        memory as f64 / 1e6,
        memory as f64 / bytes as f64
    );
    Row { repositories: files.len(), megabytes, parse, merge, process }
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

fn merged<'a>(repositories: &'a [Repository], shared: &'a [Shared<'a>]) -> Merged<'a> {
    Merged { repositories, shared, problems: &[], fail_on: None, version: "0.1.0" }
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    walk.filter(|it| it.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Hands over every line of a file; gives their number.
fn each_line(path: &Path, mut take: impl FnMut(&[u8])) -> usize {
    let mut from = BufReader::with_capacity(1 << 16, std::fs::File::open(path).expect("a file"));
    let (mut line, mut count) = (Vec::new(), 0);
    while from.read_until(b'\n', &mut line).expect("readable") > 0 {
        take(&line);
        line.clear();
        count += 1;
    }
    count
}

fn parsed(line: &[u8]) {
    let value: serde_json::Value = serde_json::from_slice(line).expect("JSON");
    std::hint::black_box(value);
}

fn results_in(path: &Path) -> Vec<Repository> {
    let mut reader = Reader::new(Limits::USUAL);
    each_line(path, |line| reader.push(Some(line)));
    let (results, problems) = reader.finish("a");
    assert!(problems.is_empty(), "{problems:?}");
    results.into_iter().map(|(_, it)| it).collect()
}

/// The shortest of several runs.
fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        let done = work();
        let took = begun.elapsed();
        drop(std::hint::black_box(done));
        took
    };
    (0..RUNS).map(once).min().unwrap_or_default()
}

/// Runs the binary; gives back its time and its peak memory in bytes.
fn run(folder: &Path) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_connlint"))
        .args(["merge", "--format", "json"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it runs").is_none() {
        // The kernel keeps the peak, so the last look before the end tells it.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = kilobytes.map_or(peak, |it| peak.max(it * 1024));
        std::thread::sleep(Duration::from_micros(500));
    }
    (begun.elapsed(), peak)
}
