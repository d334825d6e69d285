#!/usr/bin/env bash
# Checks doc/errors.md against libcore: each error code has one exit code and one row there, and no row is of another code.
#
#   errors.sh SOURCE_DIR
set -euo pipefail
cd "$1"
python3 - <<'END'
import collections, pathlib, re, sys

EXITS = {'ok': 0, 'no': 1, 'usage': 2, 'input': 3, 'not_ready': 4, 'locked': 5, 'unreachable': 6, 'refused': 7,
         'bug': 70, 'interrupted': 130}

# Functions that take a code: pattern, which argument it is, exit, and the file when only one uses the name in this way.
METHOD_FAIL, OWN_FAIL = r'(?:\.|->)fail', r'(?<![\w.>])fail'
TAKERS = [
    (r'\binput_error', 0, 3, None), (r'\bnot_ready', 0, 4, None), (r'\bunreachable', 0, 6, None),
    (r'\brefused', 0, 7, None), (METHOD_FAIL, 0, 3, None), (r'\bthrow_length', 0, 3, None),
    (r'\bfile_error', 0, 3, None), (r'\bfind_named', 2, 3, None), (r'\bread_answer_of', 0, 6, None),
    (OWN_FAIL, 0, 3, 'base/json.cpp'), (OWN_FAIL, 0, 3, 'optimistic/graph.cpp'),
    (OWN_FAIL, 0, 3, 'signing/musig_round.cpp'), (r'\brefuse', 0, 7, 'services/send/payout_ledger.cpp'),
]

# Codes made at run time: file, and how the argument begins. The empty lists are functions above that hand theirs on.
def of(kind): return [f'{coin}.{kind}' for coin in ('deposit', 'stake')]
MADE = {
    ('app/peg_in/lock.cpp', 'fmt::format("{}.absent"'): of('absent'),
    ('app/peg_in/lock.cpp', 'fmt::format("{}.mismatch"'): of('mismatch'),
    ('app/peg_in/lock.cpp', 'fmt::format("{}.shallow"'): of('shallow'),
    ('base/bytes.cpp', 'code'): [], ('base/bytes.cpp', 'const char* code'): [],
    ('base/bytes.hpp', 'const char* code'): [], ('base/error.hpp', 'std::'): [],
    ('base/files.cpp', 'code'): [], ('base/files.cpp', 'const char* code'): [],
    ('base/json.cpp', 'code'): [], ('base/json.cpp', 'const char* code'): [], ('base/json.cpp', 'std::move(code)'): [],
    ('base/json.cpp', 'std::string code'): [],
    ('base/serialize.cpp', 'what + "." + kind'): [],  # READERS
    ('net/answer.hpp', 'code'): [], ('net/answer.hpp', 'const char* code'): [],
    ('optimistic/claim_program.cpp', 'code'): [], ('optimistic/claim_program.cpp', 'const char* code'): [],
    ('optimistic/graph.cpp', 'code'): [], ('optimistic/graph.cpp', 'const char* code'): [],
    ('services/input.cpp', 'e.code()'): [],  # of parse_json, all exit 3
    ('services/send/payout_ledger.cpp', 'code'): [], ('signing/musig_round.cpp', 'code'): [],
}

# Names given to a Reader or GnarkReader, and what their codes end with. Other functions turn the faults of the last ones
# into their own: psbt.invalid, a length that is checked first, an answer of regtest-node.
WIRE, GNARK = ['truncated', 'trailing', 'invalid'], ['truncated', 'trailing', 'length']
READERS = {'block': WIRE, 'output': WIRE, 'proof': GNARK, 'psbt': WIRE, 'public': GNARK, 'tx': WIRE, 'vk': GNARK,
           'witness': [], 'tree': [], 'header': []}

# net/answer.hpp turns every fault of these two files into the same code with exit 6.
WRAPPED = {('net/bitcoin_node.cpp', 'node.garbage', 3), ('net/layer2.cpp', 'l2.garbage', 3)}

# Texts that look like a code: file names, and fields of documents.
NO_CODES = r'(params|config)\.json|(chain|pegkit)\.sqlite|params\.[a-z_.]+|challenge\.[a-z_]+|'
NO_CODES += r'kzg\.g1|proofs\.root|data\.signatures|'
NO_CODES += r'deposit\.(outpoint|amount_sat|custody\.policy|refund_blocks)|recovery\.(keys|threshold|blocks)'

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.S)
CODE = re.compile(r'"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"')
DOTTED = re.compile(r'"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)"')

