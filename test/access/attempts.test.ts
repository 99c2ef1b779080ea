import { expect } from "chai";
import { addressKey } from "../../src/access/attempts.ts";

describe("network addresses", () => {
  it("are counted whole, and by the network that one subscriber has where there are many", () => {
    const counted: Record<string, string> = {
      "192.0.2.7": "192.0.2.7",
      "::ffff:192.0.2.7": "192.0.2.7",
      "2001:db8:1:2:3:4:5:6": "2001:db8:1:2",
      "2001:db8:1:2::6": "2001:db8:1:2",
      "2001:db8::6": "2001:db8:0:0",
      "2001:db8::": "2001:db8:0:0",
      "::1": "0:0:0:0",
      "fe80::1%eth0": "fe80:0:0:0",
    };
    for (const [address, key] of Object.entries(counted))
      expect(addressKey(address), address).to.equal(key);
    expect(addressKey(null)).to.equal("unknown");
  });
});
