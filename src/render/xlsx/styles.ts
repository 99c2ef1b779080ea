import type { ColumnType } from "../../reports/column.ts";
import { escapeXml, XML } from "./xml.ts";

/** How cells of each type look; what they hold is exact. */
const formats: Partial<Record<ColumnType, string>> = {
  amount: "#,##0.00##",
  count: "#,##0",
  number: "#,##0.0#####",
  rate: "0.0%",
  change: "+0.0%;-0.0%;0.0%",
  points: "+0.0%;-0.0%;0.0%",
  ratio: "0.0#",
  days: "#,##0.#",
  hours: "#,##0.0###",
  p_value: "0.000###",
  date: "yyyy-mm-dd",
  month: "mmm yyyy",
  time: "yyyy-mm-dd hh:mm:ss",
};

const styled = Object.keys(formats) as ColumnType[];

/** Style of the header row. */
export const HEADER_STYLE = 1;

/** The style of a cell by the type of its column: 0 is the usual one. */
export const styleOf = (type: ColumnType): number =>
  formats[type] === undefined ? 0 : styled.indexOf(type) + 2;

// Numbers of formats below 164 are Excel's own.
const FIRST_FORMAT = 164;

const cellFormat = (number: number, more = "") =>
  `<xf numFmtId="${number}" fontId="0" fillId="0" borderId="0" xfId="0"${number ? ' applyNumberFormat="1"' : ""}${more}/>`;

/** The styles of a workbook: the usual one, the header, one for each type. */
export const stylesXml = `${XML}<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="${styled.length}">${styled
  .map(
    (type, index) =>
      `<numFmt numFmtId="${FIRST_FORMAT + index}" formatCode="${escapeXml(formats[type] as string)}"/>`,
  )
  .join("")}</numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="${styled.length + 2}">${cellFormat(0)}<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>${styled
  .map((_type, index) => cellFormat(FIRST_FORMAT + index))
  .join("")}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>`;
