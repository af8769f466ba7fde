"""A server with the holes that the tools look for, so that their silence about ours means something."""

import html
import re
import sqlite3
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = '<!doctype html><title>Decoy</title><a href="/pages/?q=word">Search</a><form action="/pages/"><input name="q"></form>'


class Holes(BaseHTTPRequestHandler):
    """`q` goes into SQL and into the page as it came, with what was found and what was wrong. `blind` says only whether there was
    something; `search` asks no database at all, and finds more the more different words it is given."""

    def do_GET(self):
        url = urlsplit(self.path)
        q = parse_qs(url.query).get("q", ["nothing"])[0]
        if url.path.endswith("/search"):
            return self.answer(200, "found " * (len(set(re.findall(r"\w+", q))) // 2))
        database = sqlite3.connect(":memory:")
        database.execute("create table items (name text)")
        database.executemany("insert into items values (?)", [("word",), ("other",), ("third",)])
        try:
            rows = database.execute(f"select name from items where name = '{q}'").fetchall()
            status, text = 200, "".join(f"<li>{html.escape(str(name))}</li>" for (name,) in rows)
        except sqlite3.Error as error:
            status, text = 500, html.escape(f"sqlite3.{type(error).__name__}: {error}")
        if url.path.endswith("/blind"):
            return self.answer(200, "something" if status == 200 and text else "nothing")
        return self.answer(status, f"{PAGE}<p>{q}</p><ul>{text}</ul>")

    def answer(self, status, page):
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def standing():
    """The decoy on a free port; answers its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Holes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
