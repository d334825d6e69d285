#!/usr/bin/env python3
"""Who gained and lost what by one graph, or by rival ones, to the satoshi, from the blocks alone.

  ledger.py RPC_URL COOKIE_FILE FROM-TO[,FROM-TO...] NAMES GRAPH...

NAMES is a JSON object of scriptPubKey (hex) to name. Looked at are the transactions of blocks FROM to TO that belong
to a graph or move a coin of a name. Prints one JSON object:

  gain    satoshis gained by each name             burned  given to OP_RETURN outputs
  anchors left in P2A outputs                      fees    of all transactions
  left    what came to be in other outputs, less what they lost
  txs     each transaction: txid, height, vsize, weight, fee, gain, and its kind: deposit stake lock payout kickoff
          challenge assert child own (a name's coins to itself) and, by what spends the bond, take reclaim timeout disprove

gain, burned, anchors, fees and left add up to nothing.
"""
import base64
import json
import sys
import urllib.request

url, cookie_file, ranges, names_file, *graph_files = sys.argv[1:]
names = json.load(open(names_file))
authorization = "Basic " + base64.b64encode(open(cookie_file, "rb").read()).decode()
P2A = "51024e73"
RECORD = "6a19504b495403"  # of an operator's payout


def rpc(calls):
    body = json.dumps([{"jsonrpc": "1.0", "id": i, "method": m, "params": p} for i, (m, p) in enumerate(calls)])
    request = urllib.request.Request(url, body.encode(), {"content-type": "application/json", "authorization": authorization})
    answers = sorted(json.load(urllib.request.urlopen(request)), key=lambda a: a["id"])
    for answer in answers:
        if answer.get("error"):
            sys.exit("ledger: " + str(answer["error"]))
    return [answer["result"] for answer in answers]


def sat(coins):
    return round(coins * 100_000_000)


class Graph:
    """Knows the transactions of one pegkit/graph document by what they are and spend."""

    def __init__(self, path):
        document = json.load(open(path))
        transactions = document["transactions"]
        self.kickoff = transactions["kickoff"]["txid"]
        self.known = {self.kickoff: "kickoff", transactions["lock"]["txid"]: "lock",
                      document["stake"].split(":")[0]: "stake"}
        for kind in ("take-fast", "take-final"):
            self.known[transactions[kind]["txid"]] = "take"
        self.known[transactions["reclaim"]["txid"]] = "reclaim"
        self.known[document["deposit"]["outpoint"].split(":")[0]] = "deposit"

    def kind(self, tx):
        spent = {i.get("vout") for i in tx["vin"] if i.get("txid") == self.kickoff}
        if tx["txid"] in self.known:
            return self.known[tx["txid"]]
        if 1 in spent:
            return "timeout" if len(spent) > 1 else "disprove"
        if 0 in spent:
            return "challenge"
        return "assert" if spent else None


def other_kind(tx, scripts):
    if any(i["prevout"]["scriptPubKey"]["hex"] == P2A for i in tx["vin"]):
        return "child"
    if tx["vout"][0]["scriptPubKey"]["hex"].startswith(RECORD):
        return "payout"
    return "own" if len(scripts) == 1 else None


def main():
    graphs = [Graph(path) for path in graph_files]
    bounds = [map(int, part.split("-")) for part in ranges.split(",")]
    heights = [height for first, last in bounds for height in range(first, last + 1)]
    hashes = rpc([("getblockhash", [height]) for height in heights])
    total = {"gain": {name: 0 for name in names.values()}, "burned": 0, "anchors": 0, "fees": 0, "left": 0, "txs": []}
    for height, block_hash in zip(heights, hashes):
        for tx in rpc([("getblock", [block_hash, 3])])[0]["tx"][1:]:
            coins = [(-1, i["prevout"]) for i in tx["vin"]] + [(1, o) for o in tx["vout"]]
            kind = next((graph.kind(tx) for graph in graphs if graph.kind(tx)), None)
            if not kind and not any(coin["scriptPubKey"]["hex"] in names for _, coin in coins):
                continue
            kind = kind or other_kind(tx, {coin["scriptPubKey"]["hex"] for _, coin in coins})
            entry = {"txid": tx["txid"], "height": height, "vsize": tx["vsize"], "weight": tx["weight"], "kind": kind,
                     "fee": -sum(sign * sat(coin["value"]) for sign, coin in coins), "gain": {}}
            for sign, coin in coins:
                script, value = coin["scriptPubKey"]["hex"], sign * sat(coin["value"])
                if script in names:
                    entry["gain"][names[script]] = entry["gain"].get(names[script], 0) + value
                elif script.startswith("6a"):
                    total["burned"] += value
                elif script == P2A:
                    total["anchors"] += value
                else:
                    total["left"] += value
            for name, value in entry["gain"].items():
                total["gain"][name] += value
            total["fees"] += entry["fee"]
            total["txs"].append(entry)
    print(json.dumps(total))


main()
