"""Studies: how well the plan's forecasts have held, measured on days that are known by now."""
