"""Tables: rows of text, for the pages, the workbook and the command line."""
