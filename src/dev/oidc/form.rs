//! Query and form parameters in which a repeated name is an error (RFC 6749, 3.1 and 3.2).

use std::collections::HashMap;

/// Parameters by name.
#[derive(Debug, Default)]
pub(super) struct Params(HashMap<String, String>);

impl Params {
    /// Reads `application/x-www-form-urlencoded`; `None` when a name is repeated.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut params = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if params
                .insert(name.into_owned(), value.into_owned())
                .is_some()
            {
                return None;
            }
        }
        Some(Self(params))
    }

    /// A parameter that was sent and is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    }
}
