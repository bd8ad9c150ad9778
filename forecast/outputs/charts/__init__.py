"""Charts: plotly figures in plain mappings, for the pages."""
