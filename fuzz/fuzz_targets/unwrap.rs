//! Documents inside strings: the first line of the input is the text that stands in a file, the rest what it decodes to.

#![no_main]

use connlint_core::{FileId, Span};
use connlint_resolve::{Value, unwrap};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (written, decoded) = text.split_once('\u{1f}').unwrap_or((text, text));
    let span = Span::new(FileId(1), 0, written.len());
    let value = Value::literal(decoded, span);
    for document in unwrap(&value, |span| written.get(span.range()).unwrap_or_default()) {
        check(&document, span);
    }
});

/// Every span of an inner document lies in the bytes the outer string was written in.
fn check(value: &Value, outer: Span) {
    assert!(outer.contains(value.span), "{:?} outside {outer:?}", value.span);
    value.items().iter().for_each(|item| check(item, outer));
    for entry in value.entries() {
        assert!(outer.contains(entry.key_span));
        check(&entry.value, outer);
    }
}
