"""Who works with whom, from what really happened: meetings and who attended them."""

from lamppost.engines.networks.measures import between_group_brokerage, betweenness
from lamppost.engines.networks.summary import GroupPair, NetworkSummary, Person, network_summary
from lamppost.engines.networks.ties import Tie, Ties, ties

__all__ = [
    "GroupPair",
    "NetworkSummary",
    "Person",
    "Tie",
    "Ties",
    "between_group_brokerage",
    "betweenness",
    "network_summary",
    "ties",
]
