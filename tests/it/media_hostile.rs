//! Files that somebody means harm with, and files that only carry more than they show. Each is announced, sent and looked at as any
//! other; what comes out is refused with a reason, or is a drawing of ours with nothing else in it.

mod bombs;
mod broken;
mod carried;
mod doubles;
mod files;
mod jpeg;
mod lies;
mod moving;
mod png;
mod unusual;
mod webp;

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::process::Command;

use image::ImageFormat;
use sadu_db::testing::tally;
use sadu_domain::media::PictureType;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::files::{File, Want, files, heavy};
use crate::client::{Client, key, send};
use crate::pictures::{MEDIA, announcement, follow, look, put};
use crate::testapp::{TestApp, scale};
use crate::tools::python;

/// Every family once, or so many that each has its turn at least three times.
fn count() -> usize {
    scale(376, 0)
}

/// The size of a small picture, another one for each `n`.
fn small(n: usize) -> (u32, u32) {
    let n = u32::try_from(n).unwrap();
    (40 + n % 30, 30 + n % 17)
}

/// What no published byte may spell: metadata, other formats, and the marks that the tests put into them.
const NEVER: &[&[u8]] = &[
    b"SECRET",
    b"Exif",
    b"ns.adobe.com",
    b"ICC_PROFILE",
    b"Photoshop",
    b"<html",
    b"<svg",
    b"<script",
    b"PK\x03\x04",
    b"acTL",
    b"ANMF",
    b"EXIF",
    b"XMP ",
];

/// A new draft, as an item holds only so many pictures.
async fn item(who: &Client, n: usize) -> String {
    let item = json!({ "kind": "fund", "slug": format!("hostile-{n}"), "title": { "ar": "صندوق", "en": "Fund" } });
    let made = who.post("/api/v1/admin/items", &key(), &item).await;
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Sends a file as far as it gets: how it then stands, or the code it was turned away with at once.
async fn send_in(app: &TestApp, who: &Client, item: &str, file: &File) -> Result<Value, String> {
    let body = announcement(item, file.kind, &file.bytes);
    let answer = who.post(MEDIA, &key(), &body).await;
    if answer.status == 422 {
        let code = answer.json()["errors"][0]["code"]
            .as_str()
            .map(str::to_owned);
        return Err(code.unwrap());
    }
    let upload = answer.expect(201);
    assert_eq!(put(&upload, &file.bytes).await, 200);
    let id = upload["id"].as_str().unwrap();
    let path = format!("{MEDIA}/{id}/complete");
    send(who.request("POST", &path)).await.unwrap().expect(200);
    let stands = look(app, who, "nakhla", id).await;
    match stands["state"].as_str().unwrap() {
        "ready" => Ok(stands),
        "rejected" => Err(stands["reason"]["code"].as_str().unwrap().to_owned()),
        other => panic!("{}: {other}", file.name),
    }
}

/// Every variant that is kept is a drawing and nothing else.
async fn clean(app: &TestApp, who: &Client, name: &str, id: &str) {
    let names: Vec<(i32, i32, String)> = sqlx::query_as(
        "select (v->>'w')::int, (v->>'h')::int, v->>'format' from app.media, jsonb_array_elements(drawn->'variants') v where id = $1",
    )
    .bind(id.parse::<uuid::Uuid>().unwrap())
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap();
    assert!(!names.is_empty(), "{name}");
    for (w, h, format) in names {
        let (bytes, kind) = follow(who, &format!("/admin/media/{id}/{w}.{format}")).await;
        let format = match kind.as_str() {
            "image/jpeg" => ImageFormat::Jpeg,
            "image/webp" => ImageFormat::WebP,
            other => panic!("{name}: {other}"),
        };
        let drawn = image::load_from_memory_with_format(&bytes, format).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (w as u32, h as u32));
        assert!(w <= 1_600 && h <= 8_000, "{name}: {w} × {h}");
        for needle in NEVER {
            assert!(
                !bytes.windows(needle.len()).any(|part| part == *needle),
                "{name}: {w} holds {}",
                String::from_utf8_lossy(needle)
            );
        }
        if format == ImageFormat::Jpeg {
            assert_eq!(jpeg::segments(&bytes), [0xe0], "{name}: {w}");
        }
    }
}

