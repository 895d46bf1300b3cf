//! Fetches the pinned packages with npm, once: exact versions and their hashes are in the lock file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use crate::data::user_cache;
use crate::{Error, Result};

/// The packages and their versions.
pub(super) const PACKAGE: &str = include_str!("../../../tools/emoji/package.json");
const LOCK: &str = include_str!("../../../tools/emoji/package-lock.json");
const NPMRC: &str = include_str!("../../../tools/emoji/.npmrc");
/// Written last: its presence says that an installation is whole.
const STAMP: &str = "complete";

/// The `node_modules` folder with all packages, from the cache where they are there already.
pub(super) fn modules(npm: &str, cache: Option<&Path>) -> Result<PathBuf> {
    let digest = Sha256::digest(LOCK);
    let version: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    let folder = cache.map_or_else(user_cache, Path::to_owned).join(format!("emoji-{version}"));
    if folder.join(STAMP).exists() {
        return Ok(folder.join("node_modules"));
    }
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|e| Error::io(&path, e))
    };
    std::fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
    write("package.json", PACKAGE)?;
    write("package-lock.json", LOCK)?;
    write(".npmrc", NPMRC)?;
    install(npm, &folder)?;
    write(STAMP, "")?;
    Ok(folder.join("node_modules"))
}

/// `npm ci`: nothing but what the lock file says, and no package's scripts.
fn install(npm: &str, folder: &Path) -> Result<()> {
    let spinner = ProgressBar::new_spinner().with_message("fetching the emoji packages with npm (about 32 MB)");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let output = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    spinner.finish_and_clear();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let reason = reason(&String::from_utf8_lossy(&output.stderr));
            Err(Error::invalid("npm ci", "the emoji packages from the npm registry", reason))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Err(Error::invalid(
            "npm",
            "the command (it comes with Node.js) to fetch the emoji packages",
            "none in the path",
        )),
        Err(e) => Err(Error::io(npm, e)),
    }
}

/// The sentence in npm's error output: after lines like `code EINTEGRITY` it says what happened.
fn reason(output: &str) -> String {
    let lines = || output.lines().map(|l| l.trim_start_matches("npm error").trim()).filter(|l| !l.is_empty());
    let sentence = lines().find(|l| l.split_whitespace().count() > 3).or_else(|| lines().next());
    sentence.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_npm_is_one_clear_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let error = modules("there-is-no-such-npm", Some(folder.path())).unwrap_err().to_string();
        let want =
            "npm: expected the command (it comes with Node.js) to fetch the emoji packages, got none in the path";
        assert_eq!(error, want);
    }

    #[test]
    fn a_failing_npm_leaves_no_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let error = modules("false", Some(folder.path())).unwrap_err().to_string();
        assert!(error.starts_with("npm ci: expected the emoji packages"), "{error}");
        let again = modules("false", Some(folder.path())).unwrap_err().to_string();
        assert_eq!(again, error, "a broken installation is not taken for a whole one");
    }

    #[test]
    fn the_sentence_of_an_npm_error_is_found() {
        let output = "npm error code EINTEGRITY\nnpm error Integrity checksum failed when using sha512: wanted a\nnpm error A log";
        assert_eq!(reason(output), "Integrity checksum failed when using sha512: wanted a");
        assert_eq!(reason("npm error code E1\n"), "code E1");
        assert_eq!(reason(""), "no message");
    }

    #[test]
    fn the_lock_file_names_hashes_and_no_download_address() {
        assert!(LOCK.contains("\"integrity\": \"sha512-"));
        assert!(!LOCK.contains("\"resolved\""));
    }
}
