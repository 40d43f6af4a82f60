"""Names for the practice class: as mixed as a real school, with letters that break careless software."""

from __future__ import annotations

import unicodedata

GIVEN = (
    "Amara", "Liam", "Zoë", "Mateo", "Aisha", "Noah", "Linh", "Santiago", "Freya", "Kwame",
    "Priya", "Ethan", "José", "Mei", "Oluwaseun", "Hannah", "Tariq", "Sofía", "Björn", "Naledi",
    "Yusuf", "Chloe", "Dmitri", "Leilani", "Arjun", "Imani", "Łukasz", "Fatima", "Owen", "Ngọc Anh",
    "Rosa", "Kenji", "Siobhán", "Malik", "Ingrid", "Tomás", "Ananya", "Caleb", "Yara", "Pita",
    "Élodie", "Samuel", "Hyun-woo", "Grace", "Ibrahim", "Nina", "Kofi", "Marisol", "Elias", "Aroha",
)  # fmt: skip
FAMILY = (
    "Okafor", "Nguyen", "García", "Smith", "O'Brien", "Patel", "Kim", "Johansson", "Haddad", "Mbeki",
    "Rossi", "van der Berg", "Silva", "Cohen", "Tanaka", "Brown", "Ramírez", "Kowalska", "Diallo", "Singh",
    "Müller", "Begay", "Abdi", "Nakamura", "Fernández-Cruz", "Adeyemi", "Larsen", "Chen", "Popescu", "Wilson",
    "Hernández", "Ali", "Dubois", "Tui", "Petrov", "Castillo", "Njoroge", "Yilmaz", "Walker", "Kaya",
    "Mensah", "Lindqvist", "Reyes", "Sharma", "Ó Súilleabháin", "Traoré", "Baker", "Park", "Đặng", "Jackson",
    "Kahananui", "Moreau", "Osei",
)  # fmt: skip


def student_name(number: int) -> tuple[str, str]:
    """Given and family name of the n-th student (from 0), no two alike among the first 2650.

    The lists have 50 and 53 entries, which share no factor, so the pairs only repeat after 50 x 53 students.
    """
    return GIVEN[number % len(GIVEN)], FAMILY[(number * 7) % len(FAMILY)]


def plain_letters(name: str) -> str:
    """A name as it may stand in an e-mail address: lower case letters a to z only."""
    spelled = name.translate(str.maketrans("øØłŁđĐ", "oOlLdD"))
    letters = unicodedata.normalize("NFKD", spelled).lower()
    return "".join(letter for letter in letters if "a" <= letter <= "z")
