"""Charts: traces and layout of plotly figures, for the pages."""
