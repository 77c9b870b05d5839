"""Before a pilot: how small a change it could notice, and what would notice more."""

from lamppost.engines.impact.planning.advice import Advice, Option
from lamppost.engines.impact.planning.design import PilotDesign
from lamppost.engines.impact.planning.plan import Plan, plan
from lamppost.engines.impact.planning.reach import Reach, reach
from lamppost.engines.impact.planning.replay import Replays, noticed_beyond, replay
from lamppost.engines.impact.planning.site_sets import SiteSet, rank_site_sets

__all__ = [
    "Advice",
    "Option",
    "PilotDesign",
    "Plan",
    "Reach",
    "Replays",
    "SiteSet",
    "noticed_beyond",
    "plan",
    "rank_site_sets",
    "reach",
    "replay",
]
