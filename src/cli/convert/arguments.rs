//! Constructor arguments in JSON: whatever is not understood is refused by name.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, Result};

/// Reads a file that holds one JSON object.
pub(super) fn read(path: &Path) -> Result<Map<String, Value>> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    serde_json::from_str(&text)
        .map_err(|error| Error::invalid(path.display().to_string(), "a JSON object", error.to_string()))
}

/// Arguments as a `T`, all of whose fields have defaults.
///
/// They are tried one at a time, because serde's own message about a value does not say whose it is.
pub(super) fn parse<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T> {
    let from = |arguments| serde_json::from_value(Value::Object(arguments));
    for (name, value) in &arguments {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        from(alone)
            .map(|_: T| ())
            .map_err(|error| Error::invalid(format!("option `{name}`"), "one that is supported", error.to_string()))?;
    }
    from(arguments).map_err(|error| Error::invalid("options", "ones that are supported", error.to_string()))
}
