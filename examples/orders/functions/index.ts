export { charge } from "./charge.js";
export { checkout } from "./checkout.js";
