#!/usr/bin/env python3
"""Makes customers.csv beside it: 3,000 customers who do not exist, for trying things out.

    python3 make_customers.py           writes the file
    python3 make_customers.py --check   compares it, and writes nothing

Nobody is meant. Mail addresses are in domains that are reserved for examples (RFC 2606), telephone numbers in ranges that are
kept for fiction, and bank codes begin with 9, which no German bank has; the check digits of the IBANs are right. Names, notes
and all are in the public domain: CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/
"""

import csv
import io
import pathlib
import random
import sys

ROWS = 3_000
TENANTS = ["acme", "brightwater", "contoso-nord", "drei-linden", "eastgate", "fjord-supply", "galli-figli", "hafenkontor"]
FIRST = """Ada Ahmed Aiko Anaïs Björn Carla Chidi Dagmar Élodie Emeka Erik Fatima Finn Greta Halvard Hélène Ingrid İlker Jürgen Jonas
Katarzyna Käthe Lars Leïla Łukasz Mara Mei Niamh Noor Olu Øyvind Paulo Priya Quentin Renée Rui Sören Siân Tamar Tomás Uta Ülkü
Vera Wanda Xenia Yusuf Zoë Þóra""".split()
LAST = """Adeyemi Ångström Baumann Brontë Çelik Castro Dąbrowski Delacroix D'Angelo Eriksen Fernández Fischer Großmann Gallagher
Hoffmann Høyer Ito Jansen Jóhannsdóttir Kaya Köhler Kovács Lindqvist López Lüdtke Müller Mbeki Novák Nuñez O'Brien Okafor Öztürk
Pereira Petrović Quinn Reiß Ricci Schäfer Şahin Sørensen Tanaka Tremblay Ueda Vögele Weiß Wójcik Yılmaz Zimmermann""".split()
CITIES = """Aarhus|Bern|Bielefeld|Brno|Cork|Düsseldorf|Évora|Fürth|Gdańsk|Göteborg|Łódź|Luleå|Malmö|München|Nîmes|Osnabrück|Porto|
Saarbrücken|San Sebastián|Timișoara|Tromsø|Würzburg|Zürich""".replace("\n", "").split("|")
DOMAINS = ["example.com", "example.org", "example.net", "mail.example.com", "post.example.org"]
NOTES = [
    "",
    "",
    "",
    "",
    "prefers letters",
    "Called twice, no answer; try again after 17:00",
    'Asked for "express, please" and for a receipt',
    "Straße umbenannt: früher Gänsemarkt 7, jetzt Große Bleichen 12",
    "Deliver to:\nc/o Bäckerei Vögele\nHinterhof, 2. Stock",
    "VIP, do not call; \"only by mail\", she said",
    "Zahlt per Überweisung, immer pünktlich",
    "Two contracts:\r\n1) storage, 12 months\r\n2) insurance",
    "=SUM(A1:A9) was typed into the name field; corrected",
    "  keep the leading and trailing blanks  ",
    "naïve question about the Ω-series; answered",
    "notes may hold a tab\there, and a semicolon; too",
    "Rückruf: 📞 nach 9 Uhr",
]
# Where letters have no plain form in mail addresses.
PLAIN = str.maketrans(
    {
        **dict(zip("ÀÁÂÃÅÇÉÈÊËÍÎÏİÑÓÔÕØŁÚÛŞŚŻŽ", "AAAAACEEEEIIIINOOOOLUUSSZZ")),
        **dict(zip("àáâãåçéèêëíîïıñńóôõøłúûşśżžćčąęțğ", "aaaaaceeeeiiiinnooooluusszzccaetg")),
        **{"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Þ": "Th", "þ": "th", "'": "", "ș": "s"},
    }
)


class Dice:
    """Draws that are the same in every version of Python: only `random()` itself is promised to stay as it is."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def pick(self, items: list[str]) -> str:
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        return "".join(str(self.below(10)) for _ in range(count))


def iban(dice: Dice) -> str:
    """ISO 13616: the check digits make the number, moved round and spelled in digits, 1 modulo 97."""
    account = "9" + dice.digits(7) + dice.digits(10)
    check = 98 - int(account + "131400") % 97
    text = f"DE{check:02}{account}"
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def phone(dice: Dice) -> str:
    kinds = [f"+49 30 23125 {dice.digits(3)}", f"+44 7700 900{dice.digits(3)}", f"+1 212-555-01{dice.digits(2)}", f"+33 1 99 00 {dice.digits(2)} {dice.digits(2)}"]
    return dice.pick(kinds)


def table() -> bytes:
    dice = Dice(20_240_229)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "tenant", "name", "email", "phone", "iban", "city", "notes"])
    for number in range(1, ROWS + 1):
        first, last = dice.pick(FIRST), dice.pick(LAST)
        user = f"{first}.{last}{dice.below(90) + 10}".translate(PLAIN).lower()
        name = f"{first} {last}" if dice.below(9) else f"{last}, {first}"
        writer.writerow(
            [f"C-{number:05}", dice.pick(TENANTS), name, f"{user}@{dice.pick(DOMAINS)}", phone(dice), iban(dice), dice.pick(CITIES), dice.pick(NOTES)]
        )
    return out.getvalue().encode()


def main() -> int:
    path = pathlib.Path(__file__).with_name("customers.csv")
    made = table()
    if sys.argv[1:] == ["--check"]:
        same = path.read_bytes() == made
        print(f"{path.name}: {ROWS} rows, {'as' if same else 'NOT as'} {pathlib.Path(__file__).name} makes it")
        return 0 if same else 1
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    path.write_bytes(made)
    print(f"{path.name}: {ROWS} rows, {len(made)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
