// PLONK and fflonk proofs made, altered and judged by snarkjs (see make_plonk_proofs.sh).
//
//   plonk_prover.mjs DIR N...
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { chainInput, p, r } from "./prover.mjs";

const require = createRequire(process.env.PEGKIT_NODE_MODULES + "/");
const snarkjs = require("snarkjs");

const write = (file, value) => writeFileSync(file, JSON.stringify(value, null, 1) + "\n");
const plus = (number, addend) => String(BigInt(number) + addend);

/// A copy with the value at `path` replaced.
function replaced(document, path, value) {
  const copy = structuredClone(document);
  let place = copy;
  for (const name of path.slice(0, -1)) place = place[name];
  place[path.at(-1)] = value;
  return copy;
}

/// Paths of all points (arrays) and numbers (strings of digits) of a proof.
function* leaves(value, path = []) {
  for (const [name, item] of Object.entries(value)) {
    if (Array.isArray(item) || (typeof item === "string" && /^\d+$/.test(item))) yield [[...path, name], item];
    else if (typeof item === "object") yield* leaves(item, [...path, name]);
  }
}

function* alteredProofs(proof) {
  for (const [path, value] of leaves(proof)) {
    const name = path.join(".");
    const altered = (how, other, raised = false) => ({ name: `${name} ${how}`, proof: replaced(proof, path, other), raised });
    if (Array.isArray(value)) {
      const [x, y, z] = value;
      yield altered("negated", [x, String(p - BigInt(y)), z]);
      yield altered("the generator", ["1", "2", "1"]);
      yield altered("infinity", ["0", "1", "0"]);
      yield altered("off the curve", [x, plus(y, 1n), z]);
      yield altered("raised", [plus(x, p), y, z], true);
    } else if (path.at(-1) !== "inv") { // for the verifier in Solidity, which alone looks at it
      yield altered("plus one", plus(value, 1n));
      if (value !== "0") yield altered("zero", "0");
      yield altered("raised", plus(value, r), true);
    }
  }
}

function* alteredInputs(inputs) {
  for (const i of inputs.keys()) {
    const altered = (how, other, raised = false) => ({ name: `public ${i} ${how}`, public: inputs.map((own, j) => (j === i ? other : own)), raised });
    yield altered("plus one", plus(inputs[i], 1n));
    yield altered("zero", "0");
    yield altered("raised", plus(inputs[i], r), true);
    yield { name: `public ${i} left out`, public: inputs.filter((_, j) => j !== i) };
  }
  yield { name: "one public input more", public: [...inputs, "0"] };
  if (inputs.length > 1) yield { name: "public inputs swapped", public: [...inputs].reverse() };
}

async function judged(system, key, proof, inputs) {
  try {
    return await snarkjs[system].verify(key, structuredClone(inputs), structuredClone(proof));
  } catch {
    return false; // it logs a reason without having a logger
  }
}

async function make(dir, system, n) {
  const base = `${dir}/${system}_${n}`, circuit = `${dir}/chain_${n}`;
  const zkey = { type: "mem" };
  await snarkjs[system].setup(`${circuit}/circuit.r1cs`, `${dir}/pot.ptau`, zkey);
  const key = await snarkjs.zKey.exportVerificationKey(zkey);
  const values = [...Array(n).keys()].map((i) => BigInt(i) * 3n + 5n);
  const made = await snarkjs[system].fullProve(chainInput(values), `${circuit}/circuit.wasm`, zkey);
  write(`${base}/verification_key.json`, key);
  write(`${base}/proof.json`, made.proof);
  write(`${base}/public.json`, made.publicSignals);

  const cases = [{ name: "as made" }, ...alteredProofs(made.proof), ...alteredInputs(made.publicSignals)];
  let lines = "";
  for (const { name, proof = made.proof, public: inputs = made.publicSignals, raised = false } of cases) {
    const valid = await judged(system, structuredClone(key), proof, inputs);
    lines += JSON.stringify({ name, proof, public: inputs, valid, raised }) + "\n";
  }
  writeFileSync(`${base}/cases.jsonl`, lines);
}

const [dir, ...counts] = process.argv.slice(2);
for (const system of ["plonk", "fflonk"]) for (const n of counts) await make(dir, system, Number(n));
process.exit(0); // snarkjs keeps worker threads
