#include "bridge/transaction_kind.hpp"

namespace pegkit::bridge {

const char* transaction_kind_name(TransactionKind kind) {
  switch (kind) {
    case TransactionKind::unnamed:
      return "transaction";
    case TransactionKind::deposit:
      return "deposit";
    case TransactionKind::refund:
      return "refund";
    case TransactionKind::payout:
      return "payout";
    case TransactionKind::rotation:
      return "rotation";
    case TransactionKind::commitment:
      return "commitment";
    case TransactionKind::stake:
      return "stake";
    case TransactionKind::unstake:
      return "unstake";
    case TransactionKind::lock:
      return "lock";
    case TransactionKind::kickoff:
      return "kickoff";
    case TransactionKind::challenge:
      return "challenge";
    case TransactionKind::assert_part:
      return "assert";
    case TransactionKind::take_fast:
      return "take-fast";
    case TransactionKind::assert_timeout:
      return "assert-timeout";
    case TransactionKind::disprove:
      return "disprove";
    case TransactionKind::take_final:
      return "take-final";
    case TransactionKind::reclaim:
      return "reclaim";
    case TransactionKind::slash:
      return "slash";
    case TransactionKind::split:
      return "split";
    case TransactionKind::anchor:
      return "anchor";
  }
  return "";
}

}  // namespace pegkit::bridge
