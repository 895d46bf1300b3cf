//! What took long is kept beside everything that it follows from, so that a run that was stopped goes on.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::weights::container::sha256;
use crate::{Error, Result, files};

/// A folder of results.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Record<T> {
    /// What the result follows from.
    of: Value,
    result: T,
}

impl Kept {
    /// The folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The file of what follows from `of`: something else has another name.
    pub fn path(&self, what: &str, of: &Value, extension: &str) -> PathBuf {
        self.folder.join(format!("{what}-{}.{extension}", &sha256(of.to_string().as_bytes())[..16]))
    }

    /// What followed from `of` earlier, or what `make` gives now. A record that cannot be read is made again.
    pub fn or_make<T>(&self, what: &str, of: &Value, make: impl FnOnce() -> Result<T>) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
    {
        let path = self.path(what, of, "json");
        let known = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Record<T>>(&bytes).ok());
        if let Some(record) = known.filter(|record| record.of == *of) {
            return Ok(record.result);
        }
        let record = Record { of: of.clone(), result: make()? };
        let json = serde_json::to_string_pretty(&record).map_err(|error| Error::Device(error.to_string()))?;
        files::write(&path, (json + "\n").as_bytes())?;
        Ok(record.result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_is_read_back_and_anything_else_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(&folder.path().join("new"));
        let of = json!({ "scale": 4.0, "network": "ab" });
        assert_eq!(kept.or_make("point", &of, || Ok(1.5)).unwrap(), 1.5);
        assert_eq!(kept.or_make("point", &of, || -> Result<f64> { panic!("made twice") }).unwrap(), 1.5);
        let other = json!({ "scale": 4.0, "network": "cd" });
        assert_eq!(kept.or_make("point", &other, || Ok(2.5)).unwrap(), 2.5);
        assert_eq!(kept.or_make("other", &of, || Ok(3.5)).unwrap(), 3.5);

        std::fs::write(kept.path("point", &of, "json"), "{ \"of\": {").unwrap();
        assert_eq!(kept.or_make("point", &of, || Ok(4.5)).unwrap(), 4.5);
        // A file that somebody renamed does not stand for something else.
        std::fs::copy(kept.path("point", &other, "json"), kept.path("point", &of, "json")).unwrap();
        assert_eq!(kept.or_make("point", &of, || Ok(5.5)).unwrap(), 5.5);
    }

    #[test]
    fn what_failed_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, of) = (Kept::new(folder.path()), json!(1));
        let failed = || -> Result<f64> { Err(Error::Device("no".into())) };
        assert!(kept.or_make("point", &of, failed).is_err());
        assert_eq!(kept.or_make("point", &of, || Ok(1.5)).unwrap(), 1.5);
    }
}
