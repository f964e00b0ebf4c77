/** What calls HTTP functions locally: one entry with all routes. */
export const httpMaker = (): "http" => "http";
