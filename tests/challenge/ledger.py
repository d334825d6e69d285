#!/usr/bin/env python3
"""Who gained and lost what in a range of blocks, to the satoshi, from the blocks alone.

  ledger.py RPC_URL COOKIE_FILE FROM TO NAMES [GRAPH...]

NAMES is a JSON object of scriptPubKey (hex) to name. Prints one JSON object:

  gain    satoshis gained by each name in the transactions of blocks FROM to TO (coinbases left out)
  burned  given to OP_RETURN outputs         anchors  left in P2A outputs
  fees    of all transactions                left     what came to be in other outputs, less what they lost
  txs     every transaction: txid, height, fee, gain; and kind where it belongs to one of the GRAPHs:
          stake lock payout kickoff challenge assert and, by what spends the bond, take reclaim timeout disprove

gain, burned, anchors, fees and left add up to nothing.
"""
import base64
import json
import sys
import urllib.request

url, cookie_file, first, last, names_file, *graph_files = sys.argv[1:]
names = json.load(open(names_file))
authorization = "Basic " + base64.b64encode(open(cookie_file, "rb").read()).decode()
P2A = "51024e73"


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

    def kind(self, tx):
        spent = {i.get("vout") for i in tx["vin"] if i.get("txid") == self.kickoff}
        if tx["txid"] in self.known:
            return self.known[tx["txid"]]
        if 1 in spent:
            return "timeout" if len(spent) > 1 else "disprove"
        if 0 in spent:
            return "challenge"
        return "assert" if spent else None


def main():
    graphs = [Graph(path) for path in graph_files]
    heights = range(int(first), int(last) + 1)
    hashes = rpc([("getblockhash", [height]) for height in heights])
    total = {"gain": {name: 0 for name in names.values()}, "burned": 0, "anchors": 0, "fees": 0, "left": 0, "txs": []}
    for height, block_hash in zip(heights, hashes):
        for tx in rpc([("getblock", [block_hash, 3])])[0]["tx"][1:]:
            coins = [(-1, i["prevout"]) for i in tx["vin"]] + [(1, o) for o in tx["vout"]]
            fee = -sum(sign * sat(coin["value"]) for sign, coin in coins)
            gain = {}
            for sign, coin in coins:
                script, value = coin["scriptPubKey"]["hex"], sign * sat(coin["value"])
                if script in names:
                    gain[names[script]] = gain.get(names[script], 0) + value
                elif script.startswith("6a"):
                    total["burned"] += value
                elif script == P2A:
                    total["anchors"] += value
                else:
                    total["left"] += value
            for name, value in gain.items():
                total["gain"][name] += value
            total["fees"] += fee
            kinds = [kind for kind in (graph.kind(tx) for graph in graphs) if kind]
            entry = {"txid": tx["txid"], "height": height, "fee": fee, "vsize": tx["vsize"], "weight": tx["weight"], "gain": gain}
            if kinds:
                entry["kind"] = kinds[0]
            total["txs"].append(entry)
    print(json.dumps(total))


main()
