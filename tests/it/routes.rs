//! Every route of the program, read from its source: actix cannot say which routes it has, and a list written by hand forgets
//! the one that matters. Begins at `routes` of `src/router.rs` and follows every `configure`.
//!
//! What it can read is what the house writes: `.route("path", web::get()…)`, `web::scope("path")`, `.guard(reserved("host"))`,
//! `.configure(module::routes)`. A route in any other shape fails here, and so does one that nothing leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// A method and a pattern, on a host of the product's own or on every tenant's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) method: String,
    /// `auth`, `platform`: the label of a reserved host.
    pub(crate) host: Option<String>,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or_default();
        write!(f, "{} {host}{}", self.method, self.path)
    }
}

/// Every route, once.
pub(crate) fn all() -> BTreeSet<Route> {
    let mut reader = Reader::default();
    let root = source().join("router.rs");
    reader.function(&root, "routes", &Place::default());
    reader.nothing_is_left();
    reader.found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// With its path: `web::get`, `api::items::routes`.
    Word(String),
    Text(String),
    Mark(char),
}

/// Words, texts and marks; comments are left out, and so are a file's own tests.
fn tokens(text: &str) -> Vec<Token> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let letters: Vec<char> = text.chars().collect();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let c = letters[at];
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let start = at;
        if c == '/' && next == '/' {
            while at < letters.len() && letters[at] != '\n' {
                at += 1;
            }
        } else if c == '"' {
            at += 1;
            while letters[at] != '"' {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            found.push(Token::Text(letters[start + 1..at].iter().collect()));
            at += 1;
        } else if c == '\'' && letters.get(at + 2) == Some(&'\'') {
            at += 3;
        } else if word(c) {
            while at < letters.len()
                && (word(letters[at])
                    || (letters[at] == ':' && letters.get(at + 1) == Some(&':'))
                    || (letters[at] == ':' && letters[at - 1] == ':'))
            {
                at += 1;
            }
            found.push(Token::Word(letters[start..at].iter().collect()));
        } else {
            if !c.is_whitespace() {
                found.push(Token::Mark(c));
            }
            at += 1;
        }
    }
    found
}

/// Where a route stands: the scopes around it.
#[derive(Debug, Clone, Default)]
struct Place {
    prefix: String,
    host: Option<String>,
}

#[derive(Default)]
struct Reader {
    files: BTreeMap<PathBuf, Vec<Token>>,
    /// Tokens that declared something and were understood.
    read: BTreeSet<(PathBuf, usize)>,
    found: BTreeSet<Route>,
}

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

/// What declares a route or leads to some; every one in the sources must have been read.
fn declares(tokens: &[Token], at: usize) -> bool {
    match &tokens[at] {
        Token::Word(word) if word == "route" => {
            at > 0 && tokens[at - 1] == Token::Mark('.') && tokens[at + 1] == Token::Mark('(')
        }
        Token::Word(word) => {
            matches!(
                word.as_str(),
                "web::scope" | "web::resource" | "web::redirect"
            )
        }
        // `#[get("/")]` and its like.
        Token::Mark('#') => matches!(
            (tokens.get(at + 2), tokens.get(at + 3)),
            (Some(Token::Word(word)), Some(Token::Mark('(')))
                if METHODS.contains(&word.rsplit("::").next().unwrap())
        ),
        Token::Mark(_) | Token::Text(_) => false,
    }
}

impl Reader {
    fn tokens(&mut self, file: &Path) -> Vec<Token> {
        let read = || tokens(&std::fs::read_to_string(file).unwrap());
        self.files
            .entry(file.to_owned())
            .or_insert_with(read)
            .clone()
    }

