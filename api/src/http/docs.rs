//! The documentation page (`/docs`): Swagger UI, carried in the binary, so that it works offline.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header};
use utoipa_swagger_ui::Config;

use super::said;
use crate::{desk::Desk, problem::Problem};

/// The page lies one level deeper.
pub(super) async fn moved() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// A file of the page.
pub(super) fn serve(desk: &Desk, request: &HttpRequest) -> HttpResponse {
    let file = request.match_info().query("file");
    let config = Arc::new(Config::from("/openapi.json"));
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(found)) => {
            HttpResponse::Ok().content_type(found.content_type).body(found.bytes.into_owned())
        }
        Ok(None) => said(desk, request, &Problem::absent(format!("file {file}"))),
        Err(error) => said(desk, request, &Problem::unavailable(error)),
    }
}
