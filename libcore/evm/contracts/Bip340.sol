// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// BIP340 signatures and BIP341 trees by the EVM's precompiles: ecrecover (1), sha256 (2), modexp (5).
library Bip340 {
    uint256 internal constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function taggedHash(string memory tag, bytes memory data) internal pure returns (bytes32) {
        bytes32 tagHash = sha256(bytes(tag));
        return sha256(abi.encodePacked(tagHash, tagHash, data));
    }

    /// BIP340's lift_x: the even y of the point with this x; `found` is false when there is none.
    function liftX(uint256 x) internal view returns (bool found, uint256 y) {
        if (x >= P) return (false, 0);
        uint256 square = addmod(mulmod(mulmod(x, x, P), x, P), 7, P);
        (bool ok, bytes memory out) =
            address(5).staticcall(abi.encode(uint256(32), uint256(32), uint256(32), square, (P + 1) / 4, P));
        if (!ok || out.length != 32) return (false, 0);
        y = abi.decode(out, (uint256));
        if (mulmod(y, y, P) != square) return (false, 0);
        if (y & 1 == 1) y = P - y;
        return (true, y);
    }

    /// True when `signature` (64 bytes) is the x-only key's BIP340 signature of `message`.
    ///
    /// BIP340 asks for R = s*G - e*Q, where Q is the point of the key x. ecrecover(h, 27, r', s') computes
    /// r'^-1 * (s'*X - h*G) for the point X with x coordinate r' and even y, and gives the address of the
    /// result: the hash of its coordinates. With r' = x, h = -s*x and s' = -e*x the result is x^-1 * (-e*x*Q
    /// + s*x*G) = R. A key with x >= N is refused, because ecrecover does not take it; nobody can find such
    /// a key.
    function verify(bytes32 key, bytes memory message, bytes memory signature) internal view returns (bool) {
        if (signature.length != 64) return false;
        (uint256 r, uint256 s) = abi.decode(signature, (uint256, uint256));
        uint256 x = uint256(key);
        if (x == 0 || x >= N || s >= N) return false;
        (bool found, uint256 y) = liftX(r);
        if (!found) return false;
        uint256 e = uint256(taggedHash("BIP0340/challenge", abi.encodePacked(r, key, message))) % N;
        uint256 minusE = mulmod(N - e, x, N);
        if (minusE == 0) return false;
        address recovered = ecrecover(bytes32(mulmod(N - s, x, N)), 27, key, bytes32(minusE));
        return recovered != address(0)
            && recovered == address(uint160(uint256(keccak256(abi.encodePacked(r, y)))));
    }

    /// The merkle root (BIP341) of the leaf `<key> OP_CHECKSIG`, leaf version 0xc0, over the siblings
    /// in `path`.
    function leafRoot(bytes32 key, bytes32[] calldata path) internal pure returns (bytes32 node) {
        node = taggedHash("TapLeaf", abi.encodePacked(hex"c02220", key, hex"ac"));
        for (uint256 i = 0; i < path.length; i++) {
            node = node < path[i]
                ? taggedHash("TapBranch", abi.encodePacked(node, path[i]))
                : taggedHash("TapBranch", abi.encodePacked(path[i], node));
        }
    }
}
