//! Every route on one page, grouped by who calls it.

use actix_web::guard::{self, Guard, GuardContext};
use actix_web::web::{self, ServiceConfig};

use crate::kept::AnswerCache;
use crate::middleware::tenant::Visit;
use crate::{api, auth, pages, ws};

/// Routes of the main listener.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.app_data(web::Data::new(AnswerCache::default()));

    // Load balancers and people on call, on any host.
    cfg.configure(api::health::routes);

    // The product's own hosts.
    cfg.service(
        web::scope("")
            .guard(reserved("auth"))
            .configure(auth::routes::auth_host_routes),
    );

    cfg.service(
        web::scope("")
            .guard(reserved("platform"))
            .configure(auth::routes::platform_routes)
            .configure(api::platform::routes)
            .configure(pages::platform::routes)
            .configure(crate::assets::routes),
    );

    // Programs, on a tenant's host.
    cfg.service(
        web::scope("/api/v1/admin")
            .configure(api::admin::inbox::routes)
            .configure(api::admin::orders::routes)
            .configure(api::admin::items::routes)
            .configure(api::admin::media::routes)
            .configure(api::admin::reveal::routes)
            .configure(api::admin::funding::routes)
            .configure(api::admin::domains::routes)
            .configure(api::admin::settings::routes)
            .configure(api::admin::bank::routes)
            .configure(api::admin::terms::routes)
            .configure(api::admin::plan::routes)
            .configure(api::admin::content::routes)
            .configure(api::admin::audit::routes)
            .configure(api::admin::users::routes),
    );
    // The router tries one after the other: what is asked for most comes before signing in.
    cfg.service(
        web::scope("/api/v1")
            .configure(api::site::routes)
            .configure(api::items::routes)
            .configure(api::orders::routes)
            .configure(api::live::routes)
            .configure(auth::routes::program_routes)
            .configure(api::docs::routes),
    );
    // Visitors, on a tenant's host.
    cfg.configure(pages::public::routes);
    cfg.configure(auth::routes::tenant_routes);

    // Pictures, on their way to the bucket.
    cfg.configure(api::media::routes);

    // Those who write programs.
    cfg.route("/api/docs", web::get().to(api::docs::page));

    // Sockets of staff.
    cfg.route("/ws/inbox", web::get().to(ws::staff::inbox));

    // Staff, and what pages need.
    cfg.configure(pages::routes);
}

/// Matches the host `{label}.{BASE_DOMAIN}`.
pub fn reserved(label: &'static str) -> impl Guard {
    guard::fn_guard(move |ctx: &GuardContext<'_>| {
        ctx.req_data()
            .get::<Visit>()
            .is_some_and(|visit| visit.reserved == Some(label))
    })
}
