#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "regtest/rules.hpp"

namespace pegkit::regtest {

/// A JSON number that stands in the answer exactly as written ("0.00010000"). Inside a Json it is a binary
/// value, which no text can be mistaken for.
Json exact_number(const std::string& text);
/// Bitcoin with eight decimals.
Json btc(Sat amount);
/// The shortest decimal that reads back as the same double, as bitcoind prints it.
Json real_number(double value);

/// JSON text with exact numbers as numbers.
std::string write_json(const Json& value);
/// Exact numbers as strings of their text, as net::Rpc gives floats.
Json with_text_numbers(const Json& value);

/// {"asm","desc","hex","address"?,"type"} of an output script, as bitcoind's ScriptToUniv.
Json script_json(ByteView script);
/// The descriptor bitcoind infers for a script of which it knows no keys: pk(), multi(), rawtr(), addr(),
/// raw().
std::string inferred_descriptor(ByteView script);
/// A transaction as decoderawtransaction gives it; with `spent` also the fee, and with `prevouts` the
/// outputs spent.
Json transaction_json(const bitcoin::Transaction& tx, bool with_hex,
                      const std::vector<RegtestCoin>* spent = nullptr, bool prevouts = false);
double difficulty_of(std::uint32_t bits);

}  // namespace pegkit::regtest
