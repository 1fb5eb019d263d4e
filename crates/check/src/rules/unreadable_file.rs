//! Files that do not parse.

use connlint_core::{Finding, Location};

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A file cannot be read, so nothing in it was judged.
    ///
    /// ## Why it matters
    ///
    /// What is not read is not safe. A syntax error would otherwise be the easiest way past every other rule.
    ///
    /// ## What counts
    ///
    /// A Terraform, YAML or JSON file that its parser refuses, in whole or in part. What stands before (YAML) or
    /// around (Terraform) the error is still judged, and the whole text is searched line by line for secrets.
    /// Templates (Helm, Jinja) are not errors: they are counted as not read.
    ///
    /// ## How to fix
    ///
    /// Mend the syntax, or list the file under `exclude` in `connlint.yaml` if it is not meant to be deployed.
    ///
    /// ## References
    ///
    /// * CWE-636: Not Failing Securely, <https://cwe.mitre.org/data/definitions/636.html>
    UnreadableFile {
        id: "unreadable-file",
        severity: High,
        confidence: High,
        control: "GV-08",
        cwe: Some(636),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for UnreadableFile {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let mut last = None;
        let mut found = Vec::new();
        for error in evidence.unreadable {
            // One finding a file: the first error is often the cause of the others.
            if last.replace(error.span.file) == Some(error.span.file) {
                continue;
            }
            let at = Location {
                span: error.span,
                path: evidence.sources.path(error.span.file).to_owned(),
                via: Vec::new(),
            };
            let message = format!("this file cannot be read: {}", error.message);
            let built = finding(&Self::META, at, message, "the parser gave up here".to_owned())
                .help("mend the syntax, or exclude the file if it is not meant to be deployed")
                // Whoever changes a file that cannot be read answers for it.
                .members([error.span.file.0.to_string()])
                .build(evidence, "");
            found.push(built);
        }
        found
    }
}
