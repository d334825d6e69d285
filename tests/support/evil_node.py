#!/usr/bin/env python3
"""A bitcoind and a layer 2 that lie: evil_node.py UPSTREAM_URL CONTRACT

Listens on a free loopback port, prints its URL and ends by itself after ten minutes. The path of a request says how
it is answered: /MODE/METHOD[/VALUE] spoils the answers to METHOD ("*": to every one) and gives the honest ones of the
node at UPSTREAM_URL, or of a small layer 2 of its own for eth_ methods, to all others. /log gives the names of the
methods asked for since it was last read.

Modes of HTTP: garbage, hang, close, short, huge, status (VALUE: the code), html.
Modes of JSON-RPC: id, both, notarray, error, deep.
Modes of results: value (VALUE: JSON), float (integers get a fraction, amounts too many digits), type (each field in
turn is no longer of its type: VALUE is the field's number), flip (a bit of each hex string), negative.
"""
import copy
import hashlib
import http.server
import json
import os
import re
import socket
import struct
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

upstream, contract = sys.argv[1:3]
seen = []


def word(number):
    return f"{number:064x}"


SCRIPT = bytes.fromhex("0014" + "11" * 20)


def sha256(data):
    return hashlib.sha256(data).digest()


def root_of_one():
    """Of the contract's tree of withdrawals."""
    node = sha256(struct.pack(">IQ", 0, 60000) + bytes(36) + sha256(SCRIPT))
    zero = bytes(32)
    for _ in range(32):
        node, zero = sha256(node + zero), sha256(zero + zero)
    return node.hex()


def layer2(method, params):
    """An honest layer 2 with one withdrawal in block 5."""
    if method == "eth_chainId":
        return "0x7a69"
    if method == "eth_blockNumber":
        return "0x20"
    if method == "eth_getBlockByNumber":
        number = int(params[0], 16)
        return {"number": hex(number), "hash": "0x" + word(number + 1), "stateRoot": "0x" + word(number + 7), "timestamp": "0x5"}
    if method == "eth_getLogs":
        first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        data = word(60000) + word(128) + word(0) + word(0) + word(len(SCRIPT)) + SCRIPT.hex().ljust(64, "0")
        log = {"address": contract, "topics": [params[0]["topics"][0], "0x" + word(0), "0x" + word(9)], "data": "0x" + data,
               "blockNumber": "0x5", "blockHash": "0x" + word(6), "transactionHash": "0x" + word(77), "logIndex": "0x0",
               "transactionIndex": "0x0", "removed": False}
        return [log] if first <= 5 <= last else []
    if method == "eth_call":  # withdrawalCount(), withdrawalsRoot(), or isMinted: no
        return "0x" + {"0x71706cbe": word(1), "0xb77f5882": root_of_one()}.get(params[0]["data"], word(0))
    return "0x0"


def honest(method, params, authorization):
    if method.startswith("eth_"):
        return layer2(method, params), None
    body = json.dumps({"jsonrpc": "1.0", "id": 1, "method": method, "params": params}).encode()
    headers = {"content-type": "application/json"}
    if authorization:
        headers["authorization"] = authorization
    try:
        text = urllib.request.urlopen(urllib.request.Request(upstream, body, headers), timeout=30).read()
    except urllib.error.HTTPError as e:
        text = e.read()
    # Numbers keep their digits.
    answer = json.loads(text, parse_float=Digits)
    return answer.get("result"), answer.get("error")


class Digits(float):
    def __new__(cls, text):
        self = float.__new__(cls, text)
        self.text = text
        return self


def fields(value):
    """Where a value can be spoilt: (container, key) of everything in it, depth first."""
    keys = value.keys() if isinstance(value, dict) else range(min(len(value), 3)) if isinstance(value, list) else []
    for key in list(keys):
        yield value, key
        yield from fields(value[key])


def each(value, change):
    if isinstance(value, dict):
        return {k: each(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [each(v, change) for v in value]
    return change(value)


def spoil(mode, argument, result):
    if mode == "value":
        return json.loads(argument)
    if mode == "float":
        def change(v):
            if isinstance(v, bool) or not isinstance(v, (int, float)):
                return v
            return f"@{v.text if isinstance(v, Digits) else str(v) + '.'}123456789@"
        return each(result, change)
    if mode == "negative":
        return each(result, lambda v: -7 if isinstance(v, (int, float)) and not isinstance(v, bool) else v)
    if mode == "flip":
        def flip(v):
            if isinstance(v, str) and re.fullmatch("(0x)?[0-9a-f]{16,}", v):
                at = len(v) - 10
                return v[:at] + "0123456789abcdef"[int(v[at], 16) ^ 1] + v[at + 1:]
            return v
        return each(result, flip)
    if mode == "type":
        whole = [copy.deepcopy(result)]
        places = list(fields(whole))
        container, key = places[int(argument) % len(places)]
        container[key] = 7 if isinstance(container[key], (dict, list, str)) else {"no": "such\n\x1b[31m"}
        return whole[0]
    return result


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def send_text(self, text, status=200, kind="application/json"):
        data = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        names = "\n".join(dict.fromkeys(seen)) + "\n"
        seen.clear()
        self.send_text(names)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        request = json.loads(body)
        calls = request if isinstance(request, list) else [request]
        parts = [urllib.parse.unquote(p) for p in self.path.split("/")[1:]] + ["", "", ""]
        mode, target, argument = parts[0], parts[1], parts[2]
        seen.extend(c["method"] for c in calls)
        hit = [c for c in calls if target in ("*", c["method"])]
        if hit and self.spoil_http(mode, argument):
            return
        answers = []
        for call in calls:
            result, error = honest(call["method"], call.get("params", []), self.headers.get("authorization"))
            answer = {"jsonrpc": "2.0", "id": call["id"]}
            if call in hit:
                if error is None:
                    result = spoil(mode, argument, result)
                if mode == "error":
                    error = {"code": int(argument or -1), "message": "no\x1b[31m\nsecond line: " + "x" * 5000}
                if mode == "id":
                    answer["id"] = 4711
            if mode == "both" and call in hit:
                answer["result"], answer["error"] = result, {"code": -1, "message": "both"}
            elif error is not None:
                answer["error"] = error
            else:
                answer["result"] = result
            answers.append(answer)
        text = json.dumps(answers if isinstance(request, list) and mode != "notarray" else answers[0],
                          default=str)
        text = re.sub(r'"@([-0-9.e+]+)@"', r"\1", text)
        if mode == "deep" and hit:
            text = text[:-1] + ',"deep":' + "[" * 200000 + "]" * 200000 + "}"
        self.send_text(text)

    def spoil_http(self, mode, argument):
        self.close_connection = True
        if mode == "garbage":
            self.send_text(os.urandom(5000))
        elif mode == "html":
            self.send_text("<html>\n<body>no</body></html>", kind="text/html")
        elif mode == "status":
            self.send_text("no\x1b[31m\nmore", int(argument))
        elif mode == "hang":
            time.sleep(30)
        elif mode == "close":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif mode == "short":
            self.wfile.write(b'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{"jsonrpc":"2.0","id":')
        elif mode == "huge":
            self.wfile.write(b'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"result":"')
            try:
                for _ in range(300):
                    self.wfile.write(b"0" * 1000000)
            except OSError:
                pass
        else:
            self.close_connection = False
            return False
        return True

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        if os.environ.get("EVIL_DEBUG"):
            super().handle_error(*_)


server = Server(("127.0.0.1", 0), Handler)
timer = threading.Timer(600, lambda: os._exit(0))
timer.daemon = True
timer.start()
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
