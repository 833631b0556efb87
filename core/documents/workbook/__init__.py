"""A workbook that calculates: the engine's rates, rules, roll-up and ranks as formulas."""
