import type { Request, Response } from "express";
import type { Logger } from "pino";
import { recordEvent } from "../access/audit.ts";
import type { ShareLink } from "../access/share-link.ts";
import { aboutLink } from "../access/share-opening.ts";
import { TidemarkError } from "../errors.ts";
import { createExportSlots } from "../exports/slots.ts";
import { formatValue } from "../render/format.ts";
import { reportPage } from "../render/report-page.ts";
import { paperPlace } from "../render/report-place.ts";
import type { Templates } from "../render/templates.ts";
import type { LoadedReport } from "../reports/load.ts";
import { type PageData, readPage } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { actorOf } from "./authentication.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { languageOf } from "./language.ts";
import { frameTag, pageHtml } from "./page.ts";
import type { Printer } from "./pdf/printer.ts";

interface Options {
  printer: Printer | undefined;
  templates: Templates;
  log: Logger;
}

interface Asked {
  report: LoadedReport;
  source: ReportSource;
  query: URLSearchParams;
  request: Request;
  response: Response;
  signal: AbortSignal;
  /** The link that it goes through: as a page, it says so. */
  link?: ShareLink;
  /** Whose notes on days are in it; whoever's rows they are, when left out. */
  reader?: string;
  /** What the page has besides the report. */
  around?: object;
}

export type SendPdf = ReturnType<typeof pdfResponses>;

const noChromium = () =>
  new TidemarkError(
    "no_chromium",
    501,
    "A PDF needs Chromium on the machine of the service, and there is none. Whoever runs it can install it, or say where it is with TIDEMARK_CHROMIUM. Printing the page from the browser works without.",
  );

/** A report as its page looks on paper. One at a time: each takes a core for a second or two. */
export function pdfResponses({ printer, templates, log }: Options) {
  const slots = createExportSlots(1);

  return async (asked: Asked) => {
    const { report, source, query, request, response, signal, link, reader } = asked;
    if (!printer) throw noChromium();
    const language = languageOf(response);
    const framed = { ...source, edition: `${source.edition} ${frameTag(response)}` };
    const known = knownTo(request);
    const data = await readPage(framed, report, query, { signal, known, reader, form: "pdf" });
    if (data.unchanged) return sendUnchanged(response, data);
    const setHeaders = () => {
      setVersion(response, data);
      response.attachment(`${nameOf(data)}.pdf`).type("application/pdf");
    };
    if (request.method === "HEAD") {
      setHeaders();
      response.end();
      return;
    }
    const page = reportPage(data, new Map(), source, language, paperPlace);
    const html = pageHtml(response, templates.report, { ...page, ...asked.around });
    const { currency, period } = data.state;
    const { timeZone } = source;
    const asOf = formatValue({ type: "time" }, data.freshness.asOf, {
      currency,
      timeZone,
      language,
    });
    const title = [report.title, period?.label, `as of ${asOf}`].filter(Boolean).join(" · ");
    try {
      const pdf = await slots.run(() => printer.print(html, title, signal), signal);
      await recordEvent(source.pool, {
        kind: "export",
        actor: actorOf(request, response),
        subject: report.slug,
        details: {
          format: "pdf",
          query: (link?.query ?? String(query)).slice(0, 2000),
          ...(link && aboutLink(link)),
          complete: true,
        },
      });
      setHeaders();
      response.send(pdf);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof TidemarkError) throw error;
      log.error({ err: error, path: request.path }, "a page was not printed");
      throw new TidemarkError(
        "not_printed",
        503,
        "The page could not be printed. Try again; the log of the service says what went wrong.",
        { cause: error },
      );
    }
  };
}

const nameOf = ({ report, state, freshness }: PageData): string =>
  [report.slug, state.period?.label, freshness.asOf.slice(0, 10)].filter(Boolean).join(" ");
