//! What pages load: a sheet of styles, a script and a mark, carried in the program.
//!
//! The name of a file has the beginning of its hash in it, so that browsers keep it for ever and
//! fetch another when it has changed.

use std::{collections::BTreeMap, sync::OnceLock};

use actix_web::{HttpResponse, http::header, web::Bytes};
use rust_embed::RustEmbed;

use crate::{look::hex, problem::Problem};

#[derive(RustEmbed)]
#[folder = "console/static/"]
struct Files;

/// A file as it is served.
struct Served {
    media: &'static str,
    bytes: Bytes,
}

/// Each file under the name with its hash; and that name by its own.
struct All {
    served: BTreeMap<String, Served>,
    names: BTreeMap<String, String>,
}

fn all() -> &'static All {
    static ALL: OnceLock<All> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = All { served: BTreeMap::new(), names: BTreeMap::new() };
        for own in Files::iter() {
            let Some((file, (stem, ending))) = Files::get(&own).zip(own.rsplit_once('.')) else {
                continue;
            };
            let hash: String = hex(&file.metadata.sha256_hash()).chars().take(16).collect();
            let name = format!("{stem}-{hash}.{ending}");
            let media = match ending {
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "text/javascript",
            };
            let bytes = Bytes::from(file.data.into_owned());
            all.names.insert(own.into_owned(), name.clone());
            all.served.insert(name, Served { media, bytes });
        }
        all
    })
}

/// The name under which a file is served now.
pub(super) fn name(own: &str) -> &'static str {
    all().names.get(own).map_or("", String::as_str)
}

/// A file.
///
/// # Errors
///
/// `NOT_FOUND` when there is none of this name.
pub(super) fn serve(name: &str) -> Result<HttpResponse, Problem> {
    let file = all().served.get(name);
    let file = file.ok_or_else(|| Problem::absent(format!("file {name}")))?;
    Ok(HttpResponse::Ok()
        .content_type(file.media)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.bytes.clone()))
}