#[actix_web::test]
async fn hostile_files_are_refused_or_drawn_anew() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let (mut came, mut seen) = (BTreeMap::<String, usize>::new(), HashSet::new());
    let mut target = String::new();
    for (n, file) in files(count()).enumerate() {
        if n % 10 == 0 {
            target = item(&staff, n).await;
        }
        let digest: [u8; 32] = Sha256::digest(&file.bytes).into();
        assert!(seen.insert(digest), "{}: the same file again", file.name);
        let outcome = send_in(&app, &staff, &target, &file).await;
        match (&outcome, file.want) {
            (Ok(stands), Want::Drawn | Want::Either) => {
                clean(&app, &staff, file.name, stands["id"].as_str().unwrap()).await;
            }
            (Err(_), Want::Either) => {}
            (Err(code), Want::Refused(codes)) => {
                assert!(codes.contains(&code.as_str()), "{}: {code}", file.name);
            }
            (outcome, _) => panic!("{}: {outcome:?}", file.name),
        }
        let word = outcome.map_or_else(|code| code, |_| "drawn anew".to_owned());
        *came.entry(word).or_default() += 1;
    }
    tally("hostile pictures", seen.len());
    println!("{} hostile pictures, no two alike: {came:?}", seen.len());
    app.stop().await;
}

/// Most memory that the child ever held, in KiB: what the kernel counted for a parent that waited for it.
fn peak(file: &File) -> (u64, String) {
    let script = "import resource, subprocess, sys\n\
        done = subprocess.run(sys.argv[3:], stdin=sys.stdin, stdout=subprocess.PIPE, env={sys.argv[1]: sys.argv[2]})\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.returncode, done.stdout[:60])";
    let mut child = Command::new(python())
        .args([
            "-c",
            script,
            sadu::media::ENVIRONMENT.0,
            sadu::media::ENVIRONMENT.1,
            env!("CARGO_BIN_EXE_sadu"),
            "media-child",
            file.kind,
        ])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut into = child.stdin.take().unwrap();
    into.write_all(&file.bytes).unwrap();
    drop(into);
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let kib = said.split(' ').next().unwrap().parse().unwrap();
    (kib, said)
}

#[test]
fn the_child_never_holds_256_mib() {
    let mut most = (0, "");
    let within = |file: &File| {
        file.bytes.len() <= 15 * 1024 * 1024 && file.kind.parse::<PictureType>().is_ok()
    };
    for file in heavy().into_iter().chain(files(count()).filter(within)) {
        let (kib, said) = peak(&file);
        if file.bytes.len() > 100 * 1024 || kib > 64 * 1024 {
            println!("{}: {} MiB, {}", file.name, kib / 1024, said.trim());
        }
        assert!(kib < 256 * 1024, "{}: {} MiB", file.name, kib / 1024);
        most = most.max((kib, file.name));
    }
    println!(
        "most memory of the child: {} MiB ({})",
        most.0 / 1024,
        most.1
    );
}

/// What is beyond its limits ends the child, not its parent: the parent hears no answer and goes on.
#[tokio::test]
async fn a_child_that_is_ended_is_a_refusal() {
    use sadu::media::{Apart, draw_apart};
    use sadu_domain::media::MediaRefusal;
    let file = crate::pictures::jpeg(64, 64);
    let killed = Apart {
        program: "/bin/false".into(),
    };
    let outcome = draw_apart(&killed, PictureType::Jpeg, &file).await.unwrap();
    assert_eq!(outcome.err(), Some(MediaRefusal::Broken));
    let missing = Apart {
        program: "/nowhere/sadu".into(),
    };
    assert!(
        draw_apart(&missing, PictureType::Jpeg, &file)
            .await
            .is_err()
    );
}
