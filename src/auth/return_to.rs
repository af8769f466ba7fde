//! Where a sign-in may end: a path of this very site, from a short list (AUT-10). Anything else becomes the admin's home.

use url::Url;

/// Where a sign-in ends when nothing acceptable was asked for.
pub(super) const HOME: &str = "/admin";
/// Longest path that is kept, in bytes.
const MAX: usize = 512;
/// First segments that may be gone back to.
const ALLOWED: [&str; 3] = ["admin", "ar", "en"];

/// The path to go back to: the wanted one if it is local and on the list, else [`HOME`].
pub(super) fn checked(wanted: Option<&str>) -> String {
    wanted.and_then(local).unwrap_or_else(|| HOME.to_owned())
}

fn local(path: &str) -> Option<String> {
    let plain = path.len() <= MAX
        && path.starts_with('/')
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if !plain {
        return None;
    }
    // Read as a browser would read it: `//host`, `/\host` and dots are resolved here, not guessed at.
    let site = Url::parse("https://site.invalid/").ok()?;
    let url = site.join(path).ok()?;
    if url.origin() != site.origin() || !url.username().is_empty() || url.path().contains("//") {
        return None;
    }
    let first = url.path_segments()?.next()?;
    ALLOWED.contains(&first).then(|| {
        let query = url.query().map(|query| format!("?{query}"));
        format!("{}{}", url.path(), query.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn local_paths_of_the_list_are_kept() {
        for path in [
            "/admin",
            "/admin/",
            "/admin/orders?status=paid&cursor=abc",
            "/ar/items/well",
            "/en/",
        ] {
            assert_eq!(checked(Some(path)), path);
        }
        assert_eq!(checked(Some("/admin/inbox#top")), "/admin/inbox");
        assert_eq!(checked(Some("/admin/../ar/")), "/ar/");
    }

    #[test]
    fn everything_else_goes_home() {
        for path in [
            "",
            "admin",
            "//evil.example",
            "//evil.example/admin",
            "/\\evil.example",
            "/\\/evil.example/admin",
            "\\\\evil.example",
            "https://evil.example/admin",
            "https:evil.example",
            "javascript:alert(1)",
            "/admin\n/x",
            "/admin\t",
            " /admin",
            "/admin/..//evil.example",
            "/..//evil.example",
            "/%2e%2e//evil.example",
            "/administrator",
            "/auth/logout",
            "/auth/login?return_to=/admin",
            "/api/v1/me",
            "/media/x/y",
            "/@evil.example",
            "/admin@evil.example",
        ] {
            assert_eq!(checked(Some(path)), "/admin", "{path}");
        }
        assert_eq!(
            checked(Some(&format!("/admin?{}", "x".repeat(600)))),
            "/admin"
        );
        assert_eq!(checked(None), "/admin");
    }
}
