/** What calls HTTP functions on Google Cloud: one Cloud Run function, all routes under its URL. */
export type HttpSettings = Record<never, never>;
export const httpMaker = (): "http" => "http";
