//! Dates: finding them in a sentence and resolving them.
