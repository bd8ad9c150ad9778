"""The live model of a workbook: inputs, and all that formulas make of them."""