def without_comments(text):
    return TOKEN.sub(lambda m: m[0] if m[0][0] in '"\'' else re.sub(r'[^\n]', ' ', m[0]), text)

def arguments(text, at):
    """The arguments from `at` on, up to the bracket that closes their list."""
    out, depth, begin = [], 0, at
    while at < len(text):
        if text[at] in '"\'' and (token := TOKEN.match(text, at)):
            at = token.end()
            continue
        if text[at] in ')}]' and depth == 0:
            return out + [text[begin:at].strip()]
        if text[at] == ',' and depth == 0:
            out.append(text[begin:at].strip())
            begin = at + 1
        depth += (text[at] in '({[') - (text[at] in ')}]')
        at += 1
    return out

faults = []
places = collections.defaultdict(lambda: collections.defaultdict(list))  # code, exit: where

def take(file, line, code, number):
    if (file, code, number) not in WRAPPED:
        places[code][number].append(f'{file}:{line}')

unexplained, made_used, readers_used = [], set(), set()
for path in sorted(pathlib.Path('libcore').rglob('*.?pp')):
    file = path.relative_to('libcore').as_posix()
    text = without_comments(path.read_text())
    line_of = lambda at: text.count('\n', 0, at) + 1
    calls = []  # where the arguments begin, which one is the code, exit
    for pattern, place, number, only in TAKERS:
        if only in (None, file):
            calls += [(m.end(), place, number) for m in re.finditer(pattern + r'\s*\(', text)]
    calls += [(m.end(), 0, EXITS[m[1]]) for m in re.finditer(r'\bExit::(\w+)\s*,', text)]
    for at, place, number in calls:
        given = (arguments(text, at) + [''] * 3)[place]
        parts = re.fullmatch(r'[^?"]*\?\s*("[^"]*")\s*:\s*("[^"]*")', given)
        literals = parts.groups() if parts else (given,)
        codes = [m[1] for m in map(CODE.fullmatch, literals) if m]
        if len(codes) == len(literals):
            for code in codes:
                if '.' in code or number != 3:
                    take(file, line_of(at), code, number)
                elif code not in WIRE + GNARK:  # a Reader's fail takes the second part alone
                    faults.append(f'{file}:{line_of(at)}: the code "{code}" has no dot')
            continue
        known = [key for key in MADE if key[0] == file and given.startswith(key[1])]
        made_used.update(known)
        for code in (code for key in known for code in MADE[key]):
            take(file, line_of(at), code, number)
        if not known:
            faults.append(f'{file}:{line_of(at)}: a code made at run time: list "{given[:40]}" in tests/errors.sh')
    for m in re.finditer(r'\b(?:Gnark)?Reader \w+\([^;]*, "(\w+)"\)', text):
        readers_used.add(m[1])
        for kind in READERS.get(m[1], []):
            take(file, line_of(m.start()), f'{m[1]}.{kind}', 3)
        if m[1] not in READERS:
            faults.append(f'{file}:{line_of(m.start())}: list the reader "{m[1]}" in tests/errors.sh')
    unexplained += [(file, line_of(m.start()), m[1]) for m in DOTTED.finditer(text)]
for key in sorted(set(MADE) - made_used):
    faults.append(f'tests/errors.sh lists {key}, which is not in libcore')
for file, line, text in unexplained:
    if text not in places and not re.fullmatch(NO_CODES, text):
        faults.append(f'{file}:{line}: is "{text}" an error code? tests/errors.sh does not see it thrown')

rows = {}
for line in pathlib.Path('doc/errors.md').read_text().splitlines():
    if row := re.match(r'\| `([a-z0-9_.]+)` \| (\d+) \| \S', line):
        if row[1] in rows:
            faults.append(f'doc/errors.md has two rows for {row[1]}')
        rows[row[1]] = int(row[2])
for code, by_exit in sorted(places.items()):
    where = '; '.join(f'exit {number} in {by_exit[number][0]}' for number in sorted(by_exit))
    if len(by_exit) > 1:
        faults.append(f'{code} has more than one exit code: {where}')
    elif code not in rows:
        faults.append(f'doc/errors.md has no row for {code}: {where}')
    elif rows[code] not in by_exit:
        faults.append(f'doc/errors.md gives {code} exit {rows[code]}: {where}')
faults += [f'doc/errors.md has a row for {code}, which nothing throws' for code in sorted(set(rows) - set(places))]

for fault in faults:
    print(f'errors: {fault}')
if faults:
    sys.exit(1)
print(f'errors: ok, {len(rows)} codes')
END
