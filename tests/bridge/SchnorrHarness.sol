// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Bip340} from "./Bip340.sol";

/// Makes the library callable for tests.
contract SchnorrHarness {
    function verify(bytes32 key, bytes calldata message, bytes calldata signature) external view returns (bool) {
        return Bip340.verify(key, message, signature);
    }
}

/// A recipient that takes no coins.
contract Refuser {
    receive() external payable {
        revert("no");
    }
}

/// A recipient that calls the bridge back with the calldata it was given.
contract Reentrant {
    address private target;
    bytes private data;
    bool public succeeded;

    function arm(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    receive() external payable {
        if (data.length == 0) return;
        (succeeded,) = target.call(data);
    }
}
