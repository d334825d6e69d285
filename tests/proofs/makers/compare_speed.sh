#!/usr/bin/env bash
# One proof with 2 public inputs of Groth16, PLONK and fflonk each, checked by verify-proof and by snarkjs in the same
# run: as a process and in a loop inside one. Not a test.
#
#   compare_speed.sh BUILD_DIR [WORK_DIR]
#
# BUILD_DIR has bin/verify-proof and, for our loop, bench (cmake -DPEGKIT_BENCH=ON -DCMAKE_BUILD_TYPE=Release).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: compare_speed.sh BUILD_DIR [WORK_DIR]}" && pwd)
[ -x "$build/bin/verify-proof" ] || { echo "compare_speed: no bin/verify-proof in $build" >&2; exit 2; }
work=${2:-$build/zk}
export PEGKIT_NODE_MODULES=${PEGKIT_DEPS:-$here/../../../build/deps}/l2/node_modules
"$here/make_plonk_proofs.sh" "$work"
export PEGKIT_ZK=$work

row() { printf '%-36s %10s %10s\n' "$@"; }
row "milliseconds" fastest median

# One process after the other, from its start to its end.
processes() {
  row "$1" $(python3 - "${@:2}" <<'PY'
import os, statistics, sys, time
count, program = int(sys.argv[1]), sys.argv[2:]
sink = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
times = []
for _ in range(count):
    begin = time.perf_counter()
    pid = os.posix_spawn(program[0], program, os.environ, file_actions=sink)
    status = os.waitpid(pid, 0)[1]
    times.append((time.perf_counter() - begin) * 1000)
    if status: sys.exit(f"{program[0]} failed")
print(f"{min(times):.2f} {statistics.median(times):.2f}")
PY
  )
}

# One process after the other, and one loop in a process each: compare SYSTEM FOLDER.
compare() {
  cd "$work/$2"
  processes "verify-proof $1, process" 50 "$build/bin/verify-proof" "$1" --vk verification_key.json --proof proof.json --public public.json
  processes "snarkjs $1, process" 10 "$(command -v node)" "$PEGKIT_NODE_MODULES/snarkjs/build/cli.cjs" "$1" verify verification_key.json public.json proof.json
  if [ -x "$build/bench" ]; then
    ours=$("$build/bench" --benchmark_filter="^$1_snarkjs_proof\$" --benchmark_repetitions=9 --benchmark_min_time=0.1 --benchmark_format=json 2>/dev/null |
      jq -r '[.benchmarks[] | select(.run_type == "iteration") | .real_time / 1000] | sort | "\(.[0]) \(.[4])"')
    row "verify-proof $1, loop" $(printf '%.2f %.2f' $ours)
  fi
  row "snarkjs $1, loop" $(node --input-type=module - "$1" <<'JS'
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const system = createRequire(process.env.PEGKIT_NODE_MODULES + "/")("snarkjs")[process.argv[2]];
const [vk, inputs, proof] = ["verification_key", "public", "proof"].map((name) => readFileSync(`${name}.json`));
const times = [];
for (let i = 0; i < 60; i++) {
  const begin = performance.now();
  if (!(await system.verify(...[vk, inputs, proof].map((text) => JSON.parse(text))))) throw new Error("false");
  if (i >= 10) times.push(performance.now() - begin);
}
times.sort((a, b) => a - b);
console.log(times[0].toFixed(2), times[times.length / 2].toFixed(2));
process.exit(0);
JS
  )
}

processes "/bin/true, process" 50 /bin/true
compare groth16 chain_2
compare plonk plonk_2
compare fflonk fflonk_2
