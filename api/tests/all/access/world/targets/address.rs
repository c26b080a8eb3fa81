//! Where an operation is found, and which is found at an address.

use std::sync::LazyLock;

use actix_web::http::Method;
use serde_json::Value;

/// The act of an address.
pub(in crate::access) fn operation(path: &str) -> &'static str {
    let fits = |pattern: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) =
            (pattern.split('/').collect(), path.split('/').collect());
        let mut both = wanted.iter().zip(&given);
        wanted.len() == given.len() && both.all(|(want, is)| want.starts_with('{') || want == is)
    };
    let found = fugong_api::acts().filter(|row| fits(row.path));
    let found = found.min_by_key(|row| row.path.matches('{').count());
    found.unwrap_or_else(|| panic!("no act is at {path}")).id
}

/// The method and the address of an operation of the document, and the example of its body.
pub(super) fn address(name: &str) -> (Method, String, Option<Value>) {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(fugong_api::openapi()).unwrap());
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["operationId"] == name {
                let content = &operation["requestBody"]["content"]["application/json"];
                let method = method.to_uppercase().parse().unwrap();
                return (method, path.clone(), content.get("example").cloned());
            }
        }
    }
    panic!("{name} is no operation")
}
