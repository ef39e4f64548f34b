//! OpenAPI description of the HTTP API: it is well formed, and every answer in these tests conforms
//! to it.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::client::{Answer, call, console};

const DOCUMENT: &str = include_str!("../../src/server/openapi.json");

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("the description is JSON")
}

/// Resolves a `$ref`; returns any other value unchanged.
fn resolve<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    let Some(reference) = part["$ref"].as_str() else {
        return part;
    };
    let pointer = reference.strip_prefix('#').expect("it is within the file");
    let found = document.pointer(pointer);
    found.unwrap_or_else(|| panic!("nothing is at {reference}"))
}

/// Panics if the answer to a described request does not conform to the description.
pub(crate) fn check_answer(method: &str, path: &str, answer: &Answer) {
    let document = document();
    let path = path.split('?').next().unwrap_or(path);
    let operation = &document["paths"][path][method.to_lowercase()];
    if operation.is_null() {
        return;
    }
    let status = answer.status.as_str();
    let response = resolve(&document, &operation["responses"][status]);
    assert!(
        response.is_object(),
        "{method} {path}: {status} is not described"
    );
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_object() {
        check(
            &document,
            schema,
            &answer.json(),
            &format!("{method} {path}"),
        );
    }
}

/// Panics if a value does not conform to the schema of that name.
pub(crate) fn check_named(name: &str, value: &Value) {
    let document = document();
    check(
        &document,
        &document["components"]["schemas"][name],
        value,
        name,
    );
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Err(fault) = conforms(document, schema, value) {
        panic!("{place}: {fault} in {value}");
    }
}

/// Checks a value against a schema. Supports the JSON Schema keywords that the description uses.
fn conforms(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolve(document, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &&Value| conforms(document, choice, value).is_ok();
        let count = choices.iter().filter(fits).count();
        return want(count == 1, || format!("{count} of {} fit", choices.len()));
    }
    want(is_constant(schema, value), || format!("not {schema}"))?;
    want(has_type(schema, value), || {
        format!("no {}: {value}", schema["type"])
    })?;
    let items = value.as_array().into_iter().flatten();
    for item in items.filter(|_| schema["items"].is_object()) {
        conforms(document, &schema["items"], item)?;
    }
    match value.as_object() {
        Some(_) => has_fields(document, schema, value),
        None => Ok(()),
    }
}

fn want(is_met: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if is_met { Ok(()) } else { Err(fault()) }
}

fn is_constant(schema: &Value, value: &Value) -> bool {
    let is_the_one = schema.get("const").is_none_or(|only| only == value);
    let among = schema["enum"].as_array();
    is_the_one && among.is_none_or(|values| values.contains(value))
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is_of = |kind: &Value| match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        other => panic!("{other:?} is no type that the description uses"),
    };
    match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is_of),
        kind => is_of(kind),
    }
}

fn has_fields(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        want(value.get(name).is_some(), || format!("{name} is missing"))?;
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        let known = schema["properties"].get(name);
        let is_open = schema["additionalProperties"] != json!(false);
        want(known.is_some() || is_open, || {
            format!("{name} is not described")
        })?;
        if let Some(known) = known {
            conforms(document, known, field).map_err(|fault| format!("{name}: {fault}"))?;
        }
    }
    Ok(())
}

/// Calls `visit` with every object within a value.
fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            visit(value);
            fields.values().for_each(|field| walk(field, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_served_as_it_stands() {
    let answer = call(&console(), "GET", "/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(answer.json(), document());
    assert_eq!(document()["openapi"], "3.1.0");
    for field in ["title", "version"] {
        assert!(document()["info"][field].is_string(), "{field}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_answers() {
    let document = document();
    let mut ids = BTreeSet::new();
    let paths = document["paths"].as_object().expect("it has paths");
    let operations = paths.values().flat_map(|path| path.as_object());
    for (method, operation) in operations.flatten() {
        assert!(["get", "post", "delete"].contains(&method.as_str()));
        let id = operation["operationId"].as_str().expect("it has a name");
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert!(operation["summary"].is_string(), "{id}");
        let responses = operation["responses"].as_object().expect(id);
        for response in responses.values() {
            assert!(
                resolve(&document, response)["description"].is_string(),
                "{id}"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_required_field_is_described() {
    let document = document();
    walk(&document, &mut |part| {
        resolve(&document, part);
        for name in part["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("names are text");
            let is_open = part["additionalProperties"] != json!(false);
            assert!(is_open || part["properties"][name].is_object(), "{part}");
        }
    });
}

#[test]
fn an_answer_that_is_not_as_described_is_noticed() {
    let document = document();
    let schema = json!({ "$ref": "#/components/schemas/Info" });
    let good = json!({ "name": "a", "fw_version": "b", "chip": "c" });
    assert_eq!(conforms(&document, &schema, &good), Ok(()));
    for bad in [
        json!({ "name": "a", "fw_version": "b" }),
        json!({ "name": "a", "fw_version": "b", "chip": 3 }),
        json!({ "name": "a", "fw_version": "b", "chip": "c", "more": 1 }),
        json!("a"),
    ] {
        assert!(conforms(&document, &schema, &bad).is_err(), "{bad}");
    }
}
