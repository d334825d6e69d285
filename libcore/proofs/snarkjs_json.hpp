#pragma once

#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/verdict.hpp"
#include "bn254/curve.hpp"

namespace pegkit::proofs {

/// Reads numbers and points of BN254 from the JSON of snarkjs: numbers are decimal strings; points are affine
/// with a third coordinate "1" (infinity is "0", "1", "0"); coordinates in G2 are pairs with c0 first.
///
/// A value of another form throws Error `snarkjs.number`, `snarkjs.point` or `json.…` (exit 3) with its path.
/// A number above the field's order, or a point off the curve or outside the subgroup, is false, not
/// unreadable: the read gives zero or infinity, and `verdict` keeps the first reason with its path, such as
/// "proof.pi_b: not on the curve".
class SnarkjsReader {
 public:
  bn254::Fr scalar(const JsonField& field);
  bn254::G1 g1(const JsonField& field);
  bn254::G2 g2(const JsonField& field);
  std::vector<bn254::Fr> scalars(const JsonField& field);

  /// Valid as long as nothing false was read.
  const Verdict& verdict() const { return verdict_; }
  /// Throws Error `vk.value` (exit 3) with the reason when something false was read: in a key this is
  /// bad input.
  void require_key() const;

 private:
  void fault(const std::string& what, bn254::PointFault fault);

  Verdict verdict_;
};

/// Opens a document of snarkjs. Its "protocol" must be `protocol`; its "curve", which may be absent, must be
/// one of BN254's names. Throws Error `snarkjs.protocol` or `snarkjs.curve` (exit 3).
JsonObject open_snarkjs(const Json& document, std::string_view protocol, std::string path = "");

}  // namespace pegkit::proofs
