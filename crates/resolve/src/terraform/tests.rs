//! Tables of expressions and what they come to in a whole root.

use connlint_core::FileId;
use connlint_parse::{Format, Syntax, hcl::Body, parse};

use super::{Block, BlockKind, Modules, evaluate, roots};
use crate::{Kind, Piece, Value};

/// Every block that a tree of files makes, with the root folder as its only root.
fn blocks(files: &[(&str, &str)]) -> Vec<Block> {
    let body = |text: &str| match parse(FileId(0), text, Format::Hcl).syntax {
        Syntax::Hcl(body) => body,
        Syntax::Data(_) => Body::default(),
    };
    let bodies: Vec<(&str, Body)> = files.iter().map(|(path, text)| (*path, body(text))).collect();
    let mut modules = Modules::default();
    for (path, body) in &bodies {
        modules.add(path, body);
    }
    let roots = roots(&modules, &[]);
    roots.iter().flat_map(|root| evaluate(&modules, root, &root.variants[0]).blocks).collect()
}

/// A value as text: what is elsewhere stands in angle brackets.
fn shown(value: &Value) -> String {
    if value.is_collection() || matches!(value.kind, Kind::Null) {
        return if value.is_collection() { "a collection" } else { "null" }.to_owned();
    }
    let pieces = value.pieces().into_iter().map(|piece| match piece {
        Piece::Literal(it) => it.text.to_string(),
        Piece::Hole(it) => format!("<{}>", it.key),
    });
    pieces.collect()
}

/// What the output `it` of a tree of files is.
fn output(files: &[(&str, &str)]) -> Value {
    let blocks = blocks(files);
    let block = blocks.iter().find(|it| it.kind == BlockKind::Output && &*it.name == "it");
    block.and_then(|block| block.body.get("value")).cloned().unwrap()
}

#[test]
fn files_beside_the_root_are_in_the_tree() {
    for expression in ["${path.module}/x.json", "${path.root}/x.json", "./x.json", "x.json"] {
        let text = format!("output \"it\" {{\n value = file(\"{expression}\")\n}}");
        assert_eq!(shown(&output(&[("main.tf", &text)])), "<file:x.json>", "{expression}");
    }
    for (expression, file) in
        [("${path.module}/x.json", "modules/a/x.json"), ("${path.root}/x.json", "x.json")]
    {
        let inner = format!("output \"made\" {{\n value = file(\"{expression}\")\n}}");
        let outer =
            "module \"a\" {\n source = \"./modules/a\"\n}\noutput \"it\" {\n value = module.a.made\n}";
        let files = [("main.tf", outer), ("modules/a/main.tf", &*inner)];
        assert_eq!(shown(&output(&files)), format!("<file:{file}>"), "{expression}");
    }
}

#[test]
fn numbers_are_folded() {
    let variables = "variable \"days\" {\n default = 90\n}\nvariable \"unknown\" {}\n";
    for (expression, expected) in [
        ("86400 * 180", "15552000"),
        ("\"${86400 * 180}s\"", "15552000s"),
        ("\"${var.days * 24}h${30}m\"", "2160h30m"),
        ("var.days > 30 ? \"long\" : \"short\"", "long"),
        ("-(1 + 2)", "-3"),
        ("-(-3)", "3"),
        ("\"5\" * 2", "10"),
        ("1 / 0", ""),
        ("true + 1", ""),
        ("var.unknown * 2", ""),
    ] {
        let text = format!("{variables}output \"it\" {{\n value = {expression}\n}}");
        let value = output(&[("main.tf", &text)]);
        assert_eq!(shown(&value), expected, "{expression}");
        assert_eq!(value.scalar().unwrap_or_default(), expected, "{expression}");
    }
}
