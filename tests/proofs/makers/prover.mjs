// Groth16 keys and proofs made by snarkjs, for the scripts beside it (see make_proofs.sh, ziren_proof.sh).
//
//   prover.mjs setup DIR N...                        ptau, keys and one proof for each circuit chain_N in DIR
//   prover.mjs batch DIR N COUNT                     COUNT proofs, one {"proof":…,"public":…} a line, on stdout
//   prover.mjs ziren-key DIR OUT                     the key of chain_2 as gnark writes it
//   prover.mjs ziren DIR PROGRAM VALUES OUT          a proof under it, as Ziren publishes one
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const require = createRequire(process.env.PEGKIT_NODE_MODULES + "/");
const snarkjs = require("snarkjs");

export const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
export const p = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const power = 8; // of the ptau: 2^8 constraints at most

const json = (file) => JSON.parse(readFileSync(file, "utf8"));
const write = (file, value) => writeFileSync(file, JSON.stringify(value, null, 1) + "\n");
const mod = (x) => ((x % r) + r) % r;

/// The witness of chain_N for these public inputs.
export function chainInput(inputs, s = 7n) {
  let step = 1n;
  for (const x of inputs) step = mod(step * s + x);
  return { x: inputs.map(String), s: String(s), end: String(mod(step * s)) };
}

export async function prove(dir, inputs) {
  const base = `${dir}/chain_${inputs.length}`;
  const { proof, publicSignals } = await snarkjs.groth16.fullProve(
    chainInput(inputs), `${base}/circuit.wasm`, `${base}/circuit.zkey`);
  return { proof, public: publicSignals };
}

async function makePtau(file) {
  if (existsSync(file)) return;
  const curve = await require("ffjavascript").getCurveFromName("bn128");
  const parts = [0, 1].map(() => ({ type: "mem" }));
  await snarkjs.powersOfTau.newAccumulator(curve, power, parts[0]);
  await snarkjs.powersOfTau.contribute(parts[0], parts[1], "test", "of no value");
  const last = { type: "mem" };
  await snarkjs.powersOfTau.preparePhase2(parts[1], last);
  writeFileSync(file, last.data);
}

async function setup(dir, counts) {
  await makePtau(`${dir}/pot.ptau`);
  for (const n of counts) {
    const base = `${dir}/chain_${n}`;
    const first = { type: "mem" };
    await snarkjs.zKey.newZKey(`${base}/circuit.r1cs`, `${dir}/pot.ptau`, first);
    await snarkjs.zKey.contribute(first, `${base}/circuit.zkey`, "test", "of no value");
    write(`${base}/verification_key.json`, await snarkjs.zKey.exportVerificationKey(`${base}/circuit.zkey`));
    const made = await prove(dir, [...Array(Number(n)).keys()].map((i) => BigInt(i) * 3n + 5n));
    write(`${base}/proof.json`, made.proof);
    write(`${base}/public.json`, made.public);
  }
}

const bytes32 = (x) => Buffer.from(BigInt(x).toString(16).padStart(64, "0"), "hex");
const larger = (y) => BigInt(y) > (p - 1n) / 2n;

function flagged(x, isLarger) {
  const out = bytes32(x);
  out[0] |= isLarger ? 0xc0 : 0x80;
  return out;
}
function compressedG1([x, y, z]) {
  return BigInt(z) === 0n ? Buffer.from("40".padEnd(64, "0"), "hex") : flagged(x, larger(y));
}
function compressedG2([x, y]) {
  return Buffer.concat([flagged(x[1], BigInt(y[1]) === 0n ? larger(y[0]) : larger(y[1])), bytes32(x[0])]);
}

/// gnark's WriteTo of a verifying key without commitments.
async function gnarkKey(dir) {
  const vk = json(`${dir}/chain_2/verification_key.json`);
  const zkey = await snarkjs.zKey.exportJson(`${dir}/chain_2/circuit.zkey`);
  return Buffer.concat([
    compressedG1(vk.vk_alpha_1), compressedG1(zkey.vk_beta_1), compressedG2(vk.vk_beta_2),
    compressedG2(vk.vk_gamma_2), compressedG1(zkey.vk_delta_1), compressedG2(vk.vk_delta_2),
    Buffer.from([0, 0, 0, vk.IC.length]), ...vk.IC.map(compressedG1), Buffer.alloc(8)]);
}

async function zirenProof(dir, program, values) {
  const sha256 = (data) => createHash("sha256").update(data).digest();
  const digest = sha256(Buffer.from(values, "hex"));
  digest[0] &= 0x1f;
  const { proof } = await prove(dir, [BigInt("0x" + program), BigInt("0x" + digest.toString("hex"))]);
  const { pi_a: a, pi_b: b, pi_c: c } = proof;
  const points = [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]].map(bytes32);
  const prefix = sha256(await gnarkKey(dir)).subarray(0, 4);
  return {
    proof: Buffer.concat([prefix, ...points]).toString("hex"),
    public_inputs: values, vkey_hash: "0x" + program, vkey: "0x", zkm_version: "v1.2.5", mode: "groth16",
  };
}

async function main([command, dir, ...rest]) {
  if (command === "setup") return setup(dir, rest);
  if (command === "ziren-key") return writeFileSync(rest[0], await gnarkKey(dir));
  if (command === "ziren") {
    const document = await zirenProof(dir, rest[0].replace(/^0x/, ""), rest[1].replace(/^0x/, ""));
    return writeFileSync(rest[2], JSON.stringify(document) + "\n");
  }
  if (command === "batch") {
    for (let i = 0n; i < BigInt(rest[1]); i++) {
      const inputs = [...Array(Number(rest[0])).keys()].map((j) => i * 1000n + BigInt(j));
      console.log(JSON.stringify(await prove(dir, inputs)));
    }
    return;
  }
  throw new Error(`prover.mjs: unknown command ${command}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2));
  process.exit(0); // snarkjs keeps worker threads
}
