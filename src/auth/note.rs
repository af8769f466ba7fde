//! The few small pages of sign-in itself: the second factor, a sign-in that failed, signed out. In both languages, with their
//! own stylesheet, because they are also shown on the auth host, where no tenant lends its looks.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::Tenant;

/// Stylesheet of these pages.
const CSS: &str = include_str!("../../templates/auth/auth.css");

/// A page with a heading, a sentence, and what to do.
#[derive(Template)]
#[template(path = "auth/note.html")]
pub(super) struct Note {
    arabic: bool,
    title: &'static str,
    text: &'static str,
    /// The tenant's name, on its own host.
    site: Option<String>,
    /// Where the browser goes on to by itself.
    onward: Option<String>,
    /// Address and label of the first thing to do.
    action: Option<(String, &'static str)>,
    /// Token of the sign-out form, for somebody with a session.
    csrf: Option<String>,
    /// Address of the site's home page.
    home: Option<String>,
    /// How the tenant is reached while its site is not.
    phone: Option<String>,
    email: Option<String>,
}

/// Why a sign-in did not end well, as far as the person needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Too old, used, or begun in another browser.
    Expired,
    /// Nobody with this identity works here.
    NoAccount,
    /// Given up, or refused by the provider.
    Refused,
    /// An invitation that is not known here, too old, taken back, or used.
    Invitation,
    /// A good sign-in, but not of the address that was invited.
    NotTheInvited,
    /// The provider does not answer.
    Unavailable,
}

