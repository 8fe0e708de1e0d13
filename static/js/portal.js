// Entry of the customer pages: keep the parts marked data-poll fresh.
import { startPolling } from "./poll.js";

startPolling();
