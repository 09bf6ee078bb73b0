//! The interface described for programs, made from the functions that serve it.

use super::{body, refusal, routes};
use axum::Json;
use duwang_model::{Category, Kind};
use serde_json::{Value, json};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "读网 duwang",
        description = "发布前检测接口：同一套规则、同一个版本，发布前后结论一致。",
        version = "1"
    ),
    paths(
        routes::check,
        routes::check_file,
        routes::begin_batch,
        routes::batch,
        routes::result,
        routes::card,
        routes::verify
    ),
    components(schemas(
        body::DraftBody,
        body::ContentFormat,
        body::Level,
        body::AnswerFormat,
        body::VerdictBody,
        body::BatchBody,
        body::BatchState,
        body::CardBody,
        refusal::ErrorBody
    ))
)]
struct Document;

pub(super) async fn serve() -> Json<Value> {
    Json(document())
}

fn document() -> Value {
    // Made of constants: cannot fail.
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer" } });
    // The closed sets of words stand in the model; here they are only named.
    let draft = &mut document["components"]["schemas"]["DraftBody"]["properties"];
    let kinds: Vec<Value> = Kind::WORDS
        .iter()
        .map(|word| json!(word))
        .chain([Value::Null])
        .collect();
    draft["kind"] = described(
        &draft["kind"],
        json!({ "type": ["string", "null"], "enum": kinds }),
    );
    draft["only"] = described(
        &draft["only"],
        json!({ "type": "array", "items": { "type": "string", "enum": Category::WORDS } }),
    );
    for path in ["/api/v1/check", "/api/v1/check/file"] {
        let content = &mut document["paths"][path]["post"]["responses"]["200"]["content"];
        content["application/sarif+json"] = json!({ "schema": { "type": "object" } });
        content["text/html"] = json!({ "schema": { "type": "string" } });
        content["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] =
            json!({ "schema": { "type": "string", "format": "binary" } });
    }
    document
}

fn described(old: &Value, mut schema: Value) -> Value {
    schema["description"] = old["description"].clone();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        let document = document();
        for path in [
            "/check",
            "/check/file",
            "/batches",
            "/batches/{id}",
            "/results/{id}",
            "/cards/{id}",
            "/cards/{id}/verify",
        ] {
            assert!(
                document["paths"][format!("/api/v1{path}")].is_object(),
                "{path}"
            );
        }
        let kinds = &document["components"]["schemas"]["DraftBody"]["properties"]["kind"]["enum"];
        assert_eq!(kinds.as_array().map(Vec::len), Some(Kind::WORDS.len() + 1));
    }
}