impl Failure {
    fn status(self) -> StatusCode {
        match self {
            Self::Expired | Self::Refused => StatusCode::BAD_REQUEST,
            Self::NoAccount | Self::NotTheInvited | Self::Invitation => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Note {
    fn new(lang: Lang, texts: [(&'static str, &'static str); 2]) -> Self {
        let [arabic, english] = texts;
        let (title, text) = if lang == Lang::Ar { arabic } else { english };
        Self {
            arabic: lang == Lang::Ar,
            title,
            text,
            site: None,
            onward: None,
            action: None,
            csrf: None,
            home: None,
            phone: None,
            email: None,
        }
    }

    fn again(lang: Lang) -> &'static str {
        if lang == Lang::Ar {
            "تسجيل الدخول من جديد"
        } else {
            "Sign in again"
        }
    }

    /// The one page that somebody without a second factor gets; `origin` is the site's, or empty on the site itself.
    pub(super) fn second_factor(
        lang: Lang,
        site: Option<String>,
        csrf: Option<String>,
        origin: &str,
    ) -> Self {
        let texts = [
            (
                "بقيت خطوة واحدة",
                "حساب العاملين يحتاج إلى التحقق بخطوتين. أكمل إعداده لدى مزوّد الدخول، ثم سجّل الدخول من جديد.",
            ),
            (
                "One step left",
                "A staff account needs a second factor. Set it up with your sign-in provider, then sign in again.",
            ),
        ];
        Self {
            site,
            csrf,
            action: Some((format!("{origin}/auth/login?again=1"), Self::again(lang))),
            ..Self::new(lang, texts)
        }
    }

    /// What asks for a fresh proof of identity before something weighty; `again` leads through it and back.
    pub(super) fn step_up(lang: Lang, site: Option<String>, again: &str) -> Self {
        let texts = [
            (
                "أكّد أنك أنت",
                "ما طلبته يمس حسابات العاملين. أكّد هويتك لدى مزوّد الدخول، ثم نعيدك إلى الصفحة لتكمل.",
            ),
            (
                "Please confirm it is you",
                "What you asked for is protected. Confirm your identity with your sign-in provider, and you come back to the page to go on.",
            ),
        ];
        let label = if lang == Lang::Ar {
            "تأكيد الهوية"
        } else {
            "Confirm it is me"
        };
        Self {
            site,
            action: Some((again.to_owned(), label)),
            ..Self::new(lang, texts)
        }
    }

    /// An invitation that is good: `accept` leads into the sign-in that uses it.
    pub(super) fn invited(lang: Lang, site: String, accept: String) -> Self {
        let texts = [
            (
                "أنت مدعو إلى فريق العمل",
                "سجّل الدخول بالبريد الإلكتروني الذي وصلته الدعوة. يلزم أن يكون مؤكداً لدى مزوّد الدخول، ومعه تحقق بخطوتين.",
            ),
            (
                "You are invited to the team",
                "Sign in with the e-mail address that was invited. It has to be verified with the sign-in provider, and a second factor set up.",
            ),
        ];
        let label = if lang == Lang::Ar {
            "قبول الدعوة"
        } else {
            "Accept the invitation"
        };
        Self {
            site: Some(site),
            action: Some((accept, label)),
            ..Self::new(lang, texts)
        }
    }

    /// A sign-in that failed; `site` is the tenant's origin to start again from, where it is known.
    pub(super) fn failed(lang: Lang, failure: Failure, site: Option<&str>) -> Self {
        let texts = match failure {
            Failure::Expired => [
                (
                    "انتهت مهلة الدخول",
                    "مضى وقت طويل أو بدأ الدخول في متصفح آخر. ابدأ من جديد.",
                ),
                (
                    "This sign-in has expired",
                    "It took too long, or was begun in another browser. Please start again.",
                ),
            ],
            Failure::NoAccount => [
                (
                    "لا يوجد حساب لك هنا",
                    "الدخول صحيح، لكن هذا الحساب غير مدعو إلى هذه الجهة. اطلب من مدير الجهة دعوتك، أو ادخل بحساب آخر.",
                ),
                (
                    "You have no account here",
                    "You signed in, but this account is not invited to this organisation. Ask its administrator, or use another account.",
                ),
            ],
            Failure::Invitation => [
                (
                    "هذه الدعوة لم تعد صالحة",
                    "انتهت مدتها أو سُحبت أو استُخدمت من قبل. إن كنت قبلتها أنت فسجّل الدخول، وإلا فاطلب دعوة جديدة من مدير الجهة.",
                ),
                (
                    "This invitation is not good any more",
                    "It is too old, was taken back, or has been used. If it was you who accepted it, just sign in. Otherwise ask the administrator for a new one.",
                ),
            ],
            Failure::NotTheInvited => [
                (
                    "الدعوة لبريد آخر",
                    "الدخول صحيح، لكنه ليس بالبريد المدعو، أو أن البريد غير مؤكد لدى مزوّد الدخول. افتح رابط الدعوة من جديد وادخل بالبريد المدعو.",
                ),
                (
                    "The invitation is for another address",
                    "You signed in, but not with the address that was invited, or it is not verified with the provider. Open the link again and use that address.",
                ),
            ],
            Failure::Refused => [
                (
                    "لم يكتمل الدخول",
                    "أُلغي الدخول أو لم يُقبل. يمكنك المحاولة مرة أخرى.",
                ),
                (
                    "The sign-in was not completed",
                    "It was cancelled or not accepted. You can try again.",
                ),
            ],
            Failure::Unavailable => [
                (
                    "خدمة الدخول لا تستجيب",
                    "مزوّد الدخول لا يستجيب الآن. حاول بعد دقائق.",
                ),
                (
                    "Sign-in does not answer",
                    "The sign-in provider is not answering now. Please try again in a few minutes.",
                ),
            ],
        };
        let action = site.map(|site| (format!("{site}/auth/login?again=1"), Self::again(lang)));
        Self {
            action,
            ..Self::new(lang, texts)
        }
    }

    /// A tenant's host while the platform has switched the tenant off.
    pub(super) fn paused(lang: Lang, tenant: Option<&Tenant>) -> Self {
        let texts = [
            (
                "هذا الموقع متوقف حالياً",
                "لا يستقبل هذا الموقع تبرعات أو طلبات في الوقت الحالي. ما سبق منها محفوظ، ويمكن متابعته برقم المرجع. لأي استفسار تواصل مع الجهة مباشرة.",
            ),
            (
                "This site is paused for now",
                "It is not taking gifts or orders at present. Those that were made are kept, and can be followed with their reference. For any question please contact the organisation directly.",
            ),
        ];
        let track = match lang {
            Lang::Ar => "متابعة تبرع أو طلب سابق",
            Lang::En => "Follow a gift or an order",
        };
        Self {
            site: tenant.map(|tenant| tenant.name.get(lang).to_owned()),
            phone: tenant.and_then(|tenant| tenant.phone.clone()),
            email: tenant.and_then(|tenant| tenant.settings.contact.email.clone()),
            action: tenant.map(|_| (format!("/{}/track", lang.as_str()), track)),
            ..Self::new(lang, texts)
        }
    }

    /// The site is closed for good.
    pub(super) fn gone(lang: Lang) -> Self {
        let texts = [
            (
                "أُغلق هذا الموقع نهائياً",
                "لا يستقبل هذا الموقع زواراً أو تبرعات أو طلبات. لأي استفسار عن تبرع أو طلب سابق تواصل مع الجهة مباشرة.",
            ),
            (
                "This site is closed for good",
                "It takes no visitors, gifts or orders any more. For any question about an earlier gift or order please contact the organisation directly.",
            ),
        ];
        Self::new(lang, texts)
    }

    /// Somebody of the platform has left a tenant; `onward` is the platform.
    pub(super) fn left(lang: Lang, onward: String) -> Self {
        let texts = [
            (
                "خرجت من الجهة",
                "انتهت جلسة الاطلاع، وسُجّلت نهايتها في سجل الجهة.",
            ),
            (
                "You have left the tenant",
                "The session has ended, and the tenant's log says so.",
            ),
        ];
        Self {
            onward: Some(onward),
            ..Self::new(lang, texts)
        }
    }

    /// Signed out; `onward` is where the provider ends its own session.
    pub(super) fn signed_out(lang: Lang, site: String, onward: Option<String>) -> Self {
        let texts = [
            ("تم تسجيل الخروج", "خرجت من لوحة العمل على هذا الجهاز."),
            (
                "You are signed out",
                "You have left the staff pages on this device.",
            ),
        ];
        Self {
            site: Some(site),
            onward,
            action: Some(("/auth/login".to_owned(), Self::again(lang))),
            home: Some("/".to_owned()),
            ..Self::new(lang, texts)
        }
    }

    /// The same on the auth host, where it is not known whence the person came.
    pub(super) fn away(self) -> Self {
        Self {
            site: None,
            action: None,
            home: None,
            ..self
        }
    }

    /// The page as HTML; `None` when it could not be rendered.
    pub(super) fn render(&self) -> Option<String> {
        Template::render(self).ok()
    }

    pub(super) fn answer(&self, status: StatusCode) -> HttpResponse {
        match self.render() {
            Some(html) => HttpResponse::build(status)
                .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
                .body(html),
            None => HttpResponse::InternalServerError().finish(),
        }
    }
}

/// What a tenant's host shows while the tenant is switched off.
#[must_use]
pub fn paused(lang: Lang, tenant: Option<&Tenant>) -> HttpResponse {
    Note::paused(lang, tenant).answer(StatusCode::NOT_FOUND)
}

/// The page of a site that is closed for good.
#[must_use]
pub fn gone(lang: Lang) -> HttpResponse {
    Note::gone(lang).answer(StatusCode::GONE)
}

/// A failed sign-in as an answer.
pub(super) fn failed(lang: Lang, failure: Failure, site: Option<&str>) -> HttpResponse {
    Note::failed(lang, failure, site).answer(failure.status())
}

/// `GET /auth/auth.css`.
pub(super) async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(CSS)
}
