#pragma once

#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/verdict.hpp"
#include "bn254/curve.hpp"

namespace pegkit::proofs {

/// Reads numbers and points of BN254 from the JSON of snarkjs: decimal strings, affine points with a third
/// coordinate "1" (infinity: "0", "1", "0"), in G2 pairs with c0 first.
///
/// What is not of that shape throws Error `snarkjs.number`, `snarkjs.point` or `json.…` (exit 3) with its
/// path. A number or point that can be read but is above the field's order, off the curve or outside the
/// subgroup is false, not unreadable: the read then gives zero or infinity, and `verdict` keeps the first
/// reason with its path, "proof.pi_b: not on the curve".
class SnarkjsReader {
 public:
  bn254::Fr scalar(const JsonField& field);
  bn254::G1 g1(const JsonField& field);
  bn254::G2 g2(const JsonField& field);
  std::vector<bn254::Fr> scalars(const JsonField& field);

  /// Valid while nothing false was read.
  const Verdict& verdict() const { return verdict_; }
  /// For a key, where a false value is bad input: throws Error `vk.value` (exit 3) with the reason.
  void require_key() const;

 private:
  void fault(const std::string& what, bn254::PointFault fault);

  Verdict verdict_;
};

/// Opens a document of snarkjs: "protocol" is `protocol`, and "curve", where it stands, is BN254 under one of
/// its names. Throws Error `snarkjs.protocol`, `snarkjs.curve` (exit 3).
JsonObject open_snarkjs(const Json& document, std::string_view protocol, std::string path = "");

}  // namespace pegkit::proofs
