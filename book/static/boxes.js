/** Starts what a page asks its reader: guesses, and answers. It needs no Python. */
