// Asks GitHub's own descriptions about what crates/github sends.
//
//   node github-requests.mjs MODULES OUT
//
// Cuts the schemas of the requests that we make from @octokit/openapi and writes them to OUT, for the tests of that crate
// to hold each body against. Then holds its GraphQL documents against the schema of @octokit/graphql-schema.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const operations = [
  ["post", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  ["post", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"],
  ["patch", "/repos/{owner}/{repo}/pulls/comments/{comment_id}"],
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
];

// GitHub's schemas let unknown keys through, and so would miss a misspelt one.
function closed(schema) {
  if (schema === null || typeof schema !== "object" || "$ref" in schema) {
    throw new Error(`not a plain schema: ${JSON.stringify(schema)}`);
  }
  const { description, example, examples, deprecated, "x-github": vendor, ...kept } = schema;
  if (kept.properties) {
    kept.properties = Object.fromEntries(Object.entries(kept.properties).map(([name, it]) => [name, closed(it)]));
    kept.additionalProperties = false;
  }
  if (kept.items) kept.items = closed(kept.items);
  for (const key of ["oneOf", "anyOf", "allOf"]) {
    if (kept[key]) kept[key] = kept[key].map((it) => (it.properties ? closed(it) : it));
  }
  return kept;
}

const [modules, out] = process.argv.slice(2).map((it) => resolve(it));
const description = join(modules, "@octokit/openapi/generated/api.github.com.json");
const { paths } = JSON.parse(readFileSync(description, "utf8"));
const schemas = {};
for (const [method, path] of operations) {
  const { schema } = paths[path][method].requestBody.content["application/json"];
  schemas[`${method.toUpperCase()} ${path}`] = closed(schema);
}
writeFileSync(out, JSON.stringify(schemas, null, 1));

const { validate } = await import(pathToFileURL(join(modules, "@octokit/graphql-schema/index.js")));
const folder = join(dirname(fileURLToPath(import.meta.url)), "../crates/github/src");
const documents = readdirSync(folder).filter((it) => it.endsWith(".graphql"));
if (documents.length === 0) throw new Error(`no documents in ${folder}`);
for (const name of documents) {
  const document = readFileSync(join(folder, name), "utf8");
  const problems = validate(document);
  if (problems.length > 0) throw new Error(`${name}: ${problems.join("; ")}`);
}
// That the right ones pass means nothing if wrong ones do, too.
if (validate("mutation($id: ID!) { minimizeComment(input: { subjectID: $id, classifier: FIXED }) { x } }").length === 0) {
  throw new Error("a wrong document is taken for a right one");
}
console.log(`${operations.length} requests cut, ${documents.length} documents valid`);
