import helmet from "helmet";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Nothing is loaded from elsewhere, nothing runs or styles inline, nobody frames the pages.
 * @param isSecure whether people reach the service over TLS: browsers then never try without
 */
export const securityHeaders = ({ isSecure }: { isSecure: boolean }) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Of other names below this one, nothing is known here.
    strictTransportSecurity: isSecure && { maxAge: YEAR_SECONDS, includeSubDomains: false },
    referrerPolicy: { policy: "same-origin" },
  });
