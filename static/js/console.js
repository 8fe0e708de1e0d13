// Entry of the console: each module does one job and leaves the page alone where its elements are missing.
import { startBell } from "./bell.js";
import { startBulk, startContinuing } from "./bulk.js";
import { startDialogs } from "./dialog.js";
import { startKeyboard } from "./keyboard.js";
import { startPolling } from "./poll.js";
import { startPops } from "./pops.js";
import { startScanner } from "./scan.js";
import { startTheme } from "./theme.js";

startTheme();
startPops();
startDialogs();
startKeyboard();
startBulk();
startContinuing();
startPolling();
startBell();
startScanner();
// A refused entry is typed over, not added to: a scanner writes where the caret stands.
document.querySelector("input[autofocus][aria-invalid]")?.select();
