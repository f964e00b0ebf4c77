import { library } from "../../tsup.base.ts";

export default library(["index","runtime/index","deploy/index","testing/index","testing/worker","operate/index"]);
