import { expect } from "chai";
import { inOrder, withDependants } from "../../src/marts/order.ts";

const node = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });
const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name).join(" ");

describe("order", () => {
  it("puts each after what it depends on, and otherwise keeps the order given", () => {
    expect(names(inOrder([node("c", "b"), node("x"), node("b", "a"), node("a")]))).to.equal(
      "a b c x",
    );
    expect(
      names(inOrder([node("top", "left", "right"), node("left", "base"), node("base")])),
    ).to.equal("base left top");
  });

  it("finds all that depends on one, however indirectly", () => {
    const nodes = [node("top", "left", "right"), node("left", "base"), node("right"), node("base")];
    expect([...withDependants(nodes, "base")]).to.have.members(["base", "left", "top"]);
    expect([...withDependants(nodes, "top")]).to.deep.equal(["top"]);
  });
});
