// The Groth16 proofs of make_proofs.sh altered in many ways, with what snarkjs says of each: one line of
// {"name":…,"proof":…,"public":…,"snarkjs":true, false or "error","ours":true or false} on stdout.
//
//   groth16_cases.mjs DIR N
//
// "ours" is what everybody should say. It differs from snarkjs where a coordinate was raised by the field's order
// (snarkjs reduces it) and where it stops with an error.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { p, prove, r } from "./prover.mjs";

const require = createRequire(process.env.PEGKIT_NODE_MODULES + "/");
const snarkjs = require("snarkjs");
const curve = await require("ffjavascript").getCurveFromName("bn128", { singleThread: true });

const [dir, n] = process.argv.slice(2);
const json = (name) => JSON.parse(readFileSync(`${dir}/chain_${n}/${name}.json`, "utf8"));
const vk = json("verification_key"), good = { proof: json("proof"), public: json("public") };

const stringified = (x) => (Array.isArray(x) ? x.map(stringified) : String(x));
const multiple = (group, point, k) => stringified(group.toObject(group.toAffine(group.timesScalar(group.fromObject(point), k))));
const object = (x) => (Array.isArray(x) ? x.map(object) : BigInt(x));

/// On the twist y² = x³ + 3/(9 + u) at x = k, for the first k that has such a point; not of order r.
function strangePoint() {
  const F = curve.G2.F;
  const b = F.mul(F.fromObject([3n, 0n]), F.inv(F.fromObject([9n, 1n])));
  for (let k = 1n; ; k++) {
    const x = F.fromObject([k, 0n]);
    const y = F.sqrt(F.add(F.mul(F.square(x), x), b));
    if (y) return stringified([F.toObject(x), F.toObject(y), [1n, 0n]]);
  }
}

function* cases() {
  const { pi_a, pi_b, pi_c } = good.proof;
  const changed = (name, fields, ours = false) => ({ name, proof: { ...good.proof, ...fields }, public: good.public, ours });
  yield changed("as it was made", {}, true);
  yield changed("-A and -B", { pi_a: [pi_a[0], String(p - BigInt(pi_a[1])), "1"],
    pi_b: [pi_b[0], pi_b[1].map((y) => String(p - BigInt(y))), ["1", "0"]] }, true);
  yield changed("A and C swapped", { pi_a: pi_c, pi_c: pi_a });
  for (const name of ["pi_a", "pi_c"]) {
    const [x, y] = good.proof[name];
    const point = object(good.proof[name]);
    yield changed(`${name} negated`, { [name]: [x, String(p - BigInt(y)), "1"] });
    yield changed(`${name} doubled`, { [name]: multiple(curve.G1, point, 2n) });
    yield changed(`${name} infinity`, { [name]: ["0", "1", "0"] });
    yield changed(`${name} the generator`, { [name]: ["1", "2", "1"] });
    yield changed(`${name} off the curve`, { [name]: [x, String(BigInt(y) + 1n), "1"] });
    yield changed(`${name}.x raised`, { [name]: [String(BigInt(x) + p), y, "1"] });
    yield changed(`${name}.y raised`, { [name]: [x, String(BigInt(y) + p), "1"] });
  }
  const [x, y] = pi_b;
  yield changed("pi_b negated", { pi_b: [x, y.map((c) => String(p - BigInt(c))), ["1", "0"]] });
  yield changed("pi_b doubled", { pi_b: multiple(curve.G2, object(pi_b), 2n) });
  yield changed("pi_b infinity", { pi_b: [["0", "0"], ["1", "0"], ["0", "0"]] });
  yield changed("pi_b swapped halves", { pi_b: [[x[1], x[0]], [y[1], y[0]], ["1", "0"]] });
  yield changed("pi_b outside the subgroup", { pi_b: strangePoint() });
  for (const i of [0, 1]) {
    const raised = [x, y].map((pair) => pair.map((c, j) => (j === i ? String(BigInt(c) + p) : c)));
    yield changed(`pi_b.x.c${i} raised`, { pi_b: [raised[0], y, ["1", "0"]] });
    yield changed(`pi_b.y.c${i} raised`, { pi_b: [x, raised[1], ["1", "0"]] });
  }
  const other = (name, inputs, ours = false) => ({ name, proof: good.proof, public: inputs, ours });
  for (const i of [...new Set([0, 1, good.public.length - 1])].filter((k) => k >= 0 && k < good.public.length)) {
    const put = (value) => good.public.map((own, j) => (j === i ? String(value) : own));
    yield other(`public[${i}] plus one`, put(BigInt(good.public[i]) + 1n));
    yield other(`public[${i}] raised`, put(BigInt(good.public[i]) + r));
    yield other(`public[${i}] left out`, good.public.filter((_, j) => j !== i));
  }
  yield other("one public input more", [...good.public, "0"]);
  yield { name: "another proof of the same", ...again, ours: true };
}

const again = await prove(dir, good.public.map(BigInt));
for (const one of cases()) {
  let snarkjsSays = "error";
  try {
    snarkjsSays = await snarkjs.groth16.verify(vk, one.public, one.proof);
  } catch { /* stops with an error */ }
  const { name, proof, ours } = one;
  console.log(JSON.stringify({ name, proof, public: one.public, snarkjs: snarkjsSays, ours }));
}
process.exit(0);
