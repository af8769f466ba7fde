//! `/robots.txt` and `/sitemap.xml` of a tenant's host.

use std::fmt::Write as _;

use actix_web::{HttpResponse, web};
use sadu_domain::lang::Lang;
use sadu_domain::tenant::TenantKind;

use crate::error::ApiError;
use crate::middleware::tenant::{TenantRef, Visit};
use crate::state::App;

/// `GET /robots.txt`: everything public, nothing that belongs to one visitor or to staff.
pub async fn robots(visit: Visit, _tenant: TenantRef, app: web::Data<App>) -> HttpResponse {
    let origin = app.site.origin(&visit.host);
    let private = [
        "/admin",
        "/api/",
        "/auth/",
        "/*/checkout",
        "/*/o/",
        "/*/track",
    ];
    let mut body = String::from("User-agent: *\n");
    for path in private {
        // Writing into a String cannot fail.
        let _ = writeln!(body, "Disallow: {path}");
    }
    let _ = writeln!(body, "\nSitemap: {origin}/sitemap.xml");
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(body)
}

/// `GET /sitemap.xml`: home, list and every public item, each in the tenant's languages.
///
/// # Errors
/// None of its own.
pub async fn sitemap(
    visit: Visit,
    tenant: TenantRef,
    app: web::Data<App>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = tenant.snapshot();
    let items = snapshot
        .entries()
        .filter(|(item, _)| item.status.is_public());
    let shop = snapshot.tenant.kind == TenantKind::Shop;
    let topics = super::about::TOPICS
        .into_iter()
        .chain(["zakat"])
        .filter(|topic| !(shop && matches!(*topic, "transparency" | "zakat")));
    let paths = ["", "items"]
        .into_iter()
        .chain(topics)
        .map(str::to_owned)
        .chain(items.map(|(item, _)| format!("items/{}", item.slug)));
    Ok(HttpResponse::Ok()
        .content_type("application/xml; charset=utf-8")
        .body(xml(
            &app.site.origin(&visit.host),
            &snapshot.tenant.settings.languages,
            paths,
        )))
}

/// Hosts and slugs are of letters, digits, dots and hyphens, so nothing needs escaping.
fn xml(origin: &str, langs: &[Lang], paths: impl Iterator<Item = String>) -> String {
    let mut body = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">"#,
    );
    for path in paths {
        for lang in langs {
            let _ = write!(body, "<url><loc>{origin}/{lang}/{path}</loc>");
            for other in langs {
                let _ = write!(
                    body,
                    r#"<xhtml:link rel="alternate" hreflang="{other}" href="{origin}/{other}/{path}"/>"#
                );
            }
            body.push_str("</url>");
        }
    }
    body.push_str("</urlset>");
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_names_each_page_in_both_languages() {
        let xml = xml(
            "https://nakhla.example",
            &Lang::ALL,
            ["items/well".to_owned()].into_iter(),
        );
        assert_eq!(xml.matches("<loc>").count(), 2);
        assert!(xml.contains("<loc>https://nakhla.example/ar/items/well</loc>"));
        assert_eq!(xml.matches(r#"hreflang="en""#).count(), 2);
    }
}
