//! The images that jobs of pipelines run in, with the variables and parameters that the same file sets.

use connlint_resolve::{Kind, Piece, Value};

use super::entries::is_circle;

/// Variables of variables; deeper ones are not followed.
const DEEPEST: usize = 4;
/// Images of one job, and bytes of one of them.
const MOST: usize = 16;
const LONGEST: usize = 2_000;
/// Stands for what is not known.
const UNKNOWN: char = '{';

/// The images of a job; `above` are those it is made of, the nearest first.
pub(super) fn images<'v>(
    path: &str,
    document: &'v Value,
    job: &'v Value,
    above: &[&'v Value],
) -> Vec<(String, &'v Value)> {
    let file = path.rsplit('/').next().unwrap_or(path);
    if file.contains("gitlab-ci") {
        // What is nearest counts, and what stands at the top is for all.
        let chain = || std::iter::once(job).chain(above.iter().copied());
        let image = chain().chain(document.get("default")).chain([document]).find_map(|it| it.get("image"));
        let scopes: Vec<&Value> =
            chain().chain([document]).filter_map(|it| it.get("variables")).take(MOST).collect();
        let variable = |name: &str| scopes.iter().find_map(|it| it.get(name));
        let image = image.map(|it| it.get("name").unwrap_or(it));
        return image.and_then(|it| Some((text(it, &variable, 0)?, it))).into_iter().collect();
    }
    let circle = is_circle(path);
    let executor = job.get("executor").filter(|_| circle);
    let runs = executor.and_then(|it| {
        let name = it.text().or_else(|| it.get("name")?.text())?;
        document.at(&["executors", name])
    });
    let own = std::iter::once(job).chain(runs);
    let beside =
        own.flat_map(|it| std::iter::once(it).chain(it.get("docker").map(Value::items).unwrap_or(&[])));
    let images = beside.filter_map(|it| it.get("image")).map(|it| it.get("name").unwrap_or(it)).take(MOST);
    let parameter = |name: &str| -> Option<&'v Value> {
        if let Some(name) = name.strip_prefix("pipeline.parameters.") {
            return document.get("parameters")?.get(name)?.get("default");
        }
        let name = name.strip_prefix("parameters.")?;
        let default = |it: &'v Value| it.get("parameters")?.get(name)?.get("default");
        match executor.and_then(|it| it.get(name)) {
            Some(given) => Some(given),
            // What a workflow hands over counts more than the default.
            None if is_given(document, name) => None,
            None => default(job).or_else(|| default(runs?)),
        }
    };
    let found = images.filter_map(|it| {
        let whole = it.text()?;
        Some((if circle { filled(whole, &parameter)? } else { whole.to_owned() }, it))
    });
    found.collect()
}

/// A text with its variables; nothing where its version is not known.
fn text<'v>(value: &Value, variable: &dyn Fn(&str) -> Option<&'v Value>, depth: usize) -> Option<String> {
    let mut whole = String::new();
    for piece in value.pieces() {
        match piece {
            Piece::Literal(it) => whole.push_str(&it.text),
            Piece::Hole(it) => {
                let name = it.key.strip_prefix("env:").unwrap_or_default();
                let set = variable(name).filter(|_| depth < DEEPEST);
                // `NAME: {value: …, description: …}`
                let set = set.map(|it| it.get("value").unwrap_or(it));
                match set.and_then(|it| text(it, variable, depth + 1)) {
                    Some(text) => whole.push_str(&text),
                    None => whole.push(UNKNOWN),
                }
            }
        }
        if whole.len() > LONGEST {
            return None;
        }
    }
    let plain = !whole.is_empty() && !matches!(value.kind, Kind::Map(_) | Kind::List(_));
    (plain && (depth > 0 || is_known(&whole))).then_some(whole)
}

/// Whether the name and the version of an image are known, wherever it is fetched from.
fn is_known(image: &str) -> bool {
    !image.rsplit('/').next().unwrap_or(image).contains([UNKNOWN, '$'])
}

/// A text with the parameters in `<< … >>`.
fn filled<'v>(text: &str, parameter: &dyn Fn(&str) -> Option<&'v Value>) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        let (name, behind) = after.split_once(">>")?;
        whole.push_str(before);
        match parameter(name.trim()).and_then(Value::scalar) {
            Some(set) => whole.push_str(set),
            None => whole.push(UNKNOWN),
        }
        rest = behind;
        if whole.len() > LONGEST {
            return None;
        }
    }
    whole.push_str(rest);
    is_known(&whole).then_some(whole)
}

/// Whether a workflow of the document hands a parameter of this name to any job.
fn is_given(document: &Value, name: &str) -> bool {
    let workflows = document.get("workflows").map(Value::entries).unwrap_or_default();
    let jobs = workflows.iter().filter_map(|it| it.value.get("jobs")).flat_map(Value::items);
    jobs.flat_map(Value::entries).take(1_000).any(|it| it.value.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use connlint_core::Span;

    use super::*;

    #[test]
    fn parameters_are_filled_in() {
        let set = Value::literal("1.2", Span::default());
        let parameter = |name: &str| (name == "parameters.tag").then_some(&set);
        assert_eq!(filled("a/b:<< parameters.tag >>", &parameter).as_deref(), Some("a/b:1.2"));
        assert_eq!(filled("a/b:<<parameters.other>>", &parameter), None);
        assert_eq!(filled("<<parameters.other>>/b:1", &parameter).as_deref(), Some("{/b:1"));
        assert_eq!(filled("a/b:1", &parameter).as_deref(), Some("a/b:1"));
    }
}
