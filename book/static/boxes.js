/** Starts what a page asks its reader: guesses, answers, and hints. It needs no Python. */
import { take_answers } from "./answers.js";
import { ask_for_guesses } from "./guesses.js";
import { take_turns } from "./hints.js";

ask_for_guesses();
take_answers();
take_turns();
