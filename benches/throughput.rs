//! How fast the whole tool is, beside the least it has to do: reading the same files, and parsing them.
//!
//! `cargo bench --bench throughput` measures made-up repositories of 1,000, 5,000 and 20,000 files;
//! `cargo bench --bench throughput -- FOLDER` a folder; `-- --smoke` a tiny one, to see that all of this works.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark reads files and the clock, and prints"
)]

mod corpus;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use connlint_core::{FileId, Source, Span};
use connlint_model::{Names, text_secrets};
use connlint_parse::{Format, Syntax, parse};
use connlint_resolve::terraform::{Modules, Shelf, evaluate, roots};
use rayon::prelude::*;

/// The machine that the budget is for has two cores.
const THREADS: usize = 2;
/// Each number is the best of this many runs: the rest is the machine's other work.
const RUNS: usize = 5;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(THREADS).stack_size(16 << 20).build().expect("threads");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("throughput");
    let sizes: &[usize] = match given.first().map(String::as_str) {
        Some("--smoke") => &[60],
        Some(_) => &[],
        None => &[1_000, 5_000, 20_000],
    };
    println!("{THREADS} threads, best of {RUNS} runs");
    let mut rows = Vec::new();
    for size in sizes {
        let folder = scratch.join(size.to_string());
        let _ = std::fs::remove_dir_all(&folder);
        corpus::write(&folder, *size, 7).expect("a corpus");
        rows.push(measure(&folder, &pool));
        std::fs::remove_dir_all(&folder).expect("the corpus goes");
    }
    if sizes.is_empty() {
        rows.extend(given.iter().map(|folder| measure(Path::new(folder), &pool)));
    }
    growth(&rows);
    one_file(&scratch);
}

/// One corpus.
struct Row {
    files: usize,
    bytes: usize,
    end_to_end: Duration,
}

fn measure(folder: &Path, pool: &rayon::ThreadPool) -> Row {
    let files = listed(folder);
    let texts = pool.install(|| read(&files));
    let bytes = texts.iter().map(String::len).sum();
    let count = files.len();
    let megabytes = bytes as f64 / 1e6;
    println!("\n{}: {count} files, {megabytes:.1} MB", folder.display());
    let show = |stage: &str, took: Duration| {
        let seconds = took.as_secs_f64();
        println!(
            "  {stage:28} {:>8.1} ms {:>9.0} files/s {:>7.1} MB/s",
            seconds * 1e3,
            count as f64 / seconds,
            megabytes / seconds
        );
    };
    let list = best(|| listed(folder));
    show("list", list);
    show("read", best(|| pool.install(|| read(&files))));
    show("parse", best(|| pool.install(|| parsed(&files, &texts))));
    let least = best(|| pool.install(|| read_and_parsed(&files)));
    show("read and parse", least);
    let syntax = pool.install(|| parsed(&files, &texts));
    show("resolve documents", best(|| pool.install(|| resolved(&syntax))));
    show("evaluate Terraform", best(|| pool.install(|| evaluated(&files, &syntax))));
    show("model documents", best(|| pool.install(|| modelled(&files, &texts, &syntax))));
    show("search text for tokens", best(|| pool.install(|| searched(&files, &texts))));
    drop(syntax);
    let end_to_end = best(|| run(folder).0);
    show("end to end, as a process", end_to_end);
    let (_, memory, code) = run(folder);
    println!("  end to end / (read and parse)  {:.2}", end_to_end.as_secs_f64() / least.as_secs_f64());
    println!(
        "  end to end / (list, read and parse)  {:.2}",
        end_to_end.as_secs_f64() / (list + least).as_secs_f64()
    );
    println!(
        "  peak memory {:.1} MB, {:.1} times the bytes read; exit code {code}",
        memory as f64 / 1e6,
        memory as f64 / bytes as f64
    );
    Row { files: count, bytes, end_to_end }
}

/// The files of the kinds that connlint reads, as the tool would list them outside a work tree.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let walk =
        ignore::WalkBuilder::new(folder).hidden(false).require_git(false).build().filter_map(Result::ok);
    let files =
        walk.filter(|it| it.file_type().is_some_and(|kind| kind.is_file())).map(ignore::DirEntry::into_path);
    let mut files: Vec<PathBuf> = files.filter(|it| format(it).is_some()).collect();
    files.sort();
    files
}

