//! Tables of expressions and what they come to in a whole root.

use std::collections::BTreeSet;
use std::sync::Arc;

use connlint_core::FileId;
use connlint_parse::{Format, Syntax, hcl::Body, parse};

use super::{Block, BlockKind, File, Modules, Shelf, evaluate, roots};
use crate::{Kind, Piece, Value};

/// Every block that a tree of files makes, with the root folder as its only root.
fn blocks(files: &[(&str, &str)]) -> Vec<Block> {
    blocks_with(files, &[])
}

/// The same, with files that expressions may name.
fn blocks_with(files: &[(&str, &str)], named: &[(&str, &str)]) -> Vec<Block> {
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
    let paths: BTreeSet<String> = named.iter().map(|(path, _)| (*path).to_owned()).collect();
    let mut shelf = Shelf { paths: Some(&paths), ..Shelf::default() };
    for (index, (path, text)) in (100..).zip(named) {
        let file = File::new(FileId(index), (*text).into(), false);
        shelf.files.insert((*path).to_owned(), Arc::new(file));
    }
    roots.iter().flat_map(|root| evaluate(&modules, root, &root.variants[0], &shelf).blocks).collect()
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
fn blocks_are_walked_by_their_instances() {
    let blocks = "variable \"unknown\" {}\nresource \"r\" \"x\" {\n for_each = toset([\"a\", \"b\"])\n}\n\
                  resource \"r\" \"y\" {\n for_each = var.unknown\n}\n\
                  data \"d\" \"x\" {\n for_each = { k = 1 }\n}\n";
    for (expression, expected) in [
        ("[for it in r.x : it.id][1]", "<tf::r.x[\"b\"].id>"),
        ("{ for key, it in r.x : key => it.id }[\"a\"]", "<tf::r.x[\"a\"].id>"),
        ("values(r.x)[1].id", "<tf::r.x[\"b\"].id>"),
        ("[for it in data.d.x : it.id][0]", "<tf::data.d.x[\"k\"].id>"),
        ("keys(r.x)[0]", "a"),
        ("r.y", "<tf::r.y>"),
    ] {
        let text = format!("{blocks}output \"it\" {{\n value = {expression}\n}}");
        assert_eq!(shown(&output(&[("main.tf", &text)])), expected, "{expression}");
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

#[test]
fn what_is_counted_to_nothing_does_not_exist() {
    let variables = "variable \"off\" {\n default = false\n}\nvariable \"unknown\" {}\n\
                     locals {\n empty = {}\n partial = [{ id = 1 }]\n}\n";
    for (argument, exists) in [
        ("", true),
        ("count = 0", false),
        ("count = 1", true),
        ("count = 3 - 3", false),
        ("count = var.off ? 1 : 0", false),
        ("count = var.unknown ? 1 : 0", true),
        ("for_each = {}", false),
        ("for_each = toset([])", false),
        ("for_each = { a = 1 }", true),
        ("for_each = var.unknown", true),
        ("for_each = toset(local.empty[*])", true),
        ("for_each = toset(local.partial[*].name)", true),
        ("for_each = { for it in [1] : it => it if var.unknown }", true),
    ] {
        let inner = format!("{variables}resource \"a\" \"b\" {{\n {argument}\n x = \"y\"\n}}");
        let outer = format!("{variables}module \"m\" {{\n source = \"./m\"\n {argument}\n}}");
        let called = "module \"inner\" {\n source = \"../inner\"\n}\nresource \"a\" \"b\" {\n x = \"y\"\n}";
        let files = [("main.tf", &*outer), ("m/main.tf", called), ("inner/main.tf", called)];
        for made in [blocks(&[("main.tf", &*inner)]), blocks(&files)] {
            let made: Vec<&Block> = made.iter().filter(|it| it.kind == BlockKind::Resource).collect();
            assert!(!made.is_empty(), "{argument}");
            for block in made {
                assert_eq!((block.exists, block.body.get("x").and_then(Value::text)), (exists, Some("y")));
            }
        }
    }
}

#[test]
fn declarations_are_those_of_a_call_that_makes_something() {
    let outer = "module \"a\" {\n source = \"./m\"\n count = 0\n}\nmodule \"b\" {\n source = \"./m\"\n}";
    let made = blocks(&[("main.tf", outer), ("m/main.tf", "variable \"x\" {}")]);
    let declared: Vec<bool> =
        made.iter().filter(|it| it.kind == BlockKind::Variable).map(|it| it.exists).collect();
    assert_eq!(declared, [true]);
}

#[test]
fn null_takes_the_default_where_the_variable_says_so() {
    for (given, declared, expected) in [
        ("", "default = \"d\"", "d"),
        ("x = \"g\"", "default = \"d\"", "g"),
        ("x = null", "default = \"d\"", "null"),
        ("x = null", "default = \"d\"\n nullable = true", "null"),
        ("x = null", "default = \"d\"\n nullable = false", "d"),
        ("x = null", "", "null"),
    ] {
        let outer = format!(
            "module \"m\" {{\n source = \"./m\"\n {given}\n}}\noutput \"it\" {{\n value = module.m.made\n}}"
        );
        let inner = format!("variable \"x\" {{\n {declared}\n}}\noutput \"made\" {{\n value = var.x\n}}");
        let made = output(&[("main.tf", &outer), ("m/main.tf", &inner)]);
        assert_eq!(shown(&made), expected, "{given} {declared}");
    }
}

#[test]
fn defaults_are_told_from_what_is_written() {
    let variables = r#"
        variable "text" { default = "a" }
        variable "bool" { default = true }
        variable "days" { default = 90 }
        variable "null" { default = null }
        variable "list" { default = ["a", { b = false }] }
        variable "map" { default = { a = 1, b = { c = [true] } } }
        variable "unknown" {}
        locals {
          own   = { a = 1, list = var.list }
          alias = var.map
          items = [for it in var.list : it]
        }
    "#;
    for (expression, expected) in [
        ("var.text", true),
        ("var.bool", true),
        ("var.days", true),
        ("var.null", true),
        ("var.list", true),
        ("var.map", true),
        ("var.list[0]", true),
        ("var.list[1].b", true),
        ("var.map.b.c[0]", true),
        ("local.alias.b.c", true),
        ("local.own.list[0]", true),
        ("local.items[0]", true),
        ("merge(var.map, { z = 1 }).a", true),
        ("tobool(var.bool)", true),
        ("\"${var.bool}\"", true),
        ("!var.bool", true),
        ("-var.days", true),
        ("var.days * 86400", true),
        ("\"${var.days}d\"", true),
        ("\"${5}d\"", false),
        ("\"%{if true}a%{endif}b\"", false),
        ("var.bool ? var.days : 5", true),
        ("var.bool ? 5 : var.days", false),
        ("var.days * local.own.a", false),
        ("true", false),
        ("5", false),
        ("[var.text]", false),
        ("local.own", false),
        ("local.own.a", false),
        ("local.items", false),
        ("merge(var.map, { z = 1 })", false),
        ("merge(var.map, { z = 1 }).z", false),
        ("var.map.missing", false),
        ("var.unknown", false),
    ] {
        let text = format!("{variables}output \"it\" {{\n value = {expression}\n}}");
        assert_eq!(output(&[("main.tf", &text)]).is_default(), expected, "{expression}");
    }
}

#[test]
fn defaults_keep_the_way_they_came() {
    let text = r#"
        variable "map" { default = { a = 1 } }
        locals { own = merge(var.map, { z = 1 }) }
        output "it" { value = local.own.a }
    "#;
    let value = output(&[("main.tf", text)]);
    let steps: Vec<&str> =
        value.steps().filter_map(|it| text.get(it.start as usize..it.end as usize)).collect();
    assert_eq!(steps, ["local.own.a"]);
}

#[test]
fn functions_make_values() {
    let variables = r#"
        variable "unknown" {}
        variable "teams" {
          type = map(object({
            level = optional(string, "pull")
            lead  = optional(string)
          }))
          default = { a = {}, b = { level = "push" } }
        }
        locals {
          map  = { b = "2", a = "1" }
          list = ["x", "y", "x"]
          part = merge(local.map, var.unknown)
        }
    "#;
    for (expression, expected) in [
        ("merge([for k, v in local.map : { \"${k}-${v}\" = v }]...)[\"a-1\"]", "1"),
        ("merge(var.unknown...).a", "<tf::var.unknown.a>"),
        ("join(\",\", keys(local.map))", "a,b"),
        ("join(\",\", values(local.map))", "1,2"),
        ("join(\",\", distinct(local.list))", "x,y"),
        ("join(\",\", reverse(sort(local.list)))", "y,x,x"),
        ("join(\"-\", setproduct([\"a\", \"b\"], [\"c\"])[1])", "b-c"),
        ("zipmap([\"k\"], [\"v\"]).k", "v"),
        ("join(\",\", formatlist(\"%s:%s\", \"n\", local.list))", "n:x,n:y,n:x"),
        ("join(\",\", [for it in range(3) : it * 2])", "0,2,4"),
        ("join(\",\", slice(local.list, 1, 3))", "y,x"),
        ("chunklist(local.list, 2)[1][0]", "x"),
        ("element(local.list, 4)", "y"),
        ("index(local.list, \"y\")", "1"),
        ("length(local.list)", "3"),
        ("length(local.part)", ""),
        ("length(concat(local.list, var.unknown))", ""),
        ("contains(local.list, \"z\")", "false"),
        ("lookup(local.map, \"c\", \"none\")", "none"),
        ("lookup(local.part, \"c\", \"none\")", ""),
        ("try(local.map.c, \"none\")", "none"),
        ("try(local.part.c, \"none\")", "none"),
        ("try(local.map.a, \"none\")", "1"),
        ("can(local.map.c)", "false"),
        ("coalesce(null, \"\", \"a\")", "a"),
        ("one([])", "null"),
        ("transpose({ a = [\"x\"], b = [\"x\"] }).x[1]", "b"),
        ("{ for it in local.list : it => it... }.x[1]", "x"),
        ("flatten([[\"a\", [\"b\"]], \"c\"])[1]", "b"),
        ("replace(\"a/b\", \"/\", \"-\")", "a-b"),
        ("substr(\"hello\", -3, 2)", "ll"),
        ("title(\"two words\")", "Two Words"),
        ("trim(\"--a-\", \"-\")", "a"),
        ("startswith(\"abc\", \"ab\") ? \"y\" : \"n\"", "y"),
        ("basename(\"a/b.json\")", "b.json"),
        ("dirname(\"a/b.json\")", "a"),
        ("local.map.a == null ? \"y\" : \"n\"", "n"),
        ("var.teams.a.level", "pull"),
        ("var.teams.b.level", "push"),
        ("var.teams.a.lead == null ? \"y\" : \"n\"", "yn"),
        (
            "\"x ${jsonencode({ a = local.list, b = var.unknown })}\"",
            "x {\"a\": [\"x\", \"y\", \"x\"], \"b\": \"<tf::var.unknown>\"}",
        ),
    ] {
        let text = format!("{variables}output \"it\" {{\n value = {expression}\n}}");
        assert_eq!(shown(&output(&[("main.tf", &text)])), expected, "{expression}");
    }
}

#[test]
fn named_files_are_read_where_they_are_documents() {
    let named = [
        ("a.yaml", "people:\n  lena: { level: push }\n"),
        ("b.tpl", "{\"to\": \"${name}\", \"all\": ${jsonencode(names)}}"),
        ("loop.tpl", "a ${templatefile(\"loop.tpl\", {})} ${templatefile(\"loop.tpl\", {})}"),
        ("bomb.yaml", "a: &a []\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n"),
        ("x/one.json", "{}"),
    ];
    for (expression, expected) in [
        ("yamldecode(file(\"a.yaml\")).people.lena.level", "push"),
        ("[for who, it in yamldecode(file(\"${path.module}/a.yaml\")).people : who][0]", "lena"),
        ("file(\"a.yaml\")", "<file:a.yaml>"),
        ("yamldecode(file(\"none.yaml\")).x", "<file:none.yaml.x>"),
        ("jsondecode(templatefile(\"b.tpl\", { name = \"n\", names = [\"x\", \"y\"] })).to", "n"),
        ("jsondecode(templatefile(\"b.tpl\", { name = \"n\", names = [\"x\", \"y\"] })).all[1]", "y"),
        ("try(templatefile(\"loop.tpl\", {}), \"x\") == \"\" ? \"y\" : \"n\"", "yn"),
        ("length(flatten(yamldecode(file(\"bomb.yaml\")).d))", "0"),
        ("join(\",\", fileset(\"x\", \"*.json\"))", "one.json"),
        ("join(\",\", fileset(\"y\", \"*.json\"))", ""),
    ] {
        let text = format!("output \"it\" {{\n value = {expression}\n}}");
        let blocks = blocks_with(&[("main.tf", &text)], &named);
        let block = blocks.iter().find(|it| it.kind == BlockKind::Output).unwrap();
        assert_eq!(shown(block.body.get("value").unwrap()), expected, "{expression}");
    }
    let text = "output \"it\" {\n value = yamldecode(file(\"a.yaml\")).people.lena.level\n}";
    let blocks = blocks_with(&[("main.tf", text)], &named);
    let value = blocks[0].body.get("value").unwrap();
    assert_eq!((value.span.file, value.span.range()), (FileId(100), 25..29));
    assert!(value.steps().count() > 0, "the way to the file");
}
