// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Bip340} from "./Bip340.sol";

/// The layer-2 end of a bridge. Bitcoin is the chain's native coin, 1 satoshi is 10^10 wei; the contract holds at
/// genesis all that can ever be minted.
///
/// Without a denomination it is in quorum mode: any amount, paid by the custody. With one it is in optimistic mode:
/// every deposit is of the denomination, and withdrawal i is assigned the i-th deposit that was minted.
contract Bridge {
    uint256 private constant WEI_PER_SAT = 1e10;
    uint256 private constant MAX_SAT = 21e14;
    uint256 private constant DUST_SAT = 330;
    uint256 private constant MAX_SCRIPT = 80;
    uint256 private constant MAX_PROGRAM = 40;
    uint256 private constant DEPTH = 32;
    uint256 private constant MAX_PATH = 128;

    /// The custody: BIP341 internal key and merkle root (zero without a tree).
    bytes32 public internalKey;
    bytes32 public merkleRoot;
    /// How often the custody was replaced.
    uint64 public rotations;
    /// How many withdrawals were requested; the next one's id.
    uint32 public withdrawalCount;
    /// What every deposit is worth in optimistic mode; zero in quorum mode.
    uint64 public immutable denominationSat;
    /// A withdrawal pays the denomination less this.
    uint64 public immutable operatorFeeSat;

    /// A minted deposit's output: txid in byte order.
    struct Deposit {
        bytes32 txid;
        uint32 vout;
    }

    /// In the order of their minting; only in optimistic mode.
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

    /// Mints a deposit once. `signature` is the quorum's over the tagged hash pegkit/mint.
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
        // Before the call, so that a recipient that calls back finds it done.
        minted[outpoint] = true;
        if (denominationSat != 0) deposits.push(Deposit(txid, vout));
        emit Minted(txid, vout, recipient, amountSat);
        (bool paid,) = recipient.call{value: uint256(amountSat) * WEI_PER_SAT}("");
        // Nothing is minted then: the deposit stays the depositor's to refund.
        require(paid, "recipient does not take the coins");
    }

    /// Asks for the value on Bitcoin, paid to `script`, a scriptPubKey: all of it by the custody, or in optimistic
    /// mode the denomination less the operator's fee for the deposit that is assigned.
    function withdraw(bytes calldata script) external payable {
        require(msg.value % WEI_PER_SAT == 0, "not a whole number of satoshis");
        uint256 amount = msg.value / WEI_PER_SAT;
        // Quorum mode assigns no deposit: zero txid and output.
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

    /// Moves the contract to the next custody. `signature` is the present quorum's over pegkit/rotate.
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

    /// Deposits minted in optimistic mode; those from withdrawalCount on are assigned to nobody yet.
    function depositCount() external view returns (uint256) {
        return deposits.length;
    }

    /// Root of the withdrawals tree: depth 32, an absent leaf is zero.
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

    /// True for p2pkh, p2sh, and the witness programs that nodes relay: of version 0 those of 20 and 32 bytes, of the
    /// others 2 to 40 bytes (p2a among them).
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
        // Nodes to the left of the next leaf's path are kept, one a level.
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
