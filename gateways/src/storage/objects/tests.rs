//! Against the embedded server, which checks signatures as S3 does.
#![allow(clippy::unwrap_used, reason = "tests")]

use sadu_domain::ids::{MediaId, TenantId};
use sha2::{Digest, Sha256};

use super::super::embedded::EmbeddedS3;
use super::*;

struct Bucket {
    folder: std::path::PathBuf,
    objects: Objects,
    http: reqwest::Client,
    server: EmbeddedS3,
}

impl Bucket {
    async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("sadu-s3-{}", uuid::Uuid::new_v4()));
        let server = EmbeddedS3::start(&folder).unwrap();
        Self {
            objects: Objects::connect(server.config()).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            folder,
            server,
        }
    }

    async fn sign(&self, key: &Key, body: &[u8]) -> SignedUpload {
        let sha256 = base64(&Sha256::digest(body));
        let announced = Announced {
            content_type: "image/png",
            length: i64::try_from(body.len()).unwrap(),
            sha256: &sha256,
        };
        self.objects.sign_upload(key, announced).await.unwrap()
    }

    /// Sends what was signed, with some headers otherwise.
    async fn put(
        &self,
        url: &str,
        upload: &SignedUpload,
        other: &[(&str, &str)],
        body: &[u8],
    ) -> u16 {
        let mut request = self.http.put(url).body(body.to_vec());
        for (name, value) in &upload.headers {
            let value = other
                .iter()
                .find(|(known, _)| known == name)
                .map_or(value.as_str(), |(_, value)| value);
            if name != "content-length" && !value.is_empty() {
                request = request.header(name, value);
            }
        }
        request.send().await.unwrap().status().as_u16()
    }

    fn close(self) {
        drop(self.server);
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn keys() -> (Key, Key) {
    let (tenant, media) = (TenantId::new(), MediaId::new());
    let name = "480.jpg".parse().unwrap();
    (
        Key::incoming(tenant, media),
        Key::variant(tenant, media, name),
    )
}

#[tokio::test]
async fn an_upload_takes_the_one_body_that_was_announced() {
    let bucket = Bucket::open().await;
    let (key, _) = keys();
    let body = b"a picture, as it was announced";
    let upload = bucket.sign(&key, body).await;
    let send = async |other: &[(&str, &str)], body: &[u8]| {
        bucket.put(&upload.url, &upload, other, body).await
    };
    // Longer, shorter, of another type, with another sum.
    assert_eq!(
        send(&[], b"a picture, as it was announced, and more").await,
        403
    );
    assert_eq!(send(&[], b"a picture").await, 403);
    assert_eq!(send(&[("content-type", "text/html")], body).await, 403);
    let other = base64(&Sha256::digest(b"other"));
    assert_eq!(send(&[("x-amz-checksum-sha256", &other)], body).await, 403);
    assert_eq!(send(&[("x-amz-checksum-sha256", "")], body).await, 403);
    assert_eq!(send(&[("if-none-match", "")], body).await, 403);
    assert_eq!(bucket.objects.length(&key).await.unwrap(), None);
    assert_eq!(send(&[], body).await, 200);
    assert_eq!(bucket.objects.length(&key).await.unwrap(), Some(30));
    assert_eq!(bucket.objects.read(&key).await.unwrap(), body);
    // Once.
    assert_eq!(send(&[], body).await, 412);
    // As long and of the type, but not it.
    let (other, _) = keys();
    let upload = bucket.sign(&other, body).await;
    let same = b"a picture, as it was announceD";
    assert_eq!(bucket.put(&upload.url, &upload, &[], same).await, 400);
    bucket.close();
}

/// T47: an address that was signed for one thing leads to nothing else.
#[tokio::test]
async fn t47_an_address_that_was_altered_leads_nowhere() {
    let bucket = Bucket::open().await;
    let ((_, ours), (_, theirs)) = (keys(), keys());
    for key in [&ours, &theirs] {
        let put = bucket.objects.write(key, "image/jpeg", b"jpeg".to_vec());
        put.await.unwrap();
    }
    let get = async |url: &str| bucket.http.get(url).send().await.unwrap().status().as_u16();
    let signed = bucket.objects.sign_download(&ours).await.unwrap();
    assert_eq!(get(&signed).await, 200);
    let elsewhere = signed.replace(ours.as_str(), theirs.as_str());
    assert_ne!(elsewhere, signed);
    assert_eq!(get(&elsewhere).await, 403);
    let longer = signed.replace("X-Amz-Expires=300", "X-Amz-Expires=86400");
    assert_ne!(longer, signed);
    assert_eq!(get(&longer).await, 403);
    let bare = signed.split('?').next().unwrap();
    assert_eq!(get(bare).await, 403);
    // Nor is it good for writing.
    let put = bucket.http.put(&signed).body("other").send().await.unwrap();
    assert_eq!(put.status().as_u16(), 403);
    // An upload's address is good for its own key alone.
    let (incoming, _) = keys();
    let upload = bucket.sign(&incoming, b"png").await;
    let elsewhere = upload.url.replace(incoming.as_str(), theirs.as_str());
    assert_eq!(bucket.put(&elsewhere, &upload, &[], b"png").await, 403);
    assert_eq!(bucket.objects.read(&theirs).await.unwrap(), b"jpeg");
    bucket.close();
}

#[tokio::test]
async fn pages_of_tenants_may_send_there() {
    let bucket = Bucket::open().await;
    let origin = bucket.objects.origin().to_owned();
    assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
    let (key, _) = keys();
    let upload = bucket.sign(&key, b"png").await;
    let asked = bucket
        .http
        .request(reqwest::Method::OPTIONS, &upload.url)
        .header("origin", "http://nakhla.localhost:8080")
        .header("access-control-request-method", "PUT")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), 204);
    let allowed = asked.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    for (name, _) in &upload.headers {
        let browsers_own = matches!(name.as_str(), "content-length" | "host");
        assert!(browsers_own || allowed.contains(name.as_str()), "{name}");
    }
    bucket.close();
}

#[tokio::test]
async fn what_is_removed_is_gone_and_may_be_removed_again() {
    let bucket = Bucket::open().await;
    let (key, _) = keys();
    let put = bucket.objects.write(&key, "image/jpeg", b"jpeg".to_vec());
    put.await.unwrap();
    bucket.objects.remove(&key).await.unwrap();
    assert_eq!(bucket.objects.length(&key).await.unwrap(), None);
    bucket.objects.remove(&key).await.unwrap();
    bucket.close();
}

#[tokio::test]
async fn everything_of_a_tenant_goes_and_nothing_of_another() {
    let bucket = Bucket::open().await;
    let (ours, theirs) = (TenantId::new(), TenantId::new());
    for tenant in [ours, theirs] {
        for _ in 0..20 {
            let media = MediaId::new();
            let keys = [
                Key::incoming(tenant, media),
                Key::variant(tenant, media, "480.jpg".parse().unwrap()),
            ];
            for key in &keys {
                let put = bucket.objects.write(key, "image/jpeg", b"jpeg".to_vec());
                put.await.unwrap();
            }
        }
    }
    assert_eq!(bucket.objects.count(ours).await.unwrap(), 40);
    assert_eq!(bucket.objects.erase(ours).await.unwrap(), 40);
    assert_eq!(bucket.objects.count(ours).await.unwrap(), 0);
    assert_eq!(bucket.objects.erase(ours).await.unwrap(), 0);
    assert_eq!(bucket.objects.count(theirs).await.unwrap(), 40);
    bucket.close();
}
