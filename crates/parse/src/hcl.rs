//! Our own syntax tree of HCL: small, span-keeping, and independent of the parser beneath.

mod convert;
mod lenient;
mod message;
mod offsets;
mod recover;
mod scan;
mod template;
#[cfg(test)]
mod tests;

use connlint_core::{FileId, Span};

pub(crate) use offsets::Offsets;
pub(crate) use template::parse_template;

use crate::{Parsed, Syntax};

/// Parses a file in HCL's native syntax. The common case, a sound file, is parsed whole; any error makes it be
/// parsed again item by item.
pub(crate) fn parse(file: FileId, text: &str) -> Parsed {
    let scan = scan::scan(text);
    if !scan.open_bracket
        && scan.items.iter().all(|item| item.refused.is_none())
        && let Ok(body) = lenient::parse_body(text)
    {
        let comments = scan.comments.iter().map(|range| Span::new(file, range.start, range.end)).collect();
        let body = convert::Convert::new(file, text, Offsets::Shift(0)).body(body);
        return Parsed { syntax: Syntax::Hcl(body), comments, errors: Vec::new() };
    }
    recover::parse(file, text)
}

/// A text as a template, in which every span points into `file`; nothing where it is none.
///
/// Like [`crate::parse`], this may need a few MiB of stack.
pub fn template(file: FileId, text: &str) -> Option<Vec<Part>> {
    u32::try_from(text.len()).ok().and_then(|_| parse_template(file, text, Offsets::Shift(0)).ok())
}

/// A sequence of attributes and blocks; each list is in source order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// `name = value` lines.
    pub attributes: Vec<Attribute>,
    /// `kind "label" { … }` blocks.
    pub blocks: Vec<Block>,
}

/// A word with its place; for a quoted label the span is inside the quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The word.
    pub text: Box<str>,
    /// Its bytes.
    pub span: Span,
}

/// `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Left of the equals sign.
    pub name: Name,
    /// Right of it.
    pub value: Expr,
}

/// `kind "label" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// First word.
    pub kind: Name,
    /// The words between kind and brace.
    pub labels: Vec<Name>,
    /// Between the braces.
    pub body: Body,
    /// From the kind to the closing brace.
    pub span: Span,
}

/// An expression and its bytes (a string's span includes its quotes, a heredoc's its markers).
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Box<str>),
    /// A string or heredoc without interpolation: its text with escapes and indentation undone. The span of the
    /// content itself (inside quotes or heredoc markers) comes second.
    Text(Box<str>, Span),
    /// A string or heredoc with interpolations or directives.
    Template(Vec<Part>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ key = value }`; a bare word as key is a [`ExprKind::Text`].
    Object(Vec<(Expr, Expr)>),
    /// `name`, `a.b[0].c`, `a.*.b`.
    Traversal(Box<Traversal>),
    /// `name(a, b)`; `namespace::name` keeps its colons.
    Call(Box<Call>),
    /// `condition ? yes : no`.
    Conditional(Box<[Expr; 3]>),
    /// `[for k, v in xs : …]` or `{for …}`.
    For(Box<For>),
    /// `-x` or `!x`.
    Unary(char, Box<Expr>),
    /// `a + b`, operator as written.
    Binary(&'static str, Box<[Expr; 2]>),
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Literal text with escapes undone, and its bytes.
    Text(Box<str>, Span),
    /// `${expr}`.
    Interpolation(Expr),
    /// `%{if c}…%{else}…%{endif}`.
    If(Box<Expr>, Vec<Part>, Vec<Part>),
    /// `%{for k, v in xs}…%{endfor}`: variables, collection, body.
    For(Vec<Name>, Box<Expr>, Vec<Part>),
}

/// A path into a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// Where it starts: a plain word, or any other expression.
    pub root: Root,
    /// The steps from there.
    pub steps: Vec<Step>,
}

/// The start of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// A word such as `var`, `local` or a resource type.
    Word(Name),
    /// Any other expression, such as a call.
    Expr(Expr),
}

/// A step of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.name`
    Attr(Name),
    /// `[expr]` or `.0`
    Index(Expr),
    /// `.*` or `[*]`
    Splat,
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Name of the function.
    pub name: Name,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// Whether the last argument is expanded by `...`.
    pub expand: bool,
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// Key variable, if given.
    pub key_var: Option<Name>,
    /// Value variable.
    pub value_var: Name,
    /// What is walked.
    pub collection: Expr,
    /// Key of each result, which makes the result an object.
    pub key: Option<Expr>,
    /// Value of each result.
    pub value: Expr,
    /// `if …` at the end.
    pub condition: Option<Expr>,
    /// Whether equal keys are grouped by `...`.
    pub grouping: bool,
}
