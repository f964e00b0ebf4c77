/** The only file that names a cloud. */
import { aws } from "@isobar/adapter-aws/deploy";
import { azure } from "@isobar/adapter-azure/deploy";
import { gcp } from "@isobar/adapter-gcp/deploy";
import app from "./app.js";

export default [aws(app, { region: "eu-central-1" }), azure(app), gcp(app)];
