//! The people of development: one per role and tenant, all with the password `demo`.

use subtle::ConstantTimeEq;

/// The password of every demo account.
const PASSWORD: &str = "demo";

/// Somebody who may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// What is typed, and the `sub` after `dev|`.
    pub username: &'static str,
    /// Verified, and so what a first sign-in is bound by.
    pub email: &'static str,
    /// Shown to colleagues.
    pub name: &'static str,
    /// Where this account works: English, Arabic.
    pub place: (&'static str, &'static str),
    /// What it may do there: English, Arabic.
    pub role: (&'static str, &'static str),
    /// Whether its tokens say that a second factor was used.
    pub mfa: bool,
}

const ADMIN: (&str, &str) = ("Administrator", "مدير");
const STAFF: (&str, &str) = ("Staff", "موظف");
const NAKHLA: (&str, &str) = ("Nakhla Charity Society", "جمعية النخلة الخيرية");
const SIDRA: (&str, &str) = ("Sidra Store", "متجر السدرة");
const MASAR: (&str, &str) = ("Masar Education Fund", "صندوق مسار للتعليم");

macro_rules! account {
    ($username:literal, $name:literal, $place:expr, $role:expr, $mfa:literal) => {
        Account {
            username: $username,
            email: concat!($username, ".example"),
            name: $name,
            place: $place,
            role: $role,
            mfa: $mfa,
        }
    };
}

/// Every account, in the order of the chooser.
pub const ACCOUNTS: [Account; 8] = [
    account!("admin@nakhla", "مريم الراشد", NAKHLA, ADMIN, true),
    account!("staff@nakhla", "يوسف العنزي", NAKHLA, STAFF, true),
    account!(
        "nomfa@nakhla",
        "هدى الصالح",
        NAKHLA,
        ("Staff without a second factor", "موظف بلا تحقق بخطوتين"),
        false
    ),
    account!("admin@sidra", "فهد المطيري", SIDRA, ADMIN, true),
    account!("staff@sidra", "نورة الحربي", SIDRA, STAFF, true),
    account!("admin@masar", "سارة الكندري", MASAR, ADMIN, true),
    account!("staff@masar", "عمر الشمري", MASAR, STAFF, true),
    account!(
        "root@platform",
        "Sadu Operations",
        ("Platform", "المنصة"),
        ("Platform administrator", "مدير المنصة"),
        true
    ),
];

impl Account {
    /// The account of a username and password.
    pub fn sign_in(username: &str, password: &str) -> Option<Self> {
        let right = bool::from(password.as_bytes().ct_eq(PASSWORD.as_bytes()));
        ACCOUNTS
            .into_iter()
            .find(|account| account.username == username)
            .filter(|_| right)
    }

    /// The stable subject of this account's tokens.
    pub fn subject(&self) -> String {
        format!("dev|{}", self.username)
    }
}