    /// Reads the body of one function.
    fn function(&mut self, file: &Path, name: &str, place: &Place) {
        let tokens = self.tokens(file);
        let begin = tokens
            .windows(2)
            .position(|two| two == [Token::Word("fn".into()), Token::Word(name.into())])
            .unwrap_or_else(|| panic!("no fn {name} in {}", file.display()));
        let mut at = begin;
        while tokens[at] != Token::Mark('{') {
            at += 1;
        }
        let (mut braces, mut parens) = (0_usize, 0_usize);
        // The scopes that are open, each with the depth that it stands in.
        let mut scopes: Vec<(Place, usize)> = vec![(place.clone(), 0)];
        loop {
            let here = scopes.last().unwrap().0.clone();
            match &tokens[at] {
                Token::Mark('{') => braces += 1,
                Token::Mark('}') => braces -= 1,
                Token::Mark('(') => parens += 1,
                Token::Mark(')') => {
                    parens -= 1;
                    scopes.retain(|(_, depth)| *depth <= parens);
                }
                Token::Word(word) if word == "web::scope" => {
                    let Token::Text(more) = &tokens[at + 2] else {
                        panic!("{}: a scope without a plain path", file.display());
                    };
                    let scope = Place {
                        prefix: format!("{}{more}", here.prefix),
                        ..here
                    };
                    scopes.push((scope, parens));
                    self.read.insert((file.to_owned(), at));
                }
                Token::Word(word) if word.rsplit("::").next() == Some("reserved") => {
                    let Token::Text(label) = &tokens[at + 2] else {
                        panic!("{}: a reserved host without a plain label", file.display());
                    };
                    scopes.last_mut().unwrap().0.host = Some(label.clone());
                }
                Token::Word(word) if word == "configure" => {
                    let Token::Word(path) = &tokens[at + 2] else {
                        panic!("{}: configure of something else", file.display());
                    };
                    self.follow(file, path, &here);
                }
                _ if declares(&tokens, at) => self.route(file, &tokens, at, &here),
                _ => {}
            }
            if braces == 0 {
                return;
            }
            at += 1;
        }
    }

    fn route(&mut self, file: &Path, tokens: &[Token], at: usize, place: &Place) {
        let (Some(Token::Text(path)), Some(Token::Word(method))) =
            (tokens.get(at + 2), tokens.get(at + 4))
        else {
            panic!("{}: a route in another shape", file.display());
        };
        let method = method.rsplit("::").next().unwrap();
        assert!(
            METHODS.contains(&method),
            "{}: {path} takes {method}",
            file.display()
        );
        self.read.insert((file.to_owned(), at));
        let route = Route {
            path: format!("{}{path}", place.prefix),
            method: method.to_uppercase(),
            host: place.host.clone(),
        };
        assert!(self.found.insert(route.clone()), "{route} is there twice");
    }

    /// Reads the function that `configure` names, as seen from `file`.
    fn follow(&mut self, file: &Path, path: &str, place: &Place) {
        let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
        if module.is_empty() {
            return self.function(file, name, place);
        }
        let module = module.trim_start_matches("crate::").replace("::", "/");
        let mut bases = vec![source(), file.parent().unwrap().to_owned()];
        bases.push(file.with_extension(""));
        let candidates = bases.iter().flat_map(|base| {
            [
                base.join(format!("{module}.rs")),
                base.join(&module).join("mod.rs"),
            ]
        });
        let there: BTreeSet<PathBuf> = candidates.filter(|file| file.exists()).collect();
        assert_eq!(there.len(), 1, "{path} in {}", file.display());
        self.function(there.first().unwrap(), name, place);
    }

    /// Every declaration in the sources was read: none stands where nothing leads to it.
    fn nothing_is_left(&mut self) {
        let mut folders = vec![source()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let below = path.strip_prefix(source()).unwrap().to_owned();
                // The provider of development, and the health and figures on a port of their own.
                if below.starts_with("dev") || below == Path::new("startup.rs") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs")
                {
                    let tokens = self.tokens(&path);
                    for at in 0..tokens.len() {
                        assert!(
                            !declares(&tokens, at) || self.read.contains(&(path.clone(), at)),
                            "{}: a route that src/router.rs does not lead to, near {:?}",
                            below.display(),
                            &tokens[at..(at + 6).min(tokens.len())]
                        );
                    }
                }
            }
        }
    }
}
