#!/usr/bin/env python3
"""Checks `allowmatch classify` on real logs against another way to read and judge them.

    classify_counts.py ALLOWMATCH LOGS POLICY.rules...

For each file under LOGS whose format is known here, the records are read with Python's own csv, json, gzip and
ipaddress modules and judged by going through all rules one by one. The counts must equal those of
`--output summary --json`, and each verdict and reason that of `--output ndjson`. This is done twice: with the
given policy (which must be the built-in one), and with rules made from what the log itself holds, so that every
kind of verdict occurs. Differences are listed; the exit code is 1 if there are any.
"""
import csv
import functools
import gzip
import io
import ipaddress
import json
import os
import re
import subprocess
import sys
import tempfile

INSIDE = [ipaddress.ip_network(n) for n in (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
    "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "::1/128", "ff00::/8")]
PORTS = {6, 17, 33, 132, 136}
PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "ipv6-icmp": 58, "icmp6": 58, "igmp": 2, "sctp": 132, "gre": 47,
             "esp": 50, "http": 6, "https": 6, "quic": 17, "ipv6": 41}
MISSING = {"", "-", "(empty)", "null", "None", "N/A", "NULL", "unknown", "<NOSRV>"}
NAME = re.compile(r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}", re.A)


class Invalid(Exception):
    pass


class Skipped(Exception):
    pass


def plain(ip):
    """An address as (version, number): fast to compare."""
    return ip.version, int(ip)


@functools.lru_cache(None)
def address(text):
    if "%" in text and ":" in text:
        text = text.split("%")[0]
    try:
        value = ipaddress.ip_address(text)
    except ValueError:
        raise Invalid(text)
    return plain(getattr(value, "ipv4_mapped", None) or value)


@functools.lru_cache(None)
def inside(ip):
    return any(plain(net[0]) <= ip <= plain(net[-1]) for net in INSIDE)


def number(text, largest):
    if not re.fullmatch(r"0|[1-9][0-9]*", text, re.A) or int(text) > largest:
        raise Invalid(text)
    return int(text)


# ---- rules ----

class Rule:
    """One rule of .rules text, without quoting inside lists (our own files have none)."""

    def __init__(self, line):
        words = re.findall(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+', line)
        self.allow, self.direction = words[0] == "allow", words[1]
        word = words[2].lower()
        self.protocols = (None if word == "any" else {1, 58} if word == "icmp" else
                          {6} if word in ("tls", "websocket") else {PROTOCOLS.get(word) or int(word)})
        self.ports = None if words[3] == "any" else [
            tuple(map(int, (p.split("-") * 2)[:2])) for p in words[3].split(",")]
        self.lists, self.attributes, rest = {"to": [], "from": []}, {}, words[4:]
        while rest and rest[0] in self.lists:
            key, rest = rest[0], rest[1:]
            while rest and "=" not in rest[0] and rest[0] not in self.lists:
                self.lists[key] += [self.destination(d) for d in rest[0].split(",") if d]
                rest = rest[1:]
        for attribute in rest:
            key, value = attribute.split("=", 1)
            self.attributes[key] = value.strip('"')

    @staticmethod
    def destination(text):
        if text in ("any", "self") or text.startswith("@"):
            return text
        try:
            if "-" in text and re.fullmatch(r"[0-9a-f.:]+-[0-9a-f.:]+", text):
                first, last = map(ipaddress.ip_address, text.split("-"))
                return plain(first), plain(last)
            net = ipaddress.ip_network(text)
            return plain(net[0]), plain(net[-1])
        except ValueError:
            return re.compile(pattern(text.lower()))

    def service(self, protocol, port):
        if self.protocols is not None and protocol not in self.protocols:
            return False
        return self.ports is None or (port is not None and any(a <= port <= b for a, b in self.ports))

    def stated(self):
        return self.protocols is not None or self.ports is not None

    def remotes(self, inbound):
        if inbound and self.direction == "in":
            return self.lists["from"] or ["any"]
        if inbound and self.direction == "both" or not inbound and self.direction != "in":
            return self.lists["to"]
        return []

    def local(self, ip):
        if self.direction != "in":
            return True
        return any(d == "any" or isinstance(d, tuple) and within(ip, d) for d in self.lists["to"])


def pattern(text):
    """A pattern of names as a regular expression."""
    label, wild = r"[a-z0-9_-]+", r"[a-z0-9_-]*"
    if text.startswith("."):
        return rf"(?:{label}\.)*" + pattern(text[1:])
    head, _, body = text.partition(".")
    if head == "*" and body:
        return rf"(?:{label}\.)+" + pattern(body)
    out = []
    for part in text.split("."):
        if part in ("*", "?"):
            out.append(label)
        elif "*" in part:
            out.append("(?!xn--)" + wild.join(map(re.escape, part.split("*"))))
        else:
            out.append(re.escape(part))
    return r"\.".join(out)


def within(ip, ends):
    return ip is not None and ends[0] <= ip <= ends[1]


def chosen_profiles(rules):
    """Each vendor's default profile: the lowest choice=, not one that is open to all where another is not."""
    profiles = {}
    for rule in rules:
        name = rule.attributes.get("profile")
        if name:
            entry = profiles.setdefault(rule.attributes.get("vendor"), {}).setdefault(name, [10**9, False])
            entry[0] = min(entry[0], int(rule.attributes.get("choice", 10**9)))
            entry[1] |= rule.allow and "any" in rule.remotes(rule.direction == "in")
    return {vendor: min(names, key=lambda n: (names[n][1] and not all(v[1] for v in names.values()), names[n][0], n))
            for vendor, names in profiles.items()}


class Policy:
    def __init__(self, texts):
        lines = [line for text in texts for line in text.splitlines()]
        rules = [Rule(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]
        profiles = chosen_profiles(rules)
        self.rules = [r for r in rules if r.attributes.get("profile") in
                      (None, profiles.get(r.attributes.get("vendor")))]
        self.judge = functools.lru_cache(None)(self.judge_slowly)
        self.serving = functools.lru_cache(None)(self.serving_slowly)
        self.listed = functools.lru_cache(None)(self.listed_slowly)

    def serving_slowly(self, protocol, port, inbound):
        """(rule, whether it covers the service, destination) for each destination that rules list."""
        return [(rule, rule.service(protocol, port), destination)
                for rule in self.rules for destination in rule.remotes(inbound)]

    def listed_slowly(self, protocol, port, inbound):
        """Whether a rule names this TCP or UDP port."""
        return protocol in (6, 17) and any(
            r.ports is not None and r.remotes(inbound) and r.service(protocol, port) for r in self.rules)

    def names_inside(self, ip, which):
        for rule in self.rules:
            lists = {"out": rule.lists["to"] if rule.direction != "in" else [],
                     "in": rule.lists["from"] + (rule.lists["to"] if rule.direction == "both" else []),
                     "local": rule.lists["to"] if rule.direction == "in" else []}[which]
            if any(isinstance(d, tuple) and inside(d[0]) and inside(d[1]) and within(ip, d) for d in lists):
                return True
        return False

    def judge_slowly(self, remote, name, local, protocol, port, inbound):
        found = set()
        for rule, serves, destination in self.serving(protocol, port, inbound):
            if isinstance(destination, tuple):
                hit = remote is not None and destination[0] <= remote <= destination[1]
            elif isinstance(destination, str):
                hit = destination == "any"
            else:
                hit = name is not None and destination.fullmatch(name) is not None
                if name is None and serves and rule.allow and rule.stated() and rule.local(local):
                    found.add("name-needed")
            if hit and rule.local(local):
                if serves:
                    found.add("allow-rule" if rule.allow else "deny-rule")
                elif rule.allow:
                    found.add("wrong-service")
        for reason, verdict in (("deny-rule", "deny"), ("allow-rule", "allow"), ("wrong-service", "deny"),
                                ("name-needed", "undecided")):
            if reason in found:
                return verdict, reason
        return "deny", "no-rule"


# ---- logs: each reader yields dictionaries of texts, or an exception for a record that has none ----

def aws(text):
    tables = {14: {}, 21: {}, 25: {}, 29: {}}
    names = ("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
             "log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id "
             "sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction "
             "traffic-path").split()
    header = None
    for line in text.splitlines():
        cells = line.split(" ")
        if "srcaddr" in cells or "dstaddr" in cells:
            header = cells
            continue
        row_names = header or (names[:len(cells)] if len(cells) in tables else None)
        if row_names is None or len(row_names) != len(cells):
            yield Invalid(line)
            continue
        row = dict(zip(row_names, cells))
        src = row.get("pkt-srcaddr", "-") if row.get("pkt-srcaddr", "-") != "-" else row["srcaddr"]
        dst = row.get("pkt-dstaddr", "-") if row.get("pkt-dstaddr", "-") != "-" else row["dstaddr"]
        if "-" in (src, dst):
            yield Skipped("nodata")
            continue
        yield {"src": src, "dst": dst, "sport": row["srcport"], "dport": row["dstport"], "proto": row["protocol"],
               "direction": row.get("flow-direction", "")}


def zeek_tsv(text):
    path, fields = None, None
    for line in text.splitlines():
        if line.lstrip("\t ").startswith("#"):
            words = line.strip().split("\t")
            if words[0].startswith("#separator"):
                path, fields = None, None
            path = words[1] if words[0] == "#path" else path
            fields = words[1:] if words[0] == "#fields" else fields
            continue
        cells = line.split("\t")
        if path not in (None, "conn", "ssl", "http", "quic", "dns"):
            yield Skipped("not-a-flow")
        elif fields is None and len(cells) > 6 and cells[6] in ("tcp", "udp", "icmp"):
            yield {"src": cells[2], "sport": cells[3], "dst": cells[4], "dport": cells[5], "proto": cells[6],
                   "began": True}
        elif fields is None or len(fields) != len(cells):
            yield Invalid(line)
        else:
            yield zeek_row(path, dict(zip(fields, cells)), "T")


def zeek_row(path, row, true):
    assumed = {"ssl": "udp" if row.get("version", "").startswith("DTLS") else "tcp", "http": "tcp", "quic": "udp"}
    name = {"ssl": "server_name", "quic": "server_name", "http": "host"}.get(path)
    text = row.get(name, "-")
    if path == "http" and text.count(":") == 1:
        text = text.split(":")[0]
    return {"src": row["id.orig_h"], "sport": row["id.orig_p"], "dst": row["id.resp_h"], "dport": row["id.resp_p"],
            "proto": row.get("proto", assumed.get(path, "-")), "name": text, "began": True,
            "src_inside": row.get("local_orig") == true, "dst_inside": row.get("local_resp") == true}


def zeek_json(text):
    for line in text.splitlines():
        try:
            row = {k: v if isinstance(v, str) else json.dumps(v) for k, v in json.loads(line).items()}
        except ValueError:
            yield Invalid(line)
            continue
        if "id.resp_h" not in row:
            yield Skipped("not-a-flow")
            continue
        path = row.get("_path") or ("quic" if "client_initial_dcid" in row else "ssl" if "established" in row else
                                    "http" if "trans_depth" in row else "conn")
        yield zeek_row(path, row, "true")


def eve(text):
    for row in json_objects(text):
        row = row.get("event", row)
        kind = row.get("event_type")
        if kind not in ("flow", "netflow", "tls", "quic", "http", "dns"):
            yield Skipped("not-a-flow")
            continue
        name = {"tls": row.get("tls", {}).get("sni"), "quic": row.get("quic", {}).get("sni"),
                "http": row.get("http", {}).get("hostname")}.get(kind)
        yield {"src": row["src_ip"], "dst": row["dest_ip"], "sport": str(row.get("src_port", "")),
               "dport": str(row.get("dest_port", "")), "proto": row["proto"], "name": name or "-",
               "began": kind not in ("netflow", "dns")}


def json_objects(text):
    if text.lstrip().startswith("["):
        return json.loads(text)
    if text.startswith("{\n"):
        decoder, found, at = json.JSONDecoder(), [], 0
        while text[at:].strip():
            at += len(text[at:]) - len(text[at:].lstrip())
            value, at = decoder.raw_decode(text, at)
            found.append(value)
        return found
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def objects(keys):
    def read(text):
        for row in json_objects(text):
            out = {}
            for field, paths in keys.items():
                for path in paths:
                    value = row
                    for part in path.split("/"):
                        value = value.get(part) if isinstance(value, dict) else None
                    if value is not None and field not in out:
                        out[field] = value if isinstance(value, str) else json.dumps(value)
            yield out
    return read


def table(keys):
    def read(text):
        rows = csv.reader(io.StringIO(text))
        header = next(rows)
        for cells in rows:
            if len(cells) < len(header) or any(cells[len(header):]):
                yield Invalid(str(cells))
            else:
                row = dict(zip(header, cells))
                yield {field: row[key] for field, key in keys.items()}
    return read


FORMATS = [
    (r"aws_vpc/.*\.log$", aws),
    (r"aws_vpc/.*\.jsonl$", lambda text: aws("".join(json.loads(l)["message"] + "\n" for l in text.splitlines()))),
    (r"aws_vpc/.*sample\.json$", lambda text: aws("".join(row["body"] + "\n" for row in json.loads(text)))),
    (r"zeek/(rita-2024-04-19|.*18-labeled|zed-sample-data/zeek-default)/|zeek/rita-misc/[^j]", zeek_tsv),
    (r"zeek/(slips-test(9|14)|zed-sample-data/zeek-json|rita-misc/json)", zeek_json),
    (r"suricata/|aws_networkfirewall/", eve),
    (r"gcp_vpc/", objects({"src": ["jsonPayload/connection/src_ip"], "dst": ["jsonPayload/connection/dest_ip"],
                           "sport": ["jsonPayload/connection/src_port"], "dport": ["jsonPayload/connection/dest_port"],
                           "proto": ["jsonPayload/connection/protocol"], "direction": ["jsonPayload/reporter"]})),
    (r"netflow_json/goflow2/", objects({"src": ["src_addr"], "dst": ["dst_addr"], "sport": ["src_port"],
                                        "dport": ["dst_port"], "proto": ["proto"]})),
    (r"netflow_json/pmacct/", objects({"src": ["ip_src"], "dst": ["ip_dst"], "sport": ["port_src"],
                                       "dport": ["port_dst"], "proto": ["ip_proto"]})),
    (r"nfdump/.*\.json$", objects({"src": ["src4_addr", "src6_addr"], "dst": ["dst4_addr", "dst6_addr"],
                                   "sport": ["src_port"], "dport": ["dst_port"], "proto": ["proto"]})),
    (r"nfdump/.*\.csv$", table({"src": "sa", "dst": "da", "sport": "sp", "dport": "dp", "proto": "pr"})),
]


# ---- records -> verdicts ----

def field(row, key):
    text = row.get(key, "")
    return None if text in MISSING else text


def record(row):
    """The readable parts of a row: src, dst, sport, dport, protocol, name."""
    src, dst = field(row, "src"), field(row, "dst")
    src, dst = src and address(src), dst and address(dst)
    sport, dport = field(row, "sport"), field(row, "dport")
    sport = None if sport is None else number(sport, 65535)
    dport = None if dport is None else number(dport, 65535)
    protocol = field(row, "proto")
    if protocol is not None and protocol.lower() == "unknown_transport":
        protocol = None
    if protocol is not None:
        protocol = PROTOCOLS[protocol.lower()] if protocol.lower() in PROTOCOLS else number(protocol, 255)
        if protocol not in PORTS:
            sport = dport = None
    name = field(row, "name")
    if name is not None:
        try:
            ipaddress.ip_address(name)
            name = None
        except ValueError:
            name = name[:-1].lower() if name.endswith(".") else name.lower()
            if len(name) > 253 or not NAME.fullmatch(name) or name.split(".")[-1].isdigit():
                raise Invalid(name)
    if dst is None and name is None:
        raise Skipped("nodata")
    return src, dst, sport, dport, protocol, name


def local_serves(policy, protocol, remote_port, local_port):
    """Whether the local end serves, where both ports are known and nobody says who began."""
    if (remote_port < 1024) != (local_port < 1024):
        return local_port < 1024
    if policy.listed(protocol, remote_port, False):
        return False
    return remote_port >= 32768 > local_port


def orient(policy, row, parts):
    """(remote, name, local, protocol, port, inbound)"""
    src, dst, sport, dport, protocol, name = parts
    src_in = row.get("src_inside") or src is None or inside(src)
    dst_in = row.get("dst_inside") or (dst is not None and inside(dst))
    known = row.get("began") or sport is None or dport is None
    direction = {"egress": "dst", "ingress": "src", "src": "dst", "dest": "src"}.get(row.get("direction", "").lower())
    if src_in and dst_in:
        # The server first: by who began, or by its port, in doubt the destination.
        server_is_dst = known or not local_serves(policy, protocol, dport, sport)
        server, client = (dst, src) if server_is_dst else (src, dst)
        if src is None or dst is None:
            raise Skipped("internal")
        if policy.names_inside(server, "out"):
            return server, name if server_is_dst else None, client, protocol, dport if server_is_dst else sport, False
        if policy.names_inside(server, "local") or policy.names_inside(client, "in"):
            return client, None if server_is_dst else name, server, protocol, dport if server_is_dst else sport, True
        raise Skipped("internal")
    if src_in != dst_in:
        remote_is_dst = src_in
    elif direction:
        remote_is_dst = direction == "dst"
    else:
        remote_is_dst = True
        if not known:
            if (sport < 1024) != (dport < 1024):
                remote_is_dst = dport < 1024
            elif policy.listed(protocol, sport, False) != policy.listed(protocol, dport, False):
                remote_is_dst = policy.listed(protocol, dport, False)
            else:
                remote_is_dst = not sport < 32768 <= dport
        return ((dst if remote_is_dst else src), name if remote_is_dst else None, src if remote_is_dst else dst, protocol,
                dport if remote_is_dst else sport, False)
    if row.get("began") or (sport is None and dport is not None):
        server_is_dst = True
    elif sport is None or dport is None:
        server_is_dst = remote_is_dst
    else:
        remote_port, local_port = (dport, sport) if remote_is_dst else (sport, dport)
        server_is_dst = remote_is_dst != local_serves(policy, protocol, remote_port, local_port)
    return ((dst if remote_is_dst else src), name if remote_is_dst else None, src if remote_is_dst else dst, protocol,
            dport if server_is_dst else sport, server_is_dst != remote_is_dst)


def judge(policy, row):
    """(verdict, reason); the reason of an invalid record is not compared."""
    if isinstance(row, Invalid):
        return "invalid", None
    if isinstance(row, Skipped):
        return "skipped", str(row)
    try:
        return policy.judge(*orient(policy, row, record(row)))
    except Invalid:
        return "invalid", None
    except Skipped as why:
        return "skipped", str(why)


def rules_of(rows):
    """Rules made of what the rows hold: some of each kind."""
    addresses, names, lines = {}, {}, ["allow out tcp 443 to *.any-other.example vendor=made"]
    for row in rows:
        if isinstance(row, dict):
            try:
                src, dst, _, dport, protocol, name = record(row)
            except (Invalid, Skipped):
                continue
            addresses.setdefault(dst, (protocol, dport))
            addresses.setdefault(src, (protocol, dport))
            names.setdefault(name, (protocol, dport))
    addresses.pop(None, None), names.pop(None, None)
    for at, (ip, (protocol, port)) in enumerate(sorted(addresses.items(), key=str)[:60 * 5:5]):
        word = "any" if protocol is None else str(protocol)
        ports = "any" if port is None or protocol not in PORTS or at % 7 == 3 else str(port)
        action, direction = ("deny", "out") if at % 6 == 5 else ("allow", ("out", "both", "out", "in")[at % 4])
        ip = (ipaddress.IPv4Address if ip[0] == 4 else ipaddress.IPv6Address)(ip[1])
        if at % 3 == 1:
            ip = ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False)
        ends = f"from {ip} to any" if direction == "in" else f"to {ip}"
        lines.append(f"{action} {direction} {word} {ports} {ends} vendor=made")
    for at, (name, (protocol, port)) in enumerate(sorted(names.items(), key=str)[:60 * 3:3]):
        parent = "*." + name.split(".", 1)[1] if name.count(".") > 1 and at % 2 else name
        lines.append(f"allow out {protocol if at % 3 else 'any'} {port if port is not None and at % 3 else 'any'} "
                     f"to {parent} vendor=made")
    return "".join(line + "\n" for line in lines)


# ---- comparison ----

def run(arguments):
    done = subprocess.run(arguments, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def compare(binary, path, label, policy, rows, options):
    """Counts of one file, and how many differences were found (and printed)."""
    expected = [judge(policy, row) for row in rows]
    counts = {kind: sum(verdict == kind for verdict, _ in expected)
              for kind in ("allow", "deny", "undecided", "invalid", "skipped")}
    code, out, err = run([binary, "classify", *options, "--output", "summary", "--json", path])
    if not out:
        print(f"{label}: exit {code}: {err}")
        return counts, 1
    summary = json.loads(out)
    differences = 0
    for kind in ["records"] + list(counts):
        want = len(expected) if kind == "records" else counts[kind]
        if summary[kind] != want:
            print(f"{label}: {kind} {summary[kind]}, expected {want}")
            differences += 1
    _, out, _ = run([binary, "classify", *options, "--output", "ndjson", path])
    got = [json.loads(line) for line in out.splitlines()]
    for at, ((verdict, reason), one) in enumerate(zip(expected, got)):
        if verdict != one["verdict"] or (reason is not None and reason != one["reason"]):
            differences += 1
            if differences < 10:
                print(f"{label}: record {at}: {one}, expected {verdict} {reason}; read as {rows[at]}")
    return counts, differences + (len(got) != len(expected))


def read_text(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8", errors="replace")


def main():
    binary, logs, policies = sys.argv[1], sys.argv[2], sys.argv[3:]
    given = Policy([open(path, encoding="utf-8").read() for path in policies])
    differences, files, records = 0, 0, 0
    print(f"{'file':66} {'records':>8} {'allow':>7} {'deny':>7} {'undec.':>7} {'invalid':>7} {'skipped':>7}  policy")
    for folder, _, names in sorted(os.walk(logs)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            label = os.path.relpath(path, logs)
            reader = next((r for expression, r in FORMATS if re.match(expression, label)), None)
            if reader is None:
                continue
            rows = list(reader(read_text(path)))
            files += 1
            records += len(rows)
            with tempfile.NamedTemporaryFile("w", suffix=".rules") as made:
                text = rules_of(rows)
                made.write(text)
                made.flush()
                for kind, policy, options in (("built-in", given, []),
                                              ("made", Policy([text]), ["--allow-broad", "--policy", made.name])):
                    counts, wrong = compare(binary, path, label, policy, rows, options)
                    differences += wrong
                    print(f"{label[-66:]:66} {len(rows):8} " + " ".join(f"{n:7}" for n in counts.values()) + f"  {kind}")
    print(f"{files} files, {records} records, {differences} differences")
    return 1 if differences or not files else 0


if __name__ == "__main__":
    sys.exit(main())
