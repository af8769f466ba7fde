//! The files of `static/`, inside the binary, under addresses that carry a hash of their content.
//!
//! `/static/{hash}/css/public.css`: one hash for all of them, so that modules import each other by relative address;
//! answers may be kept for a year. Templates get addresses from [`url`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// Kept for a year: the address changes with the content.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Stylesheets sent as one file, in this order.
const PUBLIC_CSS: [&str; 4] = [
    "css/tokens.css",
    "css/base.css",
    "css/site.css",
    "css/flow.css",
];

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Bundle {
    hash: String,
    files: HashMap<String, (Bytes, &'static str)>,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(Bundle::load);

impl Bundle {
    fn load() -> Self {
        let read = |path: &str| Files::get(path).map(|file| file.data);
        let mut names: Vec<Cow<'static, str>> = Files::iter().collect();
        names.sort();
        let (mut digest, mut files) = (Sha256::new(), HashMap::new());
        for name in names {
            if let Some(data) = read(&name) {
                digest.update(name.as_bytes());
                digest.update(&data);
                files.insert(
                    name.to_string(),
                    (Bytes::from(data.into_owned()), media_type(&name)),
                );
            }
        }
        let css: Vec<u8> = PUBLIC_CSS
            .iter()
            .filter_map(|path| read(path))
            .flat_map(Cow::into_owned)
            .collect();
        files.insert(
            "css/public.css".to_owned(),
            (Bytes::from(css), media_type("css/public.css")),
        );
        let hash = hex::encode(digest.finalize()).chars().take(12).collect();
        Self { hash, files }
    }
}

/// Address of the file at `path` below `static/`. `css/public.css` is the public pages' stylesheets in one.
#[must_use]
pub fn url(path: &str) -> String {
    format!("/static/{}/{path}", BUNDLE.hash)
}

/// `GET /static/{hash}/{path}`. A hash of another build still finds its file, but is not kept.
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    match BUNDLE.files.get(&name) {
        Some((data, kind)) => HttpResponse::Ok()
            .insert_header((
                header::CACHE_CONTROL,
                if hash == BUNDLE.hash {
                    IMMUTABLE
                } else {
                    "no-cache"
                },
            ))
            .content_type(*kind)
            .body(data.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

/// Adds the route of the files.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/static/{hash}/{path:.*}", web::get().to(serve));
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_stylesheet_is_whole_and_every_template_file_is_there() {
        let css = BUNDLE
            .files
            .get("css/public.css")
            .map(|(data, _)| data.len())
            .unwrap_or_default();
        assert!(css > 10_000, "{css} bytes");
        for name in ["js/live.js", "js/give.js", "js/copy.js", "js/status.js"] {
            assert!(BUNDLE.files.contains_key(name), "{name}");
        }
        assert_eq!(BUNDLE.hash.len(), 12);
    }
}
