/** Starts what a page asks its reader: guesses, and answers. It needs no Python. */
import { ask_for_guesses } from "./guesses.js";

ask_for_guesses();
