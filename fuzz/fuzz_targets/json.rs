//! JSON, as data and as HCL's JSON syntax.

#![no_main]

use connlint_core::FileId;
use connlint_parse::{Format, audit::audit, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = FileId(1);
    for format in [Format::Json, Format::HclJson] {
        audit(file, text, &parse(file, text, format)).unwrap();
    }
});
