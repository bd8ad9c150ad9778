"""What a run hands over: result.json, the workbook, the report, and the command line's summary.

Every output is a function of the result alone, so what one shows the others show too.
"""
