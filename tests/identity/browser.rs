//! A browser that knows a server by its public name and keeps what is set.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// The name under which browsers reach the server: a proxy would stand there.
pub(super) const PUBLIC: &str = "https://fugong.example.gov.cn";

/// A browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Browser {
    /// What it keeps, by name.
    pub(super) cookies: BTreeMap<String, String>,
}

/// What it was answered.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    /// What stands before the text.
    pub(super) head: String,
    pub(super) text: String,
}

impl Page {
    /// Where it leads to.
    #[track_caller]
    pub(super) fn location(&self) -> &str {
        let lines = self.head.lines().find_map(|line| line.split_once(": "));
        assert!(lines.is_some(), "{}", self.head);
        let found = self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location").then_some(value)
        });
        found.unwrap_or_else(|| panic!("it leads nowhere: {} {}", self.head, self.text))
    }

    /// The lines that set something.
    pub(super) fn sets(&self) -> impl Iterator<Item = &str> {
        self.head.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie").then_some(value)
        })
    }

    /// The line that sets the cookie of this name.
    #[track_caller]
    pub(super) fn set(&self, name: &str) -> &str {
        let begins = format!("{name}=");
        let found = self.sets().find(|set| set.starts_with(&begins));
        found.unwrap_or_else(|| panic!("{name} is not set: {}", self.head))
    }

    /// What a form of it sends back.
    #[track_caller]
    pub(super) fn form_token(&self) -> &str {
        let (_, rest) = self.text.split_once("name=\"form_token\" value=\"").unwrap();
        rest.split('"').next().unwrap()
    }
}

impl Browser {
    pub(super) fn gets(&mut self, port: u16, path: &str) -> Page {
        self.asks(port, "GET", path, "")
    }

    pub(super) fn fills(&mut self, port: u16, path: &str, form: &str) -> Page {
        self.asks(port, "POST", path, form)
    }

    fn asks(&mut self, port: u16, method: &str, path: &str, form: &str) -> Page {
        let host = PUBLIC.strip_prefix("https://").unwrap();
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, it)| format!("{name}={it}")).collect();
        let headers = format!(
            "Cookie: {}\r\nSec-Fetch-Site: same-origin\r\nAccept-Language: zh-CN\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n",
            cookies.join("; ")
        );
        let page =
            asked(port, &format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}"), form);
        for set in page.sets().map(str::to_owned).collect::<Vec<_>>() {
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            assert!(rest.contains("; Path=/;") && rest.contains("; HttpOnly;"), "{set}");
            assert!(name.starts_with("__Host-") && rest.ends_with("; Secure"), "{set}");
            if rest.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        page
    }
}

/// What another server answers, such as the provider, at an address on this machine.
pub(super) fn visits(address: &str) -> Page {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    asked(port, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n"), "")
}

fn asked(port: u16, head: &str, body: &str) -> Page {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let length = body.len();
    write!(stream, "{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, text) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Page { status, head: head.to_owned(), text: text.to_owned() }
}
