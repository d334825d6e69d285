#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "regtest/rules.hpp"

namespace pegkit::regtest {

/// A JSON number that is written into the answer with exactly this text ("0.00010000"). Inside a Json it is a
/// binary value, so that it cannot be confused with a string.
Json exact_number(const std::string& text);
/// An amount in BTC with eight decimals.
Json btc(Sat amount);
/// A double as bitcoind prints it: the shortest decimal that reads back as the same double.
Json real_number(double value);

/// JSON text; exact numbers are written as numbers.
std::string write_json(const Json& value);
/// A copy in which exact numbers are strings of their text, the form in which net::Rpc gives floats.
Json with_text_numbers(const Json& value);

/// {"asm","desc","hex","address"?,"type"} of an output script, as from bitcoind's ScriptToUniv.
Json script_json(ByteView script);
/// The descriptor that bitcoind infers for a script whose keys it does not know: pk(), multi(), rawtr(),
/// addr(), raw().
std::string inferred_descriptor(ByteView script);
/// A transaction as in decoderawtransaction. With `spent` also its fee, and with `prevouts` also
/// its prevouts.
Json transaction_json(const bitcoin::Transaction& tx, bool with_hex,
                      const std::vector<RegtestCoin>* spent = nullptr, bool prevouts = false);
double difficulty_of(std::uint32_t bits);

}  // namespace pegkit::regtest
