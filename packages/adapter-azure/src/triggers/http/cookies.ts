/**
 * Set-Cookie on the worker's wire. A header map has one value for each name (RpcHttp.headers), so that several cookies travel as structures
 * (RpcHttp.cookies), which know RFC 6265's attributes only, and whose value the host percent-encodes again (ASP.NET Core's
 * ResponseCookies.Append). One cookie may go verbatim, as the header; it goes to the one that a structure would change most. Beside
 * structures that works only for whole answers: the library's stream proxy writes them over the header (4.16.5, httpProxy.ts setCookies).
 */
import { IsobarError } from "@isobar/core/adapter";

/** @azure/functions `Cookie`. */
export interface StructuredCookie {
  name: string;
  value: string;
  domain?: string;
  path?: string;
  expires?: Date;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: "Strict" | "Lax" | "None";
  maxAge?: number;
}
interface Parsed {
  readonly text: string;
  readonly structured: StructuredCookie | undefined;
  /** The host's own encoding gives this very value back. */
  readonly exact: boolean;
}

/** `Uri.EscapeDataString`. */
const escaped = (value: string): string => encodeURIComponent(value).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function parse(text: string): Parsed {
  const [pair = "", ...attributes] = text.split(";");
  const at = pair.indexOf("=");
  if (at < 1) return { text, structured: undefined, exact: false };
  const value = pair.slice(at + 1).trim();
  const cookie: StructuredCookie = { name: pair.slice(0, at).trim(), value: decoded(value) };
  for (const attribute of attributes) {
    const cut = attribute.indexOf("=");
    const name = (cut < 0 ? attribute : attribute.slice(0, cut)).trim().toLowerCase();
    const said = cut < 0 ? "" : attribute.slice(cut + 1).trim();
    if (name === "" && said === "") continue;
    if (name === "domain") cookie.domain = said;
    else if (name === "path") cookie.path = said;
    else if (name === "secure" && said === "") cookie.secure = true;
    else if (name === "httponly" && said === "") cookie.httpOnly = true;
    else if (name === "max-age" && /^-?\d+$/.test(said)) cookie.maxAge = Number(said);
    else if (name === "expires" && !Number.isNaN(Date.parse(said))) cookie.expires = new Date(said);
    else if (name === "samesite" && /^(?:strict|lax|none)$/i.test(said)) cookie.sameSite = (said[0]!.toUpperCase() + said.slice(1).toLowerCase()) as "Strict" | "Lax" | "None";
    else return { text, structured: undefined, exact: false };
  }
  return { text, structured: cookie, exact: escaped(cookie.value) === value };
}

/**
 * In: the answer's Set-Cookie values, and whether the answer streams. Out: the one that goes as a header, the others as structures. Throws
 * `unsupported` where more have attributes that no structure holds than can go as a header.
 */
export function splitCookies(values: readonly string[], streams: boolean): { readonly verbatim: string | undefined; readonly structured: readonly StructuredCookie[] } {
  if (values.length < 2) return { verbatim: values[0], structured: [] };
  const all = values.map(parse);
  const foreign = all.filter(({ structured }) => structured === undefined);
  if (foreign.length > (streams ? 0 : 1))
    throw new IsobarError("unsupported", `Azure Functions carries ${streams ? "no cookie with attributes beyond RFC 6265 beside another in a streamed answer" : "one cookie with attributes beyond RFC 6265"}, not ${foreign.length}: ${foreign.map(({ text }) => text.split("=")[0]).join(", ")}`);
  const chosen = streams ? undefined : (foreign[0] ?? all.find(({ exact }) => !exact));
  return { verbatim: chosen?.text, structured: all.flatMap((cookie) => (cookie === chosen ? [] : [cookie.structured!])) };
}
