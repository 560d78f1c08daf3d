"""report_page.py FILE [DOCUMENT]: what is wrong with a report, read by a parser of HTML that is not ours; nothing is printed if all is well. DOCUMENT: the
page document that it should hold."""
import base64, gzip, hashlib, html.parser, json, math, re, sys

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "source", "wbr", "area", "base", "embed", "track"}
LIMIT = 3_000_000
wrong = []


def check(holds, what):
    if not holds:
        wrong.append(what)


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.raw, self.words, self.rows, self.declared = [], [], [], [], [], None

    def handle_decl(self, decl):
        self.declared = decl

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes), list(self.open)))
        if tag in ("script", "style"):
            self.raw.append((tag, dict(attributes), []))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        check(self.open and self.open[-1] == tag, f"</{tag}> ends {self.open[-1:]}, line {self.getpos()[0]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.raw[-1][2].append(data)
        else:
            self.words.append(data)
            if "tr" in self.open and self.rows[-1]:
                self.rows[-1][-1] += data


def find(page, name):
    return [attributes for tag, attributes, _ in page.tags if tag == name]


def read(path):
    source = open(path, "rb").read()
    page = Page()
    page.feed(source.decode("utf-8"))
    page.close()
    check(len(source) < LIMIT, f"{len(source)} bytes, more than 3 MB")
    check(b"<meta charset=\"utf-8\">" in source[:1024], "the encoding is not told in the first kilobyte")
    check(page.declared == "doctype html", "no doctype")
    check(not page.open, f"never closed: {page.open}")
    return page


def check_frame(page):
    check([a.get("lang") for a in find(page, "html")] == ["en"], "no language")
    check([a.get("id") for a in find(page, "main")] == ["report"], "not one <main id=report>")
    check(len(find(page, "title")) == 1, "not one title")
    check(len(find(page, "noscript")) == 2, "no story for who has no scripts")
    names = [a.get("name") for a in find(page, "meta")]
    check("viewport" in names and "color-scheme" in names, "nothing for telephones, or for the dark")


def hash_of(parts):
    return "'sha256-" + base64.b64encode(hashlib.sha256("".join(parts).encode()).digest()).decode() + "'"


def check_policy(page):
    policies = [a["content"] for a in find(page, "meta") if a.get("http-equiv") == "Content-Security-Policy"]
    check(len(policies) == 1, "not one policy")
    rules = {name: values for name, *values in (rule.split() for rule in policies[0].split(";"))}
    scripts = [hash_of(data) for tag, a, data in page.raw if tag == "script" and "type" not in a]
    styles = [hash_of(data) for tag, _, data in page.raw if tag == "style"]
    check(rules.pop("default-src") == ["'none'"], "something may be fetched")
    check(len(scripts) == 1 and rules.pop("script-src") == scripts, "another script may run")
    check(sorted(rules.pop("style-src")) == sorted(styles), "another style may apply")
    check(rules == {"img-src": ["data:", "blob:"], "base-uri": ["'none'"], "form-action": ["'none'"]}, f"further rules: {rules}")


def check_offline(page):
    for tag, attributes, _ in page.tags:
        for name in attributes:
            check(name not in ("src", "srcset", "data", "poster", "action", "formaction", "background", "style", "integrity"),
                  f"<{tag} {name}>")
            check(not name.startswith("on"), f"<{tag} {name}> runs a script")
        check(tag not in ("link", "iframe", "object", "embed", "base", "form", "img"), f"<{tag}>")
    for tag, attributes, data in page.raw:
        text = "".join(data)
        if tag == "style":
            check(not re.search(r"@import|url\((?!['\"]?data:)", text), "a style fetches")
        elif "type" not in attributes:
            calls = re.findall(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|\bimport\(|\bWorker\(|\beval\(|new Function", text)
            check(not calls, f"the script calls {set(calls)}")
            places = {p for p in re.findall(r"https?://[^\s\"'`)]+", text) if not p.startswith("http://www.w3.org/")}
            check(not places, f"the script names {places}")


def document_of(page):
    packed = ["".join(data) for _, a, data in page.raw if a.get("id") == "document"]
    check(len(packed) == 1, "not one document")
    return json.loads(gzip.decompress(base64.b64decode(packed[0], validate=True)))


def is_rounded(figure, value):
    """To three digits; of a tie either will do."""
    unit = 10 ** (math.floor(math.log10(abs(value))) - 2) if value else 1e-9
    return abs(figure - value) <= 0.5001 * unit


def check_story(page, document):
    words = " ".join("".join(page.words).split())
    told = [document["headline"], document["scenario"]["title"] or "", *document["notes"]]
    told += [row.get("explanation", "") for row in document.get("matrix", [])]
    told += list((document.get("manifest") or {}).get("outputs", {}).values())
    for text in told:
        check(" ".join(text.split()) in words, f"the story lacks: {text[:60]}")
    for row in document.get("matrix", []):
        figures = [float(cell) for cells in page.rows if cells[0] == row["title"] for cell in cells[1:5]]
        wanted = [100 * row["loss"][name] for name in ("defence", "essential", "industrial", "consumer")]
        check(all(map(is_rounded, figures, wanted)) and len(figures) == 4,
              f"{row['run']}: {figures}, not {wanted}")


page = read(sys.argv[1])
check_frame(page)
check_policy(page)
check_offline(page)
document = document_of(page)
check_story(page, document)
if len(sys.argv) > 2:
    check(document == json.load(open(sys.argv[2])), "its document is not the page document of the run")
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(bool(wrong))
