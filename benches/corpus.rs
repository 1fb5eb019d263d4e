//! A made-up company's repository of any size: Terraform modules with their callers, Kubernetes manifests, compose
//! files and workflows. The same seed gives the same bytes.

use std::fmt::Write;
use std::path::Path;

/// Writes about `files` files below a folder; gives back how many there are.
pub(crate) fn write(folder: &Path, files: usize, seed: u64) -> std::io::Result<usize> {
    let mut maker = Maker { state: seed, files: Vec::new() };
    let mut index = 0;
    while maker.files.len() < files {
        maker.product(index);
        index += 1;
    }
    for (path, text) in &maker.files {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(maker.files.len())
}

const WORDS: &[&str] = &["orders", "billing", "search", "stock", "mail"];

struct Maker {
    state: u64,
    files: Vec<(String, String)>,
}

impl Maker {
    /// One product: a root that calls two modules for two environments, and what runs it.
    fn product(&mut self, index: usize) {
        let name = format!("{}-{index}", WORDS.get(self.below(WORDS.len())).unwrap_or(&"app"));
        let base = format!("teams/t{}/{name}", index % 40);
        let modules = 1 + self.below(3);
        let mut main = String::new();
        for number in 0..modules {
            for stage in ["prod", "staging"] {
                let _ = writeln!(
                    main,
                    "module \"part{number}_{stage}\" {{\n  source      = \"./modules/part{number}\"\n  environment = \"{stage}\"\n  token       = var.token_{stage}\n  settings    = local.settings[\"{stage}\"]\n}}\n"
                );
            }
            let module = self.module(number);
            self.add(format!("{base}/terraform/modules/part{number}/main.tf"), module);
        }
        let mut variables = String::new();
        for stage in ["prod", "staging"] {
            let _ = writeln!(
                variables,
                "variable \"token_{stage}\" {{\n  type      = string\n  sensitive = true\n}}\n"
            );
        }
        let _ = writeln!(
            variables,
            "locals {{\n  settings = {{\n    prod    = {{ size = 3, owner = \"{name}\" }}\n    staging = {{ size = 1, owner = \"{name}\" }}\n  }}\n}}"
        );
        self.add(format!("{base}/terraform/main.tf"), main);
        self.add(format!("{base}/terraform/variables.tf"), variables);
        let compose = self.compose(&name);
        self.add(format!("{base}/docker-compose.yml"), compose);
        for stage in ["prod", "staging"] {
            let manifest = self.manifest(&name, stage);
            self.add(format!("{base}/k8s/{stage}/app.yaml"), manifest);
        }
        let workflow = self.workflow(&name);
        self.add(format!(".github/workflows/{name}.yml"), workflow);
    }

    fn module(&mut self, number: usize) -> String {
        let mut text = "variable \"environment\" {\n  type = string\n}\n\nvariable \"token\" {\n  type      = string\n  sensitive = true\n}\n\nvariable \"settings\" {\n  type = any\n}\n\n".to_owned();
        for block in 0..3 + self.below(8) {
            let secret =
                if self.below(40) == 0 { format!("\"{}\"", self.word(18)) } else { "var.token".to_owned() };
            let _ = writeln!(
                text,
                "resource \"aws_dms_endpoint\" \"e{number}_{block}\" {{\n  endpoint_id   = \"${{var.environment}}-e{block}\"\n  endpoint_type = \"source\"\n  engine_name   = \"postgres\"\n  server_name   = \"db{block}.${{var.environment}}.example\"\n  port          = 5432\n  username      = \"app_{block}\"\n  password      = {secret}\n\n  tags = {{\n    environment = var.environment\n    owner       = var.settings.owner\n    size        = format(\"%d\", var.settings.size)\n  }}\n}}\n"
            );
        }
        text
    }

    fn compose(&mut self, name: &str) -> String {
        let mut text = "x-defaults: &defaults\n  LOG_LEVEL: info\n  REGION: eu\nservices:\n".to_owned();
        for service in 0..2 + self.below(4) {
            let _ = write!(
                text,
                "  s{service}:\n    image: r.example/{name}/s{service}:1.{service}\n    environment:\n      <<: *defaults\n      API_TOKEN: ${{S{service}_TOKEN}}\n      DB_URL: postgres://s{service}:${{S{service}_PASSWORD}}@db.example/{name}\n    ports:\n      - \"80{service}0:8080\"\n"
            );
        }
        text
    }

    fn manifest(&mut self, name: &str, stage: &str) -> String {
        let mut text = String::new();
        for app in 0..1 + self.below(3) {
            let _ = write!(
                text,
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}-{app}\n  namespace: {stage}\n  labels:\n    app.kubernetes.io/name: {name}\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: app\n          image: r.example/{name}:2.{app}\n          env:\n            - name: LOG_LEVEL\n              value: info\n            - name: DB_PASSWORD\n              valueFrom:\n                secretKeyRef:\n                  name: {name}-{app}\n                  key: password\n          resources:\n            limits: {{cpu: 500m, memory: 256Mi}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}-{app}\n  namespace: {stage}\ndata:\n  app.yaml: |\n    server:\n      port: 8080\n      host: {name}.{stage}.example\n    cache: {{size: {app}00}}\n---\n"
            );
        }
        text
    }

    fn workflow(&mut self, name: &str) -> String {
        let mut text = format!(
            "name: {name}\non:\n  push:\n    branches: [main]\npermissions:\n  contents: read\njobs:\n"
        );
        for job in 0..1 + self.below(3) {
            let _ = write!(
                text,
                "  job{job}:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - run: make job{job}\n        env:\n          {}_TOKEN: ${{{{ secrets.{}_TOKEN }}}}\n",
                name.to_uppercase().replace('-', "_"),
                name.to_uppercase().replace('-', "_"),
            );
        }
        text
    }

    fn add(&mut self, path: String, text: String) {
        self.files.push((path, text));
    }

    /// splitmix64
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        (0..length).filter_map(|_| LETTERS.get(self.below(LETTERS.len()))).map(|it| char::from(*it)).collect()
    }
}
