"""Uses: how a facility is used, where that is less than its contract allows and yet holds better or costs less.

Whoever may ask a day before may ask two days before, and who may sign today may sign tomorrow. The daily rule makes of
a right what it can, which is now and then dearer than to do without it; so the choice may do without it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.financing.timing import is_running

if TYPE_CHECKING:
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True)
class Use:
    """How a facility is used: asked for so many banking days sooner, signed so many days later than it could be.

    What is signed later is paid for from then on: it is not signed before. ``beside``: its request counts first what
    cheaper facilities without notice can bring, in place of asking for all that may lack. ``ahead``: where a drawing
    would leave less than a lot, of which nothing could be drawn, all that is left is drawn with it.
    """

    notice_longer: int = 0
    signed_later: int = 0
    beside: bool = False
    ahead: bool = False

    def of(self, facility: Facility) -> Facility:
        """Give a facility with the terms that it is then used by; of one in force the signature is what it is."""
        later = 0 if is_running(facility) else self.signed_later
        if not (self.notice_longer or later):
            return facility
        return replace(
            facility,
            notice_days=facility.notice_days + self.notice_longer,
            signing_days=facility.signing_days + later,
        )


AS_OFFERED = Use()
"""All that the contract allows is made use of."""
