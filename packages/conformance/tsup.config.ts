import { library } from "../../tsup.base.ts";

export default library(["index","app/index","outbox","lab"]);
