// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Bip340} from "./Bip340.sol";

/// The bridge's contract on the layer 2 (doc/l2.md). Bitcoin is the chain's native coin, and 1 satoshi is
/// 10^10 wei. At genesis the contract holds all coins that can ever be minted.
///
/// Without a denomination it is in quorum mode: the custody pays withdrawals of any amount. With a
/// denomination it is in optimistic mode: every deposit has that amount, and withdrawal i is assigned the
/// i-th minted deposit.
contract Bridge {
    uint256 private constant WEI_PER_SAT = 1e10;
    uint256 private constant MAX_SAT = 21e14;
    uint256 private constant DUST_SAT = 330;
    uint256 private constant MAX_SCRIPT = 80;
    uint256 private constant MAX_PROGRAM = 40;
    uint256 private constant DEPTH = 32;
    uint256 private constant MAX_PATH = 128;

    /// The custody's BIP341 internal key and merkle root (zero when it has no tree).
    bytes32 public internalKey;
    bytes32 public merkleRoot;
    /// How often the custody was replaced.
    uint64 public rotations;
    /// How many withdrawals were requested; this is the id of the next one.
    uint32 public withdrawalCount;
    /// The amount of every deposit in optimistic mode; zero in quorum mode.
    uint64 public immutable denominationSat;
    /// In optimistic mode a withdrawal pays the denomination less this fee.
    uint64 public immutable operatorFeeSat;

    /// The outpoint of a minted deposit; the txid is in byte order.
    struct Deposit {
        bytes32 txid;
        uint32 vout;
    }

    /// Deposits in the order of their minting; filled only in optimistic mode.
    Deposit[] private deposits;
    mapping(bytes32 => bool) private minted;
    bytes32[DEPTH] private branch;

    event Minted(bytes32 indexed txid, uint32 vout, address indexed recipient, uint64 amountSat);
    event WithdrawalRequested(
        uint256 indexed id, address indexed from, uint64 amountSat, bytes script, bytes32 depositTxid, uint32 depositVout
    );
    event CustodyRotated(uint64 indexed rotation, bytes32 internalKey, bytes32 merkleRoot);

    constructor(bytes32 internalKey_, bytes32 merkleRoot_, uint64 denominationSat_, uint64 operatorFeeSat_) {
        require(
            denominationSat_ == 0
                ? operatorFeeSat_ == 0
                : denominationSat_ <= MAX_SAT && uint256(operatorFeeSat_) + DUST_SAT <= denominationSat_,
            "denomination or fee out of range"
        );
        denominationSat = denominationSat_;
        operatorFeeSat = operatorFeeSat_;
        setCustody(internalKey_, merkleRoot_);
    }

    /// Mints a deposit, once for each outpoint. `signature` is the quorum's BIP340 signature of the tagged
    /// hash `pegkit/mint`; `signingKey` is the custody's internal key, or the key of the leaf that
    /// `merklePath` proves.
    function mint(
        bytes32 txid,
        uint32 vout,
        address recipient,
        uint64 amountSat,
        bytes32 signingKey,
        bytes32[] calldata merklePath,
        bytes calldata signature
    ) external {
        bytes32 outpoint = sha256(abi.encodePacked(txid, vout));
        require(!minted[outpoint], "already minted");
        require(amountSat > 0 && amountSat <= MAX_SAT, "amount out of range");
        require(denominationSat == 0 || amountSat == denominationSat, "not the denomination");
        requireQuorum(
            Bip340.taggedHash(
                "pegkit/mint", abi.encodePacked(block.chainid, address(this), txid, vout, recipient, amountSat)
            ),
            signingKey,
            merklePath,
            signature
        );
        // Set before the call, so that a recipient that calls back finds the deposit minted.
        minted[outpoint] = true;
        if (denominationSat != 0) deposits.push(Deposit(txid, vout));
        emit Minted(txid, vout, recipient, amountSat);
        (bool paid,) = recipient.call{value: uint256(amountSat) * WEI_PER_SAT}("");
        // On failure the whole mint is undone, and the depositor can take the deposit back.
        require(paid, "recipient does not take the coins");
    }

    /// Requests a withdrawal of the call's value to the scriptPubKey `script` on Bitcoin. In quorum mode the
    /// custody pays the whole value. In optimistic mode an operator pays the denomination less its fee, for
    /// the deposit that is assigned to the withdrawal.
    function withdraw(bytes calldata script) external payable {
        require(msg.value % WEI_PER_SAT == 0, "not a whole number of satoshis");
        uint256 amount = msg.value / WEI_PER_SAT;
        // Quorum mode assigns no deposit: txid and output number stay zero.
        Deposit memory deposit;
        if (denominationSat == 0) {
            require(script.length >= 1 && script.length <= MAX_SCRIPT, "script of 1 to 80 bytes expected");
            require(script[0] != 0x6a, "an OP_RETURN takes no coins");
            require(amount >= DUST_SAT && amount <= MAX_SAT, "amount out of range");
        } else {
            require(isAddress(script), "not the script of an address");
            require(amount == denominationSat, "not the denomination");
            require(withdrawalCount < deposits.length, "no deposit is left");
            deposit = deposits[withdrawalCount];
            amount -= operatorFeeSat;
        }
        uint32 id = withdrawalCount;
        append(sha256(abi.encodePacked(id, uint64(amount), deposit.txid, deposit.vout, sha256(script))));
        emit WithdrawalRequested(id, msg.sender, uint64(amount), script, deposit.txid, deposit.vout);
    }

    /// Replaces the custody by the next one. `signature` is the present quorum's BIP340 signature of the
    /// tagged hash `pegkit/rotate`.
    function rotateCustody(
        bytes32 newInternalKey,
        bytes32 newMerkleRoot,
        bytes32 signingKey,
        bytes32[] calldata merklePath,
        bytes calldata signature
    ) external {
        requireQuorum(
            Bip340.taggedHash(
                "pegkit/rotate",
                abi.encodePacked(block.chainid, address(this), newInternalKey, newMerkleRoot, rotations)
            ),
            signingKey,
            merklePath,
            signature
        );
        rotations += 1;
        setCustody(newInternalKey, newMerkleRoot);
    }

    function isMinted(bytes32 txid, uint32 vout) external view returns (bool) {
        return minted[sha256(abi.encodePacked(txid, vout))];
    }

    /// Number of deposits minted in optimistic mode. Those from index withdrawalCount on are not
    /// assigned yet.
    function depositCount() external view returns (uint256) {
        return deposits.length;
    }

    /// Root of the withdrawals tree: SHA-256, depth 32, zero for an absent leaf.
    function withdrawalsRoot() external view returns (bytes32 node) {
        bytes32 zero;
        uint256 size = withdrawalCount;
        for (uint256 level = 0; level < DEPTH; level++) {
            node = size & 1 == 1
                ? sha256(abi.encodePacked(branch[level], node))
                : sha256(abi.encodePacked(node, zero));
            zero = sha256(abi.encodePacked(zero, zero));
            size >>= 1;
        }
    }

    /// True for P2PKH, P2SH, and the witness programs that nodes relay: version 0 with 20 or 32 bytes,
    /// versions 1 to 16 with 2 to 40 bytes (P2A among them).
    function isAddress(bytes calldata script) private pure returns (bool) {
        uint256 length = script.length;
        if (length == 25) {
            if (bytes3(script[0:3]) == 0x76a914 && bytes2(script[23:25]) == 0x88ac) return true;
        }
        if (length == 23) {
            if (bytes2(script[0:2]) == 0xa914 && script[22] == 0x87) return true;
        }
        if (length < 4 || length > 2 + MAX_PROGRAM || uint8(script[1]) != length - 2) return false;
        uint8 version = uint8(script[0]);
        return version == 0 ? length == 22 || length == 34 : version >= 0x51 && version <= 0x60;
    }

    function setCustody(bytes32 internalKey_, bytes32 merkleRoot_) private {
        (bool found,) = Bip340.liftX(uint256(internalKey_));
        require(found, "internal key is not on the curve");
        internalKey = internalKey_;
        merkleRoot = merkleRoot_;
        emit CustodyRotated(rotations, internalKey_, merkleRoot_);
    }

    function requireQuorum(
        bytes32 message,
        bytes32 signingKey,
        bytes32[] calldata merklePath,
        bytes calldata signature
    ) private view {
        if (merklePath.length == 0) {
            require(signingKey == internalKey, "not the custody's key");
        } else {
            require(merklePath.length <= MAX_PATH, "merkle path too long");
            require(Bip340.leafRoot(signingKey, merklePath) == merkleRoot, "not a leaf of the custody");
        }
        require(Bip340.verify(signingKey, abi.encodePacked(message), signature), "wrong signature");
    }

    function append(bytes32 node) private {
        require(withdrawalCount < type(uint32).max, "tree is full");
        withdrawalCount += 1;
        uint256 size = withdrawalCount;
        // Keeps one node per level: those to the left of the next leaf's path.
        for (uint256 level = 0; level < DEPTH; level++) {
            if (size & 1 == 1) {
                branch[level] = node;
                return;
            }
            node = sha256(abi.encodePacked(branch[level], node));
            size >>= 1;
        }
    }
}
