/** The same, as the entry that `isobar build` writes. */
import * as lambda from "@isobar/adapter-aws/runtime";
import { http, text } from "@isobar/core";

const hello = http.get("/hello/{name}", { access: "public" }, (request) => text(`hello ${request.params.name}`));

export const handler = lambda.http(hello, { name: "hello" });
