//! What a person sees: the account chooser, and the way back to Sadu with a code.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use url::Url;

use super::DevProvider;
use super::accounts::{ACCOUNTS, Account};
use super::form::Params;
use super::store::{Code, Grant};

/// An authorisation request that may be answered.
struct Request {
    redirect: Url,
    redirect_uri: String,
    state: String,
    nonce: String,
    challenge: String,
    scope: String,
}

/// Why a request is not answered with a page.
enum Fault {
    /// The client or its address is not known: nobody is redirected anywhere.
    Stay(&'static str),
    /// The client is told.
    Tell(Box<Url>, Option<String>, &'static str, &'static str),
}

#[derive(Template)]
#[template(path = "auth/dev_choose.html")]
struct ChoosePage<'a> {
    arabic: bool,
    query: &'a str,
    other_query: String,
    wrong: bool,
    chosen: &'a str,
    accounts: &'static [Account],
}

#[derive(Template)]
#[template(path = "auth/dev_note.html")]
struct NotePage<'a> {
    title: &'a str,
    text: &'a str,
}

/// `GET /authorize`: the chooser, or an answer at once.
pub(super) async fn show(provider: web::Data<DevProvider>, req: HttpRequest) -> HttpResponse {
    let query = req.query_string();
    match read(&provider, query) {
        Err(fault) => answer(&provider, fault),
        Ok((request, params)) => {
            if params
                .get("prompt")
                .is_some_and(|p| p.split(' ').any(|p| p == "none"))
            {
                // This provider keeps no session of its own: somebody always has to be asked.
                let fault = Fault::Tell(
                    Box::new(request.redirect),
                    Some(request.state),
                    "login_required",
                    "nobody is signed in at the development provider",
                );
                return answer(&provider, fault);
            }
            page(
                &provider,
                &req,
                &params,
                false,
                params.get("login_hint").unwrap_or_default(),
            )
        }
    }
}

/// `POST /authorize`: the password, and the redirect with a code.
pub(super) async fn submit(
    provider: web::Data<DevProvider>,
    req: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let (request, params) = match read(&provider, req.query_string()) {
        Ok(found) => found,
        Err(fault) => return answer(&provider, fault),
    };
    let form = Params::parse(&body).unwrap_or_default();
    let username = form.get("username").unwrap_or_default();
    let Some(account) = Account::sign_in(username, form.get("password").unwrap_or_default()) else {
        return page(&provider, &req, &params, true, username);
    };
    let code = provider.store.issue_code(Code {
        grant: Grant {
            account,
            client_id: provider.settings.client_id.clone(),
            scope: request.scope,
            auth_time: chrono::Utc::now().timestamp(),
            nonce: Some(request.nonce),
        },
        redirect_uri: request.redirect_uri,
        challenge: request.challenge,
    });
    let mut back = request.redirect;
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &request.state)
        .append_pair("iss", &provider.settings.issuer);
    redirect(&back)
}

/// `GET /logout`: RP-initiated logout. There is no session here to end, only a way back.
pub(super) async fn logout(provider: web::Data<DevProvider>, req: HttpRequest) -> HttpResponse {
    let params = Params::parse(req.query_string().as_bytes()).unwrap_or_default();
    let allowed = &provider.settings.post_logout_redirect_uri;
    let wanted = params.get("post_logout_redirect_uri");
    match wanted.and_then(|uri| Url::parse(uri).ok()) {
        Some(mut back) if wanted == Some(allowed.as_str()) => {
            if let Some(state) = params.get("state") {
                back.query_pairs_mut().append_pair("state", state);
            }
            redirect(&back)
        }
        _ => note(
            &provider,
            200,
            "Signed out",
            "You are signed out. تم تسجيل الخروج.",
        ),
    }
}

