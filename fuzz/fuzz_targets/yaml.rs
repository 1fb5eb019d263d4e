//! YAML.

#![no_main]

use connlint_core::FileId;
use connlint_parse::{Format, audit::audit, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = FileId(1);
    audit(file, text, &parse(file, text, Format::Yaml)).unwrap();
});
