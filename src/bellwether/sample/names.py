"""Invented names: no firm, fund, venue, person or publisher of the sample market exists."""

from __future__ import annotations

from dataclasses import dataclass

from bellwether.sample.grammar import Rules


@dataclass(frozen=True)
class Publisher:
    """An invented publisher.

    Attributes
    ----------
    name : str
    domain : str
        Below the reserved top level ``.example``, so that no address can exist.
    share : float
        Share of original headlines it writes.
    copy_share : float
        Share of copies of others' headlines it brings.
    """

    name: str
    domain: str
    share: float
    copy_share: float


PUBLISHERS = (
    Publisher("Blockherd", "blockherd.example", 0.26, 0.45),
    Publisher("Coinmill Daily", "coinmill-daily.example", 0.13, 0.20),
    Publisher("Harbour Ledger", "harbour-ledger.example", 0.11, 0.04),
    Publisher("Vantry Wire", "vantry-wire.example", 0.11, 0.02),
    Publisher("Meridian Coin Post", "meridian-coin-post.example", 0.10, 0.06),
    Publisher("Copperline Markets", "copperline-markets.example", 0.08, 0.05),
    Publisher("Quill and Block", "quill-and-block.example", 0.07, 0.06),
    Publisher("Saltmarsh Business", "saltmarsh-business.example", 0.06, 0.04),
    Publisher("The Lantern Desk", "lantern-desk.example", 0.05, 0.04),
    Publisher("Odd Lot Gazette", "odd-lot-gazette.example", 0.03, 0.04),
)
"""The first one is a mass publisher: many short pieces, many of them somebody else's."""

NAMES: Rules = {
    "asset": ("Bitcoin", "Bitcoin", "Bitcoin", "BTC", "BTC", "the largest cryptocurrency"),
    "coin": ("bitcoin", "bitcoin", "BTC", "digital assets", "crypto"),
    "firm": (
        "Quorvane",
        "Lindholt Group",
        "Peltara",
        "Marlbeck Systems",
        "Corvane Holdings",
        "Tessel & Rowe",
        "Oakhollow",
        "Brennick Pay",
        "Sundrel Labs",
        "Averdale Software",
        "Kestrin",
        "Ploverton",
        "Nimbra Cloud",
        "Hartwen Retail",
        "Ostermoor",
        "Dallowby Insurance",
        "Revlane",
        "Thistlecraft",
        "Umbrio Games",
        "Wexcombe Foods",
    ),
    "venue": (
        "Bexum",
        "Kalvera",
        "Ormundo",
        "Trevanta",
        "Quillmarket",
        "Paxaro",
        "Zephyrine",
        "Coravel",
        "Mintridge",
        "Dunmere Exchange",
        "Talvo",
        "Ferrisgate",
    ),
    "fund": (
        "the Halvorne Bitcoin Fund",
        "the Elmsworth Trust",
        "Corrin Vale's spot fund",
        "the Silverpine ETF",
        "the Northmere Trust",
        "Ashgrove's bitcoin ETF",
        "the Pellworth note",
        "the Calder Bay fund",
        "Winterbourne's futures fund",
        "the Rookhope Trust",
    ),
    "miner": (
        "Grayfell Mining",
        "Hollin Peak",
        "Drumoak Hash",
        "Ironbeck",
        "Coldwater Rigs",
        "Sandhurst Ridge Mining",
        "Tarnside Compute",
        "Blackmoss",
        "Fjordhash",
        "Redscar Power",
    ),
    "lender": (
        "Greywick Bank",
        "Castlemoor Credit",
        "Lowfield Lending",
        "Stonebridge Deposit",
        "Anselm Bank",
        "Murrowby Savings",
        "Pinnock Finance",
        "Eastholm Bank",
    ),
    "watchdog": (
        "the Nordic markets authority",
        "an Alpine regulator",
        "the Baltic supervisor",
        "a Gulf watchdog",
        "the Iberian securities board",
        "an Andean central bank",
        "the Pacific rim council",
        "the island senate",
        "the Caspian finance ministry",
        "a federal court",
        "the Adriatic parliament",
        "the Lowland tax office",
    ),
    "place": (
        "the Nordics",
        "the Baltic states",
        "the Gulf",
        "the Alps",
        "the islands",
        "the Andes",
        "the Lowlands",
        "the Adriatic coast",
        "the south-east",
        "the northern provinces",
    ),
    "amount": (
        "$12 million",
        "$18 million",
        "$25 million",
        "$31 million",
        "$44 million",
        "$57 million",
        "$63 million",
        "$78 million",
        "$85 million",
        "$96 million",
        "$110 million",
        "$125 million",
        "$140 million",
        "$165 million",
        "$190 million",
        "$210 million",
        "$260 million",
        "$320 million",
        "$410 million",
        "$1.1 billion",
    ),
    "product": (
        "custody accounts",
        "spot trading",
        "retail savings plans",
        "stablecoin payments",
        "futures for small investors",
        "staking accounts",
        "over-the-counter desks",
        "tokenised bonds",
        "lending pools",
        "cross-border transfers",
    ),
    "quarter": (
        "first quarter",
        "second quarter",
        "third quarter",
        "fourth quarter",
        "half-year",
        "full-year",
    ),
    "crowd": (
        "traders",
        "holders",
        "small investors",
        "long-term holders",
        "desk analysts",
        "option sellers",
        "pension managers",
        "family offices",
        "market makers",
        "day traders",
    ),
    "post": (
        "finance chief",
        "head of trading",
        "chairwoman",
        "compliance head",
        "chief engineer",
        "treasurer",
    ),
}
"""Phrases that stories and reports share."""
