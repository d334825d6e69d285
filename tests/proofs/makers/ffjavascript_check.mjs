// What snarkjs's library makes of points, scalars and pairs of BN254.
//
//   node ffjavascript_check.mjs NODE_MODULES_PARENT <QUESTIONS >ANSWERS
//
// QUESTIONS is {"g1":[[P,Q,k]…],"g2":[[P,Q,k]…],"pairings":[[P,Q]…]}, all in hex, most significant byte first, points
// as x and y. ANSWERS has P + Q and k·P for each, and the pairing's twelve numbers in the order of the tower.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { buildBn128 } = createRequire(process.argv[2] + "/")("ffjavascript");
const questions = JSON.parse(readFileSync(0, "utf8"));
const curve = await buildBn128(true);

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const point = (group, hex) => group.fromRprUncompressed(bytes(hex), 0);
const written = (group, of) => {
  const out = new Uint8Array(2 * group.F.n8);
  group.toRprUncompressed(out, 0, group.toAffine(of));
  return Buffer.from(out).toString("hex");
};
const sums = (group, list) =>
  list.map(([p, q, k]) => {
    const first = point(group, p);
    return [
      written(group, group.add(first, point(group, q))),
      written(group, group.timesScalar(first, bytes(k).reverse())),
    ];
  });
const numbers = (value) =>
  Array.isArray(value) ? value.flatMap(numbers) : [value.toString(16).padStart(64, "0")];

const answers = {
  g1: sums(curve.G1, questions.g1),
  g2: sums(curve.G2, questions.g2),
  pairings: questions.pairings.map(([p, q]) =>
    numbers(curve.Gt.toObject(curve.pairing(point(curve.G1, p), point(curve.G2, q)))),
  ),
};
process.stdout.write(JSON.stringify(answers));
await curve.terminate();
