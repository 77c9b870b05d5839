"""Who has a stake in the street lamps of Harbourlea. All of them are invented.

Mail addresses are of example.org and telephone numbers of 01632 960, both set aside so that they
reach nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

NEIGHBOURHOODS = (
    "Harbourside",
    "Old Town",
    "Millbank",
    "Northgate",
    "Station Quarter",
    "Gull Island",
)


@dataclass(frozen=True)
class Entry:
    """One stakeholder; `reach` is how they wish to be reached."""

    name: str
    neighbourhood: str
    influence: int
    interest: int
    concerns: str
    reach: str = "email"
    organisation: str = ""
    language: str = "en"
    status: str = "taking_part"


MUNICIPAL_ORGANISATIONS = (
    Entry(
        "Harbourlea Town Council, Innovation Office",
        "Old Town",
        4,
        5,
        "Wants a result that another town can check, whichever way it falls.",
    ),
    Entry(
        "Street Lighting Department",
        "Station Quarter",
        5,
        5,
        "4,100 old lamps, two fitters, and a bill that grew by a third.",
    ),
    Entry(
        "Harbourlea Libraries",
        "Old Town",
        2,
        4,
        "Open until nine; staff walk to the bus in the dark.",
    ),
)
MUNICIPAL_PEOPLE = (
    Entry(
        "Lena Okafor",
        "Old Town",
        4,
        5,
        "To lose nobody on the way, and to show what worked.",
        organisation="Harbourlea Town Council, Innovation Office",
    ),
    Entry(
        "Tomás Reyes",
        "Millbank",
        2,
        5,
        "That quiet people are heard before loud ones.",
        organisation="Harbourlea Town Council, Innovation Office",
        language="es",
    ),
    Entry(
        "Ruth Castellane",
        "Station Quarter",
        4,
        5,
        "Spare parts in ten years' time.",
        organisation="Street Lighting Department",
    ),
    Entry("Joan Pryce", "Northgate", 5, 3, "Councillor; must vote on the money in spring."),
    Entry(
        "Rosa Quill",
        "Old Town",
        2,
        4,
        "Librarian; knows who never comes to meetings.",
        reach="in_person",
        organisation="Harbourlea Libraries",
    ),
    Entry("Stellan Mbeki", "Old Town", 4, 3, "Data protection officer; no data about people."),
    Entry(
        "Carla Winslow", "Harbourside", 3, 2, "Harbour master; ships must see the leading lights."
    ),
    Entry("Edwin Tsai", "Northgate", 4, 2, "Finance; what does it cost after the pilot?"),
    Entry(
        "Hana Sedlak", "Station Quarter", 3, 2, "Police neighbourhood team; no wish for cameras."
    ),
)
COMMUNITY_ORGANISATIONS = (
    Entry(
        "Night Workers' Circle",
        "Harbourside",
        3,
        5,
        "Cleaners, carers and bakers who cross the town at five in the morning.",
        "phone",
    ),
    Entry("Safe Way Home", "Northgate", 3, 5, "The walk from the last bus."),
    Entry(
        "Harbourlea Star Watchers",
        "Old Town",
        2,
        5,
        "The Milky Way was visible from the pier in 1998.",
    ),
    Entry("Friends of the Canal", "Millbank", 2, 4, "Bats, moths and the towpath.", "post"),
    Entry("Old Town Residents' Association", "Old Town", 4, 4, "Light in bedrooms; the old posts."),
    Entry(
        "Millbank Tenants' Union",
        "Millbank",
        3,
        4,
        "People who rent cannot choose curtains or lamps.",
    ),
    Entry("Fish Market Co-operative", "Harbourside", 3, 3, "Work starts at three.", "in_person"),
    Entry(
        "Walk and Wheel", "Station Quarter", 2, 4, "Kerbs that cannot be seen from a wheelchair."
    ),
    Entry(
        "Al-Noor Community Centre",
        "Northgate",
        3,
        3,
        "Evening prayers end after dark.",
        "phone",
        language="ar",
    ),
    Entry(
        "Casa Abierta",
        "Harbourside",
        2,
        4,
        "Que la información llegue también en español.",
        language="es",
    ),
    Entry("Northgate Youth Club", "Northgate", 1, 3, "Places to be in the evening."),
    Entry(
        "Gull Island Sailing Club",
        "Gull Island",
        1,
        2,
        "The causeway is dark and slippery.",
        status="invited",
    ),
)
COMMUNITY_PEOPLE = (
    Entry(
        "Amina Haddad",
        "Harbourside",
        3,
        5,
        "Nobody asks people who sleep by day.",
        organisation="Night Workers' Circle",
        language="ar",
    ),
    Entry(
        "Greta Molloy",
        "Northgate",
        2,
        5,
        "Women plan their evenings around lamps.",
        organisation="Safe Way Home",
    ),
    Entry(
        "Dev Anand",
        "Old Town",
        2,
        5,
        "Less light, better aimed.",
        organisation="Harbourlea Star Watchers",
    ),
    Entry(
        "Marisol Vega",
        "Harbourside",
        2,
        4,
        "Las mujeres del turno de noche.",
        organisation="Casa Abierta",
        language="es",
    ),
    Entry(
        "Idris Farouk",
        "Northgate",
        2,
        3,
        "The steps beside the centre.",
        "phone",
        "Al-Noor Community Centre",
        "ar",
    ),
)
COMPANY_ORGANISATIONS = (
    Entry(
        "Brightwater Lamps",
        "Station Quarter",
        4,
        5,
        "Supplies the lamps; wants an honest reference.",
    ),
    Entry(
        "Halyard Sensing",
        "Station Quarter",
        3,
        4,
        "Counts people without pictures, and must prove it.",
    ),
    Entry(
        "Nightline Systems",
        "",
        2,
        2,
        "Offered cameras; was told that none are wanted.",
        status="invited",
    ),
)
COMPANY_PEOPLE = (
    Entry(
        "Piet Vandersloot",
        "Station Quarter",
        3,
        5,
        "Early complaints rather than late ones.",
        organisation="Brightwater Lamps",
    ),
    Entry(
        "Yuki Brandt",
        "Station Quarter",
        2,
        4,
        "Sensors that fail without saying so.",
        organisation="Halyard Sensing",
    ),
)
ACADEMIC_ORGANISATIONS = (
    Entry(
        "Estuary University, Urban Studies",
        "Old Town",
        3,
        4,
        "Open data and a plan written before the result.",
    ),
)
ACADEMIC_PEOPLE = (
    Entry(
        "Mara Lindqvist",
        "Old Town",
        2,
        5,
        "Sixteen comparison streets, or no claim.",
        organisation="Estuary University, Urban Studies",
    ),
    Entry(
        "Ines Falk",
        "Millbank",
        2,
        5,
        "Missing readings must be seen, not filled in.",
        organisation="Estuary University, Urban Studies",
    ),
)
RESIDENT_PEOPLE = (
    Entry("Agnes Thorne", "Old Town", 1, 5, "Eighty-one; goes out before four in winter.", "phone"),
    Entry(
        "Bashir Nasser",
        "Northgate",
        1,
        4,
        "Drives a taxi and sees the dark corners.",
        "phone",
        language="ar",
    ),
    Entry(
        "Clara Domínguez",
        "Harbourside",
        1,
        5,
        "Limpia oficinas hasta las once.",
        "phone",
        language="es",
    ),
    Entry("Duncan Reilly", "Harbourside", 1, 4, "Sleeps by day, ninth year on nights.", "post"),
    Entry("Elif Aydın", "Northgate", 1, 4, "A fifteen-year-old who trains until nine."),
    Entry("Femi Adeyemi", "Millbank", 1, 3, "Cycles without seeing the potholes."),
    Entry("Gwen Parrish", "Millbank", 1, 5, "A lamp three metres from the bed."),
    Entry("Hollis Grant", "Old Town", 1, 2, "Likes it as it is.", "none"),
    Entry("Imogen Vale", "Old Town", 1, 4, "Draws moths; sees fewer each year."),
    Entry("Jonas Petersen", "Harbourside", 1, 3, "Mends nets outdoors until dark.", "in_person"),
    Entry(
        "Khadija Benali",
        "Northgate",
        1,
        4,
        "Pushes a pram over the harbour steps.",
        "phone",
        language="ar",
    ),
    Entry("Liam Osei", "Northgate", 1, 2, "Seventeen; wants a lit court until ten."),
    Entry(
        "Miriam Stone",
        "Old Town",
        1,
        4,
        "Blind; lamp posts in the middle of the pavement.",
        "phone",
    ),
    Entry("Nadia Kowalczyk", "Millbank", 1, 4, "Rents; may not change the curtains."),
    Entry("Owen Sharpe", "Millbank", 1, 3, "The bill."),
    Entry("Priya Raman", "Harbourside", 1, 4, "Bakery, four in the morning, alone."),
    Entry("Quentin Marsh", "Old Town", 1, 3, "Old posts, new heads."),
    Entry("Ramón Ibarra", "Harbourside", 1, 4, "La parada del 4.", language="es"),
    Entry("Sadie Fletcher", "Station Quarter", 1, 4, "Last train at 23:52.", status="invited"),
    Entry("Theo Lambert", "Northgate", 1, 3, "Star charts with his daughter."),
    Entry("Una Gallagher", "Station Quarter", 1, 3, "The viaduct arches.", "post", status="known"),
    Entry("Viktor Halasz", "Old Town", 1, 2, "Cats on unlit roads.", status="left"),
    Entry("Winnie Achieng", "Gull Island", 1, 5, "The causeway at high tide.", "phone"),
    Entry(
        "Zoran Petrov",
        "Gull Island",
        1,
        2,
        "Fishes at night; dark water, dark shore.",
        "in_person",
        status="known",
    ),
)

GROUPS: tuple[tuple[str, str, tuple[Entry, ...]], ...] = (
    ("municipal", "organisation", MUNICIPAL_ORGANISATIONS),
    ("municipal", "person", MUNICIPAL_PEOPLE),
    ("community", "organisation", COMMUNITY_ORGANISATIONS),
    ("community", "person", COMMUNITY_PEOPLE),
    ("company", "organisation", COMPANY_ORGANISATIONS),
    ("company", "person", COMPANY_PEOPLE),
    ("academic", "organisation", ACADEMIC_ORGANISATIONS),
    ("academic", "person", ACADEMIC_PEOPLE),
    ("resident", "person", RESIDENT_PEOPLE),
)

TARGETS: dict[tuple[str, str], int] = {
    ("group", "municipal"): 8,
    ("group", "community"): 12,
    ("group", "company"): 4,
    ("group", "academic"): 5,
    ("group", "resident"): 20,
    ("neighbourhood", "Harbourside"): 8,
    ("neighbourhood", "Old Town"): 8,
    ("neighbourhood", "Millbank"): 6,
    ("neighbourhood", "Northgate"): 8,
    ("neighbourhood", "Station Quarter"): 8,
    ("neighbourhood", "Gull Island"): 4,
}
THIN_GROUPS = ("academic",)
THIN_NEIGHBOURHOODS = ("Gull Island",)

# role, name, organisation that they speak for
ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("lead", "Lena Okafor", ""),
    ("facilitator", "Tomás Reyes", ""),
    ("analyst", "Ines Falk", ""),
    ("organisation", "Amina Haddad", "Night Workers' Circle"),
    ("company", "Piet Vandersloot", "Brightwater Lamps"),
    ("researcher", "Mara Lindqvist", ""),
    ("observer", "Joan Pryce", ""),
    ("organisation", "Greta Molloy", "Safe Way Home"),
    ("organisation", "Dev Anand", "Harbourlea Star Watchers"),
)

BRIDGES = ("Rosa Quill", "Tomás Reyes")
# On the list, and never at a meeting.
ISOLATED = ("Nightline Systems", "Zoran Petrov", "Una Gallagher", "Hollis Grant")
