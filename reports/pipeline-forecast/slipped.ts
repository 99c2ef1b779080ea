import { tableSection } from "../../src/reports/define.ts";
import { movedCells, movedColumns } from "../shared/moved-columns.ts";

export const slippedDeals = tableSection({
  key: "slipped",
  title: "Slipped deals",
  about: "Due in the period when it began, and due after it by now. The largest first.",
  empty: "No deal that was due in this period slipped out of it, as far as its history is known.",
  query: "slipped.sql",
  totalQuery: "slippage.sql",
  order: ["-amount", "opportunity_name", "opportunity_id"],
  pageRows: 20,
  columns: movedColumns,
  cells: movedCells,
});
