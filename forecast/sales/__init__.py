"""Sales: daily order value by channel as joint sample paths (see ``paths.sales_paths``)."""
