"""The result of a run as one mapping: what ``result.json``, the workbook, the report and the summary all show."""
