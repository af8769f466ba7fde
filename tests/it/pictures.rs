//! Pictures that the tests draw, and somebody who sends them as a browser does.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use sadu::media::{Apart, Studio, process};
use sadu_domain::ids::MediaId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, Client, key, send};
use crate::testapp::TestApp;

pub(crate) const MEDIA: &str = "/api/v1/admin/media";

/// A photograph: colours that change from pixel to pixel.
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let grain = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 23;
        let part = |n: u32| u8::try_from((n + grain) % 256).unwrap();
        Rgb([part(x * 200 / width), part(y * 200 / height), part(90)])
    })
}

/// A drawing: few colours in large areas.
pub(crate) fn drawing(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([15, 107, 79])
        } else {
            Rgb([200, 150, 62])
        }
    })
}

pub(crate) fn encoded(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image.clone())
        .write_to(&mut file, format)
        .unwrap();
    file.into_inner()
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90)
        .encode_image(&photo(width, height))
        .unwrap();
    file
}

/// A JPEG with one more segment after its start.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

/// EXIF that turns the picture (6: a quarter to the right), with a place and a camera in it.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let place = b"SECRET-GPS 29.3759N 47.9774E\0";
    let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0x0e, 1, 2, 0]);
    tiff.extend(u32::try_from(place.len()).unwrap().to_le_bytes());
    tiff.extend(38_u32.to_le_bytes());
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(place);
    [b"Exif\0\0", &tiff[..]].concat()
}

/// What is said about a file.
pub(crate) fn announcement(item: &str, kind: &str, file: &[u8]) -> Value {
    json!({ "item": item, "type": kind, "bytes": file.len(), "sha256": hex::encode(Sha256::digest(file)) })
}

/// Sends a file where an announcement was answered.
pub(crate) async fn put(upload: &Value, file: &[u8]) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.put(upload["url"].as_str().unwrap());
    for header in upload["headers"].as_array().unwrap() {
        let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
        if name != "content-length" {
            request = request.header(name, value);
        }
    }
    let sent = request.body(file.to_vec()).send().await.unwrap();
    sent.status().as_u16()
}

/// Says that it was sent.
pub(crate) async fn complete(who: &Client, id: &str) -> Answer {
    let path = format!("{MEDIA}/{id}/complete");
    send(who.request("POST", &path)).await.unwrap()
}

/// Announces, sends, says so; answers the id.
pub(crate) async fn upload(who: &Client, item: &str, kind: &str, file: &[u8]) -> String {
    let announced = announcement(item, kind, file);
    let upload = who.post(MEDIA, &key(), &announced).await.expect(201);
    assert_eq!(put(&upload, file).await, 200);
    let id = upload["id"].as_str().unwrap().to_owned();
    complete(who, &id).await.expect(200);
    id
}

/// This program, as the worker starts it for a picture.
pub(crate) fn apart() -> Apart {
    Apart {
        program: env!("CARGO_BIN_EXE_sadu").into(),
    }
}

/// Where the worker keeps and draws pictures.
pub(crate) fn studio(app: &TestApp) -> Studio {
    Studio {
        objects: app.node.app.objects.clone(),
        apart: apart(),
    }
}

/// Does the worker's job for one picture of `{label}`.
pub(crate) async fn work(app: &TestApp, label: &str, id: &str) {
    use sadu_db::hosts::HostName;
    let host = format!("{label}.localhost");
    let state = &app.node.app;
    let tenant = state.directory.resolve(&host, HostName::Slug(label)).await;
    let id: MediaId = id.parse().unwrap();
    process(&studio(app), &tenant.unwrap(), id).await.unwrap();
}

/// The same; answers how the picture then stands.
pub(crate) async fn look(app: &TestApp, who: &Client, label: &str, id: &str) -> Value {
    work(app, label, id).await;
    who.json(&format!("{MEDIA}/{id}")).await
}

/// What an address of the product leads to: bytes and their type.
pub(crate) async fn follow(who: &Client, path: &str) -> (Vec<u8>, String) {
    let led = who.get(path).await;
    assert_eq!(led.status, 302, "{path}: {}", led.body);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.get(led.header("location")).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (answer.bytes().await.unwrap().to_vec(), kind)
}
