interface Node {
  name: string;
  dependsOn: readonly string[];
}

/** Sorts so that each comes after what it depends on; otherwise the order given. Views cannot depend in a circle. */
export function inOrder<T extends Node>(nodes: readonly T[]): T[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Set<T>();
  const visit = (node: T) => {
    if (done.has(node)) return;
    for (const name of node.dependsOn) {
      const base = byName.get(name);
      if (base) visit(base);
    }
    done.add(node);
  };
  for (const node of nodes) visit(node);
  return [...done];
}

/** `name` and all that depends on it, however indirectly. */
export function withDependants(nodes: readonly Node[], name: string): Set<string> {
  const found = new Set([name]);
  for (const node of inOrder(nodes)) {
    if (node.dependsOn.some((base) => found.has(base))) found.add(node.name);
  }
  return found;
}
