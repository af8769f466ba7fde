//! [`DnsServer`]: a DNS server on this machine that says what a test tells it, over the real protocol.

use std::collections::HashMap;
use std::net::{IpAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const A: u16 = 1;
const TXT: u16 = 16;
const AAAA: u16 = 28;

type Zone = HashMap<(String, u16), Vec<Vec<u8>>>;

/// Answers on a port of its own until it is dropped.
pub(crate) struct DnsServer {
    pub(crate) port: u16,
    zone: Arc<Mutex<Zone>>,
}

impl DnsServer {
    /// Starts one that knows no name.
    pub(crate) fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let port = socket.local_addr().unwrap().port();
        let zone: Arc<Mutex<Zone>> = Arc::default();
        let shared = Arc::downgrade(&zone);
        std::thread::spawn(move || {
            let mut packet = [0_u8; 1500];
            while let Some(zone) = shared.upgrade() {
                let Ok((length, from)) = socket.recv_from(&mut packet) else {
                    continue;
                };
                if let Some(reply) = reply(&packet[..length], &zone.lock().unwrap()) {
                    let _ = socket.send_to(&reply, from);
                }
            }
        });
        Self { port, zone }
    }

    fn set(&self, name: &str, kind: u16, records: Vec<Vec<u8>>) {
        let mut zone = self.zone.lock().unwrap();
        zone.insert((name.to_lowercase(), kind), records);
    }

    /// The TXT records of a name, instead of those it had.
    pub(crate) fn txt(&self, name: &str, texts: &[&str]) {
        let record = |text: &&str| {
            let chunks = text.as_bytes().chunks(255);
            chunks
                .flat_map(|chunk| [&[u8::try_from(chunk.len()).unwrap()], chunk].concat())
                .collect()
        };
        self.set(name, TXT, texts.iter().map(record).collect());
    }

    /// Where a name leads, instead of where it led.
    pub(crate) fn leads_to(&self, name: &str, addresses: &[&str]) {
        let (mut four, mut six) = (Vec::new(), Vec::new());
        for address in addresses {
            match address.parse().unwrap() {
                IpAddr::V4(v4) => four.push(v4.octets().to_vec()),
                IpAddr::V6(v6) => six.push(v6.octets().to_vec()),
            }
        }
        self.set(name, A, four);
        self.set(name, AAAA, six);
    }
}

/// The answer to one question; names are asked for without compression.
fn reply(packet: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = packet.get(at..at + length)?;
        labels.push(std::str::from_utf8(label).ok()?.to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes(packet.get(at..at + 2)?.try_into().unwrap());
    let question = packet.get(12..at + 4)?;
    let empty = Vec::new();
    let records = zone.get(&(labels.join("."), kind)).unwrap_or(&empty);
    let mut reply = packet.get(..2)?.to_vec();
    // A response, recursion desired and available; "no such name" where there is nothing.
    reply.extend([0x81, if records.is_empty() { 0x83 } else { 0x80 }]);
    reply.extend([0, 1, 0, u8::try_from(records.len()).unwrap(), 0, 0, 0, 0]);
    reply.extend(question);
    for record in records {
        reply.extend([0xc0, 12]);
        reply.extend(kind.to_be_bytes());
        reply.extend([0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(record.len()).unwrap().to_be_bytes());
        reply.extend(record);
    }
    Some(reply)
}