fn read(provider: &DevProvider, query: &str) -> Result<(Request, Params), Fault> {
    let settings = &provider.settings;
    let params =
        Params::parse(query.as_bytes()).ok_or(Fault::Stay("A parameter is there twice."))?;
    if params.get("client_id") != Some(settings.client_id.as_str()) {
        return Err(Fault::Stay("This client is not known."));
    }
    if params.get("redirect_uri") != Some(settings.redirect_uri.as_str()) {
        return Err(Fault::Stay("This redirect address is not registered."));
    }
    let Ok(redirect) = Url::parse(&settings.redirect_uri) else {
        return Err(Fault::Stay("The registered redirect address is not a URL."));
    };
    let state = params.get("state").map(str::to_owned);
    let tell = |error, text| Fault::Tell(Box::new(redirect.clone()), state.clone(), error, text);
    if params.get("response_type") != Some("code") {
        return Err(tell("unsupported_response_type", "only code is offered"));
    }
    let scope = params.get("scope").unwrap_or_default();
    if !scope.split(' ').any(|scope| scope == "openid") {
        return Err(tell("invalid_scope", "openid is missing"));
    }
    let challenge = params.get("code_challenge").unwrap_or_default();
    let well_made = challenge.len() == 43
        && challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !well_made || params.get("code_challenge_method") != Some("S256") {
        return Err(tell("invalid_request", "PKCE with S256 is required"));
    }
    let (Some(state), Some(nonce)) = (state.clone(), params.get("nonce")) else {
        return Err(tell("invalid_request", "state and nonce are required"));
    };
    let request = Request {
        redirect: redirect.clone(),
        redirect_uri: settings.redirect_uri.clone(),
        state,
        nonce: nonce.to_owned(),
        challenge: challenge.to_owned(),
        scope: scope.to_owned(),
    };
    Ok((request, params))
}

fn answer(provider: &DevProvider, fault: Fault) -> HttpResponse {
    match fault {
        Fault::Stay(text) => note(provider, 400, "This sign-in cannot go on", text),
        Fault::Tell(mut back, state, error, text) => {
            back.query_pairs_mut()
                .append_pair("error", error)
                .append_pair("error_description", text)
                .append_pair("iss", &provider.settings.issuer);
            if let Some(state) = state {
                back.query_pairs_mut().append_pair("state", &state);
            }
            redirect(&back)
        }
    }
}

fn page(
    provider: &DevProvider,
    req: &HttpRequest,
    params: &Params,
    wrong: bool,
    chosen: &str,
) -> HttpResponse {
    let accept = req.headers().get(header::ACCEPT_LANGUAGE);
    let locale = params
        .get("ui_locales")
        .or_else(|| accept.and_then(|value| value.to_str().ok()))
        .unwrap_or("ar");
    let arabic = !locale.trim_start().to_ascii_lowercase().starts_with("en");
    let others = url::form_urlencoded::parse(req.query_string().as_bytes())
        .filter(|(name, _)| name != "ui_locales");
    let other_query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair("ui_locales", if arabic { "en" } else { "ar" })
        .finish();
    let chosen = ACCOUNTS
        .iter()
        .find(|account| account.username == chosen || account.email == chosen)
        .or(ACCOUNTS.first())
        .map_or("", |account| account.username);
    let page = ChoosePage {
        arabic,
        query: req.query_string(),
        other_query,
        wrong,
        chosen,
        accounts: &ACCOUNTS,
    };
    html(provider, if wrong { 401 } else { 200 }, page.render())
}

fn note(provider: &DevProvider, status: u16, title: &str, text: &str) -> HttpResponse {
    html(provider, status, NotePage { title, text }.render())
}

fn html(provider: &DevProvider, status: u16, page: askama::Result<String>) -> HttpResponse {
    use actix_web::http::StatusCode;
    let Ok(page) = page else {
        return HttpResponse::InternalServerError().finish();
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Browsers hold the redirects after a form to form-action, and a sign-in crosses three hosts.
    let csp = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        provider.settings.form_action
    );
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page)
}

fn redirect(to: &Url) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}
