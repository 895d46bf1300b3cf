//! The arrow of ARCHITECTURE.md, read off the sources: a module uses only what stands before it, and one file alone
//! talks to JavaScript.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The arrow, as `lib.rs` draws it. What is not in it stands at its end, see [`ENDS`].
const ARROW: [&str; 9] =
    ["error", "kernels", "device", "weights", "models", "diffusion", "guidance", "pixels", "session"];

/// The modules at the arrow's end, and what they use beside it.
const ENDS: [(&str, &[&str]); 7] = [
    ("web", &[]),
    ("files", &[]),
    ("data", &["files"]),
    ("train", &["files", "data"]),
    ("eval", &["files", "data"]),
    ("cli", &["files", "data", "train", "eval"]),
    ("bin", &["cli", "data", "train"]),
];

/// Names that only `web.rs` may mention.
const JAVASCRIPT: [&str; 4] = ["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen"];

#[test]
fn modules_use_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    for (file, module, source) in sources() {
        let allowed = allowed(&module).unwrap_or_else(|| panic!("{file}: give `{module}` a place in this test"));
        for used in used_modules(&source) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{file}: `{module}` uses `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "against the arrow: {wrong:#?}");
}

#[test]
fn only_web_rs_talks_to_javascript() {
    for (file, module, source) in sources() {
        let named = JAVASCRIPT.iter().find(|name| source.contains(*name));
        assert!(module == "web" || named.is_none(), "{file} names {}", named.unwrap());
    }
}

#[test]
fn paths_are_found_in_every_form() {
    let source = "use crate::{\n    Error, Result,\n    diffusion::{Process, noise::{self, Stream}},\n    session,\n};\n\
                  use crate::weights; // crate::comment\nlet x = crate::models::Labels::null(1);";
    let found: Vec<String> = used_modules(&without_comments(source)).into_iter().collect();
    assert_eq!(found, ["diffusion", "error", "models", "session", "weights"]);
}

fn allowed(module: &str) -> Option<Vec<&'static str>> {
    if let Some(place) = ARROW.iter().position(|name| *name == module) {
        return Some(ARROW[..place].to_vec());
    }
    let (_, beside) = ENDS.iter().find(|(name, _)| *name == module)?;
    Some(ARROW.iter().chain(*beside).copied().collect())
}

/// Every file of `src` but `lib.rs`: its path, its top module and its text without comments.
fn sources() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "found only {} files", files.len());
    let with_module = files.into_iter().filter_map(|path| {
        let relative = path.strip_prefix(&root).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_string();
        let text = without_comments(&fs::read_to_string(&path).unwrap());
        (module != "lib").then(|| (relative.display().to_string(), module, text))
    });
    with_module.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn without_comments(source: &str) -> String {
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Top modules after `crate::` (or `guidelight::` in the binary), also inside braces. The crate's own `Error` and
/// `Result` stand for `error`.
fn used_modules(source: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for root in ["crate::", "guidelight::"] {
        for (start, _) in source.match_indices(root) {
            let rest = &source[start + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => heads(group).into_iter().for_each(|head| insert(&mut used, head)),
                None => insert(&mut used, first_name(rest)),
            }
        }
    }
    used
}

/// First names of the entries of a `use` group, up to its closing brace.
fn heads(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut heads) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(first_name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(first_name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    heads
}

fn first_name(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

fn insert(used: &mut BTreeSet<String>, name: &str) {
    if name.starts_with(char::is_uppercase) {
        used.insert("error".into());
    } else if !name.is_empty() {
        used.insert(name.into());
    }
}