fn format(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?;
    match name.rsplit('.').next()? {
        "tf" | "tofu" | "tfvars" => Some(Format::Hcl),
        "json" if name.ends_with(".tf.json") || name.ends_with(".tfvars.json") => Some(Format::HclJson),
        "yaml" | "yml" => Some(Format::Yaml),
        _ => None,
    }
}

fn text(path: &PathBuf) -> String {
    std::fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn read(files: &[PathBuf]) -> Vec<String> {
    files.par_iter().map(text).collect()
}

fn syntax(path: &Path, index: usize, text: &str) -> Syntax {
    parse(FileId(index as u32), text, format(path).unwrap_or(Format::Yaml)).syntax
}

fn parsed(files: &[PathBuf], texts: &[String]) -> Vec<Syntax> {
    files.par_iter().zip(texts).enumerate().map(|(index, (path, text))| syntax(path, index, text)).collect()
}

/// The least that has to be done. The texts are kept, as for a report.
fn read_and_parsed(files: &[PathBuf]) -> Vec<(String, Syntax)> {
    let one = |(index, path): (usize, &PathBuf)| {
        let text = text(path);
        let syntax = syntax(path, index, &text);
        (text, syntax)
    };
    files.par_iter().enumerate().map(one).collect()
}

fn resolved(all: &[Syntax]) -> usize {
    let one = |it: &Syntax| {
        if let Syntax::Data(tree) = it { connlint_resolve::data::documents(tree).len() } else { 0 }
    };
    all.par_iter().map(one).sum()
}

fn modelled(files: &[PathBuf], texts: &[String], all: &[Syntax]) -> usize {
    let one = |((path, text), syntax): ((&PathBuf, &String), &Syntax)| {
        let Syntax::Data(tree) = syntax else { return 0 };
        let written = |span: Span| text.get(span.range()).unwrap_or_default();
        let values = connlint_resolve::data::documents(tree);
        connlint_model::documents(
            &path.to_string_lossy(),
            &values,
            text,
            &written,
            connlint_model::Purpose::Check,
        )
        .connectors
        .len()
    };
    files.par_iter().zip(texts).zip(all).map(one).sum()
}

fn searched(files: &[PathBuf], texts: &[String]) -> usize {
    let one = |(path, text): (&PathBuf, &String)| {
        text_secrets(text, FileId(0), &path.to_string_lossy(), Names::Ignored).len()
    };
    files.par_iter().zip(texts).map(one).sum()
}

fn evaluated(files: &[PathBuf], all: &[Syntax]) -> usize {
    let names: Vec<String> = files.iter().map(|it| it.to_string_lossy().into_owned()).collect();
    let mut modules = Modules::default();
    for (name, syntax) in names.iter().zip(all) {
        if let Syntax::Hcl(body) = syntax {
            modules.add(name, body);
        }
    }
    let (roots, shelf) = (roots(&modules, &[]), Shelf::default());
    let runs: Vec<_> =
        roots.iter().flat_map(|root| root.variants.iter().map(move |variant| (root, variant))).collect();
    runs.into_par_iter().map(|(root, variant)| evaluate(&modules, root, variant, &shelf).blocks.len()).sum()
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

/// Runs the binary; gives back its time, its peak memory in bytes and its exit code.
fn run(path: &Path) -> (Duration, u64, i32) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_connlint"))
        .arg("check")
        .arg(path)
        .env("RAYON_NUM_THREADS", THREADS.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        // The kernel keeps the peak, so the last look before the end tells it.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line
            .and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok())
            .map_or(peak, |it| peak.max(it * 1024));
        if let Some(status) = child.try_wait().expect("it runs") {
            break status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    (begun.elapsed(), peak, code)
}

fn growth(rows: &[Row]) {
    println!("\n   files        MB   end to end   ms per MB");
    for row in rows {
        let (megabytes, ms) = (row.bytes as f64 / 1e6, row.end_to_end.as_secs_f64() * 1e3);
        println!("{:8} {megabytes:9.1} {ms:9.1} ms {:11.2}", row.files, ms / megabytes);
    }
}

/// What starting costs: one small file.
fn one_file(scratch: &Path) {
    let file = scratch.join("one.tf");
    std::fs::create_dir_all(scratch).expect("a folder");
    std::fs::write(&file, Source::new("one.tf", "variable \"a\" {}\n").text()).expect("writable");
    let took = best(|| run(&file));
    println!("\none file: {:.1} ms", took.as_secs_f64() * 1e3);
    std::fs::remove_file(file).expect("the file goes");
}
