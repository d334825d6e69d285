pragma circom 2.0.0;

// A chain of n public inputs: ((1·s + x[0])·s + x[1])·s … = end, with s and end private.
template Chain(n) {
  signal input x[n];
  signal input s;
  signal input end;
  signal step[n + 2];
  step[0] <== 1;
  for (var i = 0; i < n; i++) {
    step[i + 1] <== step[i] * s + x[i];
  }
  step[n + 1] <== step[n] * s;
  end === step[n + 1];
}
