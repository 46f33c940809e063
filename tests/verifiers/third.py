"""A third reading of docs/log-format.md, in another language and with nothing but its standard library.

It judges an export on standard input and prints what it found, for comparison with the verifier that ships.
"""

import base64
import hashlib
import json
import sys
from datetime import datetime

# Ed25519 as RFC 8032 writes it down: verification alone, so nothing has to be done in constant time.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(n, a):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, a)
        a, n = add(a, a), n >> 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def verify(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_root(leaves):
    """Level by level: an odd one out goes up as it is."""
    if not leaves:
        return sha()
    while len(leaves) > 1:
        pairs = [sha(b"\x01", leaves[i], leaves[i + 1]) for i in range(0, len(leaves) - 1, 2)]
        leaves = pairs + ([leaves[-1]] if len(leaves) % 2 else [])
    return leaves[0]


def canonical(value):
    """Keys in the order of their UTF-16 code units, no spaces, no number that is not whole."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    raise ValueError("a number that is not whole")


def signed_by(note, vkey):
    name, key_id, key = vkey.split("+", 2)
    raw = base64.b64decode(key)
    if sha(name.encode(), b"\n", raw)[:4].hex() != key_id:
        return False
    text, lines = note.split("\n\n", 1)
    for line in lines.splitlines():
        _, signer, signature = line.split(" ")
        data = base64.b64decode(signature)
        if signer == name and data[:4].hex() == key_id and verify(raw[1:], (text + "\n").encode(), data[4:]):
            return True
    return False


def when(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def judge(lines):
    header, rest = lines[0], lines[1:]
    entries = [line for line in rest if "seq" in line]
    ok = lines[-1].get("end") == len(entries) == header["size"]
    link = sha(b"\x03", header["origin"].encode())
    leaves, roots, bodies = [], [], []
    key, last, gone, kept, highest, pruned, unexplained = header["vkeys"][0], 0, 0, 0, 0, 0, False
    for line in rest:
        if "seq" in line:
            leaf = bytes.fromhex(line["leaf"])
            leaves.append(leaf)
            link = sha(b"\x02", len(leaves).to_bytes(8, "big"), link, leaf)
            ok = ok and line["seq"] == len(leaves) and link.hex() == line["chain"]
            if line["body"] is None:
                gone += 1
                highest = len(leaves)
                ok = ok and gone + kept == highest and line["pii"] is None
                bodies.append(None)
                continue
            body = json.loads(line["body"])
            bodies.append(body)
            unexplained = body.get("pii") is not None and not line["pii"] or unexplained and body["action"] != "audit.erase"
            ok = ok and sha(b"\x00", line["body"].encode()) == leaf and canonical(body) == line["body"]
            if line["pii"]:
                personal = sha(b"\x04", bytes.fromhex(line["pii"]["salt"]), base64.b64decode(line["pii"]["doc"]))
                ok = ok and personal.hex() == body.get("pii")
            kept += body["action"].startswith("audit.key.")
            if body["action"] == "audit.prune":
                pruned = max(pruned, int(body["target"]["id"]))
        elif "checkpoint" in line:
            note = line["checkpoint"]
            origin, size, root = note.split("\n")[:3]
            computed = base64.b64encode(tree_root(leaves)).decode()
            roots.append(computed)
            ok = ok and origin == header["origin"] and int(size) == len(leaves) > last and root == computed
            ok = ok and signed_by(note, key)
            ok = ok and all(when(body["at"]) <= when(line["at"]) + 5 for body in bodies[last:] if body)
            last = int(size)
            if note.count("\n— ") > 1:
                rotations = [b for b in bodies if b and b["action"] == "audit.key.rotate" and b["change"][0]["old"] == key]
                key = rotations[-1]["change"][0]["new"] if rotations else key
                ok = ok and bool(rotations) and signed_by(note, key)
    ok = ok and last == len(entries) and highest <= pruned and not unexplained
    return {"ok": ok, "entries": len(entries), "chain": link.hex(), "root": tree_root(leaves).hex(), "roots": roots}


print(json.dumps(judge([json.loads(line) for line in sys.stdin.buffer.read().decode().rstrip("\n").split("\n")])))
