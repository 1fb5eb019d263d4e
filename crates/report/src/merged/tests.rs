//! What people see of joined results.

use connlint_check::merge::shared;

use super::samples::Sample;
use super::{merged_markdown, merged_text};
use crate::Style;
use crate::samples::PLAIN;
use crate::wrap::columns;

#[test]
fn the_text() {
    let sample = Sample::new();
    let shared = shared(&sample.repositories);
    let expected = "\
acme/checkout  1 connector, 1 medium, 1 file not read
  live:provider.stripe
    stripe, production, owned by @acme/payments; takes literal,
    vault:secret/payments/stripe#api_key; 1 medium

acme/shop  1 connector, 1 medium, 1 file not read
  live:provider.stripe
    stripe, production, owned by @acme/shop; takes literal,
    vault:secret/payments/stripe#api_key; 1 medium

high[credential-shared-by-repositories]: one literal, behind `api_key`, is
  shared by the teams @acme/payments and @acme/shop, by 2 repositories
    acme/checkout:live/main.tf:4 provider.stripe/api_key (production,
      @acme/payments)
    acme/shop:live/main.tf:4 provider.stripe/api_key (production, @acme/shop)
  help: take it out of the code: store a separate secret for each team, and hand
        over its ownership; then rotate the shared one

high[credential-shared-by-repositories]: the stored secret
  `secret/payments/stripe#api_key` is shared by the teams @acme/payments and
  @acme/shop, by 2 repositories
    acme/checkout:live/main.tf:4 provider.stripe/api_key (production,
      @acme/payments)
    acme/shop:live/main.tf:4 provider.stripe/api_key (production, @acme/shop)
  note: the code does not name the store; this holds if the repositories use one
  help: store a separate secret for each team, and hand over its ownership; then
        rotate the shared one

not merged
  c.jsonl:3: it is torn

merged 2 repositories: 2 connectors, 2 shared credentials (2 high),
  2 open findings (2 medium)
failed: 2 shared credentials are high or worse
";
    assert_eq!(merged_text(&sample.merged(&shared), PLAIN), expected);
}

#[test]
fn lines_keep_to_the_width() {
    let sample = Sample::new();
    let shared = shared(&sample.repositories);
    for width in [60, 80, 120] {
        let text = merged_text(&sample.merged(&shared), Style { width, ..PLAIN });
        assert_eq!(text.lines().filter(|it| columns(it) > width).collect::<Vec<_>>(), [""; 0], "at {width}");
    }
}

#[test]
fn the_summary_of_a_job_has_an_end() {
    let mut sample = Sample::new();
    let one = sample.repositories.first().unwrap().connectors.first().unwrap().clone();
    sample.repositories.first_mut().unwrap().connectors = vec![one; 20_000];
    let shared = shared(&sample.repositories);
    let page = merged_markdown(&sample.merged(&shared));
    assert!(page.len() < 1 << 20 && page.contains("left out for want of room"), "{}", page.len());
    assert!(page.ends_with("</details>\n"));
    assert!(page.contains("| acme/shop | 1 | 1 medium | 1 |\n"));
}
