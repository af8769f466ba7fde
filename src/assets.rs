//! The files of `static/`, inside the binary, under addresses that carry a hash of their content.
//!
//! `/static/{hash}/css/public.css`: one hash for all of them, so that modules import each other by relative address;
//! answers may be kept for a year. Templates get addresses from [`url`]. Each is compressed once a process ([`crate::resource`]).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::resource::{Effort, Resource};

/// Kept for a year: the address changes with the content.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const PUBLIC: &str = "css/public.css";
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
    files: HashMap<String, Resource>,
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
                files.insert(name.to_string(), file(&name, data.into_owned()));
            }
        }
        let css: Vec<u8> = PUBLIC_CSS
            .iter()
            .filter_map(|path| read(path))
            .flat_map(Cow::into_owned)
            .collect();
        files.insert(PUBLIC.to_owned(), file(PUBLIC, css));
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
pub async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let keep = if hash == BUNDLE.hash {
        IMMUTABLE
    } else {
        "no-cache"
    };
    match BUNDLE.files.get(&name) {
        Some(file) => file.answer(&request, keep),
        None => HttpResponse::NotFound().finish(),
    }
}

fn file(name: &str, data: Vec<u8>) -> Resource {
    Resource::new(media_type(name), data, Effort::Thorough)
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
            .get(PUBLIC)
            .map(Resource::weight)
            .unwrap_or_default();
        assert!(css > 10_000, "{css} bytes");
        for name in ["js/live.js", "js/give.js", "js/copy.js", "js/status.js"] {
            assert!(BUNDLE.files.contains_key(name), "{name}");
        }
        assert_eq!(BUNDLE.hash.len(), 12);
    }
}
