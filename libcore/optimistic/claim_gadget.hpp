#pragma once

#include <span>
#include <string>

#include "optimistic/claim_program.hpp"

namespace pegkit::optimistic {

/// The part of a disprove leaf that does not depend on keys: from the nibbles of all values of a step to one
/// element, 1 when the step is false and empty when it is true.
struct ClaimGadget {
  bitcoin::Script script;
  std::size_t peak = 0;  ///< most elements of stack and altstack together
};

/// `entry` names what lies on the stack, from the bottom to the top: every nibble of every value that the
/// step reads or writes, by nibble_name(value's name, index), and nothing else. They must be 0 to 15.
ClaimGadget claim_gadget(const ClaimProgram& program, std::size_t step, std::span<const std::string> entry);

}  // namespace pegkit::optimistic
