//! Money: finding sums in a sentence, their exact amount and currency.
