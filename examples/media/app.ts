import { defineApp } from "@isobar/core";
import * as functions from "./functions/index.js";

export default defineApp("media", functions);
