// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Bip340} from "./Bip340.sol";

/// The layer-2 end of a bridge in quorum mode. Bitcoin is the chain's native coin, 1 satoshi is 10^10 wei; the
/// contract holds at genesis all that can ever be minted.
contract Bridge {
    uint256 private constant WEI_PER_SAT = 1e10;
    uint256 private constant MAX_SAT = 21e14;
    uint256 private constant DUST_SAT = 330;
    uint256 private constant MAX_SCRIPT = 80;
    uint256 private constant DEPTH = 32;
    uint256 private constant MAX_PATH = 128;

    /// The custody: BIP341 internal key and merkle root (zero without a tree).
    bytes32 public internalKey;
    bytes32 public merkleRoot;
    /// How often the custody was replaced.
    uint64 public rotations;
    /// How many withdrawals were requested; the next one's id.
    uint32 public withdrawalCount;

    mapping(bytes32 => bool) private minted;
    bytes32[DEPTH] private branch;

    event Minted(bytes32 indexed txid, uint32 vout, address indexed recipient, uint64 amountSat);
    event WithdrawalRequested(
        uint256 indexed id, address indexed from, uint64 amountSat, bytes script, bytes32 depositTxid, uint32 depositVout
    );
    event CustodyRotated(uint64 indexed rotation, bytes32 internalKey, bytes32 merkleRoot);

    constructor(bytes32 internalKey_, bytes32 merkleRoot_) {
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
        emit Minted(txid, vout, recipient, amountSat);
        (bool paid,) = recipient.call{value: uint256(amountSat) * WEI_PER_SAT}("");
        // Nothing is minted then: the deposit stays the depositor's to refund.
        require(paid, "recipient does not take the coins");
    }

    /// Asks the custody to pay the value to `script`, a scriptPubKey.
    function withdraw(bytes calldata script) external payable {
        require(script.length >= 1 && script.length <= MAX_SCRIPT, "script of 1 to 80 bytes expected");
        require(script[0] != 0x6a, "an OP_RETURN takes no coins");
        require(msg.value % WEI_PER_SAT == 0, "not a whole number of satoshis");
        uint256 amount = msg.value / WEI_PER_SAT;
        require(amount >= DUST_SAT && amount <= MAX_SAT, "amount out of range");
        uint32 id = withdrawalCount;
        // Quorum mode assigns no deposit: zero txid and output.
        append(sha256(abi.encodePacked(id, uint64(amount), bytes32(0), uint32(0), sha256(script))));
        emit WithdrawalRequested(id, msg.sender, uint64(amount), script, bytes32(0), 0);
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
